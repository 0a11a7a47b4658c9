using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace SegTrain.Core.Files;

/// <summary>
/// The safetensors format: 8 bytes with the length of a JSON header, the header (name to dtype, shape and byte range), the numbers in
/// little-endian. Only float32 is written; other floats are read where <see cref="Contents"/> is asked.
/// </summary>
internal static class Safetensors
{
    private const string Metadata = "__metadata__";

    // A header larger than this is no header.
    private const long MostHeaderBytes = 100_000_000;

    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Value)> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        stream.Write(Header(metadata, json => WriteEntries(json, tensors)));
        foreach (var (_, value) in tensors)
        {
            using var scope = NewDisposeScope();
            stream.Write(value.detach().cpu().contiguous().bytes);
        }
    }

    /// <summary>Copies a file with another text about itself; of the tensors not a byte changes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void Copy(string path, string key, string text, Stream target)
    {
        using var stream = File.OpenRead(path);
        using var header = ReadHeader(stream);
        target.Write(Header(
            ReadMetadata(path).Where(other => other.Key != key).Append(new(key, text)),
            json =>
            {
                foreach (var entry in header.RootElement.EnumerateObject().Where(static entry => entry.Name != Metadata)) entry.WriteTo(json);
            }));
        stream.CopyTo(target);
    }

    /// <summary>Copies the file's numbers into the tensors of the same names.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or its names or shapes are not those of <paramref name="tensors"/>.</exception>
    public static void Read(string path, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        using var stream = File.OpenRead(path);
        using var header = ReadHeader(stream);
        var start = stream.Position;
        using var _ = no_grad();
        foreach (var (name, value) in tensors)
        {
            using var scope = NewDisposeScope();
            if (!header.RootElement.TryGetProperty(name, out var entry)) throw new InvalidDataException($"{path} has no tensor '{name}'");
            var (type, shape, offset) = Entry(path, entry);
            if (!shape.SequenceEqual(value.shape) || type != "F32")
            {
                throw new InvalidDataException($"{path}: '{name}' is not float32 of shape [{string.Join(", ", value.shape)}]");
            }
            stream.Position = start + offset;
            value.copy_(StoredTensor.Fill(type, shape, stream));
        }
    }

    /// <summary>What a file holds, by name.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Contents(string path)
    {
        using var stream = File.OpenRead(path);
        using var header = ReadHeader(stream);
        var start = stream.Position;
        return header.RootElement.EnumerateObject().Where(static entry => entry.Name != Metadata).DistinctBy(static entry => entry.Name)
            .Select(entry => (entry.Name, Entry: Entry(path, entry.Value)))
            .ToDictionary(static one => one.Name, one => new StoredTensor(one.Entry.Type, one.Entry.Shape, () => ReadAt(path, start + one.Entry.Offset, one.Entry.Type, one.Entry.Shape)));
    }

    /// <summary>The file's texts about itself; empty where it has none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = File.OpenRead(path);
        using var header = ReadHeader(stream);
        return header.RootElement.TryGetProperty(Metadata, out var texts) && texts.ValueKind == JsonValueKind.Object
            ? texts.EnumerateObject().Where(static text => text.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(static text => text.Name).ToDictionary(static text => text.Name, static text => text.Value.GetString()!)
            : new Dictionary<string, string>();
    }

    private static Tensor ReadAt(string path, long place, string type, long[] shape)
    {
        using var stream = File.OpenRead(path);
        stream.Position = place;
        return StoredTensor.Fill(type, shape, stream);
    }

    private static (string Type, long[] Shape, long Offset) Entry(string path, JsonElement entry)
    {
        try
        {
            var offset = entry.GetProperty("data_offsets")[0].GetInt64();
            return offset is < 0 or > long.MaxValue / 2
                ? throw new InvalidDataException($"{path} is not a safetensors file")
                : (entry.GetProperty("dtype").GetString()!, [.. entry.GetProperty("shape").EnumerateArray().Select(static side => side.GetInt64())], offset);
        }
        catch (Exception damaged) when (damaged is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            // What asking JSON for something else than it holds ends in.
            throw new InvalidDataException($"{path} is not a safetensors file", damaged);
        }
    }

    private static JsonDocument ReadHeader(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > MostHeaderBytes || length > stream.Length) throw new InvalidDataException($"{stream.Name} is not a safetensors file");
        var header = new byte[length];
        stream.ReadExactly(header);
        try
        {
            return JsonDocument.Parse(header) is var document && document.RootElement.ValueKind == JsonValueKind.Object
                ? document : throw new JsonException("no object");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{stream.Name} is not a safetensors file", damaged);
        }
    }

    /// <summary>The header with its length in front.</summary>
    private static byte[] Header(IEnumerable<KeyValuePair<string, string>> metadata, Action<Utf8JsonWriter> writeEntries)
    {
        using var memory = new MemoryStream();
        memory.Write(new byte[sizeof(long)]);
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            writeEntries(json);
            json.WriteEndObject();
        }
        // Spaces at the end keep the numbers aligned to 8 bytes, as the format asks.
        while (memory.Length % 8 != 0) memory.WriteByte((byte)' ');
        var header = memory.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }

    private static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        long offset = 0;
        foreach (var (name, value) in tensors)
        {
            var end = offset + value.NumberOfElements * sizeof(float);
            json.WriteStartObject(name);
            json.WriteString("dtype", "F32");
            WriteNumbers(json, "shape", value.shape);
            WriteNumbers(json, "data_offsets", [offset, end]);
            json.WriteEndObject();
            offset = end;
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
