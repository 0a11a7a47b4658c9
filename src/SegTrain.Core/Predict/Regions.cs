namespace SegTrain.Core.Predict;

/// <summary>
/// Connected regions of a class map, by pixels that share a side: small ones go to the class that most of their border touches. The regions are looked for once, in the
/// map as it was, and one that touches nothing but other small ones still takes the class that those had.
/// </summary>
internal static class Regions
{
    /// <param name="classes">Class indices; changed.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="removeSmall">Regions of other classes than background, which is 0, of fewer pixels go.</param>
    /// <param name="fillHoles">Regions of background that do not touch the edge of the image, of fewer pixels go.</param>
    public static void Clean(Span<byte> classes, int width, int removeSmall, int fillHoles)
    {
        var before = classes.ToArray();
        var seen = new bool[classes.Length];
        var region = new List<int>();
        for (var first = 0; first < before.Length; first++)
        {
            if (seen[first]) continue;
            var touchesEdge = Collect(before, width, first, seen, region);
            var isBackground = before[first] == 0;
            if (isBackground ? !touchesEdge && region.Count < fillHoles : region.Count < removeSmall)
            {
                var heir = Heir(before, width, region);
                foreach (var pixel in region) classes[pixel] = heir;
            }
        }
    }

    /// <returns>Whether the region touches the edge of the image.</returns>
    private static bool Collect(byte[] classes, int width, int first, bool[] seen, List<int> region)
    {
        region.Clear();
        region.Add(first);
        seen[first] = true;
        var touchesEdge = false;
        for (var next = 0; next < region.Count; next++)
        {
            var inside = 0;
            foreach (var neighbour in Neighbours(region[next], width, classes.Length))
            {
                inside++;
                if (seen[neighbour] || classes[neighbour] != classes[first]) continue;
                seen[neighbour] = true;
                region.Add(neighbour);
            }
            touchesEdge |= inside < 4;
        }
        return touchesEdge;
    }

    // Of several the lowest; the region's own class where it is the whole image.
    private static byte Heir(byte[] classes, int width, List<int> region)
    {
        var own = classes[region[0]];
        var borders = new int[byte.MaxValue + 1];
        foreach (var pixel in region)
        {
            foreach (var neighbour in Neighbours(pixel, width, classes.Length))
            {
                if (classes[neighbour] != own) borders[classes[neighbour]]++;
            }
        }
        var most = borders.Max();
        return most == 0 ? own : (byte)Array.IndexOf(borders, most);
    }

    private static IEnumerable<int> Neighbours(int pixel, int width, int length)
    {
        var x = pixel % width;
        if (x > 0) yield return pixel - 1;
        if (x < width - 1) yield return pixel + 1;
        if (pixel >= width) yield return pixel - width;
        if (pixel + width < length) yield return pixel + width;
    }
}
