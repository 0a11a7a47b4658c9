using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Layout;

/// <summary>File names as they are found in the wild; the files are empty, for layouts are found by names alone.</summary>
public sealed class FolderLayoutTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("imgs/a.jpg gt/a.png", "a = imgs/a.jpg + gt/a.png")]
    [InlineData("JPEGImages/a.jpg SegmentationClass/a.png SegmentationObject/a.png", "a = JPEGImages/a.jpg + SegmentationClass/a.png")]
    [InlineData("images/x/a.jpg images/y/a.jpg labels/x/a.png labels/y/a.png", "x/a = images/x/a.jpg + labels/x/a.png; y/a = images/y/a.jpg + labels/y/a.png")]
    [InlineData("Tile_1/images/a.jpg Tile_1/masks/a.png", "Tile_1/a = Tile_1/images/a.jpg + Tile_1/masks/a.png")]
    [InlineData("images/training/a.jpg annotations/training/a.png images/validation/b.jpg annotations/validation/b.png",
        "train/a Train = images/training/a.jpg + annotations/training/a.png; val/b Validation = images/validation/b.jpg + annotations/validation/b.png")]
    [InlineData("train/image/a.png train/label/a.png test/image/b.png test/label/b.png",
        "test/b Test = test/image/b.png + test/label/b.png; train/a Train = train/image/a.png + train/label/a.png")]
    [InlineData("train/a.png trainannot/a.png val/b.png valannot/b.png", "train/a Train = train/a.png + trainannot/a.png; val/b Validation = val/b.png + valannot/b.png")]
    [InlineData("train/a.png train_labels/a_L.png test/b.png test_labels/b_L.png", "test/b Test = test/b.png + test_labels/b_L.png; train/a Train = train/a.png + train_labels/a_L.png")]
    [InlineData("imagesTr/a_0000.png labelsTr/a.png imagesTs/b_0000.png", "train/a Train = imagesTr/a_0000.png + labelsTr/a.png")]
    [InlineData("a.jpg masks/a.png", "a = a.jpg + masks/a.png")]
    [InlineData("images/a.jpg masks/a_mask.png images/b.jpg masks/b_mask.png", "a = images/a.jpg + masks/a_mask.png; b = images/b.jpg + masks/b_mask.png")]
    [InlineData("img/a_image.jpg seg/a_seg.png", "a = img/a_image.jpg + seg/a_seg.png")]
    [InlineData("p1/a.jpg p1/a_annotation.png p2/a.jpg p2/a_annotation.png", "p1/a = p1/a.jpg + p1/a_annotation.png; p2/a = p2/a.jpg + p2/a_annotation.png")]
    [InlineData("1.tif 1_mask.tif 10.tif 10_mask.tif", "1 = 1.tif + 1_mask.tif; 10 = 10.tif + 10_mask.tif")]
    [InlineData("ax.jpg ax-traced.png b.jpg b-traced.png", "ax = ax.jpg + ax-traced.png; b = b.jpg + b-traced.png")]
    [InlineData("train/1_sat.jpg train/1_mask.png train/2_sat.jpg train/2_mask.png", "train/1 Train = train/1_sat.jpg + train/1_mask.png; train/2 Train = train/2_sat.jpg + train/2_mask.png")]
    [InlineData("a.jpg a.png a_b.jpg a_b.png", "a = a.jpg + a.png; a_b = a_b.jpg + a_b.png")]
    [InlineData("railway/train/images/a.jpg railway/train/masks/a.png railway/bus/images/b.jpg railway/bus/masks/b.png",
        "railway/bus/b = railway/bus/images/b.jpg + railway/bus/masks/b.png; railway/train/a = railway/train/images/a.jpg + railway/train/masks/a.png")]
    public void Pairs_are_found(string files, string pairs)
    {
        Add(files);
        var (found, problems) = Match();
        Assert.Empty(problems);
        Assert.Equal(pairs, string.Join("; ", found.Select(pair => $"{pair.Name}{(pair.Split is { } split ? $" {split}" : "")} = {Relative(pair.Image)} + {Relative(pair.Mask)}")));
    }

    [Fact]
    public void Names_may_hold_blanks_and_any_letters()
    {
        _folder.WriteText("Fotos größer/images/Tür 1.jpg", "");
        _folder.WriteText("Fotos größer/masks/Tür 1.png", "");
        Assert.Equal("Fotos größer/Tür 1", Assert.Single(Match().Pairs).Name);
    }

    [Theory]
    [InlineData("images/a.jpg masks/a.png images/b.jpg", "Images without a mask", "images/b.jpg")]
    [InlineData("a.jpg a_mask.png b_mask.png", "Masks without an image", "b_mask.png")]
    [InlineData("images/a.jpg masks/a.png labels/a.png", "Several files for one pair", "masks/a.png, labels/a.png")]
    public void Files_without_a_partner_or_with_several_are_named(string files, string kind, string item)
    {
        Add(files);
        var problem = Assert.Single(Match().Problems);
        Assert.StartsWith(kind, problem.Kind);
        Assert.Equal([item], problem.Items);
    }

    [Theory]
    [InlineData("a.png b.png c.png")]
    [InlineData("1.png 10.png")]
    [InlineData("cat.png cats.png dog.png bird.png cow.png emu.png owl.png")]
    public void Names_that_show_nothing_are_refused_with_what_is_understood(string files)
    {
        Add(files);
        Assert.Contains("data.images=", Assert.Throws<SegTrainException>(() => Match()).Message);
    }

    [Fact]
    public void Lists_split_and_choose()
    {
        Add("JPEGImages/a.jpg JPEGImages/b.jpg JPEGImages/c.jpg JPEGImages/unlabelled.jpg SegmentationClass/a.png SegmentationClass/b.png SegmentationClass/c.png");
        _folder.WriteText("ImageSets/Segmentation/train.txt", "a\n\n");
        _folder.WriteText("ImageSets/Segmentation/val.txt", "/JPEGImages/b.jpg /SegmentationClass/b.png\r\n");
        var (pairs, problems) = Match();
        Assert.Empty(problems);
        Assert.Equal([("a", Split.Train), ("b", Split.Validation)], pairs.Select(static pair => (pair.Name, pair.Split!.Value)));

        _folder.WriteText("ImageSets/Segmentation/val.txt", "b\na\nunlabelled\n");
        problems = Match().Problems;
        Assert.Equal(["a in train and val"], problems.Single(static problem => problem.Kind.Contains("two splits")).Items);
        Assert.Equal(["val.txt: unlabelled"], problems.Single(static problem => problem.Kind.Contains("no pair")).Items);
    }

    [Fact]
    public void Lists_may_name_files_with_blanks_and_folders()
    {
        Add("train/a.png trainannot/a.png");
        _folder.WriteText("train/b c.png", "");
        _folder.WriteText("trainannot/b c.png", "");
        _folder.WriteText("train.txt", "/SegNet/CamVid/train/a.png /SegNet/CamVid/trainannot/a.png\n");
        _folder.WriteText("val.txt", "b c.png\n");
        Assert.Equal([("train/a", Split.Train), ("train/b c", Split.Validation)], Match().Pairs.Select(static pair => (pair.Name, pair.Split!.Value)));
    }

    [Fact]
    public void A_link_to_a_folder_above_ends()
    {
        Add("images/a.jpg masks/a.png");
        Directory.CreateSymbolicLink(_folder["images/again"], _folder.Path);
        Assert.Single(Match().Pairs);
    }

    private void Add(string files)
    {
        foreach (var file in files.Split(' '))
            _folder.WriteText(file, "");
    }

    private string Relative(string file) => Path.GetRelativePath(_folder.Path, file);

    private (IReadOnlyList<Pair> Pairs, IReadOnlyList<DataProblem> Problems) Match()
    {
        var problems = new DataProblems();
        return (PairMatcher.Match(FolderLayout.Read(FileTree.Of(_folder.Path)), _folder.Path, problems), problems.All);
    }
}
