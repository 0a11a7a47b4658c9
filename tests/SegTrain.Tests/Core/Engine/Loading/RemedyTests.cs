using System.Buffers.Binary;
using System.Text.RegularExpressions;
using SegTrain.Core.Engine.Loading;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>The program on a system whose libstdc++ is too old for TorchSharp's library, and on one where it is not, in processes of their own.</summary>
public sealed class RemedyTests : IDisposable
{
    private const string Why = "a copy whose reference to GLIBCXX_3.4.32 is weak, because this libstdc++ ends at GLIBCXX_3.4.";

    private readonly OutputCopy _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Two_that_start_together_in_a_fresh_folder_both_run_and_leave_one_copy()
    {
        OutputCopy.SkipUnlessNeeded();
        var before = File.ReadAllBytes(_output.Library);
        var both = new[] { _output.Doctor(), _output.Doctor() };
        Assert.All(both, doctor => Assert.Contains($"{Copy}: {Why}", OutputCopy.Report(doctor), StringComparison.Ordinal));

        Assert.Equal([Copy], _output.Copies);
        Assert.Equal(before, File.ReadAllBytes(_output.Library));
        Assert.Equal(WeakVersions.Of(_output.Library)!.Library, File.ReadAllBytes(Copy));
    }

    [Fact]
    public void A_second_start_changes_nothing()
    {
        OutputCopy.SkipUnlessNeeded();
        OutputCopy.Report(_output.Doctor());
        var (time, bytes) = (File.GetLastWriteTimeUtc(Copy), File.ReadAllBytes(Copy));
        var access = new FileInfo(_output.Library).LastWriteTimeUtc;
        Assert.Contains(Why, OutputCopy.Report(_output.Doctor()), StringComparison.Ordinal);
        Assert.Equal(time, File.GetLastWriteTimeUtc(Copy));
        Assert.Equal(access, new FileInfo(_output.Library).LastWriteTimeUtc);
        Assert.Equal(bytes, File.ReadAllBytes(Copy));
    }

    [Fact]
    public void A_damaged_copy_is_made_anew()
    {
        OutputCopy.SkipUnlessNeeded();
        OutputCopy.Report(_output.Doctor());
        var sound = File.ReadAllBytes(Copy);
        File.WriteAllBytes(Copy, sound[..(sound.Length / 2)]);
        OutputCopy.Report(_output.Doctor());
        Assert.Equal(sound, File.ReadAllBytes(Copy));
    }

    [Fact]
    public void In_a_folder_that_cannot_be_written_the_copy_is_in_the_users_cache()
    {
        OutputCopy.SkipUnlessNeeded();
        var script = OnReadOnly();
        var expected = $"{Regex.Escape(_output.Cache)}/segtrain/libraries/libLibTorchSharp.weak-[0-9a-f]{{8}}\\.so: {Regex.Escape(Why)}";
        Assert.All([_output.Doctor(script), _output.Doctor(script)], doctor => Assert.Matches(expected, OutputCopy.Report(doctor)));
        var copy = Assert.Single(_output.Copies);
        var time = File.GetLastWriteTimeUtc(copy);
        OutputCopy.Report(_output.Doctor(script));
        Assert.Equal(time, File.GetLastWriteTimeUtc(copy));
    }

    [Fact]
    public void Where_no_folder_can_be_written_the_program_says_what_to_do()
    {
        OutputCopy.SkipUnlessNeeded();
        File.WriteAllText(_output.Cache, "not a folder");
        var doctor = _output.Doctor(OnReadOnly());
        var report = doctor.StandardOutput.ReadToEnd();
        Assert.Equal((5, ""), doctor.Ended());
        Assert.Matches($"""
            LibTorch cannot be loaded: .*version `GLIBCXX_3\.4\.32' not found \(required by {_output.Library}\)
            A copy of it that needs less can be written nowhere:
            .*{_output.Natives}/libLibTorchSharp\.weak\.so.*
            .*{_output.Cache}.*
            Make one of these folders writable for one start, name another one by XDG_CACHE_HOME, or install the libstdc\+\+ of GCC 13 or newer\.
            """, report);
    }

