"""FLUX's transformer at nano's sizes, with the tensor names of the published decoder files (`pipe.dit.*`)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import DIT
from .vision import RMSNorm, attention


def sinusoid(value: Tensor, width: int) -> Tensor:
    """[batch] -> [batch, width], cosines first."""
    half = width // 2
    angle = value[:, None] * 10000.0 ** (-torch.arange(half, dtype=torch.float32) / half)
    return torch.cat((angle.cos(), angle.sin()), -1)


class Embedder(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.width = inner
        self.timestep_embedder = nn.Sequential(nn.Linear(inner, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, value: Tensor) -> Tensor:
        return self.timestep_embedder(sinusoid(value, self.width))


def rotary(ids: Tensor, axes: list[int], theta: float) -> tuple[Tensor, Tensor]:
    """[n, 3] ids -> cosines and sines [n, head_dim / 2]."""
    angles = [ids[:, i : i + 1] * theta ** (-torch.arange(0, d, 2, dtype=torch.float32) / d) for i, d in enumerate(axes)]
    angle = torch.cat(angles, -1)
    return angle.cos(), angle.sin()


def rotate_pairs(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotates the pairs (2i, 2i + 1) of the last axis."""
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


def modulated(x: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], eps=eps) * (1 + scale[:, None]) + shift[:, None]


class Modulation(nn.Module):
    def __init__(self, width: int, ways: int) -> None:
        super().__init__()
        self.ways = ways
        self.linear = nn.Linear(width, ways * width)

    def forward(self, vector: Tensor) -> tuple[Tensor, ...]:
        return self.linear(F.silu(vector)).chunk(self.ways, -1)


def heads_of(x: Tensor, heads: int) -> tuple[Tensor, Tensor, Tensor]:
    """Fused [batch, n, 3 * width] -> q, k, v as [batch, heads, n, head_dim]."""
    return x.unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4).unbind(0)


class JointAttention(nn.Module):
    def __init__(self, c: dict) -> None:
        super().__init__()
        width = c["hidden"]
        self.heads = c["heads"]
        self.a_to_qkv, self.b_to_qkv = nn.Linear(width, 3 * width), nn.Linear(width, 3 * width)
        self.norm_q_a, self.norm_k_a, self.norm_q_b, self.norm_k_b = (RMSNorm(c["headDim"], c["eps"]) for _ in range(4))
        self.a_to_out, self.b_to_out = nn.Linear(width, width), nn.Linear(width, width)

    def asked(self, a: Tensor, b: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated q and k, and v, of stream b and then a: [batch, heads, n, head_dim]."""
        qa, ka, va = heads_of(self.a_to_qkv(a), self.heads)
        qb, kb, vb = heads_of(self.b_to_qkv(b), self.heads)
        q = rotate_pairs(torch.cat((self.norm_q_b(qb), self.norm_q_a(qa)), 2), cos, sin)
        k = rotate_pairs(torch.cat((self.norm_k_b(kb), self.norm_k_a(ka)), 2), cos, sin)
        return q, k, torch.cat((vb, va), 2)

    def forward(self, a: Tensor, b: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        out = attention(*self.asked(a, b, cos, sin)).transpose(1, 2).flatten(2)
        return self.a_to_out(out[:, b.shape[1] :]), self.b_to_out(out[:, : b.shape[1]])

    def looks(self, a: Tensor, b: Tensor, cos: Tensor, sin: Tensor, heads: int) -> Tensor:
        """Log shares [batch, heads, picture, conditioning + picture] of what the picture's tokens attend to, of the first heads."""
        q, k, _ = self.asked(a, b, cos, sin)
        q, k = q[:, :heads, b.shape[1] :], k[:, :heads]
        return (q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2)).log_softmax(-1)


