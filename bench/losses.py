"""Times losses, forward and backward, as a person writes them in eager PyTorch from their formulas.

Says `ready`, reads lines `NAME CHANNELS STEPS` and answers each with the median of milliseconds and the value, or with the reason why there is none.
A loss is a function of the logits x (N, C, H, W), the target y and the signed distance maps d of its classes; with one channel y is
float planes of 0 and 1, with more it is int64 class numbers (N, H, W), both made of the masks' bytes in the measured time, as ours are.
Every row computes what the catalog's defaults compute.
"""
import argparse
import statistics
import sys
import time

import torch
import torch.nn.functional as F

N, SIDE = 4, 256
LOSSES = {}


def loss(name, binary=True, multiclass=True):
    def add(function):
        LOSSES[name] = (function, binary, multiclass)
        return function
    return add


def probabilities(x):
    return x.sigmoid() if x.shape[1] == 1 else x.softmax(1)


def planes(x, y):
    return y if x.shape[1] == 1 else F.one_hot(y, x.shape[1]).permute(0, 3, 1, 2).float()


def entropy(x, y):
    """-ln p_t of every pixel."""
    return F.binary_cross_entropy_with_logits(x, y, reduction="none") if x.shape[1] == 1 else F.cross_entropy(x, y, reduction="none")


def two_classes(x, y):
    """A binary batch as one of two classes: the probabilities and the planes of all classes."""
    p, t = probabilities(x), planes(x, y)
    return (torch.cat([1 - p, p], 1), torch.cat([1 - t, t], 1)) if x.shape[1] == 1 else (p, t)


def sums(p, t, dims=(2, 3)):
    return (p * t).sum(dims), p.sum(dims), t.sum(dims)


def dice_of(p, t, smooth=0.0, dims=(2, 3)):
    i, a, b = sums(p, t, dims)
    return (2 * i + smooth) / (a + b + smooth)


def tversky_of(p, t, alpha, beta, smooth=0.0, dims=(2, 3)):
    i, a, b = sums(p, t, dims)
    return (i + smooth) / (i + alpha * (a - i) + beta * (b - i) + smooth)


@loss("bce")
def bce(x, y, d):
    return F.binary_cross_entropy_with_logits(x, planes(x, y))


@loss("ce")
def ce(x, y, d):
    return entropy(x, y).mean()


@loss("nll", binary=False)
def nll(x, y, d):
    return F.nll_loss(x, y)


@loss("kldiv")
def kldiv(x, y, d):
    p, t = two_classes(x, y)
    return F.kl_div(p.clamp_min(1e-12).log(), t, reduction="none").sum(1).mean()


@loss("mse")
def mse(x, y, d):
    return F.mse_loss(probabilities(x), planes(x, y))


@loss("mae")
def mae(x, y, d):
    return F.l1_loss(probabilities(x), planes(x, y))


@loss("soft-ce")
def soft_ce(x, y, d):
    return entropy(x, y).mean() if x.shape[1] == 1 else -(planes(x, y) * x.log_softmax(1)).sum(1).mean()


@loss("soft-mae")
def soft_mae(x, y, d):
    p, t = two_classes(x, y)
    return (p - t).abs().sum(1).mean()


@loss("focal")
def focal(x, y, d):
    e = entropy(x, y)
    return ((1 - (-e).exp()) ** 2 * e).mean()


