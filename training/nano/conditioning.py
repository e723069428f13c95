"""What the picture decoders are told: the generation decoder's adapter, the editing decoder's merger, and the text ids."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ADAPTER, MERGER
from .vision import RMSNorm, attention, rotate


def adapter() -> nn.Sequential:
    """[batch, 81, hidden] -> [batch, 81, context]."""
    inner, outer = ADAPTER["input"], ADAPTER["output"]
    return nn.Sequential(nn.Linear(inner, outer), nn.LayerNorm(outer), nn.ReLU(), nn.Linear(outer, outer), nn.LayerNorm(outer))


class QwenAttention(nn.Module):
    def __init__(self, c: dict, causal: bool) -> None:
        super().__init__()
        self.heads, self.groups, self.causal = c["heads"], c["kvHeads"], causal
        self.q_proj = nn.Linear(c["hidden"], c["heads"] * c["headDim"])
        self.k_proj = nn.Linear(c["hidden"], c["kvHeads"] * c["headDim"])
        self.v_proj = nn.Linear(c["hidden"], c["kvHeads"] * c["headDim"])
        self.o_proj = nn.Linear(c["heads"] * c["headDim"], c["hidden"], bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        q = self.q_proj(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k = self.k_proj(x).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        v = self.v_proj(x).unflatten(-1, (self.groups, -1)).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = (x.repeat_interleave(self.heads // self.groups, 1) for x in (k, v))
        seen = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril() if self.causal else None
        out = attention(q, k, v, seen)
        return self.o_proj(out.transpose(1, 2).flatten(2))


class QwenMlp(nn.Module):
    def __init__(self, c: dict) -> None:
        super().__init__()
        self.gate_proj, self.up_proj = (nn.Linear(c["hidden"], c["intermediate"], bias=False) for _ in range(2))
        self.down_proj = nn.Linear(c["intermediate"], c["hidden"], bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class QwenLayer(nn.Module):
    """Qwen2.5's decoder layer: causal in the transformer, without a mask in the merger."""

    def __init__(self, c: dict, causal: bool) -> None:
        super().__init__()
        self.self_attn, self.mlp = QwenAttention(c, causal), QwenMlp(c)
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(c["hidden"], c["eps"]), RMSNorm(c["hidden"], c["eps"])

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


def multimodal_rotary(positions: Tensor, sections: list[int], theta: float) -> tuple[Tensor, Tensor]:
    """[..., 3, n] positions -> cosines and sines [..., n, head_dim]: each frequency takes the axis its section names."""
    half = sum(sections)
    frequency = theta ** (-torch.arange(half, dtype=torch.float32) / half)
    axis = torch.repeat_interleave(torch.arange(3), torch.tensor(sections))
    angle = positions.float().transpose(-1, -2)[..., axis] * frequency
    angle = torch.cat((angle, angle), -1)
    return angle.cos(), angle.sin()


def merger_positions(grids: list[tuple[int, int, int]], c: dict = MERGER) -> Tensor:
    parts = []
    for _, height, width in grids:
        rows, columns = torch.arange(height // 2) * c["baseGrid"] / height, torch.arange(width // 2) * c["baseGrid"] / width
        pair = torch.cartesian_prod(rows, columns).T
        parts.append(torch.cat((torch.zeros(1, pair.shape[1]), pair)))
    return torch.cat(parts, 1)


class Merger(nn.Module):
    """Target tokens then reference tokens [batch, n, hidden] -> [batch, n, context]; attention has no mask."""

    def __init__(self, c: dict = MERGER) -> None:
        super().__init__()
        self.config = c
        inner = c["expand"] * c["out"]
        self.layers = nn.ModuleList([QwenLayer(c, causal=False)])
        self.projector = nn.Sequential(
            RMSNorm(c["hidden"], c["eps"]), nn.Linear(c["hidden"], inner), RMSNorm(inner, c["eps"]), nn.SiLU(),
            nn.Linear(inner, c["out"]), RMSNorm(c["out"], c["eps"]),
        )

    def forward(self, tokens: Tensor, grids: list[tuple[int, int, int]]) -> Tensor:
        cos, sin = multimodal_rotary(merger_positions(grids, self.config), self.config["mropeSection"], self.config["theta"])
        return self.projector(self.layers[0](tokens, cos, sin))


def editing_ids(rows: int, columns: int, grids: list[tuple[int, int, int]]) -> Tensor:
    """Text ids [n, 3] of target and reference tokens for latents of rows x columns."""
    parts = []
    for index, (_, height, width) in enumerate(grids):
        pair = torch.cartesian_prod(torch.arange(height // 2) * rows / height, torch.arange(width // 2) * columns / width)
        parts.append(torch.cat((torch.full((len(pair), 1), float(index)), pair), 1))
    return torch.cat(parts)
