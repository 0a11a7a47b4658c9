using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SegTrain.Kernels;

/// <summary>NEON and SSE; on anything less the runtime computes lane by lane.</summary>
internal readonly unsafe struct Lanes4(Vector128<float> value) : ILanes<Lanes4>
{
    private readonly Vector128<float> _value = value;

    public Vector128<float> Value => _value;

    public static int Count => Vector128<float>.Count;

    public static Lanes4 Load(float* from) => new(Vector128.Load(from));

    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    public static Lanes4 Relu(Lanes4 a) => new(Vector128.Max(a._value, Vector128<float>.Zero));

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

    public static Lanes4 IsLarger(Lanes4 a, Lanes4 b) => new(Vector128.GreaterThan(a._value, b._value) | ~Vector128.Equals(a._value, a._value));

    public static Lanes4 IsEqual(Lanes4 a, Lanes4 b) => new(Vector128.Equals(a._value, b._value));

    public static Lanes4 Choose(Lanes4 mask, Lanes4 a, Lanes4 b) => new(Vector128.ConditionalSelect(mask._value, a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadEven(float* from) => new(Vector128.Narrow(Vector128.Load((ulong*)from), Vector128.Load((ulong*)(from + Count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadOdd(float* from) => new(Vector128.Narrow(Vector128.Load((ulong*)from) >>> 32, Vector128.Load((ulong*)(from + Count)) >>> 32).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(Lanes4 even, Lanes4 odd, float* to)
    {
        var (first, second) = (Vector128.WidenLower(even._value.AsUInt32()), Vector128.WidenUpper(even._value.AsUInt32()));
        (first | (Vector128.WidenLower(odd._value.AsUInt32()) << 32)).Store((ulong*)to);
        (second | (Vector128.WidenUpper(odd._value.AsUInt32()) << 32)).Store((ulong*)(to + Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadBytes(byte* from)
    {
        var half = Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(from)).AsByte());
        return new(Vector128.ConvertToSingle(Vector128.WidenLower(half).AsInt32()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBytes(byte* to)
    {
        var whole = Vector128.ConvertToInt32Native(_value).AsUInt32();
        var half = Vector128.Narrow(whole, whole);
        Unsafe.WriteUnaligned(to, Vector128.Narrow(half, half).AsUInt32().ToScalar());
    }

    public void Store(float* to) => _value.Store(to);

    public float Sum() => Vector128.Sum(_value);
}
