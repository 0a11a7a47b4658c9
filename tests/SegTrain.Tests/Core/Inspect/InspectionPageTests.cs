using System.Xml.Linq;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Inspect;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Inspect;

public sealed class InspectionPageTests : IDisposable
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_is_well_formed_and_whole_and_needs_no_other_file()
    {
        Pair("{0}/a & <b>.png", 0, 255, 255, 255);
        Pair("{0}/c.png", 255, 0, 0, 0);
        _folder.Grey("images/lonely.png", 1, 1, 0);
        var page = Page(new() { Path = _folder.Path });
        var text = page.ToString();
        Assert.Contains("Not ready", text);
        Assert.Contains("a &amp; &lt;b&gt;", text);
        Assert.Contains("images/lonely.png", text);
        Assert.Empty(page.Descendants(Html + "script").Concat(page.Descendants(Html + "link")));
        var pictures = page.Descendants(Html + "img").ToList();
        Assert.Equal(2, pictures.Count);
        Assert.All(pictures, static picture => Assert.StartsWith("data:image/png;base64,", picture.Attribute("src")!.Value));
        Assert.Contains("color-scheme: light dark", text);
        Assert.Equal(["page.html"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_picture_shows_the_image_and_beside_it_its_classes()
    {
        Pair("{0}/a.png", 0, 1, 2, 3);
        Pair("{0}/b.png", 0, 1, 1, 1);
        ClassConfig[] classes = [new() { Name = "x", Value = "0", Color = "#0A141E" }, new() { Name = "y", Value = "1", Color = "#FF0000" }];
        var picture = Picture(Page(new() { Path = _folder.Path, Classes = classes, Ignore = ["2"] }));

        // 4 x 1 pixels of 100: the image, four of a gap, then the mean of image and colour, magenta for no class.
        Assert.Equal((12, 1, 3), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal([100, 100, 100], picture.Samples[..3]);
        Assert.Equal([55, 60, 65, 177, 50, 50], picture.Samples[24..30]);
        Assert.Contains(picture.Samples[30], new byte[] { 50, 177 });
        Assert.Equal([255, 0, 255], picture.Samples[33..36]);
    }

    [Fact]
    public void Without_classes_the_mask_itself_is_shown()
    {
        Pair("{0}/a.png", 7, 7, 7, 7);
        Pair("{0}/b.png", 7, 7, 7, 7);
        var picture = Picture(Page(new() { Path = _folder.Path }));
        Assert.Equal([7, 7, 7], picture.Samples[24..27]);
    }

    [Fact]
    public void Sixteen_bits_are_stretched_and_large_images_shrunk()
    {
        var dark = PixelImage.Allocate(448, 448, 1, 16);
        for (var i = 0; i < dark.Words.Length; i++)
            dark.Words[i] = (ushort)(i % 448 < 224 ? 1000 : 1200);
        foreach (var name in new[] { "a", "b" })
        {
            _folder.Png($"images/{name}.png", dark);
            _folder.Grey($"masks/{name}.png", 448, 448, [.. Enumerable.Range(0, 448 * 448).Select(static i => (byte)(i % 2))]);
        }

        var picture = Picture(Page(new() { Path = _folder.Path }));
        Assert.Equal((452, 224), (picture.Width, picture.Height));
        Assert.Equal((0, 255), (picture.Samples[0], picture.Samples[223 * 3]));
    }

    private void Pair(string pattern, params byte[] mask)
    {
        _folder.Grey(string.Format(pattern, "images"), mask.Length, 1, [.. mask.Select(static _ => (byte)100)]);
        _folder.Grey(string.Format(pattern, "masks"), mask.Length, 1, mask);
    }

    private XDocument Page(DataConfig data)
    {
        InspectionPage.Write(_folder["page.html"], Inspector.Run(new RunConfig { Data = data }, null));
        return XDocument.Load(_folder["page.html"]);
    }

    private PixelImage Picture(XDocument page)
    {
        var source = page.Descendants(Html + "img").Single(static picture => picture.Attribute("alt")!.Value.StartsWith("a (", StringComparison.Ordinal)).Attribute("src")!.Value;
        return ImageFile.Read(_folder.Write("picture.png", Convert.FromBase64String(source[(source.IndexOf(',') + 1)..])));
    }
}
