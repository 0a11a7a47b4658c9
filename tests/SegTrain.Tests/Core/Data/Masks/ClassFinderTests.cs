using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Data.Masks;

public sealed class ClassFinderTests
{
    [Theory]
    [InlineData(new byte[] { 0, 255, 255, 0 }, "0", "255")]
    [InlineData(new byte[] { 1, 0, 0, 0 }, "0", "1")]
    [InlineData(new byte[] { 7, 3, 7, 7 }, "3", "7")]
    public void Two_values_are_background_and_foreground(byte[] mask, string background, string foreground)
    {
        var (encoding, found) = Find(new(), Grey(mask));
        Assert.Equal([("background", background), ("foreground", foreground)], found.Classes.Select(static item => (item.Name, item.Value)));
        Assert.Equal(("two-valued", $"two values: {background}, {foreground}"), (encoding, found.Reason));
        Assert.Equal([foreground, background], Find(new() { Invert = true }, Grey(mask)).Classes.Classes.Select(static item => item.Value));
    }

    [Fact]
    public void More_grey_levels_become_numbered_classes_and_255_beside_them_void()
    {
        var (encoding, found) = Find(new(), Grey(0, 2, 1, 255));
        Assert.Equal("class index", encoding);
        Assert.Equal(["class 0", "class 1", "class 2"], found.Classes.Select(static item => item.Name));
        Assert.Equal(["255"], found.Ignored);
        Assert.Equal(["background", "foreground"], Find(new(), Grey(0, 1, 255)).Classes.Classes.Select(static item => item.Name));

        // Grey levels spread over the range are classes, white included.
        Assert.Equal(["0", "128", "255"], Values(Find(new(), Grey(0, 128, 255, 255))));
    }

    [Fact]
    public void Indices_of_16_bits_have_their_own_void()
    {
        var words = PixelImage.Allocate(4, 1, 1, 16);
        ((ReadOnlySpan<ushort>)[0, 300, 301, 65535]).CopyTo(words.Words);
        Assert.Equal(["0", "300", "301", "65535"], Values(Find(new(), words)));
        ((ReadOnlySpan<ushort>)[0, 1, 2, 65535]).CopyTo(words.Words);
        Assert.Equal(["65535"], Find(new(), words).Classes.Ignored);
    }

    [Fact]
    public void Colours_are_classes_whatever_files_of_the_set_are_grey()
    {
        var colors = new PixelImage(3, 1, 3, 8, [0, 0, 0, 200, 10, 20, 60, 16, 152]);
        var found = Find(new(), colors, Grey(0, 0, 0));
        Assert.Equal("colours", found.Encoding);
        Assert.Equal(["0", "#3C1098", "#C80A14"], Values(found));
        Assert.Contains("3 colours", found.Classes.Reason);
    }

    [Fact]
    public void The_VOC_palette_orders_its_classes_by_place_and_ignores_its_border()
    {
        // Places 0, 2, 1, 15 and 255 by the development kit's table: black, green, red, (192, 128, 128), (224, 224, 192).
        var voc = new PixelImage(5, 1, 3, 8, [0, 0, 0, 0, 128, 0, 128, 0, 0, 192, 128, 128, 224, 224, 192]);
        var (encoding, found) = Find(new(), voc);
        Assert.Equal("VOC palette", encoding);
        Assert.Equal([("class 0", "0"), ("class 1", "#800000"), ("class 2", "#008000"), ("class 15", "#C08080")], found.Classes.Select(static item => (item.Name, item.Value)));
        Assert.Equal(["#E0E0C0"], found.Ignored);

        // One other colour, and they are colours like any.
        var other = new PixelImage(6, 1, 3, 8, [.. voc.Samples, 1, 2, 3]);
        Assert.Equal("colours", Find(new(), other).Encoding);
    }

