"""Stage 3: both picture decoders by rectified flow on the frozen encoder's embeddings.

The generation and the editing decoder share one DiT: two batches in three are conditioned by the adapter (81 tokens), one by the
merger (81 target + 81 reference tokens with editing ids), a few by the constant negative context. Half of the targets are what the
transformer will say rather than what the encoder sees: the transformer's own predictions where there is one that the read-out finds
right, the guess from the labels until then. Those leave open what no words decide, so that the decoder learns to supply it.
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
from ..layout import SIDE
from ..patch_code import PatchCode, pictures
from ..pictures import Picture, embed, random_chain
from ..predictor import Predictor
from ..renderer import load_icons
from ..training import Trainer, load_average, set_up
from ..vision import TOKENS
from .encoder import load_frozen

GRIDS = [(1, 18, 18), (1, 18, 18)]
LATENT = SIDE // 8
BATCH = 16
# the rows where things stand count more than the rest, which is learned first
_ROWS = torch.arange(LATENT)
WEIGHT = torch.where(((_ROWS >= 2) & (_ROWS < 9)) | ((_ROWS >= 11) & (_ROWS < 22)), 1.2, 0.4)[:, None]
WEIGHT = WEIGHT / WEIGHT.mean()


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
        return self.merger(torch.cat((target, reference), 1), GRIDS), editing_ids(LATENT, LATENT, GRIDS)

    def velocity(self, context: Tensor, ids: Tensor, x: Tensor, timestep: Tensor, dit: nn.Module | None = None) -> Tensor:
        """`dit`: another callable over the same weights, the compiled one."""
        batch = len(x)
        return (self.dit if dit is None else dit)(x, context, ids, self.pooled.expand(batch, -1), timestep, torch.full((batch,), GUIDANCE))

    @torch.no_grad()
    def draw(self, target: Tensor, reference: Tensor | None = None, steps: int = STEPS, seed: int = 0) -> Tensor:
        """[batch, 81, hidden] -> latents [batch, 16, 24, 24]."""
        context, ids = self.condition(target, reference)
        noise = torch.randn(len(target), 16, LATENT, LATENT, generator=torch.Generator().manual_seed(seed))
        return sample(lambda x, t: self.velocity(context, ids, x, t), noise, steps)


def autoencoder(state: Path) -> Autoencoder:
    return load_average(Autoencoder(), state, "autoencoder")


def grid(rows: list[np.ndarray]) -> Image.Image:
    """Rows of [n, side, side, 3] pictures as one image."""
    return Image.fromarray(np.concatenate([np.concatenate(list(r), 1) for r in rows], 0))


def run(state: Path, minutes: float) -> None:
    set_up(4)
    load_icons(state)
    code, model = PatchCode(state), Decoders()
    encoder, _ = load_frozen(state)
    predictor = Predictor(state)
    trainer = Trainer(state, "decoders", {"model": model}, 1e-3, warm=50, horizon=20000, decay=0.995)
    rng = random.Random(trainer.seed)
    compiled = torch.compile(model.dit, dynamic=False)

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        editing = step % 3 == 2
        chains = [random_chain(rng, 1 if editing else 0) for _ in range(BATCH)]
        goals = [chain.picture(-1) for chain in chains]
        sources = [chain.picture(0) for chain in chains] if editing else []
        seen = embed(encoder, goals + sources)
        said = predictor.targets(rng, chains)
        target = torch.stack([
            p if p is not None and rng.random() < 0.55 else seen[g] + 0.15 * rng.random() * torch.randn_like(seen[g]) for g, p in zip(goals, said, strict=True)
        ])
        clean = code.encode(pictures([g.pixels() for g in goals]))
        dit = compiled
        if step % 30 == 0:
            context, ids = model.negative.repeat(BATCH, 1, 1), torch.zeros(len(model.negative), 3)
            dit = model.dit  # compiled for this length its gradients are no numbers (torch 2.15)
        else:
            context, ids = model.condition(target, torch.stack([seen[s] for s in sources]) if editing else None)
        value = flow_loss(lambda x, t: model.velocity(context, ids, x, t, dit), clean, WEIGHT)
        return value, {"edit" if editing else "draw": value.item()}

    def watch() -> str:
        shown = Decoders()
        shown.load_state_dict({k[6:]: v for k, v in trainer.average.items()})
        return watched(shown.eval(), code, encoder, predictor, state)

    trainer.run(minutes, loss, every=30, watch=watch, watch_every=300)


@torch.no_grad()
def watched(model: Decoders, code: PatchCode, encoder: nn.Module, predictor: Predictor, state: Path) -> str:
    """PSNR against the coded picture from true embeddings; `decoders.png`: real, coded, from true and from said embeddings (two seeds)."""
    rng, vae = random.Random(99), autoencoder(state)
    chains = [random_chain(rng, unseen=True) for _ in range(8)]
    shown: list[Picture] = [chain.picture(0) for chain in chains]
    seen, real = embed(encoder, shown), np.stack([p.pixels() for p in shown])
    coded = code.encode(pictures(list(real)))
    true = torch.stack([seen[p] for p in shown])
    said = torch.stack([s if s is not None else t for s, t in zip(predictor.targets(rng, chains), true, strict=True)])
    latents = [coded, model.draw(true), model.draw(said, seed=1), model.draw(said, seed=2)]
    rows = [to_bytes(vae.decode(z)).numpy() for z in latents]
    grid([real, *rows]).save(state / "decoders.png")

    def decibel(a: np.ndarray, b: np.ndarray) -> float:
        return float(-10 * np.log10(((a.astype(float) - b) ** 2).mean() / 255**2))

    return f"psnr {decibel(rows[1], rows[0]):.2f} codec {decibel(rows[0], real):.2f} seeds {decibel(rows[2], rows[3]):.2f}"
