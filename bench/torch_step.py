"""Times PyTorch's training step: U-Net, BCE + Dice, Adam. Prints when the first step was done and then milliseconds a step."""
import argparse
import time

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--threads", type=int, default=0, help="0 leaves PyTorch's default")
parser.add_argument("--device", default="cpu")
arguments = parser.parse_args()

import torch  # noqa: E402  (part of what is timed)

from unet import UNet, bce_dice  # noqa: E402

if arguments.threads:
    torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
net = UNet(3, 1).to(arguments.device)
images = torch.rand(arguments.batch, 3, arguments.size, arguments.size).to(arguments.device)
target = (torch.rand(arguments.batch, 1, arguments.size, arguments.size) > 0.5).float().to(arguments.device)
optimizer = torch.optim.Adam(net.parameters(), 1e-3)


def step():
    optimizer.zero_grad()
    loss = bce_dice(net(images), target)
    loss.backward()
    optimizer.step()
    return loss.item()


step()
print(f"first {time.time():.6f}", flush=True)
for _ in range(arguments.steps):
    start = time.perf_counter()
    step()
    print(f"step {(time.perf_counter() - start) * 1e3:.3f}", flush=True)
