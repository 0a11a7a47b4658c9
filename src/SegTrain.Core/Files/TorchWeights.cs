using System.IO.Compression;
using static TorchSharp.torch;

namespace SegTrain.Core.Files;

/// <summary>
/// What <c>torch.save(model.state_dict(), path)</c> writes since PyTorch 1.6: an uncompressed zip with a pickle that describes the tensors, data.pkl, and a file
/// for each block of numbers, data/0 and so on.
/// </summary>
internal static class TorchWeights
{
    // Descriptions of a hundred thousand tensors.
    private const long MostPickleBytes = 64_000_000;

    private static readonly Dictionary<string, (string Type, int Bytes)> s_types = new()
    {
        ["torch.FloatStorage"] = ("F32", 4),
        ["torch.HalfStorage"] = ("F16", 2),
        ["torch.BFloat16Storage"] = ("BF16", 2),
        ["torch.DoubleStorage"] = ("F64", 8),
        ["torch.LongStorage"] = ("I64", 8),
        ["torch.IntStorage"] = ("I32", 4),
        ["torch.ShortStorage"] = ("I16", 2),
        ["torch.CharStorage"] = ("I8", 1),
        ["torch.ByteStorage"] = ("U8", 1),
        ["torch.BoolStorage"] = ("BOOL", 1),
    };

    private static readonly string[] s_names = ["collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter"];

    /// <summary>Whether a file is one of torch.save, by its first bytes; of the form before 1.6 too, which is refused.</summary>
    public static bool Is(string path) => Start(path) is [(byte)'P', (byte)'K', 3, 4] or [0x80, 2, 0x8A, 10];

    /// <exception cref="InvalidDataException">The file is damaged, older, or holds more than tensors and plain values: none of it is run.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Contents(string path)
    {
        if (Start(path)[0] == 0x80) throw new InvalidDataException("PyTorch before 1.6 wrote it, or one that was told to write as that; save it anew: torch.save(torch.load(path), path)");
        using var zip = ZipFile.OpenRead(path);
        var list = zip.Entries.FirstOrDefault(static entry => entry.FullName.Split('/') is [_, "data.pkl"]) ?? throw new InvalidDataException("it is a zip, and none of torch.save: it has no data.pkl");
        var folder = list.FullName[..^"data.pkl".Length];
        if (Text(zip.GetEntry($"{folder}byteorder")) is { } order && order != "little") throw new InvalidDataException($"its numbers are in {order}-endian, and this program reads little-endian");
        using var pickle = new MemoryStream(Bytes(list));
        var read = Pickle.Read(pickle, static name => s_types.ContainsKey(name) || s_names.Contains(name));
        return Dictionary(read).ToDictionary(static one => one.Key, one => Described(path, folder, zip, one.Value));
    }

    // A dictionary of tensors, or one of several things of which one is.
    private static Dictionary<string, Pickle.Call> Dictionary(object? read)
    {
        var found = new List<(string Name, Dictionary<string, Pickle.Call> Tensors)> { ("", Tensors(read)) };
        if (found[0].Tensors.Count == 0 && read is Dictionary<object, object?> several)
            found = [.. several.Select(static entry => ($"{entry.Key}", Tensors(entry.Value))).Where(static entry => entry.Item2.Count > 0)];
        return found switch
        {
            [{ Tensors.Count: > 0 } one] => one.Tensors,
            [_, ..] when found.Count > 1 => throw new InvalidDataException($"it holds several sets of weights ({string.Join(", ", found.Select(static one => one.Name))}); save the one alone, as in torch.save(torch.load(path)['{found[0].Name}'], other)"),
            _ => throw new InvalidDataException($"it holds no dictionary of tensors; {Pickle.Remedy}"),
        };
    }

    private static Dictionary<string, Pickle.Call> Tensors(object? of) => of is Dictionary<object, object?> all
        ? all.Where(static entry => entry is { Key: string, Value: Pickle.Call }).ToDictionary(static entry => (string)entry.Key, static entry => (Pickle.Call)entry.Value!)
        : [];

    private static StoredTensor Described(string path, string folder, ZipArchive zip, Pickle.Call call)
    {
        // A parameter is its tensor and whether it is trained.
        if (call is { Function.Text: "torch._utils._rebuild_parameter", Arguments: [Pickle.Call inner, ..] }) call = inner;
        if (call.Arguments is not [Pickle.Outside { Description: ["storage", Pickle.Name kind, string key, _, long count] }, long offset, object?[] sides, object?[] steps, ..]
            || !s_types.TryGetValue(kind.Text, out var type) || sides.Length != steps.Length || sides.Concat(steps).Append(offset).Any(static number => number is not (long and >= 0 and < int.MaxValue)))
            throw new InvalidDataException("its list of tensors is damaged");
        long[] shape = [.. sides.Cast<long>()], strides = [.. steps.Cast<long>()];
        var entry = zip.GetEntry($"{folder}data/{key}");
        var last = offset + shape.Zip(strides).Aggregate((Int128)0, static (sum, side) => sum + ((Int128)(side.First - 1) * side.Second));
        if (entry is null || count > entry.Length || entry.Length != count * type.Bytes || entry.CompressedLength != entry.Length || (!shape.Contains(0) && last >= count))
            throw new InvalidDataException($"{folder}data/{key} is not what its list of tensors says");
        return new(type.Type, shape, () => Numbers(path, entry.FullName, type.Type, count, shape, strides, offset));
    }

    private static Tensor Numbers(string path, string entry, string type, long count, long[] shape, long[] strides, long offset)
    {
        using var zip = ZipFile.OpenRead(path);
        using var stream = zip.GetEntry(entry)!.Open();
        return StoredTensor.Fill(type, [count], stream).as_strided(shape, strides, offset);
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length > MostPickleBytes || entry.CompressedLength != entry.Length) throw new InvalidDataException($"{entry.FullName} is not as torch.save writes it");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string? Text(ZipArchiveEntry? entry) => entry is null ? null : System.Text.Encoding.ASCII.GetString(Bytes(entry));

    private static byte[] Start(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length ? start : [0];
    }
}
