"""Stage 3: both picture decoders by rectified flow on the frozen encoder's embeddings.

The generation and the editing decoder share one DiT: two batches in three are conditioned by the adapter (81 tokens), one by the
merger (81 target + 81 reference tokens with editing ids), a few by the constant negative context. Half of the targets are what the
transformer will say rather than what the encoder sees: the transformer's own predictions where the read-out finds them right, the guess
from the labels until there is one that draws. Those leave open what no words decide, so that the decoder learns to supply it.
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
from ..feed import Batch
from ..flow import flow_loss, sample
from ..layout import SIDE
from ..patch_code import PatchCode, pictures, scaled
from ..pictures import embed, gathered, seen
from ..predictor import Predictor
from ..renderer import load_icons
from ..training import Trainer, load_average, load_part, set_up
from ..vision import MERGED, TOKENS
from .encoder import load_frozen

GRIDS = [(1, 18, 18), (1, 18, 18)]
LATENT = SIDE // 8
BATCH, SAID = 16, 0.55
# the rows where things stand count more than the rest, which is learned first
WEIGHT = [[1.2 if 2 <= row < 9 or 11 <= row < 22 else 0.4] for row in range(LATENT)]


# the first heads of the first block are shown where their tokens' embeddings lie until this step, by a loss of this weight
SHOWN, SHOWN_WEIGHT = 1500, 0.1


def corners(patches: int = LATENT // 2, side: int = MERGED) -> Tensor:
    """[4, patches * patches]: which of side * side embeddings lie at the four corners of every patch of latents."""
    first = torch.arange(patches) * side // patches
    last = ((torch.arange(patches) + 1) * side - 1) // patches
    return torch.stack([(row[:, None] * side + column).flatten() for row in (first, last) for column in (first, last)])


class Decoders(nn.Module):
    """Adapter, merger and DiT with the constants they are trained with."""

    def __init__(self) -> None:
        super().__init__()
        self.adapter, self.merger, self.dit = adapter(), Merger(), Dit()
        self.dit.prepare()
        pooled, negative = (c.to(torch.get_default_device()) for c in text_constants())
        self.register_buffer("pooled", pooled, persistent=False)
        self.register_buffer("negative", negative, persistent=False)

    def condition(self, target: Tensor, reference: Tensor | None) -> tuple[Tensor, Tensor]:
        if reference is None:
            return self.adapter(target), torch.zeros(TOKENS, 3)
        return self.merger(torch.cat((target, reference), 1), GRIDS), editing_ids(LATENT, LATENT, GRIDS)

    def velocity(self, context: Tensor, ids: Tensor, x: Tensor, timestep: Tensor, dit: nn.Module | None = None) -> Tensor:
        """`dit`: another callable over the same weights, the compiled one."""
        return (self.dit if dit is None else dit)(*self._given(context, ids, x, timestep))

    def _given(self, context: Tensor, ids: Tensor, x: Tensor, timestep: Tensor) -> tuple[Tensor, ...]:
        """What the DiT takes, in its order."""
        batch = len(x)
        return x, context, ids, self.pooled.expand(batch, -1), timestep, torch.full((batch,), GUIDANCE)

    def sought(self, context: Tensor, ids: Tensor, x: Tensor, timestep: Tensor, where: Tensor) -> Tensor:
        """Cross-entropy of what a head each attends to in the first block with the embeddings `where` [heads, patches] names."""
        looks = self.dit.looks(*self._given(context, ids, x, timestep), len(where))
        return -looks.gather(-1, where.expand(len(x), -1, -1)[..., None]).mean()

    @torch.no_grad()
    def draw(self, target: Tensor, reference: Tensor | None = None, steps: int = STEPS, seed: int = 0) -> Tensor:
        """[batch, 81, hidden] -> latents [batch, 16, 24, 24]."""
        context, ids = self.condition(target, reference)
        noise = torch.randn(len(target), 16, LATENT, LATENT, generator=torch.Generator("cpu").manual_seed(seed), device="cpu").to(target.device)
        return sample(lambda x, t: self.velocity(context, ids, x, t), noise, steps)


def autoencoder(state: Path) -> Autoencoder:
    return load_average(Autoencoder(), state, "autoencoder")


def grid(rows: list[np.ndarray]) -> Image.Image:
    """Rows of [n, side, side, 3] pictures as one image."""
    return Image.fromarray(np.concatenate([np.concatenate(list(r), 1) for r in rows], 0))


def run(state: Path, minutes: float) -> None:
    set_up(4)
    load_icons(state)
    code, model, weight = PatchCode(state), Decoders(), torch.tensor(WEIGHT)
    weight /= weight.mean()
    where = corners()
    encoder, _ = load_frozen(state)
    predictor = Predictor(state)
    trainer = Trainer(state, "decoders", {"model": model}, 1e-3, warm=50, horizon=20000, decay=0.995)
    compiled = torch.compile(model.dit, dynamic=False)

    def make(step: int, rng: random.Random) -> Batch:
        goals, sources, sequences = predictor.prepare(rng, BATCH, step % 3 == 2)
        different, images = gathered(goals + sources)
        said = np.array([rng.random() < SAID for _ in goals])
        return {
            "goals": goals, "sources": sources, "sequences": sequences, "different": different, "sized": images, "said": said,
            "labels": np.array([g.labels() for g in goals]), "pixels": np.stack([g.pixels() for g in goals]),
        }

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        editing, unconditional = bool(batch["sources"]), step % 30 == 0
        known = seen(encoder, batch["different"], batch["sized"])
        true = torch.stack([known[g] for g in batch["goals"]])
        predicted, right = predictor.targets(batch["sequences"], batch["labels"], known)
        noisy = true + 0.15 * torch.rand(len(true), 1, 1) * torch.randn_like(true)
        target = torch.where((batch["said"] & right)[:, None, None], predicted, noisy)
        clean = code.encode(scaled(batch["pixels"]))
        dit = compiled
        if unconditional:
            context, ids = model.negative.repeat(BATCH, 1, 1), torch.zeros(len(model.negative), 3)
            dit = model.dit  # compiled for this length its gradients are no numbers (torch 2.15)
        else:
            context, ids = model.condition(target, torch.stack([known[s] for s in batch["sources"]]) if editing else None)
        value = flow_loss(lambda x, t: model.velocity(context, ids, x, t, dit), clean, weight)
        told = {"edit" if editing else "draw": value.item()}
        if step < SHOWN and not unconditional:
            sought = model.sought(context, ids, torch.randn_like(clean), 1000 * torch.rand(len(clean)), where)
            value, told["sought"] = value + SHOWN_WEIGHT * sought, sought.item()
        return value, told

    def watch() -> str:
        return watched(load_part(trainer.average, Decoders(), "model"), code, encoder, predictor, state)

    trainer.run(minutes, make, loss, every=30, watch=watch, watch_every=300)


@torch.no_grad()
def watched(model: Decoders, code: PatchCode, encoder: nn.Module, predictor: Predictor, state: Path) -> str:
    """PSNR against the coded picture from true embeddings; `decoders.png`: real, coded, from true and from said embeddings (two seeds)."""
    rng, vae = random.Random(99), autoencoder(state)
    shown, _, sequences = predictor.prepare(rng, 8, False)
    known, real = embed(encoder, shown), np.stack([p.pixels() for p in shown])
    coded = code.encode(pictures(list(real)))
    true = torch.stack([known[p] for p in shown])
    said, _ = predictor.targets(sequences, torch.tensor([p.labels() for p in shown]), known)
    latents = [coded, model.draw(true), model.draw(said, seed=1), model.draw(said, seed=2)]
    rows = [to_bytes(vae.decode(z)).cpu().numpy() for z in latents]
    grid([real, *rows]).save(state / "decoders.png")

    def decibel(a: np.ndarray, b: np.ndarray) -> float:
        return float(-10 * np.log10(((a.astype(float) - b) ** 2).mean() / 255**2))

    return f"psnr {decibel(rows[1], rows[0]):.2f} codec {decibel(rows[0], real):.2f} seeds {decibel(rows[2], rows[3]):.2f}"
