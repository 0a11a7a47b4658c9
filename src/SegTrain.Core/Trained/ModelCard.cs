using System.Text.Json;
using System.Text.Json.Serialization;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Masks;
using SegTrain.Losses;

namespace SegTrain.Core.Trained;

/// <summary>
/// What has to be known of a net besides its configuration to use it and to say what it is. It stands in the metadata of model.safetensors under
/// <see cref="Key"/>, so that the file is a model by itself.
/// </summary>
internal sealed record ModelCard
{
    public const string Key = "card";

    /// <summary>Grows when an older program could not use the model rightly.</summary>
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Of the program that trained it.</summary>
    public string Version { get; init; } = "";

    /// <summary>In the order of their index. Masks of <c>predict</c> and tables use names and colours.</summary>
    public ModelClass[] Classes { get; init; } = [];

    /// <summary>Mask values that training left out, as the configuration writes them.</summary>
    public string[] Ignored { get; init; } = [];

    /// <summary>Whether a pixel may be of several classes, or of none: one sigmoid a class instead of a softmax.</summary>
    public bool ClassesOverlap { get; init; }

    /// <summary>1 grey, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; init; }

    /// <summary>The probability from which on a pixel is of the positive class, or of a label; classes that exclude each other have none, the likeliest wins.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>What logits are divided by before they become probabilities: one number, or one a class; empty: not calibrated.</summary>
    public double[] Temperatures { get; init; } = [];

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Of that epoch's validation, by name.</summary>
    public Dictionary<string, double> Metrics { get; init; } = [];

    /// <summary>Hash of the training set's names, sizes and files.</summary>
    public string Data { get; init; } = "";

    [JsonIgnore]
    public SegmentationMode Mode => ClassesOverlap ? SegmentationMode.Multilabel : Classes.Length == 2 ? SegmentationMode.Binary : SegmentationMode.Multiclass;

    /// <summary>Logit planes of the net.</summary>
    [JsonIgnore]
    public int Outputs => Mode == SegmentationMode.Binary ? 1 : Classes.Length;

    [JsonIgnore]
    public IReadOnlyList<string> Names => [.. Classes.Select(static item => item.Name)];

    public static ModelClass[] ClassesOf(ClassList classes) => [.. classes.Items.Select(static item => new ModelClass(item.Name, item.Value, item.Color))];

    public string ToJson() => JsonSerializer.Serialize(this, ModelCardJson.Default.ModelCard);

    /// <exception cref="JsonException">It is none.</exception>
    public static ModelCard Parse(string json) => JsonSerializer.Deserialize(json, ModelCardJson.Default.ModelCard) ?? throw new JsonException("null is no card");
}

/// <param name="Name">As in metrics.</param>
/// <param name="Value">Of the masks it was trained on, as the configuration writes it.</param>
/// <param name="Color">'#RRGGBB'.</param>
internal sealed record ModelClass(string Name, string Value, string Color)
{
    [JsonIgnore]
    public (byte Red, byte Green, byte Blue) Rgb => MaskValue.TryParseColor(Color, out var rgb) ? ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb) : default;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;
