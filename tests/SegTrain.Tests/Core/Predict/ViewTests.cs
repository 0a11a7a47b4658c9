using SegTrain.Core.Predict;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Predict;

public sealed class ViewTests
{


    [Theory]
    [InlineData("None", 1)]
    [InlineData("Flips", 4)]
    [InlineData("Turns", 8)]
    public void Views_differ_and_can_be_undone(string which, int count)
    {
        using var scope = NewDisposeScope();
        var image = arange(12, float32).reshape(1, 1, 3, 4);
        var views = View.Of(Enum.Parse<Tta>(which));
        Assert.Equal(count, views.Count);
        Assert.Equal(count, views.Select(view => string.Join(' ', view.Apply(image).contiguous().data<float>()) + view.Apply(image).shape[2]).Distinct().Count());
        Assert.All(views, view => Assert.True(view.Undo(view.Apply(image)).equal(image).all().item<bool>()));
    }
}
