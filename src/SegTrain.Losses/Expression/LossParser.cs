using System.Globalization;

namespace SegTrain.Losses;

/// <summary>Reads a loss expression from left to right.</summary>
internal sealed class LossParser(string text)
{
    private const string Grammar = "write name, weight*name, or name(parameter=value, ...), joined by +";
    private const string AfterWeight = "a weight is followed by * and the name of a loss, such as 0.5*dice";

    private int _at;

    private char Next => _at < text.Length ? text[_at] : '\0';

    internal IReadOnlyList<LossTerm> Read()
    {
        SkipSpaces();
        if (Next == '\0') throw Error($"the expression is empty: {Grammar}; the losses are {LossCatalog.Names}");
        var terms = new List<LossTerm> { Term() };
        while (Take('+')) terms.Add(Term());
        return Next switch
        {
            '\0' => terms,
            ')' => throw Error("this parenthesis closes nothing: take it away"),
            '*' => throw Error("a weight stands before the name, such as 0.5*dice: move it there"),
            '-' => throw Error("terms are added, never subtracted: write + and a weight above 0"),
            var other => throw Error($"'{other}' is not expected here: {Grammar}"),
        };
    }

    private LossTerm Term()
    {
        SkipSpaces();
        var weight = Weight();
        if (weight is not null && !Take('*')) throw Error(AfterWeight);
        var column = _at;
        var name = Word(isName: true);
        if (name.Length == 0) throw Error($"the name of a loss is missing here: the losses are {LossCatalog.Names}");
        if (WeightSchedule.Find(name) is not null) throw Error("a term has one weight: take this one away", column);
        var definition = LossCatalog.Find(name) ?? throw Error(LossCatalog.Unknown(name), column);
        var settings = definition.Defaults with { };
        SkipSpaces();
        if (Next == '(') Arguments(definition, settings);
        return new LossTerm(weight ?? LossWeight.Constant(1), definition, settings, column + 1);
    }

    /// <summary>A number or a schedule; null, having read nothing, where neither stands.</summary>
    private LossWeight? Weight()
    {
        var start = _at;
        if (char.IsAsciiDigit(Next) || Next is '.' or '-')
        {
            var weight = Number();
            return weight > 0 && double.IsFinite(weight) ? LossWeight.Constant(weight) : throw Error("a weight must be above 0", start);
        }
        if (WeightSchedule.Find(Word(isName: true)) is { } schedule) return Scheduled(schedule, start);
        _at = start;
        return null;
    }

    private LossWeight Scheduled(WeightSchedule schedule, int start)
    {
        var usage = $"{schedule.Name} takes two weights and a number of epochs, such as {schedule.Name}(1, 0.1, epochs=20)";
        SkipSpaces();
        var opened = _at;
        if (!Take('(')) throw Error(usage);
        var from = Share();
        if (!Take(',')) throw Next == '\0' ? Unclosed(opened) : Error(usage);
        var to = Share();
        if (!Take(',')) throw Next == '\0' ? Unclosed(opened) : Error(usage);
        var column = _at;
        if (Word(isName: false) is not ("epochs" or "epoch") || !Take('=')) throw Error(usage, column);
        column = _at;
        var epochs = Number();
        if (!(epochs >= 1 && epochs <= int.MaxValue && epochs == Math.Floor(epochs)))
        {
            throw Error($"epochs={NumberList.Text(epochs)}: it takes a whole number from 1", column);
        }
        if (!Take(')')) throw Next == '\0' ? Unclosed(opened) : Error(usage);
        if (from == 0 && to == 0) throw Error("a weight must be above 0 in some epoch", start);
        return new LossWeight(from, to, (int)epochs, schedule);
    }

    private double Share()
    {
        var start = _at;
        var weight = Number();
        return weight >= 0 && double.IsFinite(weight) ? weight : throw Error("a weight that changes must stay at 0 or above", start);
    }

    private void Arguments(LossDefinition definition, LossSettings settings)
    {
        var opened = _at;
        Take('(');
        var given = new HashSet<LossParameter>();
        if (Take(')')) return;
        do
        {
            SkipSpaces();
            var column = _at;
            var name = Word(isName: false);
            if (name.Length == 0) throw Next == '\0' ? Unclosed(opened) : Error(
                $"the name of a parameter is missing here: {definition.Name} has {ParameterNames(definition)}");
            var parameter = definition.Parameters.FirstOrDefault(parameter => parameter.IsNamed(name)) ?? throw Error(
                $"{definition.Name} has no parameter '{name}'"
                + Nearest.Offer(name, definition.Parameters.SelectMany(p => p.Aliases.Prepend(p.Name))) + " "
                + $"Its parameters are {ParameterNames(definition)}",
                column);
            if (!given.Add(parameter)) throw Error($"{parameter.Name} is given twice: keep one", column);
            if (!Take('=')) throw Error($"a parameter is followed by = and its value, such as {parameter.Name}={parameter.Default}");
            SkipSpaces();
            column = _at;
            var value = Value();
            try
            {
                parameter.Set(settings, value);
            }
            catch (LossException failure)
            {
                throw Error(failure.Message, column);
            }
        }
        while (Take(','));
        if (Take(')')) return;
        throw Next == '\0' ? Unclosed(opened) : Error($"'{Next}' is not expected here: parameters are separated by commas and end with )");
    }

    private object Value()
    {
        if (char.IsAsciiDigit(Next) || Next is '.' or '-' or '+') return Number();
        if (Next != '[')
        {
            var word = Word(isName: true);
            return word.Length > 0 ? word : throw Error("a value is missing here: write a number, a word, or a list such as [1,2,0.5]");
        }
        var opened = _at;
        Take('[');
        var numbers = new List<double>();
        if (!Take(']'))
        {
            do
            {
                SkipSpaces();
                numbers.Add(Number());
            }
            while (Take(','));
            if (!Take(']')) throw Error("this list is not closed: write ] at its end", opened);
        }
        return NumberList.Of([.. numbers]);
    }

    private double Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Next) || Next == '.' || (Next is 'e' or 'E' && _at > start)
            || (Next is '-' or '+' && (_at == start || text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }
        return double.TryParse(text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Error(start == _at ? "a number is missing here" : $"'{text[start.._at]}' is not a number", start);
    }

    private string Word(bool isName)
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Next) || Next == '_' || (isName && Next == '-' && _at > start)) _at++;
        return text[start.._at];
    }

    private bool Take(char wanted)
    {
        SkipSpaces();
        if (Next != wanted) return false;
        _at++;
        SkipSpaces();
        return true;
    }

    private void SkipSpaces()
    {
        while (char.IsWhiteSpace(Next)) _at++;
    }

    private LossException Unclosed(int opened) => Error("this parenthesis is not closed: write ) after the last parameter", opened);

    private LossException Error(string message, int? at = null) => new(message, text, (at ?? _at) + 1);

    private static string ParameterNames(LossDefinition definition) =>
        string.Join(", ", definition.Parameters.Select(parameter => parameter.Name));
}
