using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SegTrain.Kernels;

/// <summary>AVX2.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public Vector256<float> Value => _value;

    public static int Count => Vector256<float>.Count;

    public static Lanes8 Load(float* from) => new(Vector256.Load(from));

    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes8 Relu(Lanes8 a) => new(Vector256.Max(a._value, Vector256<float>.Zero));

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

    public static Lanes8 IsLarger(Lanes8 a, Lanes8 b) => new(Vector256.GreaterThan(a._value, b._value) | ~Vector256.Equals(a._value, a._value));

    public static Lanes8 IsEqual(Lanes8 a, Lanes8 b) => new(Vector256.Equals(a._value, b._value));

    public static Lanes8 Choose(Lanes8 mask, Lanes8 a, Lanes8 b) => new(Vector256.ConditionalSelect(mask._value, a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadEven(float* from) => new(Vector256.Narrow(Vector256.Load((ulong*)from), Vector256.Load((ulong*)(from + Count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadOdd(float* from) => new(Vector256.Narrow(Vector256.Load((ulong*)from) >>> 32, Vector256.Load((ulong*)(from + Count)) >>> 32).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(Lanes8 even, Lanes8 odd, float* to)
    {
        var (first, second) = (Vector256.WidenLower(even._value.AsUInt32()), Vector256.WidenUpper(even._value.AsUInt32()));
        (first | (Vector256.WidenLower(odd._value.AsUInt32()) << 32)).Store((ulong*)to);
        (second | (Vector256.WidenUpper(odd._value.AsUInt32()) << 32)).Store((ulong*)(to + Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadBytes(byte* from)
    {
        var half = Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(from)).AsByte());
        return new(Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half)).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* to)
    {
        var whole = Vector256.ConvertToInt32Native(_value).AsUInt32();
        var half = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
        Unsafe.WriteUnaligned(to, Vector128.Narrow(half, half).AsUInt64().ToScalar());
    }

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector256.Sum(_value);
}
