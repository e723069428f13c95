"""Stage 2: the autoencoder. Its encoder learns the linear patch code, its decoder to draw from noised codes; later with a feature loss.

The code is fixed from the start (`patch_code.py`), so that the picture decoders can train beside it at any time.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..autoencoder import Autoencoder
from ..features import Features
from ..feed import Batch
from ..patch_code import PatchCode, scaled
from ..renderer import load_icons, render
from ..training import Trainer, set_up
from ..world import random_scene

CROP, BATCH = 64, 12
# from this step on softness is punished too
FEATURES_FROM, FEATURES_WEIGHT = 5000, 0.1
# rows of crops in eighths: the ground's things and the sky's, more often than what lies between
TOPS = (0, 1, 3, 6, 9, 11, 12, 13, 14, 15)


def crops(step: int, rng: random.Random) -> Batch:
    """Corners on multiples of 8, so that a crop's code is the crop of the picture's code."""
    cut = []
    for _ in range(BATCH):
        top, left = 8 * rng.choice(TOPS), 8 * rng.randint(0, 16)
        cut.append(render(random_scene(rng), rng.randrange(10**6))[top : top + CROP, left : left + CROP])
    return {"crops": np.stack(cut)}


def run(state: Path, minutes: float) -> None:
    set_up(2)
    load_icons(state)
    code, model, features = PatchCode(state), Autoencoder().to(memory_format=torch.channels_last), Features()
    trainer = Trainer(state, "autoencoder", {"model": model}, 2e-3, horizon=16000, weight_decay=0.0)

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        x = scaled(batch["crops"]).contiguous(memory_format=torch.channels_last)
        z = code.encode(x)
        drawn = model.decode(z + 0.1 * torch.rand(len(z), 1, 1, 1) * torch.randn_like(z))
        squared, absolute = F.mse_loss(drawn, x), F.l1_loss(drawn, x)
        edges = F.l1_loss(drawn.diff(dim=2), x.diff(dim=2)) + F.l1_loss(drawn.diff(dim=3), x.diff(dim=3))
        distilled = F.mse_loss(model.encode(x[:4]), z[:4]) if step % 2 else torch.zeros(())
        soft = features(drawn, x) if step >= FEATURES_FROM else torch.zeros(())
        decibel = -10 * torch.log10(squared / 4 + 1e-9)
        total = squared + absolute + edges + 0.2 * distilled + FEATURES_WEIGHT * soft
        return total, {"psnr": decibel.item(), "distilled": 2 * distilled.item(), "features": soft.item()}

    trainer.run(minutes, crops, loss)
