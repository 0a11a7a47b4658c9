using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SegTrain.Bench;

/// <summary>The U-Net of bench/unet.py as a user of TorchSharp would write it: modules, and nothing set up.</summary>
internal sealed class PlainNet : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<PlainBlock> _encoder = [];
    private readonly ModuleList<ConvTranspose2d> _up = [];
    private readonly ModuleList<PlainBlock> _decoder = [];
    private readonly MaxPool2d _pool = nn.MaxPool2d(2);
    private readonly Conv2d _head;

    public PlainNet(int channels, int outputs, int width = 16, int depth = 4)
        : base(nameof(PlainNet))
    {
        int Size(int level) => width << level;
        for (var level = 0; level <= depth; level++) _encoder.Add(new PlainBlock(level == 0 ? channels : Size(level - 1), Size(level)));
        for (var level = 0; level < depth; level++)
        {
            _up.Add(nn.ConvTranspose2d(Size(level + 1), Size(level), 2, stride: 2));
            _decoder.Add(new PlainBlock(2 * Size(level), Size(level)));
        }
        _head = nn.Conv2d(width, outputs, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var skips = new Stack<Tensor>();
        var x = input;
        for (var level = 0; level < _encoder.Count; level++)
        {
            x = _encoder[level].call(level == 0 ? x : _pool.call(x));
            skips.Push(x);
        }
        skips.Pop();
        for (var level = _decoder.Count - 1; level >= 0; level--) x = _decoder[level].call(cat([skips.Pop(), _up[level].call(x)], 1));
        return _head.call(x);
    }

    internal sealed class PlainBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential _layers;

        public PlainBlock(int inputs, int outputs)
            : base(nameof(PlainBlock))
        {
            _layers = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding: 1, bias: false), nn.BatchNorm2d(outputs), nn.ReLU(inplace: true),
                nn.Conv2d(outputs, outputs, 3, padding: 1, bias: false), nn.BatchNorm2d(outputs), nn.ReLU(inplace: true));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layers.call(input);
    }
}
