"""Stage 4: the transformer, by equation 1 plus two losses that stand in for Qwen's pre-training: the frozen read-out's on the predicted
embeddings, and a scene head's on the states that have to know a scene.

It first learns to read: until step `READING` replies end with BOI, and only the scene head asks what would be drawn. That costs a third
of a drawing and is learned many times faster (README, what differs from the paper).
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .. import outside, photographs
from ..conversations import conversation
from ..feed import Batch
from ..language import LanguageModel, parted
from ..losses import SCRIPT_WEIGHTS, equation_one
from ..pictures import SEEDS, Picture, gathered, seen
from ..readout import SceneHead
from ..renderer import load_icons
from ..tokens import MEANT, PREFILLED, Layout, Sequence, Turn, make_tokenizer
from ..training import Trainer, set_up
from ..vision import VisionEncoder
from ..world import LABELS, random_scene
from .encoder import load_frozen

# share of batches; how many conversations there are in one that reads, and in one that draws
MIX = {
    "draw": (0.30, 48, 16), "edit": (0.30, 24, 12), "ask": (0.15, 24, 16), "decline": (0.08, 40, 24), "decline_edit": (0.04, 20, 16),
    "talk": (0.04, 40, 24), "missing": (0.02, 40, 24), "foreign": (0.03, 20, 16), "polish": (0.04, 32, 16),
}
# what a picture in front says nothing about
FRESH = ("draw", "decline", "talk")
READING = 3000
READOUT_WEIGHT = SCENE_WEIGHT = 1.0


def first_read(layout: Layout, turns: list[Turn], kind: str) -> Sequence:
    """The last request alone, with a picture only where it is about one, up to the picture that the reply draws."""
    request, reply = turns[-2:]
    return layout.build([replace(request, picture=None) if kind in FRESH else request, reply]).before_drawing()


def mean_embeddings(encoder: VisionEncoder, count: int = 256) -> Tensor:
    """[81, hidden], over random scenes."""
    rng = random.Random(5)
    pictures, images = gathered([Picture(random_scene(rng), rng.randrange(SEEDS)) for _ in range(count)])
    return torch.stack([*seen(encoder, pictures, torch.from_numpy(images).to(torch.get_default_device())).values()]).mean(0)


def run(state: Path, minutes: float) -> None:
    set_up(5)
    load_icons(state)
    photographs.load(state)
    outside.load(state)
    layout = Layout(make_tokenizer(state))
    encoder, readout = load_frozen(state)
    model, head = LanguageModel(layout.size), SceneHead()
    if not (state / "language.pt").exists():
        model.expect(mean_embeddings(encoder))
    trainer = Trainer(state, "language", {"model": model, "scene": head}, 1.5e-3, horizon=30000, decay=0.995)
    for layer in model.model.layers:
        layer.compile(dynamic=True)
    recent: dict[str, float] = {}

    def make(step: int, rng: random.Random) -> Batch:
        kind = rng.choices(list(MIX), [share for share, _, _ in MIX.values()])[0]
        _, read, drawn = MIX[kind]
        if step < READING:
            sequences = [first_read(layout, conversation(rng, kind), kind) for _ in range(read)]
        else:
            sequences = [layout.build(conversation(rng, kind)) for _ in range(drawn)]
        parts = parted(sequences)
        pictures = [told for part in parts for s in part for told in s.pictures]
        different, images = gathered([picture for _, picture, how in pictures if how != MEANT])
        labels = np.array([picture.labels() for _, picture, _ in pictures]) if pictures else np.zeros((0, LABELS), int)
        return {"kind": kind, "parts": parts, "different": different, "sized": images, "pictures": pictures, "labels": labels}

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        kind, labels = batch["kind"], batch["labels"]
        hows = [how for _, _, how in batch["pictures"]]
        embeddings = seen(encoder, batch["different"], batch["sized"])
        noisy = {p: e + 0.3 * torch.rand(()) * torch.randn_like(e) for p, e in embeddings.items()}
        hidden, wanted, states = model.hidden_of(batch["parts"], noisy)
        drawn = model.vision_head(hidden).float()
        goals = [picture for _, picture, how in batch["pictures"] if how == PREFILLED]
        target = torch.cat([embeddings[g] for g in goals]) if goals else None
        parts = equation_one(lambda at: model.lm_head(hidden[:, :-1][at]).float(), wanted, drawn, target, layout.image, SCRIPT_WEIGHTS)
        total, now = parts["total"], parts["ce"].item()
        if hows:
            total = total + SCENE_WEIGHT * head.loss(states.float(), labels)
        if goals:
            predicted, theirs = drawn[:, :-1][wanted[:, 1:] == layout.image].unflatten(0, (len(goals), 81)), labels[[how == PREFILLED for how in hows]]
            total = total + READOUT_WEIGHT * readout.loss(predicted, theirs)
            now = readout.right(predicted, theirs).float().mean().item()
        elif MEANT in hows:
            meant = [how == MEANT for how in hows]
            now = head.right(states[meant].float(), labels[meant]).float().mean().item()
        recent[kind] = 0.9 * recent.get(kind, now) + 0.1 * now
        return total, {"ce": parts["ce"].item(), "mse": parts["mse"].item() if goals else 0.0}

    def watch() -> str:
        return "recent: " + " ".join(f"{k} {v:.3f}" for k, v in sorted(recent.items()))

    trainer.run(minutes, make, loss, every=40, watch=watch, watch_every=80)
