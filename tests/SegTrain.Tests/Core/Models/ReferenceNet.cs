using SegTrain.Core.Models;
using static SegTrain.Losses.Arithmetic;
using static SegTrain.Losses.Number;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>The nets once more, in plain operators of float64 over the parameters by their names, in training: LibTorch's convolutions of float32 are not right everywhere.</summary>
internal sealed class ReferenceNet
{
    private readonly ModelConfig _config;
    private readonly SegmentationNet _net;
    private readonly Dictionary<string, Tensor> _parameters;

    /// <param name="net">Of whose parameters it has copies.</param>
    /// <param name="config">What it consists of.</param>
    public ReferenceNet(SegmentationNet net, ModelConfig config)
    {
        (_net, _config) = (net, config);
        _parameters = net.Parameters.Trained.ToDictionary(static one => one.Name, static one => one.Value.detach().to(float64).requires_grad_());
    }

    /// <summary>Of each parameter the net's gradient and this one's.</summary>
    public IEnumerable<(Tensor Found, Tensor Wanted)> Gradients() => _net.Parameters.Trained.Select(one => (one.Value.grad!, _parameters[one.Name].grad!));

    private int Depth => _config.Shape.Depth;

    public Tensor Logits(Tensor images)
    {
        var features = _config.Architecture == "unet" ? UNet(Encoder(images)) : UNetPlusPlus(Encoder(images));
        if (_config.Shape.Block == Block.Residual) features = Norm("head.norm", features).relu();
        return Patches.Unfold(Conv("head", features), _config.Patch);
    }

    private Tensor[] Encoder(Tensor images)
    {
        var levels = new List<Tensor> { Plain("encoder.0", Patches.Fold((images - Num(0.5)) / Num(0.25), _config.Patch)) };
        for (var level = 1; level <= Depth; level++) levels.Add(Block_($"encoder.{level}", nn.functional.max_pool2d(levels[^1], (2, 2))));
        return [.. levels];
    }

    private Tensor UNet(Tensor[] encoder) =>
        Enumerable.Range(0, Depth).Reverse().Aggregate(encoder[^1], (x, level) => Stage($"{level}", [encoder[level]], x));

    private Tensor UNetPlusPlus(Tensor[] encoder)
    {
        return Node(0, Depth);

        Tensor Node(int level, int column) => column == 0 ? encoder[level]
            : Stage($"{level}.{column}", [.. Enumerable.Range(0, column).Select(before => Node(level, before))], Node(level + 1, column - 1));
    }

    private Tensor Stage(string place, Tensor[] skips, Tensor below)
    {
        var skip = cat(skips, 1);
        if (_config.Attention)
        {
            var sum = nn.functional.conv2d(skip, _parameters[$"attention.{place}.skip.weight"], strides: [2, 2]).Plus(Conv($"attention.{place}.gate", below));
            var weight = Conv($"attention.{place}.psi", sum.relu()).sigmoid();
            skip = skip * nn.functional.interpolate(weight, skip.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false);
        }
        return Block_($"decoder.{place}", cat([skip, Up($"up.{place}", below)], 1));
    }

    private Tensor Block_(string name, Tensor x) => _config.Shape.Block == Block.Plain ? Plain(name, x) : Residual(name, x);

    private Tensor Plain(string name, Tensor x)
    {
        for (var i = 1; i <= 2; i++) x = Norm($"{name}.norm{i}", Conv($"{name}.conv{i}", x, 1)).relu();
        return x;
    }

    private Tensor Residual(string name, Tensor x)
    {
        var y = x;
        for (var i = 1; i <= 2; i++) y = Conv($"{name}.conv{i}", Norm($"{name}.norm{i}", y).relu(), 1);
        return y.Plus(Conv($"{name}.shortcut", x));
    }

    private Tensor Conv(string name, Tensor x, long padding = 0) =>
        nn.functional.conv2d(x, _parameters[$"{name}.weight"], _parameters.GetValueOrDefault($"{name}.bias"), padding: [padding, padding]);

    private Tensor Norm(string name, Tensor x)
    {
        var channels = (int)x.shape[1];
        return _config.Shape.Norm switch
        {
            global::SegTrain.Core.Models.Norm.Batch => Scaled(Standard(x, 0, 2, 3)),
            global::SegTrain.Core.Models.Norm.Instance => Scaled(Standard(x, 2, 3)),
            global::SegTrain.Core.Models.Norm.Group => Scaled(Standard(x.reshape(x.shape[0], Enumerable.Range(1, 8).Last(groups => channels % groups == 0), -1), 2).reshape(x.shape)),
            _ => x,
        };

        Tensor Scaled(Tensor standard) => (standard * Across($"{name}.weight")).Plus(Across($"{name}.bias"));
    }

    // Of mean 0 and variance 1 over some dimensions.
    private static Tensor Standard(Tensor x, params long[] over)
    {
        var apart = x - x.mean(over, keepdim: true);
        return apart / (apart.square().mean(over, keepdim: true) + Num(1e-5)).sqrt();
    }

    // A pixel (2i + a, 2j + b) of a transposed convolution is pixel (i, j) times the weight (a, b).
    private Tensor Up(string name, Tensor x)
    {
        if (_config.Up == Upsampling.Bilinear)
            return Conv(name, nn.functional.interpolate(x, [2 * x.shape[2], 2 * x.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false));
        var (n, h, w) = (x.shape[0], x.shape[2], x.shape[3]);
        var weight = _parameters[$"{name}.weight"];
        var rows = Enumerable.Range(0, 2).Select(a => stack(Enumerable.Range(0, 2).Select(b =>
            nn.functional.conv2d(x, weight.select(3, b).select(2, a).transpose(0, 1).unsqueeze(2).unsqueeze(3))), 4).reshape(n, -1, h, 2 * w));
        var y = stack(rows, 3).reshape(n, -1, 2 * h, 2 * w);
        return _parameters.ContainsKey($"{name}.bias") ? y.Plus(Across($"{name}.bias")) : y;
    }

    private Tensor Across(string name) => _parameters[name].reshape(1, -1, 1, 1);
}
