using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegTrain.Core.Data;

namespace SegTrain.Core.Inspect;

/// <summary>What the mask doctor found: the document of <c>inspect --json</c>, and all that its other views show. docs/inspect.md explains the fields.</summary>
internal sealed record Inspection
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    [JsonPropertyOrder(-1)]
    public int Schema { get; } = 1;

    /// <summary>The folder or manifest, as the user wrote it.</summary>
    public required string Data { get; init; }

    /// <summary>How images and masks were found and paired.</summary>
    public required string Layout { get; init; }

    public Verdict Verdict => Problems.Count > 0 ? Verdict.Refused : Warnings.Count > 0 ? Verdict.Warnings : Verdict.Ready;

    /// <summary>What <c>fit</c> would refuse, and what it would stumble over later.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }

    /// <summary>What <c>fit</c> takes, and a person should know.</summary>
    public required IReadOnlyList<DataProblem> Warnings { get; init; }

    public required SplitCounts Pairs { get; init; }

    /// <summary>How many pairs have each size, the most frequent first.</summary>
    public required IReadOnlyList<SizeCount> Sizes { get; init; }

    public required IReadOnlyList<FileKind> Images { get; init; }

    public required IReadOnlyList<FileKind> Masks { get; init; }

    /// <summary>How the classes stand in the masks; null where none could be made out.</summary>
    public required Encoding? Encoding { get; init; }

    /// <summary>The classes in their order, then ignored pixels and those of no class; empty where no classes could be made out.</summary>
    public required IReadOnlyList<ClassRow> Classes { get; init; }

    public required Strays Strays { get; init; }

    /// <summary>Pictures that are there more than once.</summary>
    public required IReadOnlyList<Duplicate> Duplicates { get; init; }

    public required Advice Advice { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, InspectionJson.Readable.Inspection);
}

internal enum Verdict
{
    [JsonStringEnumMemberName("ready")]
    Ready,

    [JsonStringEnumMemberName("warnings")]
    Warnings,

    [JsonStringEnumMemberName("refused")]
    Refused,
}

/// <param name="Train">Usable pairs to learn from.</param>
/// <param name="Validation">Usable pairs to measure on.</param>
/// <param name="Test">Usable pairs set aside.</param>
/// <param name="SplitBy">How the split came about.</param>
internal sealed record SplitCounts(int Train, int Validation, int Test, string SplitBy)
{
    [JsonIgnore]
    public int All => Train + Validation + Test;
}

/// <param name="Name">One of the known encodings, or that the configuration says it.</param>
/// <param name="Reason">What it was seen by.</param>
internal sealed record Encoding(string Name, string Reason);

internal sealed record SizeCount(int Width, int Height, int Pairs);

/// <param name="Format">png, jpeg, bmp, tiff or webp.</param>
/// <param name="Channels">1 grey, 2 grey with alpha, 3 RGB, 4 RGBA; a palette counts as what its colours are. Of TIFF also any number of bands.</param>
/// <param name="Bits">8 or 16 a sample, 32 of floating point.</param>
/// <param name="Files">How many are like that.</param>
internal sealed record FileKind(string Format, int Channels, int Bits, int Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Inspection))]
internal sealed partial class InspectionJson : JsonSerializerContext
{
    /// <summary>The relaxed encoder is unsafe within HTML only; it keeps file names readable.</summary>
    public static InspectionJson Readable => new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
