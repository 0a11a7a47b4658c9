using System.Runtime.InteropServices;
using SegTrain.LibTorch.Interop;

namespace TorchSharp;

public static partial class torch
{
    private static readonly Operator s_empty = new("aten::empty", "memory_format");
    private static readonly Operator s_zeros = new("aten::zeros");
    private static readonly Operator s_ones = new("aten::ones");
    private static readonly Operator s_full = new("aten::full");
    private static readonly Operator s_arange = new("aten::arange");
    private static readonly Operator s_zerosLike = new("aten::zeros_like");
    private static readonly Operator s_onesLike = new("aten::ones_like");
    private static readonly Operator s_cat = new("aten::cat");
    private static readonly Operator s_stack = new("aten::stack");
    private static readonly Operator s_where = new("aten::where", "self");

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_zeros.Call(size, dtype, Argument.None, device), requires_grad);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_ones.Call(size, dtype, Argument.None, device), requires_grad);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_empty.Call(size, dtype, Argument.None, device), requires_grad);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_full.Call(size, value, dtype, Argument.None, device), requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Leaf(s_arange.Call(stop, dtype, Argument.None, device), requires_grad);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_zerosLike.Call(input, dtype, Argument.None, device), requires_grad);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(s_onesLike.Call(input, dtype, Argument.None, device), requires_grad);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([], scalar, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied(rawArray, float32, dimensions, dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied(rawArray, float32, [rawArray.Length], dtype, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied(rawArray, float64, dimensions, dtype, device, requires_grad);

    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Copied(dataArray, int64, dimensions, dtype, device, requires_grad);

    /// <summary>A one-dimensional tensor over the array itself, which stays pinned while the tensor's memory is in use.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var elements = count >= 0 ? count : Buffer.ByteLength(rawArray) / dtype.ElementSize() - offset;
        nint result;
        var status = Native.segtrain_tensor_wrap(
            (byte*)pin.AddrOfPinnedObject() + offset * dtype.ElementSize(), &elements, 1, (int)dtype, &Release, GCHandle.ToIntPtr(pin), &result);
        if (status != 0) pin.Free();
        Native.Check(status);
        return Leaf(new Tensor(result), requires_grad);
    }

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => s_cat.Call((Tensor[])[.. tensors], dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => s_stack.Call((Tensor[])[.. tensors], dim);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => s_where.Call(condition, x, y);

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Release(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static Tensor Copied(Array source, ScalarType sourceType, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad)
    {
        using var wrapped = frombuffer(source, sourceType);
        using var shaped = wrapped.view(dimensions.ToArray());
        var type = dtype ?? sourceType;
        using var typed = shaped.to(type, copy: true);
        return Leaf(typed.to(device ?? CPU), requires_grad);
    }

    private static Tensor Leaf(Tensor made, bool requires_grad) => requires_grad ? made.requires_grad_() : made;
}
