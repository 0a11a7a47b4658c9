"""Times PyTorch's DataLoader over image/mask pairs: decode, resize, random left-right flip, scale to 0..1, collate. Prints pairs a second."""
import argparse
import os
import time
import warnings

parser = argparse.ArgumentParser()
parser.add_argument("--pairs", required=True, help="a file of lines image<TAB>mask")
parser.add_argument("--decoder", choices=["pil", "opencv"], required=True)
parser.add_argument("--workers", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--epochs", type=int, required=True)
arguments = parser.parse_args()

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)
warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
if arguments.decoder == "opencv":
    import cv2

    cv2.setNumThreads(0 if arguments.workers else os.cpu_count())
else:
    from PIL import Image


def with_pil(image, mask, size):
    return (np.asarray(Image.open(image).convert("RGB").resize((size, size), Image.BILINEAR)),
            np.asarray(Image.open(mask).resize((size, size), Image.NEAREST)))


def with_opencv(image, mask, size):
    return (cv2.cvtColor(cv2.resize(cv2.imread(image), (size, size)), cv2.COLOR_BGR2RGB),
            cv2.resize(cv2.imread(mask, cv2.IMREAD_UNCHANGED), (size, size), interpolation=cv2.INTER_NEAREST))


class Pairs(torch.utils.data.Dataset):
    def __init__(self):
        with open(arguments.pairs, encoding="utf-8") as file:
            self.pairs = [line.rstrip("\n").split("\t") for line in file]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        read = with_opencv if arguments.decoder == "opencv" else with_pil
        image, mask = read(*self.pairs[index], arguments.size)
        if mask.ndim == 3:
            mask = mask[:, :, 0]  # turning colours into classes is left out: it favours PyTorch
        if torch.rand(()) < 0.5:
            image, mask = image[:, ::-1], mask[:, ::-1]
        image = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float().div_(255)
        return image, torch.from_numpy(np.ascontiguousarray(mask)).long()


loader = torch.utils.data.DataLoader(
    Pairs(), arguments.batch, shuffle=True, drop_last=True, num_workers=arguments.workers, persistent_workers=arguments.workers > 0)
for epoch in range(arguments.epochs + 1):
    start, seen = time.perf_counter(), 0
    for images, masks in loader:
        seen += len(images)
    if epoch > 0:  # the first starts the workers and fills the page cache
        print(f"rate {seen / (time.perf_counter() - start):.3f}", flush=True)
