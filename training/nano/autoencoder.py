"""FLUX's autoencoder at nano's sizes, with the published tensor names of `ae.safetensors`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import VAE

WIDTHS = [VAE["base"] * m for m in VAE["mult"]]


def norm(width: int) -> nn.GroupNorm:
    return nn.GroupNorm(VAE["groups"], width, VAE["eps"])


class ResBlock(nn.Module):
    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = norm(inner), nn.Conv2d(inner, outer, 3, padding=1)
        self.norm2, self.conv2 = norm(outer), nn.Conv2d(outer, outer, 3, padding=1)
        if inner != outer:
            self.nin_shortcut = nn.Conv2d(inner, outer, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class AttnBlock(nn.Module):
    """One-head attention over all places."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = norm(width)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(x)
        q, k, v = (f(h).flatten(2).transpose(1, 2)[:, None] for f in (self.q, self.k, self.v))
        out = F.scaled_dot_product_attention(q, k, v)[:, 0].transpose(1, 2).reshape(x.shape)
        return x + self.proj_out(out)


class Resample(nn.Module):
    """One 3x3 convolution: stride 2 after padding right and below, or after doubling every pixel."""

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.conv = nn.Conv2d(width, width, 3, stride, padding=2 - stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.stride == 2 else F.interpolate(x, scale_factor=2.0))


def _middle(width: int) -> nn.ModuleDict:
    return nn.ModuleDict({"block_1": ResBlock(width, width), "attn_1": AttnBlock(width), "block_2": ResBlock(width, width)})


def _level(inner: int, outer: int, blocks: int) -> nn.ModuleDict:
    return nn.ModuleDict({"block": nn.ModuleList(ResBlock(inner if i == 0 else outer, outer) for i in range(blocks))})


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(3, WIDTHS[0], 3, padding=1)
        self.down = nn.ModuleList()
        for i, width in enumerate(WIDTHS):
            level = _level(WIDTHS[max(0, i - 1)], width, VAE["resBlocksPerLevel"]["encoder"])
            if i < len(WIDTHS) - 1:
                level["downsample"] = Resample(width, 2)
            self.down.append(level)
        self.mid = _middle(WIDTHS[-1])
        self.norm_out, self.conv_out = norm(WIDTHS[-1]), nn.Conv2d(WIDTHS[-1], 2 * VAE["latent"], 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv_in(x)
        for level in self.down:
            for block in level["block"]:
                h = block(h)
            h = level["downsample"](h) if "downsample" in level else h
        for part in self.mid.values():
            h = part(h)
        return self.conv_out(F.silu(self.norm_out(h)))


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(VAE["latent"], WIDTHS[-1], 3, padding=1)
        self.mid = _middle(WIDTHS[-1])
        levels = []
        for i, width in enumerate(WIDTHS):
            level = _level(WIDTHS[min(len(WIDTHS) - 1, i + 1)], width, VAE["resBlocksPerLevel"]["decoder"])
            if i > 0:
                level["upsample"] = Resample(width, 1)
            levels.append(level)
        self.up = nn.ModuleList(levels)
        self.norm_out, self.conv_out = norm(WIDTHS[0]), nn.Conv2d(WIDTHS[0], 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        h = self.conv_in(z)
        for part in self.mid.values():
            h = part(h)
        for level in reversed(self.up):
            for block in level["block"]:
                h = block(h)
            h = level["upsample"](h) if "upsample" in level else h
        return self.conv_out(F.silu(self.norm_out(h)))


class Autoencoder(nn.Module):
    """Pictures are [batch, 3, H, W] in -1..1, latents [batch, 16, H/8, W/8]."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def encode(self, x: Tensor) -> Tensor:
        return (self.encoder(x)[:, : VAE["latent"]] - VAE["shift"]) * VAE["scale"]

    def decode(self, latents: Tensor) -> Tensor:
        return self.decoder(latents / VAE["scale"] + VAE["shift"])


def to_bytes(image: Tensor) -> Tensor:
    """[batch, 3, H, W] in -1..1 -> uint8 [batch, H, W, 3], truncated as the reference does."""
    return ((image + 1) * 127.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
