namespace SegTrain.Kernels;

/// <summary>
/// A vector register of float32. A kernel is written once over this and compiled for each width, so that every width can be tested on a machine that has the
/// widest.
/// </summary>
/// <typeparam name="TSelf">The width.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Load(float* from);

    static abstract TSelf Broadcast(float value);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger of each lane and 0; what is not a number stays so.</summary>
    static abstract TSelf Relu(TSelf a);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>In every stretch of four lanes the rows a, b, c, d become columns: lane i of the result j is lane j of the row i.</summary>
    static abstract void Transpose(ref TSelf a, ref TSelf b, ref TSelf c, ref TSelf d);

    /// <summary>A mask of the lanes where a is above b or not a number.</summary>
    static abstract TSelf IsLarger(TSelf a, TSelf b);

    /// <summary>A mask of the lanes where both are the same.</summary>
    static abstract TSelf IsEqual(TSelf a, TSelf b);

    /// <summary>a in the lanes of a mask, b in the others.</summary>
    static abstract TSelf Choose(TSelf mask, TSelf a, TSelf b);

    /// <summary>Of twice as many numbers those at 0, 2, 4 and so on.</summary>
    static abstract TSelf LoadEven(float* from);

    /// <summary>Of twice as many numbers those at 1, 3, 5 and so on.</summary>
    static abstract TSelf LoadOdd(float* from);

    /// <summary>Writes twice as many numbers, those of both in turn.</summary>
    static abstract void StorePairs(TSelf even, TSelf odd, float* to);

    static abstract TSelf LoadBytes(byte* from);

    /// <summary>Writes whole numbers from 0 to 255, a byte each.</summary>
    void StoreBytes(byte* to);

    void Store(float* to);

    float Sum();
}