    [Fact]
    public void A_full_disk_leaves_no_part_of_a_copy()
    {
        OutputCopy.SkipUnlessNeeded();
        // Half of the library, in blocks of 512 bytes. What the runtime itself writes for its compiled code would not fit either.
        var doctor = _output.Doctor("trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 2400; exec \"$@\"");
        var report = doctor.StandardOutput.ReadToEnd();
        Assert.Equal((5, ""), doctor.Ended());
        Assert.Contains("File too large", report, StringComparison.Ordinal);
        Assert.Empty(_output.Copies);
    }

    [Fact]
    public void A_library_that_is_not_understood_is_refused_and_nothing_is_written()
    {
        OutputCopy.SkipUnlessNeeded();
        // The loader does not look at sections.
        var bytes = File.ReadAllBytes(_output.Library);
        bytes[60] = bytes[61] = 0;
        Replace(bytes);
        var doctor = _output.Doctor();
        var report = doctor.StandardOutput.ReadToEnd();
        Assert.Contains("No copy of it that needs less can be made: the sections' headers outside the file", report, StringComparison.Ordinal);
        Assert.Equal((5, ""), doctor.Ended());
        Assert.Empty(_output.Copies);
    }

    /// <summary>The system's loader leaves functions for their first call, and would end the process then.</summary>
    [Fact]
    public void A_function_that_is_missing_is_an_error_of_loading()
    {
        var library = File.ReadAllBytes(_output.Library);
        // The last relocation is of a function: r_info is the second of its three words, and has the symbol in its upper half. A symbol, of 24 bytes,
        // begins with its name.
        var symbol = BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(RealLibrary.Section(library, type: 4, number: 1).End - 12));
        var name = BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(RealLibrary.Section(library, type: 11).Start + (24 * symbol)));
        library[RealLibrary.Section(library, type: 3).Start + name] = (byte)'!';
        Replace(library);
        var doctor = _output.Doctor();
        Assert.Matches(@"LibTorch cannot be loaded: \S+/libLibTorchSharp(\.weak)?\.so: undefined symbol: !Z", doctor.StandardOutput.ReadToEnd());
        Assert.Equal((5, ""), doctor.Ended());
    }

    /// <summary>What newer systems see: made here by a library that asks for no more than this system has.</summary>
    [Fact]
    public void Nothing_is_touched_where_the_library_loads_as_it_is()
    {
        if (EngineLibraries.Loaded.Refusal is not null) Replace(WeakVersions.Of(_output.Library)!.Library);
        Assert.Contains($"{_output.Library}: as it is", OutputCopy.Report(_output.Doctor()), StringComparison.Ordinal);
        Assert.Empty(_output.Copies);
        Assert.False(Directory.Exists(_output.Cache));
    }

    private string Copy => Path.ChangeExtension(_output.Library, ".weak.so");

    /// <summary>In place of the link to a file that others have, too.</summary>
    private void Replace(byte[] library)
    {
        File.Delete(_output.Library);
        File.WriteAllBytes(_output.Library, library);
    }

    /// <summary>A mount that goes with the process: root may write whatever permissions say.</summary>
    private string OnReadOnly()
    {
        var mounted = $"mount --bind '{_output.Program}' '{_output.Program}' && mount -o remount,bind,ro '{_output.Program}' || exit 97; ";
        var probe = _output.Doctor($"exec unshare -rm sh -c \"{mounted} exit 0\"").Ended();
        Assert.SkipUnless(probe.Code == 0, $"this user may not mount: {probe.Error}");
        return $"exec unshare -rm sh -c \"{mounted} exec \\\"\\$@\\\"\" sh \"$@\"";
    }
}