@loss("topk-ce")
def topk_ce(x, y, d):
    e = entropy(x, y).flatten()
    return e.topk(e.numel() * 10 // 100).values.mean()


@loss("ohem-ce")
def ohem_ce(x, y, d):
    e = entropy(x, y).flatten()
    p = (-e).exp().detach()
    threshold = max(0.7, p.sort().values[int(p.numel() * 0.0625)].item())
    return e[p < threshold].mean()


@loss("dice")
def dice(x, y, d):
    return (1 - dice_of(probabilities(x), planes(x, y))).mean()


@loss("dice-squared")
def dice_squared(x, y, d):
    p, t = probabilities(x), planes(x, y)
    return (1 - 2 * (p * t).sum((2, 3)) / ((p ** 2).sum((2, 3)) + (t ** 2).sum((2, 3)))).mean()


@loss("log-cosh-dice")
def log_cosh_dice(x, y, d):
    return (1 - dice_of(probabilities(x), planes(x, y))).cosh().log().mean()


@loss("iou")
def iou(x, y, d):
    i, p, t = sums(probabilities(x), planes(x, y))
    return (1 - i / (p + t - i)).mean()


@loss("tversky")
def tversky(x, y, d):
    return (1 - tversky_of(probabilities(x), planes(x, y), 0.3, 0.7)).mean()


@loss("focal-tversky")
def focal_tversky(x, y, d):
    return ((1 - tversky_of(probabilities(x), planes(x, y), 0.3, 0.7)).clamp_min(1e-7) ** 0.75).mean()


@loss("generalized-dice")
def generalized_dice(x, y, d):
    i, p, t = sums(*two_classes(x, y))
    w = 1 / t ** 2
    return (1 - 2 * (w * i).sum(1) / (w * (p + t)).sum(1)).mean()


@loss("generalized-wasserstein-dice")
def generalized_wasserstein_dice(x, y, d):
    p, t = two_classes(x, y)
    distances = 1 - torch.eye(p.shape[1], device=x.device)
    w = (distances[t.argmax(1)].permute(0, 3, 1, 2) * p).sum(1)
    hit = ((1 - w) * (1 - t[:, 0])).sum((1, 2))
    return (1 - (2 * hit + 1e-5) / (2 * hit + w.sum((1, 2)) + 1e-5)).mean()


@loss("mcc")
def mcc(x, y, d):
    p, t = probabilities(x), planes(x, y)
    tp, a, b = sums(p, t)
    fp, fn = a - tp, b - tp
    tn = p[0, 0].numel() - tp - fp - fn
    return (1 - (tp * tn - fp * fn) / ((tp + fp).sqrt() * (tp + fn).sqrt() * (tn + fp).sqrt() * (tn + fn).sqrt())).mean()


def lovasz_steps(inside):
    """The differences of 1 - IoU for a target sorted by falling error."""
    total = inside.sum()
    union = total + (1 - inside).cumsum(0)
    loss_so_far = 1 - (total - inside.cumsum(0)) / union
    return torch.cat([loss_so_far[:1], loss_so_far[1:] - loss_so_far[:-1]])


def lovasz_flat(errors, inside):
    errors, order = errors.sort(descending=True)
    return errors.dot(lovasz_steps(inside[order]))


@loss("lovasz")
def lovasz(x, y, d):
    if x.shape[1] == 1:
        signs = 2 * y - 1
        return torch.stack([lovasz_flat(F.relu(1 - x[n] * signs[n]).flatten(), y[n].flatten()) for n in range(len(x))]).mean()
    p, means = x.softmax(1), []
    for n in range(len(x)):
        costs = []
        for c in range(x.shape[1]):
            inside = (y[n] == c).float().flatten()
            if inside.sum() > 0:
                costs.append(lovasz_flat((inside - p[n, c].flatten()).abs(), inside))
        means.append(torch.stack(costs).mean())
    return torch.stack(means).mean()


@loss("lovasz-sigmoid", multiclass=False)
def lovasz_sigmoid(x, y, d):
    p = x.sigmoid()
    return torch.stack([lovasz_flat((y[n] - p[n]).abs().flatten(), y[n].flatten()) for n in range(len(x))]).mean()


@loss("bce-dice")
def bce_dice(x, y, d):
    return entropy(x, y).mean() + dice(x, y, d)


@loss("dice-focal")
def dice_focal(x, y, d):
    return dice(x, y, d) + focal(x, y, d)


@loss("dice-topk")
def dice_topk(x, y, d):
    return dice(x, y, d) + topk_ce(x, y, d)


@loss("combo")
def combo(x, y, d):
    p, t = probabilities(x), planes(x, y)
    q = p.clamp(1e-7, 1 - 1e-7)
    cross = -(0.5 * t * q.log() + 0.5 * (1 - t) * (1 - q).log()).mean()
    return 0.5 * cross - 0.5 * dice_of(p, t, 1, (0, 2, 3)).mean() + 0.5


@loss("unified-focal")
def unified_focal(x, y, d):
    (p, t), delta, gamma = two_classes(x, y), 0.6, 0.5
    cross = -t * p.clamp(1e-7, 1 - 1e-7).log()
    back = (1 - delta) * (1 - p[:, :1]).clamp_min(1e-7) ** gamma * cross[:, :1]
    pixels = torch.cat([back, delta * cross[:, 1:]], 1).sum(1).mean()
    region = 1 - tversky_of(p, t, 1 - delta, delta, 1e-7)
    region = torch.cat([region[:, :1], region[:, 1:].clamp_min(1e-7) ** (1 - gamma)], 1).mean()
    return 0.5 * region + 0.5 * pixels


@loss("exponential-logarithmic")
def exponential_logarithmic(x, y, d):
    score = dice_of(probabilities(x), planes(x, y), 1)
    return 0.8 * ((-score.log()).clamp_min(1e-7) ** 0.3).mean() + 0.2 * (entropy(x, y).clamp_min(1e-7) ** 0.3).mean()


@loss("boundary")
def boundary(x, y, d):
    return ((probabilities(x) - planes(x, y)) * torch.where(d < 0, d + 1, d)).mean()


def distance_field(inside):
    """On the CPU, plane by plane, by SciPy: what the references do."""
    from scipy.ndimage import distance_transform_edt as edt
    field = torch.zeros(inside.shape)
    for at, plane in enumerate(inside.cpu().numpy().reshape(-1, *inside.shape[2:])):
        if plane.any() and not plane.all():
            field.view(-1, *inside.shape[2:])[at] = torch.from_numpy(edt(plane) + edt(~plane))
    return field.to(inside.device)


@loss("hausdorff-dt")
def hausdorff_dt(x, y, d):
    p = probabilities(x)
    return ((p - planes(x, y)) ** 2 * (distance_field(p.detach() > 0.5) ** 2 + d.abs() ** 2)).mean()


@loss("log-hausdorff-dt")
def log_hausdorff_dt(x, y, d):
    p = probabilities(x)
    field = distance_field(p.detach() > 0.5) ** 2 + d.abs() ** 2
    return ((p - planes(x, y)) ** 2 * field).mean((1, 2, 3)).log1p().mean()


def erode(p):
    return torch.min(-F.max_pool2d(-p, (3, 1), 1, (1, 0)), -F.max_pool2d(-p, (1, 3), 1, (0, 1)))


def opened(p):
    return F.max_pool2d(erode(p), 3, 1, 1)


def skeleton(p, erosions=10):
    made = F.relu(p - opened(p))
    for _ in range(erosions):
        p = erode(p)
        thin = F.relu(p - opened(p))
        made = made + F.relu(thin - made * thin)
    return made


def cldice_of(p, t):
    of_p, of_t = skeleton(p), skeleton(t)
    precision = ((of_p * t).sum((2, 3)) + 1) / (of_p.sum((2, 3)) + 1)
    recall = ((of_t * p).sum((2, 3)) + 1) / (of_t.sum((2, 3)) + 1)
    return (1 - 2 * precision * recall / (precision + recall)).mean()


@loss("cldice")
def cldice(x, y, d):
    return cldice_of(probabilities(x), planes(x, y))


@loss("dice-cldice")
def dice_cldice(x, y, d):
    p, t = probabilities(x), planes(x, y)
    return 0.5 * (1 - dice_of(p, t, 1)).mean() + 0.5 * cldice_of(p, t)


def flat(x, y):
    return x.sigmoid().view(-1), y.view(-1)


def flat_cross(p, t):
    return F.binary_cross_entropy(p, t)


@loss("kaggle-dice", multiclass=False)
def kaggle_dice(x, y, d):
    return 1 - dice_of(*flat(x, y), 1, 0)


@loss("kaggle-bce-dice", multiclass=False)
def kaggle_bce_dice(x, y, d):
    p, t = flat(x, y)
    return flat_cross(p, t) + 1 - dice_of(p, t, 1, 0)


@loss("kaggle-dice-multiclass", binary=False)
def kaggle_dice_multiclass(x, y, d):
    p, t = x.sigmoid(), planes(x, y)
    return 1 - torch.stack([dice_of(p[:, c].reshape(-1), t[:, c].reshape(-1), 1, 0) for c in range(x.shape[1])]).mean()


@loss("kaggle-dice-squared", multiclass=False)
def kaggle_dice_squared(x, y, d):
    p, t = flat(x, y)
    return 1 - (2 * (p * t).sum() + 1) / ((p ** 2).sum() + (t ** 2).sum() + 1)


@loss("kaggle-iou", multiclass=False)
def kaggle_iou(x, y, d):
    i, p, t = sums(*flat(x, y), 0)
    return 1 - (i + 1) / (p + t - i + 1)


@loss("kaggle-focal", multiclass=False)
def kaggle_focal(x, y, d):
    b = flat_cross(*flat(x, y))
    return 0.8 * (1 - (-b).exp()) ** 2 * b


@loss("kaggle-focal-keras", multiclass=False)
def kaggle_focal_keras(x, y, d):
    p, t = flat(x, y)
    p = p.clamp(1e-7, 1 - 1e-7)
    b = -(t * p.log() + (1 - t) * (1 - p).log())
    return (0.8 * (1 - (-b).exp()) ** 2 * b).mean()


@loss("kaggle-tversky", multiclass=False)
def kaggle_tversky(x, y, d):
    return 1 - tversky_of(*flat(x, y), 0.5, 0.5, 1, 0)


@loss("kaggle-focal-tversky", multiclass=False)
def kaggle_focal_tversky(x, y, d):
    return (1 - tversky_of(*flat(x, y), 0.5, 0.5, 1, 0)) ** 1


@loss("kaggle-lovasz", multiclass=False)
def kaggle_lovasz(x, y, d):
    p, t = flat(x, y)
    return lovasz_flat(F.relu(1 - p * (2 * t - 1)), t)


@loss("kaggle-combo", multiclass=False)
def kaggle_combo(x, y, d):
    p, t = flat(x, y)
    q = p.clamp(1e-7, 1 - 1e-7)
    cross = -(0.5 * (t * q.log() + 0.5 * (1 - t) * (1 - q).log())).mean()
    return 0.5 * cross - 0.5 * dice_of(p, t, 1, 0)


def nearest_squared(seeds):
    """Squared distances to the nearest seed, along the columns and then along the rows, each with each: once, and not timed."""
    steps = (torch.arange(SIDE).view(-1, 1) - torch.arange(SIDE)).float() ** 2
    along = torch.where(seeds, 0.0, 1e9)
    for _ in range(2):
        along = torch.stack([(along + step.view(-1, 1)).amin(0) for step in steps]).t()
    return along


def distances(t):
    d = torch.zeros(t.shape)
    for n in range(t.shape[0]):
        for c in range(t.shape[1]):
            inside = t[n, c] > 0
            d[n, c] = nearest_squared(inside).sqrt() - nearest_squared(~inside).sqrt()
    return d


def batch(channels, device):
    """The same numbers as bench/SegTrain.Bench/LossBatch.cs, by the same generator."""
    torch.manual_seed(0)
    x = torch.empty(N, channels, SIDE, SIDE).normal_()
    noise = torch.empty(N, SIDE, SIDE).normal_()
    masks = (noise > 0 if channels == 1 else (noise.abs() * 4).clamp_max(channels - 1)).byte()
    return x.to(device), masks.to(device), distances(planes(x, target(x, masks))).to(device)


def target(x, masks):
    return masks.float().unsqueeze(1) if x.shape[1] == 1 else masks.long()


def measure(function, x, masks, d, steps):
    times = []
    for step in range(steps + 1):
        leaf = x.detach().requires_grad_()
        start = time.perf_counter()
        value = function(leaf, target(leaf, masks), d)
        value.backward()
        value = value.item()
        times.append((time.perf_counter() - start) * 1e3)
    return f"{statistics.median(times[1:]):.4f} {value:.9g}"


def answer(name, channels, steps, batches, device):
    if name not in LOSSES:
        return "missing in bench/losses.py"
    function, binary, multiclass = LOSSES[name]
    if not (binary if channels == 1 else multiclass):
        return "not written for this task in bench/losses.py"
    if channels not in batches:
        batches[channels] = batch(channels, device)
    try:
        return measure(function, *batches[channels], steps)
    except ImportError as missing:
        return f"needs {missing.name}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    batches = {}
    print("ready", flush=True)
    for line in sys.stdin:
        name, channels, steps = line.split()
        print(answer(name, int(channels), int(steps), batches, arguments.device), flush=True)


main()
