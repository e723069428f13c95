"""Weights as a bundle of 8 or 4 bits keeps them (docs/bundle-format.md), back in float32: what quantisation does to the same runs."""

from __future__ import annotations

import copy
import re

import torch
from torch import Tensor, nn

BLOCK = 32
# how often a block's scale is fitted again to the levels it gave
FITS = {8: 0, 4: 2}
BITS = (8, 4)
# matrices that keep 8 bits in a bundle of 4: keys and values, what leads into and out of the image space, the DiT's embedders and modulation
SENSITIVE = re.compile(r"[kv]_proj|given|vision_head|adapter|embedder|final_proj_out|norm\d?(_[ab])?\.linear|final_norm_out\.linear")


def rounded(matrix: Tensor, bits: int) -> Tensor:
    """[outputs, inputs], inputs a multiple of 32: every 32 inputs share a float16 scale and a zero point, and zero is exact."""
    blocks, highest = matrix.detach().double().unflatten(1, (-1, BLOCK)), 2**bits - 1
    low, high = blocks.amin(-1, keepdim=True).clamp(max=0), blocks.amax(-1, keepdim=True).clamp(min=0)
    scale = ((high - low) / highest).half().double()
    zero = torch.where(scale > 0, -low / scale, 0).round().clamp(0, highest)

    def steps(scale: Tensor) -> Tensor:
        return torch.where(scale > 0, blocks / scale, 0).round().clamp(-zero, highest - zero)

    for _ in range(FITS[bits]):
        level = steps(scale)
        fitted = ((level * blocks).sum(-1, keepdim=True) / level.square().sum(-1, keepdim=True)).nan_to_num().half().double()
        error, other = ((steps(s) * s - blocks).square().sum(-1, keepdim=True) for s in (scale, fitted))
        scale = torch.where((fitted > 0) & (other < error), fitted, scale)
    return (steps(scale) * scale).flatten(1).to(matrix.dtype)


@torch.no_grad()
def quantised(model: nn.Module, bits: int) -> nn.Module:
    """A copy whose matrices and looked-up tables are rounded; prefill rows (`rows`), vectors and kernels are not."""
    out = copy.deepcopy(model)
    for name, module in out.named_modules():
        table = isinstance(module, nn.Embedding) and name != "rows"
        if (table or isinstance(module, nn.Linear)) and module.weight.shape[1] % BLOCK == 0:
            module.weight.copy_(rounded(module.weight, 8 if table or SENSITIVE.search(name) else bits))
    return out
