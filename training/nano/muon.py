"""Muon with its orthogonalisation in the weights' own precision."""

from __future__ import annotations

import torch
from torch import Tensor


def orthogonalised(matrix: Tensor, coefficients: tuple[float, float, float], steps: int, smallest: float) -> Tensor:
    """Newton and Schulz's quintic iteration: about `U Vᵀ` of a matrix `U S Vᵀ`, the singular values between 0.5 and 1.5.

    torch's own rounds to bfloat16 first, which costs a processor twice the time and makes a sharded run differ from a whole one.
    """
    tall = matrix.size(0) > matrix.size(1)
    x = matrix.T if tall else matrix
    x = x / x.norm().clamp(min=smallest)
    x = (_by_gram if x.size(1) >= 2 * x.size(0) else _iterated)(x, coefficients, steps)
    return x.T if tall else x


def _iterated(x: Tensor, coefficients: tuple[float, float, float], steps: int) -> Tensor:
    a, b, c = coefficients
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x


def _by_gram(x: Tensor, coefficients: tuple[float, float, float], steps: int) -> Tensor:
    """The same on the small square alone: every step multiplies from the left by a polynomial of `x xᵀ`, and those commute."""
    a, b, c = coefficients
    one, gram = a * torch.eye(x.size(0)), x @ x.T
    factor = product = torch.addmm(gram, gram, gram, beta=b, alpha=c) + one
    for _ in range(steps - 1):
        gram = factor @ gram @ factor
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c) + one
        product = factor @ product
    return product @ x


class Muon(torch.optim.Muon):
    """torch's Muon at AdamW's rate (`match_rms_adamw`): the same settings, the same state, the update in float32."""

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(weight.grad)
                momentum = state["momentum_buffer"].lerp_(weight.grad, 1 - group["momentum"])
                # Nesterov's: the momentum as it will be if the next gradient is like this one
                update = orthogonalised(weight.grad.lerp(momentum, group["momentum"]), group["ns_coefficients"], group["ns_steps"], group["eps"])
                weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"] * 0.2 * max(weight.shape) ** 0.5)
