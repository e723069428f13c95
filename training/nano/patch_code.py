"""The linear code of 8x8 pixel patches that the autoencoder is distilled to.

Principal components of patches (object regions count more), divided by the fourth root of their variance: latents are fixed
before any network is trained, so that the picture decoders and the autoencoder can train at the same time.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .config import VAE
from .renderer import load_icons, render
from .training import save
from .world import random_scene


def pictures(images: list[np.ndarray]) -> Tensor:
    """uint8 [H, W, 3] pictures -> [batch, 3, H, W] in -1..1."""
    return scaled(torch.from_numpy(np.stack(images)).to(torch.get_default_device()))


def scaled(images: Tensor) -> Tensor:
    """uint8 [batch, H, W, 3] -> [batch, 3, H, W] in -1..1."""
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1


def _cut(x: Tensor) -> Tensor:
    b, _, h, w = x.shape
    return x.reshape(b, 3, h // 8, 8, w // 8, 8).permute(0, 2, 4, 1, 3, 5).reshape(b, h // 8, w // 8, 192)


class PatchCode:
    """`encode`: [batch, 3, H, W] -> [batch, 16, H/8, W/8]; `decode` is its linear inverse."""

    def __init__(self, state: Path) -> None:
        path = state / "patch-code.pt"
        if not path.exists():
            self._fit(state, path)
        data = torch.load(path, map_location=torch.get_default_device())
        self.mean, self.down, self.up = data["mean"], data["down"], data["up"]

    @staticmethod
    def _fit(state: Path, path: Path) -> None:
        load_icons(state)
        rng = random.Random(11)
        cut = _cut(pictures([render(random_scene(rng), rng.randrange(10**6)) for _ in range(3000)]))
        chosen = torch.cat((cut[::2, 3:8].reshape(-1, 192), cut[::2, 13:21].reshape(-1, 192), cut[1::6].reshape(-1, 192)))
        mean = chosen.mean(0)
        variance, axes = torch.linalg.eigh(torch.cov((chosen - mean).T))
        axes, variance = axes[:, -VAE["latent"] :].flip(1), variance[-VAE["latent"] :].flip(0)
        scale = variance.pow(0.25)
        common = variance.sqrt().mean().sqrt()  # brings the latents' mean variance to one
        save(path, {"mean": mean, "down": axes / scale / common, "up": (axes * scale * common).T})

    def encode(self, x: Tensor) -> Tensor:
        return ((_cut(x) - self.mean) @ self.down).permute(0, 3, 1, 2)

    def decode(self, z: Tensor) -> Tensor:
        x = z.permute(0, 2, 3, 1) @ self.up + self.mean
        b, h, w, _ = x.shape
        return x.reshape(b, h, w, 3, 8, 8).permute(0, 3, 1, 4, 2, 5).reshape(b, 3, h * 8, w * 8)
