"""Qwen2.5-VL's vision encoder for the one grid nano uses, [1, 18, 18], with the published tensor names.

Same mathematics as `transformers`' Qwen2_5_VisionTransformerPretrainedModel (a test compares the two); windows of one size are
one call here, over a batch of pictures.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from .config import VISION

GRID = 18
MERGED = 9
TOKENS = MERGED * MERGED
PIXELS = GRID * 14
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073], device="cpu")
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711], device="cpu")


def sized(images: list[np.ndarray]) -> np.ndarray:
    """uint8 [H, W, 3] pictures -> uint8 [batch, 252, 252, 3]."""
    return np.stack([np.asarray(Image.fromarray(i).resize((PIXELS, PIXELS), Image.Resampling.BICUBIC)) for i in images])


def patches(images: list[np.ndarray]) -> Tensor:
    """uint8 [H, W, 3] pictures -> [batch, 324, 588] on the device of the networks."""
    return cut(torch.from_numpy(sized(images)).to(torch.get_default_device()))


def cut(images: Tensor) -> Tensor:
    """uint8 [batch, 252, 252, 3] -> [batch, 324, 588] in merged-block order (one of the two equal frames)."""
    x = (images.float() / 255 - MEAN.to(images.device)) / STD.to(images.device)
    x = x.reshape(-1, MERGED, 2, 14, MERGED, 2, 14, 3).permute(0, 1, 4, 2, 5, 7, 3, 6)
    return x.reshape(x.shape[0], GRID * GRID, 588)


def _rows_columns() -> tuple[Tensor, Tensor]:
    index = torch.arange(GRID).reshape(MERGED, 2)
    rows = index[:, None, :, None].expand(MERGED, MERGED, 2, 2).reshape(-1)
    columns = index[None, :, None, :].expand(MERGED, MERGED, 2, 2).reshape(-1)
    return rows, columns


class RMSNorm(nn.Module):
    def __init__(self, width: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, x.shape[-1:], self.weight, self.eps)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Half-split rotation of the last axis."""
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat((-b, a), -1) * sin


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax attention of [batch, heads, n, head_dim]; mask [n, n] is true where a token is seen.

    Written out: for heads this small torch's fused kernel takes five times as long backwards on a CPU.
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1).to(v.dtype) @ v


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, windows: list[Tensor]) -> Tensor:
        """`windows`: indices [count, tokens] of the windows of each size; a token is in one."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        parts = [attention(*(t[:, :, w] for t in (q, k, v))).flatten(2, 3) for w in windows]
        back = torch.cat([w.flatten() for w in windows]).argsort()
        return self.proj(torch.cat(parts, 2)[:, :, back].transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner)
        self.up_proj = nn.Linear(width, inner)
        self.down_proj = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        width = VISION["hidden_size"]
        self.norm1, self.norm2 = RMSNorm(width), RMSNorm(width)
        self.attn = Attention(width, VISION["num_heads"])
        self.mlp = Mlp(width, VISION["intermediate_size"])

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, windows: list[Tensor]) -> Tensor:
        x = x + self.attn(self.norm1(x), cos, sin, windows)
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Conv3d(3, VISION["hidden_size"], (2, 14, 14), (2, 14, 14), bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.proj.weight.sum(2).flatten(1).T


class Merger(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        width = VISION["hidden_size"]
        self.ln_q = RMSNorm(width)
        self.mlp = nn.Sequential(nn.Linear(4 * width, 4 * width), nn.GELU(), nn.Linear(4 * width, VISION["out_hidden_size"]))

    def forward(self, x: Tensor) -> Tensor:
        return self.mlp(self.ln_q(x).unflatten(1, (-1, 4)).flatten(2))


class VisionEncoder(nn.Module):
    """[batch, 324, 588] patches -> [batch, 81, out_hidden] embeddings in reading order."""

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = PatchEmbed()
        self.blocks = nn.ModuleList(Block() for _ in range(VISION["depth"]))
        self.merger = Merger()
        rows, columns = _rows_columns()
        half = VISION["hidden_size"] // VISION["num_heads"] // 2
        frequency = 10000.0 ** (-torch.arange(0, half, 2).float() / half)
        angle = torch.cat((rows[:, None] * frequency, columns[:, None] * frequency), -1).repeat(1, 2)
        window = (rows // 8) * 3 + columns // 8
        each = [(window == w).nonzero()[:, 0] for w in range(9)]
        self.windows = [torch.stack([w for w in each if len(w) == n]) for n in sorted({len(w) for w in each})]
        self.whole = [torch.arange(TOKENS * 4)[None]]
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch_embed(x)
        for index, block in enumerate(self.blocks):
            full = index in VISION["fullatt_block_indexes"]
            x = block(x, self.cos, self.sin, self.whole if full else self.windows)
        return self.merger(x)
