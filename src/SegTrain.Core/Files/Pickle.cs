using System.Buffers.Binary;
using System.Text;

namespace SegTrain.Core.Files;

/// <summary>
/// Python's pickle format, as much of it as torch.save writes of a dictionary of tensors. Nothing is run: a name of Python is but a name here, its call a
/// <see cref="Call"/>, and any instruction or name beyond those that are known ends the reading.
/// </summary>
/// <remarks>The instructions are described in Python's own Lib/pickletools.py.</remarks>
internal sealed class Pickle
{
    /// <summary>A function or class by module and name.</summary>
    public sealed record Name(string Text);

    /// <summary>What a call would make.</summary>
    public sealed record Call(Name Function, object?[] Arguments);

    /// <summary>What lies beside the pickle, such as the numbers of a tensor.</summary>
    public sealed record Outside(object?[] Description);

    private static readonly object s_mark = new();

    private readonly BinaryReader _reader;
    private readonly Func<string, bool> _isAllowed;
    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];

    private Pickle(Stream stream, Func<string, bool> isAllowed) => (_reader, _isAllowed) = (new(stream, Encoding.UTF8), isAllowed);

    /// <param name="stream">Begins with the pickle.</param>
    /// <param name="isAllowed">Whether a name, as in 'collections.OrderedDict', may be in it.</param>
    /// <returns>
    /// A <see cref="Dictionary{TKey,TValue}"/> of objects, a list, a tuple as an array, text, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null,
    /// or one of the records of this class.
    /// </returns>
    /// <exception cref="InvalidDataException">It has other things in it, or is damaged.</exception>
    public static object? Read(Stream stream, Func<string, bool> isAllowed)
    {
        try
        {
            return new Pickle(stream, isAllowed).Run();
        }
        catch (Exception damaged) when (damaged is InvalidOperationException or InvalidCastException or KeyNotFoundException or ArgumentException or EndOfStreamException)
        {
            // An empty stack, another thing on it than the instruction takes, an unknown place, text that is none.
            throw new InvalidDataException("its list of tensors is damaged", damaged);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var instruction = (char)_reader.ReadByte();
            switch (instruction)
            {
                case '\x80': Require(_reader.ReadByte() is >= 2 and <= 5, "a protocol that torch.save does not write"); break;
                case '.': return _stack.Pop();
                case '(': _stack.Push(s_mark); break;
                case 'N': _stack.Push(null); break;
                case '\x88': _stack.Push(true); break;
                case '\x89': _stack.Push(false); break;
                case 'K': _stack.Push((long)_reader.ReadByte()); break;
                case 'M': _stack.Push((long)_reader.ReadUInt16()); break;
                case 'J': _stack.Push((long)_reader.ReadInt32()); break;
                case '\x8a': _stack.Push(Whole(_reader.ReadByte())); break;
                case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(_reader.ReadBytes(sizeof(double)))); break;
                case 'X': _stack.Push(TextOf(_reader.ReadUInt32())); break;
                case 'c': _stack.Push(NameOf($"{Line()}.{Line()}")); break;
                case 'q': _memo[_reader.ReadByte()] = _stack.Peek(); break;
                case 'r': _memo[_reader.ReadUInt32()] = _stack.Peek(); break;
                case 'h': _stack.Push(_memo[_reader.ReadByte()]); break;
                case 'j': _stack.Push(_memo[_reader.ReadUInt32()]); break;
                case ')': _stack.Push(Array.Empty<object?>()); break;
                case '\x85' or '\x86' or '\x87': _stack.Push(Pop(instruction - '\x84')); break;
                case 't': _stack.Push(PopToMark()); break;
                case ']': _stack.Push(new List<object?>()); break;
                case 'a': Append([_stack.Pop()]); break;
                case 'e': Append(PopToMark()); break;
                case '}': _stack.Push(new Dictionary<object, object?>()); break;
                case 's': SetItems(Pop(2)); break;
                case 'u': SetItems(PopToMark()); break;
                case 'Q': _stack.Push(new Outside((object?[])_stack.Pop()!)); break;
                case 'R': Reduce(); break;
                // The attributes of an OrderedDict: versions of layers.
                case 'b': _stack.Pop(); break;
                default: throw new InvalidDataException($"it holds more than tensors and plain values (instruction {(int)instruction}); {Remedy}");
            }
        }
    }

    /// <summary>What helps with any file that holds too much.</summary>
    public const string Remedy = "save the weights alone, by torch.save(model.state_dict(), path)";

    private void Reduce()
    {
        var (arguments, function) = ((object?[])_stack.Pop()!, (Name)_stack.Pop()!);
        _stack.Push(function.Text == "collections.OrderedDict" && arguments.Length == 0 ? new Dictionary<object, object?>() : new Call(function, arguments));
    }

    private Name NameOf(string text)
    {
        Require(_isAllowed(text), $"{text}, which is neither a tensor nor a plain value");
        return new(text);
    }

    private static void Require(bool isMet, string otherwise)
    {
        if (!isMet) throw new InvalidDataException($"it holds {otherwise}; {Remedy}");
    }

    private void Append(object?[] items) => ((List<object?>)_stack.Peek()!).AddRange(items);

    private void SetItems(object?[] items)
    {
        var target = (Dictionary<object, object?>)_stack.Peek()!;
        foreach (var pair in items.Chunk(2)) target[pair[0] ?? ""] = pair[1];
    }

    private object?[] Pop(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--) items[i] = _stack.Pop();
        return items;
    }

    private object?[] PopToMark()
    {
        var items = new List<object?>();
        while (_stack.Pop() is var item && item != s_mark) items.Add(item);
        items.Reverse();
        return [.. items];
    }

    private long Whole(int bytes)
    {
        Require(bytes <= sizeof(long), "a whole number of more than 64 bits");
        Span<byte> all = stackalloc byte[sizeof(long)];
        var read = all[..bytes];
        _reader.BaseStream.ReadExactly(read);
        if (bytes > 0 && read[^1] > sbyte.MaxValue) all[bytes..].Fill(byte.MaxValue);
        return BinaryPrimitives.ReadInt64LittleEndian(all);
    }

    private string TextOf(uint length) => length <= _reader.BaseStream.Length ? Encoding.UTF8.GetString(_reader.ReadBytes((int)length)) : throw new EndOfStreamException();

    private string Line()
    {
        var line = new StringBuilder();
        while (_reader.ReadByte() is var letter && letter != '\n') line.Append((char)letter);
        return line.ToString();
    }
}
