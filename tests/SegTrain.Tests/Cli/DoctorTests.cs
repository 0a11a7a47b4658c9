using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void As_many_threads_are_used_as_the_user_asked_OpenMP_for()
    {
        using var doctor = RealProgram.StartBy(_folder.Path, "OMP_NUM_THREADS=3 exec \"$@\"", "doctor");
        Assert.Matches(@"(?m)^threads +3 OpenMP", doctor.StandardOutput.ReadToEnd());
        Assert.Equal(0, doctor.Ended().Code);
    }
}
