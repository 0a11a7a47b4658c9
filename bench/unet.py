"""The U-Net of segtrain in plain PyTorch, with the same parameter names: the peer of the benchmark and of the parity test."""
import json

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)), inplace=True)
        return F.relu(self.norm2(self.conv2(x)), inplace=True)


class UNet(nn.Module):
    def __init__(self, channels, outputs, width=16, depth=4):
        super().__init__()
        self.depth = depth
        self.input = nn.Module()
        self.input.register_buffer("mean", torch.zeros(1, channels, 1, 1))
        self.input.register_buffer("std", torch.ones(1, channels, 1, 1))
        sizes = [width << level for level in range(depth + 1)]
        self.encoder = nn.ModuleList(ConvBlock(channels if level == 0 else sizes[level - 1], sizes[level]) for level in range(depth + 1))
        self.up = nn.ModuleList(nn.ConvTranspose2d(sizes[level + 1], sizes[level], 2, stride=2) for level in range(depth))
        self.decoder = nn.ModuleList(ConvBlock(2 * sizes[level], sizes[level]) for level in range(depth))
        self.head = nn.Conv2d(width, outputs, 1)

    def forward(self, x):
        x = (x - self.input.mean) / self.input.std
        skips = []
        for level, block in enumerate(self.encoder):
            x = block(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        skips.pop()
        for level in reversed(range(self.depth)):
            x = self.decoder[level](torch.cat([skips.pop(), self.up[level](x)], 1))
        return self.head(x)


def bce_dice(logits, target, smooth=1.0):
    """Binary cross-entropy plus 1 - Dice over the batch; target is float, (N, 1, H, W)."""
    p = torch.sigmoid(logits)
    intersection = (p * target).sum()
    return F.binary_cross_entropy_with_logits(logits, target) + 1 - (2 * intersection + smooth) / (p.sum() + target.sum() + smooth)


def read_safetensors(path):
    """Name to tensor; float32, int64 and uint8."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    types = {"F32": np.float32, "I64": np.int64, "U8": np.uint8}
    result = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        numbers = np.frombuffer(data[begin:end], dtype=types[entry["dtype"]]).reshape(entry["shape"])
        result[name] = torch.from_numpy(numbers.copy())
    return result


def load_weights(net, path):
    """Loads a segtrain model.safetensors; every name must match but BatchNorm's counters, which segtrain does not keep."""
    missing, unexpected = net.load_state_dict(read_safetensors(path), strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"not the same net: missing {missing}, unexpected {unexpected}")
