using System.Runtime.InteropServices;
using System.Text;

namespace SegTrain.Core.Images;

/// <summary>Decoding of all but PNG by OpenCV, through native/image.</summary>
internal static unsafe partial class ImageFile
{
    private const string Library = "segtrain_image";
    private const int Abi = 3;
    private const int ErrorCapacity = 512;

    private static readonly Lazy<bool> Loaded = new(CheckLibrary);

    public static partial string Decoder => Loaded.Value ? "OpenCV, through libsegtrain_image.so" : "";

    private static partial int Reduction(ImageHeader header, int width, int height)
    {
        var reduction = 8;
        while (reduction > 1 && ((header.StoredWidth + reduction - 1) / reduction < width || (header.StoredHeight + reduction - 1) / reduction < height))
            reduction /= 2;
        return reduction;
    }

    private static partial void Decode(ReadOnlySpan<byte> file, ImageHeader header, int reduction, Span<byte> pixels)
    {
        _ = Loaded.Value;
        var error = stackalloc byte[ErrorCapacity];
        int status;
        fixed (byte* bytes = file, into = pixels)
        {
            status = segtrain_image_decode(
                bytes, (nuint)file.Length, header.StoredWidth, header.StoredHeight, header.DecodedChannels, header.Bits, reduction, into, error, ErrorCapacity);
        }

        if (status != 0)
            throw new InvalidDataException(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(error)));
    }

    private static bool CheckLibrary()
    {
        int found;
        try
        {
            found = segtrain_image_abi();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new SegTrainException(
                ExitCode.Device,
                $"libsegtrain_image.so, which reads image files, does not load: {e.Message.Split('\n')[0]} Start ./segtrain, which builds it, or see 'segtrain doctor'.",
                e);
        }

        return found == Abi ? true : throw new SegTrainException(
            ExitCode.Device,
            $"libsegtrain_image.so beside the program has version {found}, this program needs {Abi}. Start ./segtrain, which builds it anew.");
    }

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static partial int segtrain_image_abi();

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static partial int segtrain_image_decode(
        byte* file, nuint length, int width, int height, int channels, int bits, int reduction, byte* pixels, byte* error, nuint errorCapacity);
}
