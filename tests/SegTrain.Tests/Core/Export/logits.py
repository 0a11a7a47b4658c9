"""Prints the logits of the nets FOLDER/0 ... FOLDER/N-1 of FOLDER/images-0.safetensors ..., a line each: logits.py FOLDER N"""
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "docs"))
from unet import load, read_safetensors  # noqa: E402

folder, count = Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
for index in range(count):
    net, _ = load(folder / str(index))
    with torch.no_grad():
        logits = net(read_safetensors(folder / f"images-{index}.safetensors")["images"])
    print(" ".join(f"{number:.9g}" for number in logits.flatten().tolist()))
