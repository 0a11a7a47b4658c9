"""A plain U-Net in PyTorch that loads what 'segtrain export RUN --format safetensors --out FOLDER' wrote:

    python3 unet.py FOLDER image.png mask.png

writes the class of each pixel, as a palette image in the colours of the classes. The image must have the size that the net was trained on, or any size if
it was not resized ("resize" in config.json is empty)."""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn


def norm(kind, channels):
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    if kind == "none":
        return nn.Identity()
    # Instance normalisation is group normalisation with a group for each channel.
    return nn.GroupNorm(channels if kind == "instance" else max(g for g in range(1, 9) if channels % g == 0), channels)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kind):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=kind == "none")
        self.norm1 = norm(kind, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=kind == "none")
        self.norm2 = norm(kind, outputs)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(x)))


class UNet(nn.Module):
    def __init__(self, channels, outputs, width, depth, norm="batch", up="transposed", patch=1):
        super().__init__()
        sizes = [width << level for level in range(depth + 1)]
        self.input = nn.Module()
        self.input.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.input.register_buffer("std", torch.ones(1, channels, 1, 1))
        self.encoder = nn.ModuleList(Block(i, o, norm) for i, o in zip([channels * patch**2] + sizes, sizes))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * size, size, 2, stride=2) if up == "transposed" else nn.Conv2d(2 * size, size, 1) for size in sizes[:-1]
        )
        self.decoder = nn.ModuleList(Block(2 * size, size, norm) for size in sizes[:-1])
        self.head = nn.Conv2d(width, outputs * patch**2, 1)
        self.bilinear, self.patch, self.stride = up == "bilinear", patch, patch << depth

    def forward(self, x):
        height, width = x.shape[2:]
        x = F.pad((x - self.input.mean) / self.input.std, (0, -width % self.stride, 0, -height % self.stride))
        x, skips = F.pixel_unshuffle(x, self.patch), []
        for block in self.encoder:
            x = block(F.max_pool2d(x, 2) if skips else x)
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.up[level](x)
            if self.bilinear:
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = self.decoder[level](torch.cat([skips[level], x], 1))
        return F.pixel_shuffle(self.head(x), self.patch)[:, :, :height, :width]


def read_safetensors(path):
    """The package safetensors does the same: safetensors.torch.load_file(path)."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)

    def tensor(entry):
        begin, end = entry["data_offsets"]
        return torch.from_numpy(np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"]).copy())

    return {name: tensor(entry) for name, entry in header.items()}


def load(folder):
    """The net, ready to predict, and what config.json says of it."""
    config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    net = UNet(**{key: config[key] for key in ("channels", "outputs", "width", "depth", "norm", "up", "patch")})
    net.load_state_dict(read_safetensors(Path(folder) / "model.safetensors"), strict=True)
    return net.eval(), config


def read_image(path, channels):
    """(1, channels, height, width) from 0 to 1."""
    pixels = np.asarray(Image.open(path).convert({1: "L", 3: "RGB", 4: "RGBA"}[channels]), np.float32) / 255
    return torch.from_numpy(pixels.reshape(*pixels.shape[:2], channels)).permute(2, 0, 1)[None]


def main(folder, image, mask):
    net, config = load(folder)
    with torch.no_grad():
        logits = net(read_image(image, config["channels"]))[0]
    if config["temperatures"]:
        logits = logits / torch.tensor(config["temperatures"]).view(-1, 1, 1)
    if config["mode"] == "multiclass":
        classes = logits.argmax(0)
    elif config["mode"] == "binary":
        classes = logits[0].sigmoid() >= config["threshold"]
    else:
        sys.exit("labels may overlap: one mask cannot show them; use logits.sigmoid() >= threshold, a plane each")
    result = Image.fromarray(classes.numpy().astype(np.uint8), "P")
    result.putpalette([int(one["color"][i : i + 2], 16) for one in config["classes"] for i in (1, 3, 5)])
    result.save(mask)


if __name__ == "__main__":
    main(*sys.argv[1:])
