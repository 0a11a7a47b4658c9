using SegTrain.Core.Data;

namespace SegTrain.Core.Inspect;

/// <summary>What <c>fit</c> takes without a word and a person should know. Each kind of oddity is one warning.</summary>
/// <param name="warnings">Takes them.</param>
internal sealed class Suspicion(DataProblems warnings)
{
    private readonly Dictionary<string, string> _suspects = [];

    /// <summary>The names of the pairs that are worth a look, each with the first thing that is odd about it.</summary>
    public IReadOnlyDictionary<string, string> Suspects => _suspects;

    public void LookAtClasses(IReadOnlyList<ClassRow> table, Strays strays, SplitCounts pairs)
    {
        foreach (var row in table.Where(static row => row.Index is not null))
        {
            if (row.Train.IsEmpty)
                warnings.Add("Classes that no training mask holds (they cannot be learnt):", row.Name);
            if (row.Validation.IsEmpty && pairs.Validation > 0)
                warnings.Add("Classes that no validation mask holds (they are not measured):", row.Name);
        }

        foreach (var value in strays.Values.Where(static value => value.Class is not null))
            warnings.Add("Values that few masks hold, and little of them (a rare class, or a slip to be put under data.ignore):", $"{value.Value} in {value.Masks} masks, {value.Pixels} pixels");
        foreach (var file in strays.Files.Where(static file => file.Split == "test"))
            warnings.Add("Test masks with stray values:", $"{file.File}: {file.Pixels} pixels");
    }

    public void LookAtDuplicates(IReadOnlyList<Duplicate> duplicates)
    {
        foreach (var same in duplicates)
        {
            var (kind, reason) = same switch
            {
                { SameMask: false } => ("One picture with different masks (keep the right one):", "one picture, different masks"),
                { AcrossSplits: true } => ("The same picture in several splits (the result will look better than it is):", "the same picture in several splits"),
                _ => ("The same picture several times in one split (it counts as often):", "the same picture several times"),
            };
            warnings.Add(kind, string.Join(" = ", same.Pairs));
            foreach (var pair in same.Pairs)
                _suspects.TryAdd(pair.Name, reason);
        }
    }

    public void LookAtImages(Observations seen, int depth)
    {
        foreach (var ((pair, _), image) in seen.Pairs.Zip(seen.Images))
        {
            var (name, header) = (pair.Pair.Name, pair.Image);
            if (image is { IsConstant: true })
            {
                warnings.Add("Images of a single colour (nothing can be seen on them):", name);
                _suspects.TryAdd(name, "an image of a single colour");
            }

            if (image is { IsTransparent: true })
                warnings.Add("Images with transparent pixels (their hidden colours are learnt; alpha itself only with data.channels 4):", name);
            if (header.Orientation != 1)
                warnings.Add("Images with an EXIF turn (they are turned upright; see that their masks are upright too):", name);
            if (header.Pages > 1)
                warnings.Add("Images in files of several pages (the first is taken; split the others into files of their own):", $"{name}: {header.Pages} pages");
            if (Math.Min(header.Width, header.Height) < 1 << depth)
                warnings.Add($"Images with a side under {1 << depth} pixels (the net halves them {depth} times):", $"{name}: {header.Width} x {header.Height}");
        }
    }

    public void LookAtMasks(Observations seen)
    {
        foreach (var (scan, _) in seen.AllMasks)
        {
            var name = scan.Pair.Pair.Name;
            if (scan.Pair.Mask.Pages > 1)
                warnings.Add("Masks in files of several pages (the first is taken; split the others into files of their own):", $"{name}: {scan.Pair.Mask.Pages} pages");
            if (scan.Pair.JpegMasks.Count > 0)
                warnings.Add("Masks saved as JPEG (their edges are smeared; save masks as PNG):", name);
            if (scan.StrayPixels > 0)
                _suspects.TryAdd(name, "values of no class");
            else if (scan.Classes is [{ Index: ClassList.Ignore }])
                Single("Masks that are ignored as a whole (they teach nothing):", name, "ignored as a whole");
            else if (scan.Classes is [{ Index: var only }] && seen.Survey!.Classes.Combinations is null)
                Single("Masks of a single class (right where it fills the image, else the wrong file):", $"{name}: {seen.Survey.Classes.Items[only].Name}", $"all {seen.Survey.Classes.Items[only].Name}");

            void Single(string kind, string item, string reason)
            {
                warnings.Add(kind, item);
                _suspects.TryAdd(name, reason);
            }
        }
    }
}
