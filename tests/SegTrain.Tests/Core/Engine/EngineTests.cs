using SegTrain.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Engine;

/// <summary>The engine by hand-computed numbers.</summary>
public sealed class EngineTests
{
    [Fact]
    public void Gradient_of_a_product_is_the_other_factor()
    {
        using var scope = NewDisposeScope();
        var x = tensor([2f, 3f], requires_grad: true);
        var y = tensor([5f, 7f]);
        (x * y).sum().backward();
        Assert.Equal([5f, 7f], Floats(x.grad!));
    }

    [Fact]
    public void A_preset_gradient_is_accumulated_in_place()
    {
        using var scope = NewDisposeScope();
        var buffer = zeros([4]);
        var x = ones([2], requires_grad: true);
        x.grad = buffer.narrow(0, 1, 2);
        (x * 3.0).sum().backward();
        Assert.Equal([0f, 3f, 3f, 0f], Floats(buffer));
    }

    [Fact]
    public void Convolution_by_hand()
    {
        using var scope = NewDisposeScope();
        var image = tensor([1f, 2f, 3f, 4f], [1, 1, 2, 2]);
        var kernel = tensor([1f, 10f, 100f, 1000f], [1, 1, 2, 2]);
        Assert.Equal(4321f, nn.functional.conv2d(image, kernel).item<float>());
    }

    [Fact]
    public void A_scope_disposes_what_was_not_moved_out() => Assert.Equal(0, LiveTensors.LeftBy(() =>
    {
        torch.Tensor kept;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                kept = (zeros([3]) + 1.0).MoveToOuterDisposeScope();
            }
            Assert.Equal(3f, kept.sum().item<float>());
        }
        Assert.True(kept.IsInvalid);
    }));

    [Fact]
    public void Frombuffer_shares_the_array()
    {
        using var scope = NewDisposeScope();
        float[] numbers = [1, 2, 3];
        var shared = frombuffer(numbers, float32);
        numbers[1] = 20;
        Assert.Equal(24f, shared.sum().item<float>());
    }

    [Fact]
    public void A_wrong_shape_is_an_exception_without_a_backtrace()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => zeros([2]).reshape(3));
        Assert.Contains("invalid for input of size 2", failure.Message, StringComparison.Ordinal);
    }

    internal static float[] Floats(Tensor tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.detach().contiguous().bytes).ToArray();
}
