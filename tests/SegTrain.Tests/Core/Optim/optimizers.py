"""Writes optimizers.json: the weights of a small net, float64, after 50 steps of each optimizer of PyTorch.

Lion and NAdam are their papers' formulas: PyTorch has no Lion, and its 1.13 takes one factor of NAdam's second product twice (2.x does not).

The net is y = W2 sigmoid(W1 x + b1) + b2 with mean squared error; all its numbers are sines, so that nobody has to copy them.
    python3 optimizers.py > optimizers.json
"""
import json

import torch

torch.set_default_dtype(torch.float64)
SIZES = [(5, 3), (5,), (1, 5), (1,)]
X = torch.sin(torch.arange(24.0) * 1.3).reshape(8, 3)
Y = torch.cos(torch.arange(8.0) * 0.7).reshape(8, 1)


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            first, second = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                w.mul_(1 - group["lr"] * group["weight_decay"])
                w.sub_(group["lr"] * torch.sign(first * m + (1 - first) * w.grad))
                m.copy_(second * m + (1 - second) * w.grad)


class NAdam(torch.optim.Optimizer):
    def __init__(self, params, lr, weight_decay):
        super().__init__(params, dict(lr=lr, weight_decay=weight_decay))
        self.t, self.product = 0, 1.0

    @torch.no_grad()
    def step(self):
        self.t += 1
        now, after = (0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in (self.t, self.t + 1))
        self.product *= now
        for group in self.param_groups:
            for w in group["params"]:
                g = w.grad + group["weight_decay"] * w
                m, v = self.state[w].setdefault("mv", (torch.zeros_like(w), torch.zeros_like(w)))
                m.copy_(0.9 * m + 0.1 * g)
                v.copy_(0.999 * v + 0.001 * g * g)
                step = (1 - now) / (1 - self.product) * g + after / (1 - self.product * after) * m
                w.sub_(group["lr"] * step / ((v / (1 - 0.999 ** self.t)).sqrt() + 1e-8))


CASES = [
    (dict(name="sgd", learning_rate=0.05, weight_decay=0.02, momentum=0.9, nesterov=True),
     lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.02)),
    (dict(name="sgd", learning_rate=0.1, weight_decay=0, momentum=0.5, nesterov=False), lambda p: torch.optim.SGD(p, 0.1, momentum=0.5)),
    (dict(name="adam", learning_rate=0.02, weight_decay=0.1, beta1=0.8, eps=1e-6),
     lambda p: torch.optim.Adam(p, 0.02, betas=(0.8, 0.999), eps=1e-6, weight_decay=0.1)),
    (dict(name="adamw", learning_rate=0.02, weight_decay=0.1, beta2=0.95), lambda p: torch.optim.AdamW(p, 0.02, betas=(0.9, 0.95), weight_decay=0.1)),
    (dict(name="nadam", learning_rate=0.02, weight_decay=0.01), lambda p: NAdam(p, 0.02, weight_decay=0.01)),
    (dict(name="radam", learning_rate=0.05, weight_decay=0.01), lambda p: torch.optim.RAdam(p, 0.05, weight_decay=0.01)),
    (dict(name="rmsprop", learning_rate=0.003, weight_decay=0.01, momentum=0.8),
     lambda p: torch.optim.RMSprop(p, 0.003, alpha=0.99, momentum=0.8, weight_decay=0.01)),
    (dict(name="lion", learning_rate=0.005, weight_decay=0.3), lambda p: Lion(p, 0.005, (0.9, 0.99), 0.3)),
]


def weights_after(make):
    first = [torch.sin(torch.arange(float(torch.Size(s).numel())) * 2.1 + k).reshape(s).requires_grad_() for k, s in enumerate(SIZES)]
    optimizer = make(first)
    for _ in range(50):
        optimizer.zero_grad()
        w1, b1, w2, b2 = first
        ((torch.sigmoid(X @ w1.T + b1) @ w2.T + b2 - Y) ** 2).mean().backward()
        optimizer.step()
    return torch.cat([w.detach().flatten() for w in first]).tolist()


print("[\n" + ",\n".join(json.dumps(dict(settings=settings, weights=weights_after(make))) for settings, make in CASES) + "\n]")
