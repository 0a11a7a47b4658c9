using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegTrain.Kernels;

/// <summary>AVX-512.</summary>
internal readonly unsafe struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    public static Lanes16 Load(float* from) => new(Vector512.Load(from));

    public static Lanes16 Broadcast(float value) => new(Vector512.Create(value));

    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes16 Relu(Lanes16 a) => new(Vector512.Max(a._value, Vector512<float>.Zero));

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

    public static Lanes16 IsLarger(Lanes16 a, Lanes16 b) => new(Vector512.GreaterThan(a._value, b._value) | ~Vector512.Equals(a._value, a._value));

    public static Lanes16 IsEqual(Lanes16 a, Lanes16 b) => new(Vector512.Equals(a._value, b._value));

    public static Lanes16 Choose(Lanes16 mask, Lanes16 a, Lanes16 b) => new(Vector512.ConditionalSelect(mask._value, a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 LoadEven(float* from) => new(Vector512.Narrow(Vector512.Load((ulong*)from), Vector512.Load((ulong*)(from + Count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 LoadOdd(float* from) => new(Vector512.Narrow(Vector512.Load((ulong*)from) >>> 32, Vector512.Load((ulong*)(from + Count)) >>> 32).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(Lanes16 even, Lanes16 odd, float* to)
    {
        var (first, second) = (Vector512.WidenLower(even._value.AsUInt32()), Vector512.WidenUpper(even._value.AsUInt32()));
        (first | (Vector512.WidenLower(odd._value.AsUInt32()) << 32)).Store((ulong*)to);
        (second | (Vector512.WidenUpper(odd._value.AsUInt32()) << 32)).Store((ulong*)(to + Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 LoadBytes(byte* from)
    {
        var (low, high) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(Vector128.Load(from)), Vector128.WidenUpper(Vector128.Load(from))));
        return new(Vector512.ConvertToSingle(Vector512.Create(low, high).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* to)
    {
        var whole = Vector512.ConvertToInt32Native(_value).AsUInt32();
        var half = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
        Vector128.Narrow(half.GetLower(), half.GetUpper()).Store(to);
    }

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector512.Sum(_value);
}
