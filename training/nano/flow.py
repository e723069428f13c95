"""Rectified flow: the training loss and the Euler sampler with the shifted schedule of the reference."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

SHIFT = 3.0


def shifted(sigma: Tensor) -> Tensor:
    return SHIFT * sigma / (1 + (SHIFT - 1) * sigma)


def schedule(steps: int) -> Tensor:
    """Sigmas [steps + 1], the last is 0."""
    low = 0.003 / 1.002
    return torch.cat((shifted(torch.linspace(1.0, low, steps)), torch.zeros(1)))


def flow_loss(velocity: Callable[[Tensor, Tensor], Tensor], clean: Tensor, weight: Tensor) -> Tensor:
    """Mean squared error of the velocity noise - clean at shifted uniform sigmas; `velocity(latents, timestep)`.

    weight [H, W] has mean 1.
    """
    spread = (torch.arange(len(clean)) + torch.rand(len(clean))) / len(clean)
    sigma = shifted(spread[torch.randperm(len(clean))]).reshape(-1, 1, 1, 1)
    noise = torch.randn_like(clean)
    predicted = velocity((1 - sigma) * clean + sigma * noise, 1000 * sigma.flatten()).float()
    return (weight * (predicted - noise + clean).square()).mean()


@torch.no_grad()
def sample(velocity: Callable[[Tensor, Tensor], Tensor], noise: Tensor, steps: int) -> Tensor:
    x, sigmas = noise, schedule(steps)
    for now, after in pairwise(sigmas):
        x = x + velocity(x, (1000 * now).expand(len(x))) * (after - now)
    return x