class JointBlock(nn.Module):
    """Stream a is the picture, stream b the conditioning."""

    def __init__(self, c: dict) -> None:
        super().__init__()
        width, inner = c["hidden"], c["hidden"] * c["mlpRatio"]
        self.eps = c["eps"]
        self.norm1_a, self.norm1_b = Modulation(width, 6), Modulation(width, 6)
        self.attn = JointAttention(c)
        self.ff_a, self.ff_b = (nn.Sequential(nn.Linear(width, inner), nn.GELU("tanh"), nn.Linear(inner, width)) for _ in range(2))

    def forward(self, a: Tensor, b: Tensor, vector: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        shift_a, scale_a, gate_a, *mlp_a = self.norm1_a(vector)
        shift_b, scale_b, gate_b, *mlp_b = self.norm1_b(vector)
        out_a, out_b = self.attn(modulated(a, shift_a, scale_a, self.eps), modulated(b, shift_b, scale_b, self.eps), cos, sin)
        a, b = a + gate_a[:, None] * out_a, b + gate_b[:, None] * out_b
        a = a + mlp_a[2][:, None] * self.ff_a(modulated(a, mlp_a[0], mlp_a[1], self.eps))
        b = b + mlp_b[2][:, None] * self.ff_b(modulated(b, mlp_b[0], mlp_b[1], self.eps))
        return a, b


class SingleBlock(nn.Module):
    def __init__(self, c: dict) -> None:
        super().__init__()
        width = c["hidden"]
        self.heads, self.eps, self.width = c["heads"], c["eps"], width
        self.norm = Modulation(width, 3)
        self.to_qkv_mlp = nn.Linear(width, (3 + c["mlpRatio"]) * width)
        self.norm_q_a, self.norm_k_a = RMSNorm(c["headDim"], c["eps"]), RMSNorm(c["headDim"], c["eps"])
        self.proj_out = nn.Linear((1 + c["mlpRatio"]) * width, width)

    def forward(self, x: Tensor, vector: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        shift, scale, gate = self.norm(vector)
        fused = self.to_qkv_mlp(modulated(x, shift, scale, self.eps))
        q, k, v = heads_of(fused[..., : 3 * self.width], self.heads)
        q, k = rotate_pairs(self.norm_q_a(q), cos, sin), rotate_pairs(self.norm_k_a(k), cos, sin)
        out = attention(q, k, v).transpose(1, 2).flatten(2)
        return x + gate[:, None] * self.proj_out(torch.cat((out, F.gelu(fused[..., 3 * self.width :], approximate="tanh")), -1))


class Dit(nn.Module):
    """Predicts the velocity of latents [batch, 16, H, W]."""

    def __init__(self, c: dict = DIT) -> None:
        super().__init__()
        width = c["hidden"]
        self.config = c
        self.time_embedder, self.guidance_embedder = Embedder(width, c["sinusoid"]), Embedder(width, c["sinusoid"])
        self.pooled_text_embedder = nn.Sequential(nn.Linear(c["pooled"], width), nn.SiLU(), nn.Linear(width, width))
        self.context_embedder, self.x_embedder = nn.Linear(c["context"], width), nn.Linear(c["inFeatures"], width)
        self.blocks = nn.ModuleList(JointBlock(c) for _ in range(c["joint"]))
        self.single_blocks = nn.ModuleList(SingleBlock(c) for _ in range(c["single"]))
        self.final_norm_out = Modulation(width, 2)
        self.final_proj_out = nn.Linear(width, c["inFeatures"])

    def prepare(self) -> None:
        """Starts with closed gates and a zero velocity, the usual start of such transformers."""
        for module in self.modules():
            if isinstance(module, Modulation):
                nn.init.zeros_(module.linear.weight)
                nn.init.zeros_(module.linear.bias)
        nn.init.zeros_(self.final_proj_out.weight)
        nn.init.zeros_(self.final_proj_out.bias)

    def embedded(self, latents: Tensor, context: Tensor, text_ids: Tensor, pooled: Tensor, timestep: Tensor, guidance: Tensor) -> tuple[Tensor, ...]:
        """What the first block is given: picture [batch, rows * columns, hidden], conditioning [batch, n, hidden], vector [batch, hidden], cosines, sines."""
        batch, channels, height, width = latents.shape
        rows, columns = height // 2, width // 2
        x = latents.reshape(batch, channels, rows, 2, columns, 2).permute(0, 2, 4, 1, 3, 5).flatten(1, 2).flatten(2)
        grid = torch.cartesian_prod(torch.arange(rows), torch.arange(columns)).float()
        cos, sin = rotary(torch.cat((text_ids, F.pad(grid, (1, 0)))), self.config["axes"], self.config["theta"])
        vector = self.time_embedder(timestep) + self.guidance_embedder(1000 * guidance) + self.pooled_text_embedder(pooled)
        return self.x_embedder(x), self.context_embedder(context), vector, cos, sin

    def looks(self, latents: Tensor, context: Tensor, text_ids: Tensor, pooled: Tensor, timestep: Tensor, guidance: Tensor, heads: int) -> Tensor:
        """`JointAttention.looks` of the first block."""
        a, b, vector, cos, sin = self.embedded(latents, context, text_ids, pooled, timestep, guidance)
        first = self.blocks[0]
        (shift_a, scale_a, *_), (shift_b, scale_b, *_) = first.norm1_a(vector), first.norm1_b(vector)
        return first.attn.looks(modulated(a, shift_a, scale_a, first.eps), modulated(b, shift_b, scale_b, first.eps), cos, sin, heads)

    def forward(self, latents: Tensor, context: Tensor, text_ids: Tensor, pooled: Tensor, timestep: Tensor, guidance: Tensor) -> Tensor:
        """context [batch, n, C]; text_ids [n, 3]; pooled [batch, P]; timestep (1000 sigma) and guidance [batch]."""
        batch, channels, height, width = latents.shape
        rows, columns = height // 2, width // 2
        a, b, vector, cos, sin = self.embedded(latents, context, text_ids, pooled, timestep, guidance)
        for block in self.blocks:
            a, b = block(a, b, vector, cos, sin)
        joined = torch.cat((b, a), 1)
        for single in self.single_blocks:
            joined = single(joined, vector, cos, sin)
        scale, shift = self.final_norm_out(vector)
        out = self.final_proj_out(modulated(joined[:, b.shape[1] :], shift, scale, self.config["eps"]))
        return out.reshape(batch, rows, columns, channels, 2, 2).permute(0, 3, 1, 4, 2, 5).reshape(latents.shape)
