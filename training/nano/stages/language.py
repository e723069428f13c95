"""Stage 4: the transformer, by equation 1 plus the frozen read-out's loss on the predicted embeddings."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .. import outside, photographs
from ..conversations import conversation
from ..feed import Batch
from ..language import LanguageModel, parted
from ..losses import SCRIPT_WEIGHTS, equation_one
from ..pictures import gathered, seen
from ..renderer import load_icons
from ..tokens import PREFILLED, Layout, make_tokenizer
from ..training import Trainer, set_up
from ..world import LABELS
from .encoder import load_frozen

# share of batches and batch size
MIX = {
    "draw": (0.30, 16), "edit": (0.30, 12), "ask": (0.15, 16), "decline": (0.08, 24), "decline_edit": (0.04, 16), "talk": (0.04, 24), "missing": (0.02, 24),
    "foreign": (0.03, 16), "polish": (0.04, 16),
}
READOUT_WEIGHT = 1.0


def run(state: Path, minutes: float) -> None:
    set_up(5)
    load_icons(state)
    photographs.load(state)
    outside.load(state)
    layout = Layout(make_tokenizer(state))
    encoder, readout = load_frozen(state)
    model = LanguageModel(layout.size)
    trainer = Trainer(state, "language", {"model": model}, 1.5e-3, horizon=30000, decay=0.995)
    for layer in model.model.layers:
        layer.compile(dynamic=True)
    recent: dict[str, float] = {}

    def make(step: int, rng: random.Random) -> Batch:
        kind = rng.choices(list(MIX), [share for share, _ in MIX.values()])[0]
        parts = parted([layout.build(conversation(rng, kind)) for _ in range(MIX[kind][1])])
        sequences = [s for part in parts for s in part]
        different, images = gathered([picture for s in sequences for _, picture, _ in s.pictures])
        goals = [picture for s in sequences for _, picture, how in s.pictures if how == PREFILLED]
        labels = np.array([g.labels() for g in goals]) if goals else np.zeros((0, LABELS), int)
        return {"kind": kind, "parts": parts, "different": different, "sized": images, "goals": goals, "labels": labels}

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        kind, goals = batch["kind"], batch["goals"]
        embeddings = seen(encoder, batch["different"], batch["sized"])
        noisy = {p: e + 0.3 * torch.rand(()) * torch.randn_like(e) for p, e in embeddings.items()}
        hidden, wanted = model.hidden_of(batch["parts"], noisy)
        drawn = model.vision_head(hidden).float()
        rows = max(0, (wanted != -100).any(0).nonzero()[0].item() - 1)  # nothing is learned before the first reply
        target = torch.cat([embeddings[g] for g in goals]) if goals else None
        parts = equation_one(model.lm_head(hidden[:, rows:]).float(), wanted[:, rows:], drawn[:, rows:], target, layout.image, SCRIPT_WEIGHTS)
        total = parts["total"]
        if goals:
            predicted = drawn[:, :-1][wanted[:, 1:] == layout.image].unflatten(0, (len(goals), 81))
            total = total + READOUT_WEIGHT * readout.loss(predicted, batch["labels"])
            now = readout.right(predicted, batch["labels"]).float().mean().item()
        else:
            now = parts["ce"].item()
        recent[kind] = 0.9 * recent.get(kind, now) + 0.1 * now
        return total, {"ce": parts["ce"].item(), "mse": parts["mse"].item() if goals else 0.0}

    def watch() -> str:
        return "recent: " + " ".join(f"{k} {v:.3f}" for k, v in sorted(recent.items()))

    trainer.run(minutes, make, loss, every=40, watch=watch, watch_every=80)
