using SegTrain.Core.Images;
using SegTrain.Core.Predict;
using SegTrain.Core.Trained;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;
using Serilog.Core;

namespace SegTrain.Tests.Cli;

public sealed class PredictCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;
    private SegTrainProgram _program = new();

    public PredictCommandTests()
    {
        _model = TrainedFile.Write(_folder["model"], classes: 3);
        foreach (var (name, seed) in (ReadOnlySpan<(string, int)>)[("photos/a.png", 1), ("photos/b.png", 2), ("photos/deep/a.png", 3)]) Picture(name, seed);
    }

    private string Photos => _folder["photos"];

    private string Masks => _folder["masks"];

    [Fact]
    public void A_folder_becomes_a_folder_of_masks_and_a_table()
    {
        Assert.Equal(0, Run(Photos, "--masks", "index"));
        Assert.Equal(["a.png", "b.png", "deep/a.png", "index.csv"], Left());
        var mask = ImageFile.Read(Path.Combine(Masks, "deep", "a.png"));
        Assert.Equal((20, 13, 1), (mask.Width, mask.Height, mask.Channels));
        Assert.All(mask.Samples, static index => Assert.InRange(index, 0, 2));
        var rows = File.ReadAllLines(Path.Combine(Masks, "index.csv"));
        Assert.Equal("image,mask,width,height,share[c0],share[c1],share[c2]", rows[0]);
        var shares = rows.Single(static row => row.Contains("deep")).Split(',')[4..].Select(double.Parse).ToArray();
        Assert.All(shares.Select(static (share, c) => (share, c)), pair => Assert.Equal(mask.Samples.Count(index => index == pair.c) / 260.0, pair.share, 1e-6));
        Assert.Matches(@"^3 images in \d+:\d\d \([\d.]+ a second\), masks in ", _program.Out);
    }

    [Fact]
    public void A_palette_has_the_colours_of_the_classes_and_their_indices()
    {
        Run(Photos, "--masks", "index");
        var index = ImageFile.Read(Path.Combine(Masks, "a.png"));
        Assert.Equal(0, Run(Photos, "--force"));
        var shown = ImageFile.Read(Path.Combine(Masks, "a.png"));
        (byte, byte, byte)[] colors = [(0, 0, 0), (0xE6, 0x19, 0x4B), (0x3C, 0xB4, 0x4B)];
        Assert.Equal(index.Samples.Select(c => colors[c]), shown.Samples.Chunk(3).Select(static pixel => (pixel[0], pixel[1], pixel[2])));
        Assert.Equal((byte)3, File.ReadAllBytes(Path.Combine(Masks, "a.png"))[25]);
    }

    [Fact]
    public void Overlays_and_probabilities_are_written_beside()
    {
        Assert.Equal(0, Run(Path.Combine(Photos, "a.png"), "--overlays", "--probabilities", "npy", "--masks", "index"));
        Assert.Equal(["a.npy", "a.overlay.png", "a.png", "index.csv"], Left());
        var npy = File.ReadAllBytes(Path.Combine(Masks, "a.npy"));
        var header = System.Text.Encoding.ASCII.GetString(npy.AsSpan(10, BitConverter.ToUInt16(npy, 8)));
        Assert.Contains("'descr': '<f4', 'fortran_order': False, 'shape': (3, 13, 20)", header);
        Assert.Equal(0, (10 + header.Length) % 64);
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(npy.AsSpan(10 + header.Length)).ToArray();
        Assert.Equal(3 * 260, numbers.Length);
        var (mask, image, overlay) = (ImageFile.Read(Path.Combine(Masks, "a.png")), ImageFile.Read(Path.Combine(Photos, "a.png")), ImageFile.Read(Path.Combine(Masks, "a.overlay.png")));
        for (var pixel = 0; pixel < 260; pixel++)
        {
            float[] said = [numbers[pixel], numbers[260 + pixel], numbers[520 + pixel]];
            Assert.Equal(1, said.Sum(), 1e-5f);
            Assert.Equal(said.Max(), said[mask.Samples[pixel]]);
            if (mask.Samples[pixel] == 0) Assert.Equal(image.Samples.AsSpan(3 * pixel, 3).ToArray(), overlay.Samples.AsSpan(3 * pixel, 3).ToArray());
            if (mask.Samples[pixel] == 1) Assert.Equal((image.Samples[3 * pixel] + 0xE6) / 2, overlay.Samples[3 * pixel]);
        }
    }

    [Fact]
    public void Labels_that_overlap_have_a_file_each()
    {
        var model = TrainedFile.Write(_folder["labels"], classes: 2, overlap: true, card: static card => card with { Classes = [card.Classes[0] with { Name = "cell wall" }, card.Classes[1]] });
        Assert.Equal(0, _program.Run("predict", model, Path.Combine(Photos, "a.png"), "--out", Masks, "--masks", "binary", "--probabilities", "png", "-q"));
        Assert.Equal(["a.c1.png", "a.c1.probability.png", "a.cell_wall.png", "a.cell_wall.probability.png", "index.csv"], Left());
        var (mask, probability) = (ImageFile.Read(Path.Combine(Masks, "a.c1.png")), ImageFile.Read(Path.Combine(Masks, "a.c1.probability.png")));
        Assert.Equal(16, probability.Bits);
        Assert.All(probability.Words.ToArray().Zip(mask.Samples).Where(static pair => pair.First is not (32767 or 32768)), static pair => Assert.Equal(pair.First > 32767 ? 255 : 0, pair.Second));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_and_the_others_are_done()
    {
        File.WriteAllText(Path.Combine(Photos, "ab.png"), "no picture");
        Assert.Equal(4, Run(Photos));
        Assert.Equal(["a.png", "b.png", "deep/a.png", "index.csv"], Left());
        Assert.Contains("ab.png: this is no PNG", _program.Error);
        Assert.EndsWith("1 of 4 images could not be predicted; they are named above\n", _program.Error);
    }

    [Fact]
    public void Bands_that_the_model_does_not_take_are_named_both()
    {
        _folder.Write("photos/bands.tif", new TiffFile(8, 8) { Samples = 5 }.Write(static (_, _, _) => 7));
        Assert.Equal(4, Run(Photos));
        Assert.Contains("bands.tif: the file has 5 bands, and the model takes 3 channels (RGB)", _program.Error);
    }

    [Fact]
    public void Grey_images_are_converted_and_it_is_said()
    {
        _folder.Grey("photos/grey.png", 4, 4, new byte[16]);
        Assert.Equal(0, _program.Run("predict", _model, Photos, "--out", Masks));
        Assert.Contains("1 images have 1 channels, and the model takes 3: they were converted", _program.Error);
    }

    [Theory]
    [InlineData("photos", "--out {0}: ", "lies there; masks among images would be taken for images the next time")]
    public void Masks_among_images_are_refused(string folder, string start, string end)
    {
        Assert.Equal(2, _program.Run("predict", _model, Photos, "--out", _folder[folder]));
        Assert.Contains(string.Format(start, _folder[folder]), _program.Error);
        Assert.Contains(end, _program.Error);
        Assert.False(File.Exists(Path.Combine(Photos, "index.csv")));
    }

    [Fact]
    public void Masks_that_are_there_are_written_over_on_demand_only()
    {
        Run(Photos);
        Assert.Equal(2, Run(Photos));
        Assert.Contains("a.png is there already; --force writes over it, --resume goes on", _program.Error);
        Assert.Equal(0, Run(Photos, "--force"));
    }

    [Fact]
    public void A_resumed_run_does_what_is_left()
    {
        Run(Photos);
        var kept = File.GetLastWriteTimeUtc(Path.Combine(Masks, "a.png"));
        File.Delete(Path.Combine(Masks, "b.png"));
        // As a killed run leaves it.
        File.AppendAllText(Path.Combine(Masks, "index.csv"), "half a ro");
        Assert.Equal(0, Run(Photos, "--resume"));
        Assert.Contains("1 images in", _program.Out);
        Assert.Contains("; 2 were done before", _program.Out);
        Assert.Equal(kept, File.GetLastWriteTimeUtc(Path.Combine(Masks, "a.png")));
        Assert.True(File.Exists(Path.Combine(Masks, "b.png")));
        Assert.DoesNotContain("half", File.ReadAllText(Path.Combine(Masks, "index.csv")));
    }

    [Fact]
    public void A_stopped_run_leaves_whole_files_only_and_says_how_to_go_on()
    {
        using var stop = new CancellationTokenSource();
        var request = new PredictRequest([_model], PredictInput.Find([Photos], static () => TextReader.Null, Masks), Masks, Force: false, Resume: false, "cpu", new());
        var stopped = Assert.Throws<OperationCanceledException>(() => PredictRun.Run(request, new Told(_ => stop.Cancel()), Logger.None, stop.Token));
        Assert.Equal("stopped after 1 of 3 images, whose masks are kept; go on with the same command and --resume", stopped.Message);
        Assert.Equal(["a.png", "index.csv"], Left());
        PredictRun.Run(request with { Resume = true }, new Told(static _ => { }), Logger.None, TestContext.Current.CancellationToken);
        Assert.Equal(["a.png", "b.png", "deep/a.png", "index.csv"], Left());
        Assert.Equal(4, File.ReadLines(Path.Combine(Masks, "index.csv")).Count());
    }

    [Fact]
    public void Two_runs_into_one_folder_are_refused()
    {
        using var other = PredictFolder.Open(Masks, ["image"], resume: false);
        Assert.Equal(3, Run(Photos));
        Assert.Contains("another segtrain is writing into this folder", _program.Error);
    }

    [Fact]
    public void Images_that_would_have_the_same_mask_are_refused()
    {
        File.Copy(Path.Combine(Photos, "a.png"), Path.Combine(Photos, "a.bmp"));
        Assert.Equal(2, Run(Photos));
        Assert.Contains($"these images would have the same mask; predict them into folders of their own: {Path.Combine(Photos, "a.bmp")} and {Path.Combine(Photos, "a.png")}", _program.Error);
        Assert.False(Directory.Exists(Masks));
    }

    [Fact]
    public void A_list_is_read_from_stdin_and_stays_within_the_folder()
    {
        _program = new() { In = $"{Path.Combine(Photos, "a.png")}\n\n{Path.Combine(Photos, "deep", "..", "b.png")}\n" };
        Assert.Equal(0, Run("-"));
        Assert.Equal(["a.png", "b.png", "index.csv"], Left());
    }

    [Fact]
    public void Patterns_are_understood()
    {
        Assert.Equal(0, Run(Path.Combine(Photos, "*.png")));
        Assert.Equal(["a.png", "b.png", "index.csv"], Left());
    }

    [Theory]
    [InlineData("nowhere", "nowhere does not exist; name a run, a checkpoint or its model.safetensors")]
    [InlineData("photos", "photos holds no model: neither model.safetensors nor checkpoints/best")]
    [InlineData("photos/a.png", "a.png is no model: ")]
    public void What_is_no_model_is_said(string model, string message)
    {
        Assert.Equal(4, _program.Run("predict", _folder[model], Photos, "--out", Masks));
        Assert.Contains(message, _program.Error);
        Assert.False(Directory.Exists(Masks));
    }

    [Fact]
    public void A_model_that_is_cut_short_is_said()
    {
        var bytes = File.ReadAllBytes(_model);
        File.WriteAllBytes(_model, bytes[..^100]);
        Assert.Equal(4, Run(Photos));
        Assert.Contains("model.safetensors: the model cannot be read", _program.Error);
    }

    [Fact]
    public void A_model_of_a_later_program_is_refused_with_both_versions()
    {
        var model = TrainedFile.Write(_folder["later"], card: static card => card with { Schema = ModelCard.CurrentSchema + 1, Version = "9.9.9" });
        Assert.Equal(4, _program.Run("predict", model, Photos, "--out", Masks));
        Assert.Matches(@"segtrain 9\.9\.9 wrote this model \(schema 2\), and this is segtrain \d+\.\d+\.\d+ \(schema 1\); use the later program", _program.Error);
    }

    [Theory]
    [InlineData("", "#FF0000")]
    [InlineData("cell", "")]
    [InlineData("cell", "red")]
    public void A_card_without_names_or_colours_is_refused(string name, string color)
    {
        var model = TrainedFile.Write(_folder["odd"], card: card => card with { Classes = [card.Classes[0], new(name, "1", color)] });
        Assert.Equal(4, _program.Run("predict", model, Photos, "--out", Masks));
        Assert.Contains("its card has a class without a name or a colour", _program.Error);
    }

    [Fact]
    public void Labels_whose_names_look_alike_in_files_keep_their_index()
    {
        var model = TrainedFile.Write(_folder["labels"], overlap: true, card: static card => card with { Classes = [card.Classes[0] with { Name = "a b" }, card.Classes[1] with { Name = "a/b" }] });
        Assert.Equal(0, _program.Run("predict", model, Path.Combine(Photos, "a.png"), "--out", Masks, "--device", "cpu", "-q"));
        Assert.Equal(["a.a_b-0.png", "a.a_b-1.png", "index.csv"], Left());
    }

    [Fact]
    public void A_file_that_two_images_would_leave_is_refused()
    {
        Picture("photos/a.overlay.png", 4);
        Assert.Equal(2, Run(Photos, "--overlays"));
        Assert.Contains("a.overlay.png would be written twice", _program.Error);
        Assert.False(Directory.Exists(Masks));
    }

    [Fact]
    public void Names_with_commas_and_quotes_are_found_again()
    {
        Picture("photos/c, \"d\".png", 5);
        Run(Photos);
        Assert.Equal(0, Run(Photos, "--resume"));
        Assert.Contains("; 4 were done before", _program.Out);
    }

    [Fact]
    public void Models_of_other_classes_do_not_answer_together()
    {
        var other = TrainedFile.Write(_folder["other"], classes: 4);
        Assert.Equal(2, Run(Photos, "--with", other));
        Assert.Contains("cannot answer together with", _program.Error);
        Assert.Contains("classes c0, c1, c2 there, c0, c1, c2, c3 here", _program.Error);
    }

    [Fact]
    public void Runs_of_a_group_answer_together()
    {
        foreach (var fold in (ReadOnlySpan<int>)[0, 1]) TrainedFile.Write(_folder[$"group/fold-{fold}/checkpoints/best"], classes: 3, seed: fold);
        Assert.Equal(0, _program.Run("predict", _folder["group"], Photos, "--out", Masks));
        Assert.Contains("3 images; 2 models of 3 classes", _program.Error);
    }

    [Fact]
    public void A_net_that_does_not_fit_its_file_is_refused_before_it_is_made()
    {
        var model = TrainedFile.Write(_folder["huge"]);
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(model));
        Assert.Contains("depth: 1", text);
        File.WriteAllBytes(model, System.Text.Encoding.Latin1.GetBytes(text.Replace("depth: 1", "depth: 8")));
        Assert.Equal(4, _program.Run("predict", model, Photos, "--out", Masks));
        Assert.Contains("the net that it describes is larger than the file", _program.Error);
    }

    [Theory]
    [InlineData("--threshold", "1", "--threshold: must be between 0 and 1")]
    [InlineData("--memory", "much", "--memory much: must be an amount of memory")]
    [InlineData("--tile", "3", "--tile: must be a whole number from 16")]
    [InlineData("--remove-small", "-1", "--remove-small: must be a number of pixels")]
    [InlineData("--masks", "binary", "--masks binary is for two classes, and the model has 3: c0, c1, c2")]
    public void Wrong_options_are_usage_errors(string option, string value, string message)
    {
        Assert.Equal(2, Run(Photos, option, value));
        Assert.Contains(message, _program.Error);
    }

    private int Run(params IEnumerable<string> arguments)
    {
        _program = new() { In = _program.In };
        return _program.Run(["predict", _model, .. arguments, "--out", Masks, "--device", "cpu", "-q"]);
    }

    private IReadOnlyList<string> Left() =>
        [.. Directory.GetFiles(Masks, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Masks, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private void Picture(string name, int seed)
    {
        var image = PixelImage.Allocate(20, 13, 3, 8);
        new Random(seed).NextBytes(image.Samples);
        _folder.Png(name, image);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Told(Action<PredictStep> told) : IProgress<PredictStep>
    {
        public void Report(PredictStep value) => told(value);
    }
}