    [Fact]
    public void Black_and_white_through_JPEG_is_cut_in_the_middle()
    {
        var mask = new byte[1000];
        mask.AsSpan(700).Fill(255);
        for (var i = 0; i < 20; i++)
            (mask[i], mask[999 - i]) = ((byte)i, (byte)(255 - i));
        var (encoding, found) = Find(new(), ImageFormat.Jpeg, Grey(mask));
        Assert.Equal("two-valued through JPEG", encoding);
        Assert.Equal([("background", "0-127"), ("foreground", "128-255")], found.Classes.Select(static item => (item.Name, item.Value)));
        Assert.Equal("128-255", Find(new() { Invert = true }, ImageFormat.Jpeg, Grey(mask)).Classes.Classes[0].Value);

        // As many grey pixels as white ones are no edges, and in a PNG file the same values may be meant.
        mask.AsSpan(400, 300).Fill(128);
        Assert.Contains("data:", Fails(new(), ImageFormat.Jpeg, Grey(mask)));
    }

    [Fact]
    public void Colours_through_JPEG_are_classes_with_a_tolerance_that_the_message_names()
    {
        var noise = new Random(1);
        byte[][] classes = [[20, 20, 20], [230, 30, 30], [30, 60, 220]];
        byte[] Noisy(int place) => [.. classes[place < 6000 ? 1 : place < 9000 ? 0 : 2].Select(value => (byte)(value + noise.Next(-9, 10)))];
        var mask = new PixelImage(100, 100, 3, 8, [.. Enumerable.Range(0, 10_000).SelectMany(Noisy)]);
        var message = Fails(new(), ImageFormat.Jpeg, mask);
        var advised = Load(message[message.IndexOf("data:", StringComparison.Ordinal)..]).Run.Data;
        Assert.Equal((3, StrayPolicy.Nearest), (advised.Classes.Count, advised.Stray));
        ClassRules.Check(advised);

        // Most frequent first, so the red ones are class 0.
        var map = new ClassMap([.. advised.Classes.Select(static item => ValueRange.Parse(item.Value!))], [], advised.Tolerance, advised.Stray);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(static place => place < 6000 ? (byte)0 : place < 9000 ? (byte)1 : (byte)2), map.Encode(mask, "m"));
        Assert.Equal(3, Find(new() { Tolerance = 48 }, ImageFormat.Jpeg, mask).Classes.Classes.Count);
    }

    [Fact]
    public void Nothing_to_learn_is_an_error()
    {
        Assert.Contains("value 4", Fails(new(), Grey(4, 4), Grey(4)));
        Assert.Contains("ignored", Fails(new() { Ignore = ["4"] }, Grey(4, 4)));
    }

    [Fact]
    public void Smoothed_edges_are_an_error_whose_configuration_mends_it()
    {
        var smooth = new byte[10_000];
        smooth.AsSpan(4_000).Fill(255);
        for (var i = 0; i < 20; i++)
            smooth[i] = (byte)(i * 12);
        var message = Fails(new(), Grey(smooth));
        var advised = Load(message[message.IndexOf("data:", StringComparison.Ordinal)..]).Run.Data;
        Assert.Equal(["128-255", "0-127"], advised.Classes.Select(static item => item.Value));
    }

    [Fact]
    public void Smoothed_colours_are_recognised_by_lying_between_others()
    {
        byte[] Mix(int share) => [(byte)(240 * share / 20), (byte)(200 - (180 * share / 20)), (byte)(3 * share)];
        var mask = new PixelImage(2019, 1, 3, 8, [.. Enumerable.Range(0, 2019).SelectMany(i => Mix(i < 1000 ? 0 : i < 2000 ? 20 : i - 1999))]);
        Assert.Contains("smoothed", Fails(new(), mask));

        // As many rare colours anywhere else are rare classes.
        var random = new Random(3);
        var rare = new PixelImage(2019, 1, 3, 8, [.. mask.Samples[..6000], .. Enumerable.Range(0, 57).Select(_ => (byte)random.Next(256))]);
        Assert.Equal(21, Find(new(), rare).Classes.Classes.Count);
    }

    [Fact]
    public void Numbers_of_objects_are_not_taken_for_classes()
    {
        var objects = PixelImage.Allocate(2000, 1, 1, 16);
        for (var i = 0; i < 2000; i++)
            objects.Words[i] = (ushort)(i / 2);
        Assert.Contains("{ name: object, value: '1-65535' }", Fails(new(), objects));
    }

    [Fact]
    public void What_is_proposed_leaves_out_what_is_ignored()
    {
        byte[] mask = [.. Enumerable.Repeat((byte)0, 500), .. Enumerable.Repeat((byte)200, 500), .. Enumerable.Range(0, 201).Select(static i => (byte)i)];
        Assert.Contains("-254'", Fails(new() { Ignore = ["255"] }, Grey(mask)));
        Assert.Contains("-255'", Fails(new(), Grey(mask)));
    }

    [Fact]
    public void Photographs_are_not_taken_for_masks()
    {
        var photo = PixelImage.Allocate(300, 300, 3, 8);
        new Random(1).NextBytes(photo.Samples);
        var message = Fails(new(), photo);
        Assert.Contains("or more different values", message);
        Assert.Contains("photographs", message);
    }

    [Fact]
    public void Evenly_spread_indices_are_not_taken_for_edges()
    {
        var indices = Enumerable.Range(0, 1000).Select(static i => (byte)(i < 700 ? 0 : i < 900 ? 19 : i % 20)).ToArray();
        Assert.Equal(20, Find(new(), Grey(indices)).Classes.Classes.Count);
    }

    [Fact]
    public void Only_two_classes_can_be_inverted() =>
        Assert.Contains("3 classes", Fails(new() { Invert = true }, Grey(0, 1, 2)));

    [Fact]
    public void Contradictions_in_the_configuration_are_refused_together()
    {
        var config = new DataConfig { Classes = [Named("a", "0-5"), Named("a", "#12345"), new() { Name = "c", Value = "9", Color = "red" }], Ignore = ["3"], Invert = true };
        var error = Assert.Throws<SegTrainException>(() => ClassRules.Check(config));
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.Contains("'#12345'", error.Message);
        Assert.Contains("'3' of data.ignore belongs to class 'a'", error.Message);
        Assert.Contains("'a' is used 2 times", error.Message);
        Assert.Contains("'red'", error.Message);
        Assert.Contains("data.invert", error.Message);
        Assert.Contains("1 entries", Assert.Throws<SegTrainException>(() => ClassRules.Check(new() { Classes = [Named("a", "0")] })).Message);
        Assert.Contains("data.stray", Assert.Throws<SegTrainException>(() => ClassRules.Check(new() { Stray = StrayPolicy.Ignore })).Message);
    }

    private static ClassConfig Named(string name, string value) => new() { Name = name, Value = value };

    private static PixelImage Grey(params byte[] samples) => new(samples.Length, 1, 1, 8, samples);

    private static IEnumerable<string?> Values((string Encoding, FoundClasses Classes) found) => found.Classes.Classes.Select(static item => item.Value);

    private static (string Encoding, FoundClasses Classes) Find(DataConfig config, params PixelImage[] masks) => Find(config, ImageFormat.Png, masks);

    private static (string Encoding, FoundClasses Classes) Find(DataConfig config, ImageFormat format, params PixelImage[] masks)
    {
        var table = new ValueTable();
        foreach (var mask in masks)
            table.Add(format, ValueTable.Histogram(mask));
        return ClassFinder.Find(config, table);
    }

    private static string Fails(DataConfig config, params PixelImage[] masks) => Fails(config, ImageFormat.Png, masks);

    private static string Fails(DataConfig config, ImageFormat format, params PixelImage[] masks)
    {
        var error = Assert.Throws<SegTrainException>(() => Find(config, format, masks));
        Assert.Equal(ExitCode.Data, error.Code);
        return error.Message;
    }
}
