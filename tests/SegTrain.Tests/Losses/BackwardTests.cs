using System.Runtime.InteropServices;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>What a function in C# throws on the way back ends no process, and what it returns lives no longer than it must.</summary>
public sealed class BackwardTests
{
    [Fact]
    public void An_error_on_the_way_back_is_thrown_where_gradients_were_asked_for()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var fault = Assert.Throws<InsufficientMemoryException>(() => Backward.From(Doubled.Apply(x, static () => throw new InsufficientMemoryException("none left")).sum()));
        Assert.Equal("none left", fault.Message);
        Assert.Null(x.grad);

        // And the next one is not taken for it.
        Backward.From(Doubled.Apply(x, static () => { }).sum());
        Assert.Equal([2f, 2, 2], x.grad!.data<float>());
    }

    [Fact]
    public void Without_it_LibTorch_reports_the_error_as_one_of_its_own()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        Assert.Throws<ExternalException>(() => Doubled.Apply(x, static () => throw new InsufficientMemoryException()).sum().backward());
        Assert.Null(x.grad);
    }

    [Fact]
    public void Gradients_of_functions_do_not_pile_up()
    {
        using var scope = NewDisposeScope();
        var alive = new List<int>();
        var (x, given) = (ones(3).requires_grad_(), new List<Tensor>());
        void Count() => alive.Add(given.Count(static gradient => !gradient.IsInvalid));
        var y = x;
        for (var i = 0; i < 4; i++) y = Doubled.Apply(y, Count, given);
        Backward.From(y.sum());
        Assert.Equal([0, 0, 0, 0], alive);
        Count();
        Assert.Equal(0, alive[^1]);
        Assert.Equal([16f, 16, 16], x.grad!.data<float>());
    }

    private sealed class Doubled : autograd.SingleTensorFunction<Doubled>
    {
        public override string Name => nameof(Doubled);

        public static Tensor Apply(Tensor x, Action onTheWayBack, List<Tensor>? given = null) => apply(x, onTheWayBack, given!);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("action", vars[1]);
            ctx.save_data("given", vars[2]);
            return (Tensor)vars[0] + (Tensor)vars[0];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => Backward.Return([grad_output], tensors: 1, others: 2, () =>
        {
            ((Action)ctx.get_data("action"))();
            var gradient = grad_output + grad_output;
            ((List<Tensor>?)ctx.get_data("given"))?.Add(gradient);
            return [gradient];
        });
    }
}
