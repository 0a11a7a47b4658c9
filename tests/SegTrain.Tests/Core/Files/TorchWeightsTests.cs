using System.Diagnostics;
using SegTrain.Core;
using SegTrain.Core.Files;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Models;
using SegTrain.Tests.Support;
using Serilog.Core;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Files;

/// <summary>Files that PyTorch wrote just now, where there is one.</summary>
public sealed class TorchWeightsTests(TorchWeightsTests.Files files) : IClassFixture<TorchWeightsTests.Files>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>11.7 million numbers as a ResNet-18 of ImageNet has them, 47 MB, and beside them what numbers must be compared by: the same as plain bytes.</summary>
    [Fact]
    public void Every_number_of_a_large_file_is_read()
    {
        var (found, expected) = (TorchWeights.Contents(files["large.pth"]), File.ReadAllBytes(files["numbers"]));
        Assert.Equal(47_185_920, expected.Length);
        Assert.Equal([.. Enumerable.Range(0, 5).Select(static i => $"layer{i}.weight")], found.Keys);
        var from = 0;
        foreach (var stored in found.Values)
        {
            Assert.Equal("F32 (512, 512, 3, 3)", stored.ToString());
            using var read = stored.Read();
            Assert.True(expected.AsSpan(from, read.bytes.Length).SequenceEqual(read.bytes));
            from += read.bytes.Length;
        }
        Assert.Equal(expected.Length, from);
    }

    [Fact]
    public void Other_floats_views_parameters_and_whole_numbers_are_read_as_they_are()
    {
        var found = TorchWeights.Contents(files["many.pth"]);
        Assert.Equal("I64 ()", found["count"].ToString());
        Assert.False(found["count"].IsReal);
        float[] all = [.. Enumerable.Range(0, 12).Select(static i => (float)i)];
        foreach (var (name, type) in (ReadOnlySpan<(string, string)>)[("half", "F16"), ("brain", "BF16"), ("double", "F64"), ("trained", "F32"), ("last", "F32")])
        {
            Assert.Equal(type, found[name].Type);
            Assert.Equal(all, Numbers(name));
        }
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], Numbers("turned"));
        Assert.Equal([4, 3], found["turned"].Shape);
        Assert.Equal([6, 10], Numbers("part"));

        float[] Numbers(string name)
        {
            using var scope = NewDisposeScope();
            return NetFixture.Numbers(found[name].Read().to(float32));
        }
    }

    /// <summary>What would be run where the file is opened by pickle.load leaves a file; here it leaves none.</summary>
    [Fact]
    public void A_file_that_would_run_code_is_refused_and_does_nothing()
    {
        Assert.Contains("posix.system, which is neither a tensor nor a plain value; save the weights alone, by torch.save(model.state_dict(), path)", Refused(files["bad.pth"]));
        Assert.False(File.Exists(files["ran"]));
    }

    [Fact]
    public void Older_damaged_and_other_files_are_refused_with_what_to_do()
    {
        Assert.Contains("save it anew: torch.save(torch.load(path), path)", Refused(files["old.pth"]));
        Assert.Contains("it holds several sets of weights (a, b)", Refused(files["two.pth"]));
        Assert.Contains("it holds no dictionary of tensors", Refused(files["none.pth"]));
        Assert.Contains("torch.nn.modules.linear.Linear, which is neither a tensor", Refused(files["module.pth"]));
        var whole = File.ReadAllBytes(files["whole.pth"]);
        foreach (var length in (int[])[5, 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(_folder.File("cut.pth"), whole[..length]);
            Assert.Contains("cannot be read: ", Refused(_folder.File("cut.pth")));
        }
        // No byte of it makes anything but a sound file or a refusal.
        for (var i = 0; i < whole.Length; i += 3)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x15;
            File.WriteAllBytes(_folder.File("damaged.pth"), damaged);
            try
            {
                foreach (var stored in TorchWeights.Contents(_folder.File("damaged.pth")).Values.Where(static one => one.IsReal)) stored.Read().Dispose();
            }
            catch (Exception refused) when (refused is InvalidDataException or IOException)
            {
            }
        }
    }

    /// <summary>From a file of PyTorch into a net, by a map.</summary>
    [Fact]
    public void A_net_begins_with_weights_of_PyTorch()
    {
        using var net = NetFixture.Net(NetFixture.Small);
        File.WriteAllText(_folder.File("map"), "* = net.*\n");
        FirstWeights.Load(new() { Weights = files["net.pth"], WeightsMap = _folder.File("map") }, net.Parameters, Logger.None);
        Assert.All(net.Parameters.All, static one => Assert.All(NetFixture.Numbers(one.Value), static number => Assert.Equal(0.25f, number)));
    }

    private static string Refused(string file)
    {
        using var net = NetFixture.Net(NetFixture.Small);
        var refused = Assert.Throws<SegTrainException>(() => FirstWeights.Load(new() { Weights = file }, net.Parameters, Logger.None));
        Assert.Equal(ExitCode.Data, refused.Code);
        return refused.Message;
    }

    /// <summary>Written by one start of Python.</summary>
    public sealed class Files : IDisposable
    {
        private const string Python = "/usr/bin/python3";

        private readonly TemporaryFolder _folder = new();
        private readonly string? _missing;

        public Files()
        {
            using var net = NetFixture.Net(NetFixture.Small);
            var like = string.Join(", ", net.Parameters.All.Select(static one => $"'net.{one.Name}': torch.full([{string.Join(", ", one.Shape)}], 0.25).half()"));
            if (!File.Exists(Python))
            {
                _missing = $"there is no {Python}";
                return;
            }
            using var python = Process.Start(new ProcessStartInfo(Python, ["-c", Script + $"torch.save({{{like}}}, 'net.pth')"]) { WorkingDirectory = _folder.Path, RedirectStandardError = true })!;
            var error = python.StandardError.ReadToEnd();
            python.WaitForExit();
            if (error.Contains("No module named 'torch'", StringComparison.Ordinal)) _missing = $"{Python} has no PyTorch";
            else Assert.True(python.ExitCode == 0, error);
        }

        public string this[string name]
        {
            get
            {
                Assert.SkipUnless(_missing is null, _missing ?? "");
                return _folder.File(name);
            }
        }

        public void Dispose() => _folder.Dispose();

        private const string Script =
            """
            import collections, os, torch

            sd = collections.OrderedDict((f'layer{i}.weight', torch.randn(512, 512, 3, 3)) for i in range(5))
            torch.save(sd, 'large.pth')
            open('numbers', 'wb').write(b''.join(t.numpy().tobytes() for t in sd.values()))

            a = torch.arange(12.).reshape(3, 4)
            torch.save({'epoch': -300, 'rate': 0.5, 'note': 'x', 'none': None, 'list': [1, 2], 'big': 2**40, 'state_dict': collections.OrderedDict(
                turned=a.t(), part=a[1:, 2], half=a.half(), brain=a.bfloat16(), double=a.double(), trained=torch.nn.Parameter(a), count=torch.tensor(7), last=a[None])}, 'many.pth')

            class Bad:
                def __reduce__(self): return (os.system, ('touch ran',))
            torch.save({'w': torch.ones(2), 'bad': Bad()}, 'bad.pth')

            sd = {'w': torch.ones(100)}
            torch.save(sd, 'old.pth', _use_new_zipfile_serialization=False)
            torch.save(sd, 'whole.pth')
            torch.save({'a': sd, 'b': sd}, 'two.pth')
            torch.save([1], 'none.pth')
            torch.save(torch.nn.Linear(1, 1), 'module.pth')

            """;
    }
}
