using static TorchSharp.torch;

namespace SegTrain.Core.Randomness;

/// <summary><see cref="PhiloxBlock.Encrypt"/> of many blocks at once, on any device: words of 32 bits in int64, whose products wrap as those of ulong do.</summary>
internal static class PhiloxTensors
{
    /// <param name="count">Blocks: of the counters 0, 1, 2, ..., the other three words being 0.</param>
    /// <param name="low">(N, 1), int64: the low words of N keys.</param>
    /// <param name="high">(N, 1), int64.</param>
    /// <returns>(N, 4 * count), int64: the words of the first block, then of the second, ..., in the caller's dispose scope.</returns>
    public static Tensor Words(long count, Tensor low, Tensor high)
    {
        using var scope = NewDisposeScope();
        // On the CPU, as single numbers may be beside tensors of any device.
        Tensor[] numbers = [.. new long[] { 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85, 0xFFFFFFFF, 32 }.Select(static number => tensor(number))];
        var zero = zeros([1, 1], int64, low.device);
        Tensor[] words = [Range(count, int64, low.device).view(1, -1), zero, zero, zero];
        for (var round = 0; round < 10; round++)
        {
            var next = Round(words);
            foreach (var word in words)
                word.Dispose();
            words = next;
            (low, high) = (Low(low.Plus(numbers[2])), Low(high.Plus(numbers[3])));
        }

        return stack(words, -1).flatten(1).MoveToOuterDisposeScope();

        Tensor[] Round(Tensor[] words)
        {
            using var inner = NewDisposeScope();
            var (first, second) = (words[0] * numbers[0], words[2] * numbers[1]);
            Tensor[] next = [High(second).bitwise_xor(words[1]).bitwise_xor(low), Low(second), High(first).bitwise_xor(words[3]).bitwise_xor(high), Low(first)];
            foreach (var word in next)
                word.MoveToOuterDisposeScope();
            return next;
        }

        Tensor Low(Tensor product) => product.bitwise_and(numbers[4]);

        Tensor High(Tensor product) => Low(product.bitwise_right_shift(numbers[5]));
    }
}
