"""Stage 4: both picture decoders by rectified flow on the frozen encoder's embeddings.

For version 0 the generation and the editing decoder share one DiT: two batches in three are conditioned by the adapter (81
tokens), one by the merger (81 target + 81 reference tokens with editing ids), a few by the constant negative context.
When `predictions` of the transformer exist (stage `predictions`), half of the targets are those instead of the true embeddings.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from ..autoencoder import Autoencoder, to_bytes
from ..conditioning import Merger, adapter, editing_ids
from ..config import GUIDANCE, STEPS
from ..constants import text_constants
from ..dit import Dit
from ..flow import flow_loss, sample
from ..patch_code import PatchCode, pictures
from ..renderer import load_icons, render
from ..training import Trainer, load_average, set_up
from ..vision import TOKENS
from .embeddings import Bank

GRIDS = [(1, 18, 18), (1, 18, 18)]
BATCH = 24
# the rows where objects stand count more than the sky, which is learned first
WEIGHT = torch.where((torch.arange(16) >= 5) & (torch.arange(16) < 15), 1.4, 1 / 3)[:, None]


class Decoders(nn.Module):
    """Adapter, merger and DiT with the constants they are trained with."""

    def __init__(self) -> None:
        super().__init__()
        self.adapter, self.merger, self.dit = adapter(), Merger(), Dit()
        self.dit.prepare()
        pooled, negative = text_constants()
        self.register_buffer("pooled", pooled, persistent=False)
        self.register_buffer("negative", negative, persistent=False)

    def condition(self, target: Tensor, reference: Tensor | None) -> tuple[Tensor, Tensor]:
        if reference is None:
            return self.adapter(target), torch.zeros(TOKENS, 3)
        return self.merger(torch.cat((target, reference), 1), GRIDS), editing_ids(16, 16, GRIDS)

    def velocity(self, context: Tensor, ids: Tensor, x: Tensor, timestep: Tensor, dit: nn.Module | None = None) -> Tensor:
        """`dit`: another callable over the same weights, the compiled one."""
        batch = len(x)
        return (self.dit if dit is None else dit)(x, context, ids, self.pooled.expand(batch, -1), timestep, torch.full((batch,), GUIDANCE))

    @torch.no_grad()
    def draw(self, target: Tensor, reference: Tensor | None = None, steps: int = STEPS, seed: int = 0) -> Tensor:
        """[batch, 81, hidden] -> latents [batch, 16, 16, 16]."""
        context, ids = self.condition(target, reference)
        noise = torch.randn(len(target), 16, 16, 16, generator=torch.Generator().manual_seed(seed))
        return sample(lambda x, t: self.velocity(context, ids, x, t), noise, steps)


def autoencoder(state: Path) -> Autoencoder:
    return load_average(Autoencoder(), state, "autoencoder")


def grid(rows: list[np.ndarray]) -> Image.Image:
    """Rows of [n, 128, 128, 3] pictures as one image."""
    return Image.fromarray(np.concatenate([np.concatenate(list(r), 1) for r in rows], 0))


def run(state: Path, minutes: float) -> None:
    set_up(4)
    load_icons(state)
    bank, code, model = Bank(state), PatchCode(state), Decoders()
    trainer = Trainer(state, "decoders", {"model": model}, 1e-3, warm=50, horizon=2100, decay=0.995)
    rng = random.Random(trainer.seed)
    compiled = torch.compile(model.dit, dynamic=False)
    file = state / "predictions.npy"
    predictions = np.load(file, mmap_mode="r") if file.exists() else None

    def embedding(chain: int, place: int) -> Tensor:
        if predictions is not None and chain < len(predictions) and rng.random() < 0.5:
            predicted = torch.from_numpy(np.asarray(predictions[chain, place], np.float32))
            if predicted.any():
                return predicted
        true = bank.embeddings(chain, place)
        return true + 0.15 * rng.random() * torch.randn_like(true)

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        if step % 100 == 0:
            bank.refresh()
        editing = step % 3 == 2
        chosen = [(rng.randrange(len(bank.chains)), rng.randint(1, 2) if editing else rng.randrange(3)) for _ in range(BATCH)]
        clean = code.encode(pictures([render(bank.chains[c][0][i]) for c, i in chosen]))
        target = torch.stack([embedding(c, i) for c, i in chosen])
        dit = compiled
        if step % 30 == 0:
            context, ids = model.negative.repeat(BATCH, 1, 1), torch.zeros(len(model.negative), 3)
            dit = model.dit  # compiled for this length its gradients are no numbers (torch 2.15)
        else:
            reference = torch.stack([bank.embeddings(c, i - 1) for c, i in chosen]) if editing else None
            context, ids = model.condition(target, reference)
        value = flow_loss(lambda x, t: model.velocity(context, ids, x, t, dit), clean, WEIGHT)
        return value, {"edit" if editing else "draw": value.item()}

    def watch() -> str:
        shown, vae = Decoders(), autoencoder(state)
        shown.load_state_dict({k[6:]: v for k, v in trainer.average.items()})
        picks = [(i, 0) for i in range(8)]
        true = np.stack([render(bank.chains[c][0][i]) for c, i in picks])
        latents = shown.draw(torch.stack([bank.embeddings(c, i) for c, i in picks]))
        with torch.no_grad():
            drawn, ceiling = to_bytes(vae.decode(latents)).numpy(), to_bytes(vae.decode(code.encode(pictures(list(true))))).numpy()
        grid([true, ceiling, drawn]).save(state / "decoders.png")
        error = ((drawn.astype(float) - true) ** 2).mean()
        best = ((ceiling.astype(float) - true) ** 2).mean()
        return f"psnr {-10 * np.log10(error / 255**2):.2f} codec {-10 * np.log10(best / 255**2):.2f}"

    trainer.run(minutes, loss, every=30, watch=watch, watch_every=150)
