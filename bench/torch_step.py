"""Times PyTorch's training step: U-Net, BCE + Dice, Adam.

Prints when the first step was done, then milliseconds a step, the most MiB of memory until then, and milliseconds a prediction. bf16 is autocast.
"""
import argparse
import resource
import time

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--threads", type=int, default=0, help="0 leaves PyTorch's default")
parser.add_argument("--device", default="cpu")
parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
parser.add_argument("--channels-last", action="store_true")
parser.add_argument("--compile", action="store_true", help="torch.compile, from PyTorch 2 on")
arguments = parser.parse_args()

import torch  # noqa: E402  (part of what is timed)

from unet import UNet, bce_dice  # noqa: E402

if arguments.threads:
    torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
net = UNet(3, 1).to(arguments.device, memory_format=layout)
if arguments.compile:
    net = torch.compile(net)
images = torch.rand(arguments.batch, 3, arguments.size, arguments.size).to(arguments.device, memory_format=layout)
target = (torch.rand(arguments.batch, 1, arguments.size, arguments.size) > 0.5).float().to(arguments.device)
optimizer = torch.optim.Adam(net.parameters(), 1e-3)


def autocast():
    return torch.autocast(arguments.device.split(":")[0], torch.bfloat16, enabled=arguments.precision == "bf16")


def step():
    optimizer.zero_grad()
    with autocast():
        logits = net(images)
    loss = bce_dice(logits.float(), target)
    loss.backward()
    optimizer.step()
    return loss.item()


def infer():
    with torch.inference_mode(), autocast():
        return net(images).float().sum().item()


def timed(name, function):
    for _ in range(arguments.steps):
        start = time.perf_counter()
        function()
        print(f"{name} {(time.perf_counter() - start) * 1e3:.3f}", flush=True)


step()
print(f"first {time.time():.6f}", flush=True)
timed("step", step)
print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}", flush=True)
net.eval()
infer()
timed("infer", infer)
