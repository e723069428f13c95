"""Adapter against merger with reference: the same picture decoder, learned from scratch on the same edits, by what it is told.

`adapter` is told the picture that is wanted (81 tokens, as the generation decoder); `merger` that and the picture before (81 + 81, as the
editing decoder). Both learn half from what the encoder sees of the goal and half from what the labels let one guess of it.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..autoencoder import to_bytes
from ..config import STEPS as SAMPLED
from ..feed import Batch
from ..flow import flow_loss
from ..patch_code import PatchCode
from ..stages.decoders import SAID, WEIGHT, Decoders
from ..training import Trainer, load_part
from .edited import Edits, Paint

CONDITIONED = ("adapter", "merger")
STEPS, BATCH, RATE, SEEDS = 500, 16, 1e-3, 3


def train(state: Path, conditioned: str, seed: int, learned: Edits, minutes: float, steps: int = STEPS) -> Decoders | None:
    """Goes on where it was cut off, and is none until it has taken all its steps."""
    torch.manual_seed(200 + seed)
    model, weight = Decoders(), torch.tensor(WEIGHT)
    weight /= weight.mean()
    trainer = Trainer(state, f"paper/{conditioned}-{seed}", {"model": model}, RATE, warm=50, horizon=steps, decay=0.98)

    def make(step: int, rng: random.Random) -> Batch:
        return {"chosen": rng.sample(range(len(learned.chains)), BATCH), "told": [rng.random() < SAID for _ in range(BATCH)]}

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        rows = batch["chosen"]
        seen = learned.goals[rows].float()
        noisy = seen + 0.15 * torch.rand(BATCH, 1, 1) * torch.randn_like(seen)
        target = torch.where(torch.as_tensor(batch["told"])[:, None, None], learned.told[rows].float(), noisy)
        context, ids = model.condition(target, learned.sources[rows].float() if conditioned == "merger" else None)
        return flow_loss(lambda x, t: model.velocity(context, ids, x, t), learned.latents[rows].float(), weight), {}

    trainer.run(minutes, make, loss, every=50, until=steps)
    return load_part(trainer.average, model, "model") if trainer.step == steps else None


def painter(model: Decoders, conditioned: str, seed: int, code: PatchCode) -> Paint:
    """Pictures through the linear code, which training does not change."""
    def paint(target: Tensor, reference: Tensor) -> np.ndarray:
        latents = model.draw(target, reference if conditioned == "merger" else None, SAMPLED, seed)
        return to_bytes(code.decode(latents)).cpu().numpy()
    return paint


def coded(of: Edits, code: PatchCode) -> Paint:
    """The goals themselves through the linear code: no decoder can do better."""
    def paint(target: Tensor, reference: Tensor) -> np.ndarray:
        return to_bytes(code.decode(of.latents.float())).cpu().numpy()
    return paint
