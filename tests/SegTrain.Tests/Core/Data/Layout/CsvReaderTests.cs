using SegTrain.Core.Data.Layout;

namespace SegTrain.Tests.Core.Data.Layout;

public sealed class CsvReaderTests
{
    [Fact]
    public void Quotes_commas_line_breaks_and_blank_lines()
    {
        var records = CsvReader.Read("\uFEFFa, b\r\n\r\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",\nlast,\"\"").ToList();
        Assert.Equal([1, 3, 4, 6], records.Select(static record => record.Line));
        Assert.Equal(["a|b", "x,1|say \"hi\"", "two\nlines|", "last|"], records.Select(static record => string.Join('|', record.Fields)));
    }
}
