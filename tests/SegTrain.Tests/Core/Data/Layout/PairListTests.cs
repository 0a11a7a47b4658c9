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
        Assert.Equal(["1", "9", "10"], Names(found).Order(NaturalOrder.Instance));
        Assert.Equal((2, 1), (found.Train.Count, found.Validation.Count));
        Assert.Equal(Names(found), Names(Find()));
    }

    [Fact]
    public void Folders_name_the_split()
    {
        foreach (var name in new[] { "train/{0}/a.png", "train/{0}/b.png", "val/{0}/c.png", "test/{0}/d.png" })
            AddPair(name);
        var found = Find();
        Assert.Equal(["train/a", "train/b"], found.Train.Select(static pair => pair.Pair.Name));
        Assert.Equal(["val/c"], found.Validation.Select(static pair => pair.Pair.Name));
        Assert.Equal(["test/d"], found.Test.Select(static pair => pair.Pair.Name));
    }

    [Fact]
    public void A_manifest_in_the_folder_goes_first_and_its_column_splits()
    {
        foreach (var name in new[] { "{0}/a.png", "{0}/b.png", "{0}/c, d.png" })
            AddPair(name);
        _folder.WriteText("pairs.csv", "mask,image,split\nmasks/a.png,images/a.png,VAL\n\n\"masks/c, d.png\",\"images/c, d.png\",Train\n");
        foreach (var found in new[] { Find(), Find("pairs.csv") })
        {
            Assert.Equal(["images/c, d"], found.Train.Select(static pair => pair.Pair.Name));
            Assert.Equal(["images/a"], found.Validation.Select(static pair => pair.Pair.Name));
        }
    }

    [Fact]
    public void The_ratio_and_the_seed_split_what_is_not_split()
    {
        for (var i = 0; i < 10; i++)
            AddPair($"{{0}}/{i}.png");
        var found = Find(validation: 0.3);
        Assert.Equal((7, 3), (found.Train.Count, found.Validation.Count));
        Assert.Equal(10, Names(found).Distinct().Count());
        Assert.Equal(Names(found), Names(Find(validation: 0.3)));
        Assert.Contains(Enumerable.Range(2, 5), seed => !Names(Find(validation: 0.3, seed: seed)).SequenceEqual(Names(found)));
        Assert.Single(Find(validation: 0.01).Validation);
        Assert.Single(Find(validation: 0.99).Train);
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
        Assert.Equal(["fine", "good"], Names(PairList.Find(_folder.Path, 0.5, 1, problems)).Order());
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
        Assert.Contains("images/ and masks/", Fails());
        Directory.CreateDirectory(_folder["images"]);
        Directory.CreateDirectory(_folder["masks"]);
        _folder.WriteText("images/a.gif", "GIF89a");
        Assert.Contains("images (1 other files)", Fails());
        AddPair("{0}/only.png");
        Assert.Contains("at least one each", Fails());
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
        _folder.WriteText("pairs.csv", "image,mask,split\nimages/a.png,masks/a.png,train\n");
        Assert.Contains("no pair is in 'val'", Fails());
        _folder.WriteText("pairs.csv", "image,mask\nimages/a.png,masks/a.png\nimages/a.png,masks/a.png\n");
        Assert.Contains("listed 2 times", Fails());
    }

    private static List<string> Names(PairList list) => [.. list.Train.Concat(list.Validation).Select(static pair => pair.Pair.Name)];

    private void AddPair(string pattern)
    {
        _folder.Grey(string.Format(pattern, "images"), 1, 1, 5);
        _folder.Grey(string.Format(pattern, "masks"), 1, 1, 0);
    }

    private PairList Find(string name = "", double validation = 0.2, int seed = 1)
    {
        var problems = new DataProblems();
        var found = PairList.Find(_folder[name], validation, seed, problems);
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
