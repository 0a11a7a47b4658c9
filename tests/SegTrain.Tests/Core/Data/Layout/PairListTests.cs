using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Layout;

public sealed class PairListTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pairs_by_stem_in_natural_order_whatever_the_extensions()
    {
        foreach (var name in new[] { "10", "9", "1" })
        {
            _folder.Write($"images/{name}.JPG", RawImage.GreyJpeg);
            _folder.Grey($"masks/{name}.png", 16, 8, new byte[128]);
        }

        _folder.WriteText("images/.DS_Store", "");
        _folder.WriteText("images/notes.txt", "");
        var found = Find();
        Assert.Equal(["1", "9", "10"], Names(found));
        Assert.Equal("images/ and masks/", found.Layout);
    }

    [Fact]
    public void A_set_for_testing_alone_teaches_nothing()
    {
        AddPair("{0}/a.png");
        _folder.WriteText("pairs.csv", "image,mask,split\nimages/a.png,masks/a.png,test\n");
        var error = Assert.Throws<SegTrainException>(() => Dataset.Open(new(new() { Path = _folder.Path }, new(), null, 1)));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("train", error.Message);
    }

    [Fact]
    public void Folders_name_the_split()
    {
        foreach (var name in new[] { "train/{0}/a.png", "train/{0}/b.png", "val/{0}/c.png", "test/{0}/d.png" })
            AddPair(name);
        Assert.Equal(
            [("test/d", Split.Test), ("train/a", Split.Train), ("train/b", Split.Train), ("val/c", Split.Validation)],
            Find().Pairs.Select(static pair => (pair.Pair.Name, pair.Pair.Split!.Value)));
    }

    [Fact]
    public void A_manifest_in_the_folder_goes_first_and_its_column_splits()
    {
        foreach (var name in new[] { "{0}/a.png", "{0}/b.png", "{0}/c, d.png" })
            AddPair(name);
        _folder.WriteText("pairs.csv", "mask,image,split\nmasks/a.png,images/a.png,VAL\n\n\"masks/c, d.png\",\"images/c, d.png\",Train\n");
        foreach (var found in new[] { Find(), Find("pairs.csv") })
        {
            Assert.Equal("pairs.csv", found.Layout);
            Assert.Equal([("images/a", Split.Validation), ("images/c, d", Split.Train)], found.Pairs.Select(static pair => (pair.Pair.Name, pair.Pair.Split!.Value)));
        }
    }

    [Fact]
    public void All_problems_are_named_at_once()
    {
        AddPair("{0}/good.png");
        _folder.Grey("images/lonely.png", 2, 2, 0, 0, 0, 0);
        _folder.Grey("masks/alone.png", 2, 2, 0, 0, 0, 0);
        _folder.Grey("images/size.png", 2, 1, 0, 0);
        _folder.Grey("masks/size.png", 1, 2, 0, 0);
        _folder.WriteText("images/text.png", "text");
        _folder.Grey("masks/text.png", 1, 1, 0);
        _folder.Grey("images/twice.png", 1, 1, 0);
        _folder.Write("images/twice.bmp", RawImage.Bmp(1, 1, 24, [[1, 2, 3]]));
        _folder.Grey("masks/twice.png", 1, 1, 0);
        var cut = File.ReadAllBytes(_folder.Grey("images/cut.png", 9, 9, new byte[81]));
        _folder.Write("images/cut.png", cut[..^5]);
        _folder.Grey("masks/cut.png", 9, 9, new byte[81]);

        var message = Fails();
        Assert.Contains("images/lonely.png", message);
        Assert.Contains("masks/alone.png", message);
        Assert.Contains("size: image 2 x 1, mask 1 x 2", message);
        Assert.Contains("text.png: this is no PNG", message);
        Assert.Contains("images/twice.png", message);
        Assert.Contains("cut.png: the file is truncated", message);
        Assert.DoesNotContain("good", message);
    }

    [Fact]
    public void What_is_right_is_found_beside_what_is_wrong()
    {
        AddPair("{0}/good.png");
        AddPair("{0}/fine.png");
        _folder.Grey("images/size.png", 2, 1, 0, 0);
        _folder.Grey("masks/size.png", 1, 2, 0, 0);
        _folder.Grey("images/lonely.png", 1, 1, 0);
        var problems = new DataProblems();
        Assert.Equal(["fine", "good"], Names(PairList.Find(new() { Path = _folder.Path }, problems)).Order());
        Assert.Equal(["images/lonely.png"], problems.All[0].Items);
        Assert.Equal(["size: image 2 x 1, mask 1 x 2"], problems.All[1].Items);
    }

    [Fact]
    public void Long_lists_end_in_a_count()
    {
        for (var i = 0; i < 25; i++)
            _folder.Grey($"images/{i}.png", 1, 1, 0);
        AddPair("{0}/pair.png");
        var message = Fails();
        Assert.Contains("images/9.png", message);
        Assert.DoesNotContain("images/10.png", message);
        Assert.Contains("and 15 more", message);
    }

    [Fact]
    public void Folders_without_pairs_say_what_is_understood()
    {
        Assert.Contains("no such folder", Fails("nothing"));
        Assert.Contains("data.masks", Fails());
        _folder.WriteText("images/a.gif", "GIF89a");
        Assert.Contains(".gif", Fails());
        _folder.Grey("images/a.png", 1, 1, 0);
        Assert.Contains("Images without a mask", Fails());
    }

    [Fact]
    public void Faults_of_a_manifest_name_the_line()
    {
        AddPair("{0}/a.png");
        _folder.WriteText("pairs.csv", "image,mask,split\nimages/a.png,masks/a.png,train\nimages/b.png,masks/a.png,dev\nimages/c.png,masks/a.png,val\nimages/a.png\n");
        var message = Fails();
        Assert.Contains("line 3: 'dev'", message);
        Assert.Contains("line 4: images/c.png", message);
        Assert.Contains("line 5 has 1", message);

        _folder.WriteText("pairs.csv", "picture,label\nimages/a.png,masks/a.png\n");
        Assert.Contains("line 1", Fails());
        _folder.WriteText("pairs.csv", "");
        Assert.Contains("is empty", Fails());
        _folder.WriteText("pairs.csv", "image,mask\nimages/a.png,masks/a.png\nimages/a.png,masks/a.png\n");
        Assert.Contains("listed 2 times", Fails());
    }

    private static List<string> Names(PairList list) => [.. list.Pairs.Select(static pair => pair.Pair.Name)];

    private void AddPair(string pattern)
    {
        _folder.Grey(string.Format(pattern, "images"), 1, 1, 5);
        _folder.Grey(string.Format(pattern, "masks"), 1, 1, 0);
    }

    private PairList Find(string name = "")
    {
        var problems = new DataProblems();
        var found = PairList.Find(new() { Path = _folder[name] }, problems);
        problems.ThrowIfAny(_folder[name]);
        return found;
    }

    private string Fails(string name = "")
    {
        var error = Assert.Throws<SegTrainException>(() => Find(name));
        Assert.Equal(ExitCode.Data, error.Code);
        return error.Message;
    }
}
