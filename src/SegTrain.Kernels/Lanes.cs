using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>In every stretch of four lanes the rows a, b, c, d become columns: lane i of the result j is lane j of the row i.</summary>
    static abstract void Transpose(ref TSelf a, ref TSelf b, ref TSelf c, ref TSelf d);

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

    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a._value + b._value);

    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Lanes16 a, ref Lanes16 b, ref Lanes16 c, ref Lanes16 d)
    {
        if (Avx512F.IsSupported)
        {
            var (low, high) = (Avx512F.UnpackLow(a._value, b._value).AsDouble(), Avx512F.UnpackHigh(a._value, b._value).AsDouble());
            var (lower, higher) = (Avx512F.UnpackLow(c._value, d._value).AsDouble(), Avx512F.UnpackHigh(c._value, d._value).AsDouble());
            a = new(Avx512F.UnpackLow(low, lower).AsSingle());
            b = new(Avx512F.UnpackHigh(low, lower).AsSingle());
            c = new(Avx512F.UnpackLow(high, higher).AsSingle());
            d = new(Avx512F.UnpackHigh(high, higher).AsSingle());
            return;
        }
        var (a0, b0, c0, d0) = (new Lanes8(a._value.GetLower()), new Lanes8(b._value.GetLower()), new Lanes8(c._value.GetLower()), new Lanes8(d._value.GetLower()));
        var (a1, b1, c1, d1) = (new Lanes8(a._value.GetUpper()), new Lanes8(b._value.GetUpper()), new Lanes8(c._value.GetUpper()), new Lanes8(d._value.GetUpper()));
        Lanes8.Transpose(ref a0, ref b0, ref c0, ref d0);
        Lanes8.Transpose(ref a1, ref b1, ref c1, ref d1);
        (a, b) = (new(Vector512.Create(a0.Value, a1.Value)), new(Vector512.Create(b0.Value, b1.Value)));
        (c, d) = (new(Vector512.Create(c0.Value, c1.Value)), new(Vector512.Create(d0.Value, d1.Value)));
    }

    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes16 Relu(Lanes16 a) => new(Vector512.Max(a._value, Vector512<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector512.Sum(_value);
}

/// <summary>AVX2.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public Vector256<float> Value => _value;

    public static int Count => Vector256<float>.Count;

    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._value + b._value);

    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Lanes8 a, ref Lanes8 b, ref Lanes8 c, ref Lanes8 d)
    {
        if (Avx.IsSupported)
        {
            var (low, high) = (Avx.UnpackLow(a._value, b._value).AsDouble(), Avx.UnpackHigh(a._value, b._value).AsDouble());
            var (lower, higher) = (Avx.UnpackLow(c._value, d._value).AsDouble(), Avx.UnpackHigh(c._value, d._value).AsDouble());
            a = new(Avx.UnpackLow(low, lower).AsSingle());
            b = new(Avx.UnpackHigh(low, lower).AsSingle());
            c = new(Avx.UnpackLow(high, higher).AsSingle());
            d = new(Avx.UnpackHigh(high, higher).AsSingle());
            return;
        }
        var (a0, b0, c0, d0) = (new Lanes4(a._value.GetLower()), new Lanes4(b._value.GetLower()), new Lanes4(c._value.GetLower()), new Lanes4(d._value.GetLower()));
        var (a1, b1, c1, d1) = (new Lanes4(a._value.GetUpper()), new Lanes4(b._value.GetUpper()), new Lanes4(c._value.GetUpper()), new Lanes4(d._value.GetUpper()));
        Lanes4.Transpose(ref a0, ref b0, ref c0, ref d0);
        Lanes4.Transpose(ref a1, ref b1, ref c1, ref d1);
        (a, b) = (new(Vector256.Create(a0.Value, a1.Value)), new(Vector256.Create(b0.Value, b1.Value)));
        (c, d) = (new(Vector256.Create(c0.Value, c1.Value)), new(Vector256.Create(d0.Value, d1.Value)));
    }

    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes8 Relu(Lanes8 a) => new(Vector256.Max(a._value, Vector256<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector256.Sum(_value);
}

/// <summary>NEON and SSE; on anything less the runtime computes lane by lane.</summary>
internal readonly unsafe struct Lanes4(Vector128<float> value) : ILanes<Lanes4>
{
    private readonly Vector128<float> _value = value;

    public Vector128<float> Value => _value;

    public static int Count => Vector128<float>.Count;

    public static Lanes4 Load(float* from) => new(Vector128.Load(from));

    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._value + b._value);

    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Lanes4 a, ref Lanes4 b, ref Lanes4 c, ref Lanes4 d)
    {
        if (Sse2.IsSupported)
        {
            var (low, high) = (Sse.UnpackLow(a._value, b._value).AsDouble(), Sse.UnpackHigh(a._value, b._value).AsDouble());
            var (lower, higher) = (Sse.UnpackLow(c._value, d._value).AsDouble(), Sse.UnpackHigh(c._value, d._value).AsDouble());
            a = new(Sse2.UnpackLow(low, lower).AsSingle());
            b = new(Sse2.UnpackHigh(low, lower).AsSingle());
            c = new(Sse2.UnpackLow(high, higher).AsSingle());
            d = new(Sse2.UnpackHigh(high, higher).AsSingle());
            return;
        }
        if (AdvSimd.Arm64.IsSupported)
        {
            var (low, high) = (AdvSimd.Arm64.ZipLow(a._value, b._value).AsDouble(), AdvSimd.Arm64.ZipHigh(a._value, b._value).AsDouble());
            var (lower, higher) = (AdvSimd.Arm64.ZipLow(c._value, d._value).AsDouble(), AdvSimd.Arm64.ZipHigh(c._value, d._value).AsDouble());
            a = new(AdvSimd.Arm64.ZipLow(low, lower).AsSingle());
            b = new(AdvSimd.Arm64.ZipHigh(low, lower).AsSingle());
            c = new(AdvSimd.Arm64.ZipLow(high, higher).AsSingle());
            d = new(AdvSimd.Arm64.ZipHigh(high, higher).AsSingle());
            return;
        }
        var (v, w, x, y) = (a._value, b._value, c._value, d._value);
        a = new(Vector128.Create(v[0], w[0], x[0], y[0]));
        b = new(Vector128.Create(v[1], w[1], x[1], y[1]));
        c = new(Vector128.Create(v[2], w[2], x[2], y[2]));
        d = new(Vector128.Create(v[3], w[3], x[3], y[3]));
    }

    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes4 Relu(Lanes4 a) => new(Vector128.Max(a._value, Vector128<float>.Zero));

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector128.Sum(_value);
}
