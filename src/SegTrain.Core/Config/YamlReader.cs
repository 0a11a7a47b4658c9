using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SegTrain.Core.Config;

/// <summary>
/// One YAML document as <see cref="ConfigNode"/>s. YamlDotNet's own tree stops at the first duplicate key; this one keeps them all,
/// to be reported together.
/// </summary>
/// <param name="text">The document.</param>
/// <param name="at">The origin of a line and column, both counted from 1.</param>
/// <param name="problems">Where broken YAML is reported.</param>
internal sealed partial class YamlReader(string text, Func<long, long, Origin> at, Problems problems)
{
    /// <summary>Deeper than any configuration, and shallow enough that hostile nesting cannot exhaust the stack.</summary>
    private const int MaxDepth = 32;

    private readonly Parser _parser = new(new StringReader(text));
    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];

    /// <summary>The document's value, an empty scalar where there is none; null when it is broken, which is noted as a problem.</summary>
    public ConfigNode? Read()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (!_parser.TryConsume<DocumentStart>(out _))
                return new ScalarNode(at(1, 1), "", Plain: true);
            var node = Node(0);
            _parser.Consume<DocumentEnd>();
            if (_parser.TryConsume<DocumentStart>(out var second))
                throw new YamlException(second.Start, second.End, "only one document is expected here; remove what follows '---'");
            return node;
        }
        catch (YamlException e)
        {
            problems.Add(Place(e.Start), "", $"not valid YAML: {Sentence(e)}");
            return null;
        }
        // On some malformed tags and indentation YamlDotNet 16.3 fails with these instead of its own exception.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            problems.Add(Place(_parser.Current?.End ?? Mark.Empty), "", "not valid YAML after this place");
            return null;
        }
    }

    private ConfigNode Node(int depth)
    {
        var start = _parser.Current!;
        if (depth > MaxDepth)
            throw new YamlException(start.Start, start.End, $"nested deeper than {MaxDepth} levels");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.GetValueOrDefault(alias.Value)
                ?? throw new YamlException(alias.Start, alias.End, $"no anchor '&{alias.Value}' before this alias");
        ConfigNode node = start switch
        {
            Scalar => Text(),
            SequenceStart => List(depth),
            MappingStart => Map(depth),
            _ => throw new YamlException(start.Start, start.End, "a value is expected here"),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor] = node;
        return node;
    }

    private ScalarNode Text()
    {
        var scalar = _parser.Consume<Scalar>();
        var plain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        if (plain && scalar.Value.Length == 0 && ColourComment().Match(Line(scalar.Start.Line)) is { Success: true } colour)
            throw new YamlException(
                scalar.Start, scalar.End, $"a colour needs quotes, '{colour.Groups[1].Value}': what follows # is a comment otherwise");
        return new(Place(scalar.Start), scalar.Value, plain);
    }

    private ListNode List(int depth)
    {
        var place = Place(_parser.Consume<SequenceStart>().Start);
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node(depth + 1));
        return new(place, items);
    }

    private MapNode Map(int depth)
    {
        var place = Place(_parser.Consume<MappingStart>().Start);
        var entries = new List<MapEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (_parser.Current is not Scalar)
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a key must be a word");
            var key = _parser.Consume<Scalar>();
            entries.Add(new(Place(key.Start), key.Value, Node(depth + 1)));
        }
        return new(place, entries);
    }

    private Origin Place(in Mark mark) => at(mark.Line, mark.Column);

    private string Line(long number) => text.Split('\n').ElementAtOrDefault((int)number - 1) ?? "";

    /// <summary>The parser's first sentence in the middle of ours.</summary>
    private static string Sentence(YamlException e)
    {
        var message = e.Message.TrimEnd('.', ' ');
        return message.Length > 1 && char.IsUpper(message[0]) && char.IsLower(message[1])
            ? char.ToLowerInvariant(message[0]) + message[1..]
            : message;
    }

    /// <summary>A key whose value vanished because a colour was written without quotes.</summary>
    [GeneratedRegex(@":\s+(#[0-9A-Fa-f]{6})\s*$")]
    private static partial Regex ColourComment();
}
