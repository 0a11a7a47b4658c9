using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace SegTrain.LibTorch.Interop;

/// <summary>The C ABI of native/torch, name for name. A tensor handle (nint) owns one reference.</summary>
internal static unsafe partial class Native
{
    /// <summary>Must equal ABI_VERSION in native/torch/abi.h.</summary>
    internal const int AbiVersion = 4;

    internal const string Library = "segtrain_torch";

    [LibraryImport(Library)]
    internal static partial int segtrain_abi();

    [LibraryImport(Library)]
    private static partial byte* segtrain_error();

    [LibraryImport(Library)]
    internal static partial byte* segtrain_compiled_version();

    [LibraryImport(Library)]
    internal static partial byte* segtrain_build_settings();

    [LibraryImport(Library)]
    internal static partial byte* segtrain_library_path();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint segtrain_operator(string name, string overload);

    [LibraryImport(Library)]
    internal static partial int segtrain_call(nint op, NativeValue* arguments, int length, nint* results, int* count);

    [LibraryImport(Library)]
    internal static partial void segtrain_tensor_free(nint tensor);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_wrap(
        void* data, long* sizes, int rank, int dtype, delegate* unmanaged[Cdecl]<nint, void> release, nint context, nint* result);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_info(nint tensor, TensorInfo* info);

    [LibraryImport(Library)]
    internal static partial void segtrain_tensor_sizes(nint tensor, long* sizes);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_data(nint tensor, void** data);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_requires_grad(nint tensor, int value);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_backward(nint tensor);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_grad(nint tensor, nint* result);

    [LibraryImport(Library)]
    internal static partial int segtrain_tensor_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial int segtrain_get_threads();

    [LibraryImport(Library)]
    internal static partial void segtrain_set_threads(int count);

    [LibraryImport(Library)]
    internal static partial int segtrain_set_blas_threads(int count);

    [LibraryImport(Library)]
    internal static partial int segtrain_pool_tensors();

    [LibraryImport(Library)]
    internal static partial void segtrain_return_pages();

    [LibraryImport(Library)]
    internal static partial int segtrain_get_grad_mode();

    [LibraryImport(Library)]
    internal static partial void segtrain_set_grad_mode(int enabled);

    [LibraryImport(Library)]
    internal static partial int segtrain_manual_seed(long seed);

    [LibraryImport(Library)]
    internal static partial int segtrain_set_deterministic(int enabled);

    [LibraryImport(Library)]
    internal static partial int segtrain_allow_tf32(int allowed);

    [LibraryImport(Library)]
    internal static partial int segtrain_cuda_devices();

    /// <summary>Turns a failed call into the exception that TorchSharp throws, with LibTorch's text.</summary>
    /// <exception cref="ExternalException">The status is not zero.</exception>
    internal static void Check(int status)
    {
        if (status != 0) throw new ExternalException(Text(segtrain_error()));
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";
}

/// <summary>Mirrors TensorInfo in native/torch/tensor.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorInfo
{
    public long Elements;
    public int Rank;
    public int Type;
    public int DeviceType;
    public int DeviceIndex;
    public int Contiguous;
}
