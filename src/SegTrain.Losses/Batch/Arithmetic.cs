using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What in TorchSharp makes a scalar that may be freed too early; see <see cref="Number"/>.</summary>
internal static class Arithmetic
{
    extension(Tensor a)
    {
        /// <summary>a + b.</summary>
        internal Tensor Plus(Tensor b) => a.add(b, One);

        /// <summary>a becomes a + b, and is returned.</summary>
        internal Tensor Plus_(Tensor b) => a.add_(b, One);

        /// <inheritdoc cref="Plus_(Tensor, Tensor)"/>
        internal Tensor Plus_(Number b) => a.add_(b, One);

        /// <summary>a becomes a + s b, s being a number that changes, and is returned.</summary>
        internal Tensor Plus_(Tensor b, double s)
        {
            using var scalar = Passing(s);
            return a.add_(b, scalar);
        }

        /// <summary>s a, s being a number that changes; a itself where that is 1.</summary>
        internal Tensor Times(double s)
        {
            if (s == 1) return a;
            using var scalar = Passing(s);
            return a.mul(scalar);
        }

        /// <summary>a becomes s a, s being a number that changes, and is returned.</summary>
        internal Tensor Times_(double s)
        {
            using var scalar = Passing(s);
            return a.mul_(scalar);
        }
    }

    /// <summary>0, 1, ... up to, not including, a count.</summary>
    internal static Tensor Range(long count, ScalarType type, Device device)
    {
        using var end = Passing(count);
        return arange(Zero, end, One, type, device);
    }
}
