using System.Runtime.Intrinsics;

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

    void Store(float* to);

    float Sum();
}

/// <summary>AVX-512.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    public static Lanes16 Load(float* from) => new(Vector512.Load(from));

    public static Lanes16 Broadcast(float value) => new(Vector512.Create(value));

    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes16 Relu(Lanes16 a) => new(Vector512.Max(a._value, Vector512<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector512.Sum(_value);
}

/// <summary>AVX2.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public static int Count => Vector256<float>.Count;

    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes8 Relu(Lanes8 a) => new(Vector256.Max(a._value, Vector256<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector256.Sum(_value);
}

/// <summary>NEON and SSE; on anything less the runtime computes lane by lane.</summary>
internal readonly unsafe struct Lanes4(Vector128<float> value) : ILanes<Lanes4>
{
    private readonly Vector128<float> _value = value;

    public static int Count => Vector128<float>.Count;

    public static Lanes4 Load(float* from) => new(Vector128.Load(from));

    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes4 Relu(Lanes4 a) => new(Vector128.Max(a._value, Vector128<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector128.Sum(_value);
}
