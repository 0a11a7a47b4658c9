using SegTrain.Losses;

namespace SegTrain.Tests.Losses;

/// <summary>The catalog as text.</summary>
public sealed class LossReferenceTests
{
    public static TheoryData<string> Names => [.. LossCatalog.All.Select(loss => loss.Name)];

    [Fact]
    public void The_list_has_every_loss_and_fits_a_terminal()
    {
        var lines = LossReference.List().Split('\n');
        Assert.All(LossCatalog.All, loss => Assert.Contains(lines, line => line.StartsWith($"  {loss.Name} ", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 96));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_formula_parameters_paper_advice_and_example(string name)
    {
        var (loss, page) = (LossCatalog.Get(name), LossReference.Show(name));
        Assert.All(page.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains(loss.Formula.Split('\n')[0], page, StringComparison.Ordinal);
        Assert.Contains(loss.Example, page, StringComparison.Ordinal);
        Assert.All(loss.Parameters, parameter => Assert.Contains($"  {parameter.Name}", page, StringComparison.Ordinal));
        Assert.All(
            loss.Parameters, parameter => Assert.EndsWith($" = {parameter.Default}", Line(page, parameter), StringComparison.Ordinal));
        Assert.Contains("paper ", page, StringComparison.Ordinal);
        Assert.Contains("use ", page, StringComparison.Ordinal);
        Assert.Equal(loss.Family == LossFamily.Kaggle, loss.Oddity is not null);
        if (loss.Oddity is { } oddity)
        {
            Assert.Contains($"prefer   {oddity.Prefer}", page, StringComparison.Ordinal);
            Assert.All(LossExpression.Parse(oddity.Prefer).Terms, term => Assert.NotEqual(LossFamily.Kaggle, term.Definition.Family));
        }
        Assert.Equal(page, LossReference.Show(name.ToUpperInvariant()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_example_of_a_page_can_be_built(string name)
    {
        var loss = LossCatalog.Get(name);
        var expression = LossExpression.Parse(loss.Example);
        Assert.Contains(expression.Terms, term => term.Definition == loss);
        Assert.Contains(Enum.GetValues<SegmentationMode>(), mode =>
        {
            try
            {
                return expression.Build(new LossTask(mode, mode == SegmentationMode.Binary ? 2 : 3)) is not null;
            }
            catch (LossException)
            {
                return false;
            }
        });
    }

    [Fact]
    public void Names_and_aliases_are_told_apart()
    {
        var names = LossCatalog.All.SelectMany(loss => loss.Aliases.Prepend(loss.Name)).ToList();
        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
        Assert.All(LossCatalog.All, loss =>
        {
            var parameters = loss.Parameters.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name)).ToList();
            Assert.Equal(parameters.Distinct(), parameters);
        });
    }

    [Fact]
    public void The_seven_that_must_be_there_work_in_two_class_and_in_many_class_tasks()
    {
        foreach (var name in (string[])["dice", "bce-dice", "iou", "focal", "tversky", "lovasz", "combo"])
        {
            Assert.Contains(SegmentationMode.Binary, LossCatalog.Get(name).Modes);
            Assert.Contains(SegmentationMode.Multiclass, LossCatalog.Get(name).Modes);
        }
    }

    [Fact]
    public void An_unknown_page_offers_the_nearest() => Assert.Contains(
        "did you mean 'lovasz'?", Assert.Throws<LossException>(() => LossReference.Show("lovas")).Message, StringComparison.Ordinal);

    private static string Line(string page, LossParameter parameter) =>
        page.Split('\n')
            .SkipWhile(line => !line.StartsWith("parameters", StringComparison.Ordinal))
            .First(line => line.StartsWith($"  {parameter.Name} ", StringComparison.Ordinal))
            .TrimEnd('\r');
}
