"""Stage 2: the autoencoder. Its encoder learns the linear patch code, its decoder to draw from noised codes."""

from __future__ import annotations

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..autoencoder import Autoencoder
from ..patch_code import PatchCode, pictures
from ..renderer import load_icons, render
from ..training import Trainer, set_up
from ..world import random_scene

CROP = 64


def run(state: Path, minutes: float) -> None:
    set_up(2)
    load_icons(state)
    code, model = PatchCode(state), Autoencoder()
    trainer = Trainer(state, "autoencoder", {"model": model}, 2e-3, horizon=30000, weight_decay=0.0)
    rng = random.Random(trainer.seed)

    def crops(count: int) -> tuple[Tensor, Tensor]:
        """Corners on multiples of 8, so that a crop's code is the crop of the picture's code."""
        whole = pictures([render(random_scene(rng)) for _ in range(count)])
        cut = []
        for x in whole:
            top, left = 8 * rng.choice((0, 2, 4, 6, 8, 8, 8)), 8 * rng.randint(0, 8)
            cut.append(x[:, top : top + CROP, left : left + CROP])
        x = torch.stack(cut)
        return x, code.encode(x)

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        x, z = crops(12)
        drawn = model.decode(z + 0.1 * torch.rand(len(z), 1, 1, 1) * torch.randn_like(z))
        squared, absolute = F.mse_loss(drawn, x), F.l1_loss(drawn, x)
        edges = F.l1_loss(drawn.diff(dim=2), x.diff(dim=2)) + F.l1_loss(drawn.diff(dim=3), x.diff(dim=3))
        distilled = F.mse_loss(model.encode(x[:4]), z[:4]) if step % 2 else torch.zeros(())
        decibel = -10 * torch.log10(squared / 4 + 1e-9)
        return squared + absolute + edges + 0.2 * distilled, {"psnr": decibel.item(), "distilled": 2 * distilled.item()}

    trainer.run(minutes, loss)
