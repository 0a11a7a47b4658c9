using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using SegTrain.Core.Models;
using static SegTrain.Tests.Core.Config.ConfigFixture;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Core.Models;

/// <summary>Presets, the keys that override them, and how many numbers a net has.</summary>
public sealed class ModelShapeTests
{
    [Fact]
    public void A_preset_is_what_its_description_says()
    {
        var text = typeof(ModelConfig).GetProperty(nameof(ModelConfig.Preset))!.GetCustomAttribute<DescriptionAttribute>()!.Description;
        var said = Regex.Matches(text, @"(\w+) ([0-9.]+)(?: million)? \((?:width )?(\d+), (?:depth )?(\d+), (\w+), (\w+)\)").ToDictionary(static one => one.Groups[1].Value);
        Assert.Equal(Enum.GetNames<Preset>().Select(static name => name.ToLowerInvariant()), said.Keys);
        foreach (var preset in Enum.GetValues<Preset>())
        {
            var words = said[preset.ToString().ToLowerInvariant()].Groups;
            Assert.Equal(new ModelShape(int.Parse(words[3].Value), int.Parse(words[4].Value), Enum.Parse<Norm>(words[5].Value, true), Enum.Parse<Block>(words[6].Value, true)), ModelShape.Of(preset));
            using var net = Net(new ModelConfig { Preset = preset }, outputs: 1);
            Assert.Equal(words[2].Value, (net.Parameters.Count / 1e6).ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void The_default_is_the_net_of_width_16_and_depth_4() =>
        Assert.Equal(new ModelShape(16, 4, Norm.Batch, Block.Plain), new ModelConfig().Shape);

    [Fact]
    public void Single_keys_override_the_preset_whatever_their_order()
    {
        var model = Load("model: {width: 24, norm: none, preset: large}").Run.Model;
        Assert.Equal(new ModelShape(24, 4, Norm.None, Block.Residual), model.Shape);
        Assert.Equal(new ModelConfig { Preset = Preset.Large, Width = 24, Depth = 4, Norm = Norm.None, Block = Block.Residual }, model.WithPreset());
    }

    /// <summary>
    /// Width 4, depth 1, three channels in, two out. Blocks: 3x3 weights and two norms of two numbers a channel. encoder.0: 9 (3 4 + 4 4) + 16 =
    /// 268; encoder.1: 9 (4 8 + 8 8) + 32 = 896; up: 4 8 4 + 4 = 132; decoder: 9 (8 4 + 4 4) + 16 = 448; head: 4 2 + 2 = 10.
    /// </summary>
    private const int Plain = 268 + 896 + 132 + 448 + 10;

    [Fact]
    public void Plain_parameters() => Assert.Equal(Plain, Count(Small with { Depth = 1 }));

    /// <summary>No norms (16 + 32 + 16 less), but a bias a convolution: 2 (4 + 8 + 4) more.</summary>
    [Fact]
    public void Parameters_without_norm() => Assert.Equal(Plain - 64 + 32, Count(Small with { Depth = 1, Norm = Norm.None }));

    /// <summary>
    /// The first norm of a block is as wide as its input (4 for 8 channels, 8 for 4), there are shortcuts 4 8 and 8 4, no bias of up, and a norm before
    /// the head.
    /// </summary>
    [Fact]
    public void Residual_parameters() => Assert.Equal(Plain + 2 * (4 - 8) + 2 * (8 - 4) + 32 + 32 - 4 + 8, Count(Small with { Depth = 1, Block = Block.Residual }));

    /// <summary>A gate: 2x2 weights 4 to 2, 1x1 weights 8 to 2 with a bias, 2 to 1 with a bias.</summary>
    [Fact]
    public void Attention_parameters() => Assert.Equal(Plain + 32 + 18 + 3, Count(Small with { Depth = 1, Attention = true }));

    /// <summary>1x1 weights in place of 2x2.</summary>
    [Fact]
    public void Bilinear_parameters() => Assert.Equal(Plain - 3 * 8 * 4, Count(Small with { Depth = 1, Up = Upsampling.Bilinear }));

    /// <summary>
    /// Depth 2: encoder.2 is 9 (8 16 + 16 16) + 64 = 3520; X(0, 1) is the stage of depth 1; X(1, 1): up 16 to 8 is 520, block 9 (16 8 + 8 8) + 32 = 1760;
    /// X(0, 2): up 132, block of two skips 9 (12 4 + 4 4) + 16 = 592.
    /// </summary>
    [Fact]
    public void Nested_parameters() => Assert.Equal(Plain + 3520 + 520 + 1760 + 132 + 592, Count(Small with { Architecture = "unet++" }));

    private static long Count(ModelConfig config)
    {
        using var net = Net(config);
        return net.Parameters.Count;
    }
}
