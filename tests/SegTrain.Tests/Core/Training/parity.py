"""Trains the same net on the same batches in PyTorch and prints the loss of each step: parity.py WEIGHTS BATCHES sgd|adamw RATE"""
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "bench"))
from unet import UNet, bce_dice, load_weights, read_safetensors  # noqa: E402

weights, batches, optimizer, rate = sys.argv[1:]
batches = read_safetensors(batches)
net = UNet(channels=batches["images.0"].shape[1], outputs=1, width=8, depth=3)
load_weights(net, weights)
parameters = list(net.parameters())
groups = [{"params": [p for p in parameters if p.dim() > 1]}, {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0}]
optimizer = {
    "sgd": lambda: torch.optim.SGD(groups, float(rate), momentum=0.9, nesterov=True, weight_decay=0.01),
    "adamw": lambda: torch.optim.AdamW(groups, float(rate), weight_decay=0.01),
}[optimizer]()
for step in range(len(batches) // 2):
    optimizer.zero_grad()
    loss = bce_dice(net(batches[f"images.{step}"]), batches[f"targets.{step}"].unsqueeze(1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    print(f"{loss.item():.9g}")
