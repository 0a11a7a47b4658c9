using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine;

/// <summary>What the CUDA driver says of a device and TorchSharp has no API for.</summary>
internal static unsafe class CudaDriver
{
    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR.
    private const int Major = 75;
    private const int Minor = 76;

    private static readonly string s_library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <param name="index">The number of the device among those that CUDA_VISIBLE_DEVICES shows.</param>
    /// <returns>Such as (8, 0); null where there is no driver, or no such device.</returns>
    public static (int Major, int Minor)? ComputeCapability(int index)
    {
        if (!NativeLibrary.TryLoad(s_library, out var driver)) return null;
        var initialize = (delegate* unmanaged[Cdecl]<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var device = (delegate* unmanaged[Cdecl]<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
        var attribute = (delegate* unmanaged[Cdecl]<int*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetAttribute");
        int handle, major, minor;
        return initialize(0) == 0 && device(&handle, index) == 0 && attribute(&major, Major, handle) == 0 && attribute(&minor, Minor, handle) == 0
            ? (major, minor)
            : null;
    }
}
