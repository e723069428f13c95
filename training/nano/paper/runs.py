"""The runs: which variants are trained, how, and what is measured of each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ..feed import Batch
from ..layout import POSITIONS
from ..losses import SCRIPT_WEIGHTS, equation_one
from ..readout import ReadOut
from ..tokens import Layout
from ..training import Trainer, load_part
from ..vision import MERGED
from ..world import OF_A_SCENE, OF_A_THING
from .drawings import Drawings, gridded, ungridded
from .transformer import SmallTransformer, fed

STEPS, BATCH, RATE, SEEDS = 700, 16, 2e-3, 3


@dataclass(frozen=True)
class Variant:
    """`weights` of equation 1; `readout`: of the frozen read-out's loss on predictions, which is this project's own addition."""

    name: str
    prefilled: bool = True
    side: int = MERGED
    weights: dict[str, float] = field(default_factory=lambda: dict(SCRIPT_WEIGHTS))
    readout: float = 1.0


def without(term: str) -> Variant:
    return Variant(f"without-{term}", weights=SCRIPT_WEIGHTS | {term: 0.0})


VARIANTS = (
    Variant("prefilled"), Variant("naive", prefilled=False), Variant("prefilled-plain", readout=0.0), Variant("naive-plain", prefilled=False, readout=0.0),
    without("cos"), without("mse"), without("ce"), *(Variant(f"tokens-{side * side}", side=side) for side in (4, 6, 12)),
)


def train(state: Path, variant: Variant, seed: int, layout: Layout, learned: Drawings, readout: ReadOut, minutes: float, steps: int = STEPS) -> SmallTransformer | None:
    """The trained transformer of a variant; goes on where it was cut off, and is none until it has taken all its steps."""
    torch.manual_seed(100 + seed)
    model = SmallTransformer(layout.size, variant.side**2, variant.prefilled)
    trainer = Trainer(state, f"paper/{variant.name}-{seed}", {"model": model}, RATE, warm=50, horizon=steps, decay=0.98)

    def make(step: int, rng: random.Random) -> Batch:
        return {"chosen": rng.sample(range(len(learned.turns)), BATCH)}

    def loss(step: int, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
        rows = batch["chosen"]
        target = gridded(learned.embeddings[rows], variant.side)
        given = fed(layout, [learned.turns[i] for i in rows])
        logits, drawn = model(given, target)
        parts = equation_one(lambda at: logits[:, :-1][at].float(), given.labels[:, given.first :], drawn.float(), target.flatten(0, 1), layout.image, variant.weights)
        total = parts["total"]
        if variant.readout:
            total = total + variant.readout * readout.loss(ungridded(model.predicted(given, drawn), variant.side), learned.labels[rows])
        return total, {"mse": parts["mse"].item()}

    trainer.run(minutes, make, loss, every=50, until=steps)
    return load_part(trainer.average, model, "model") if trainer.step == steps else None


def kinds_right(readout: ReadOut, embeddings: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of things, wherever one stands, whose kind is read as it should be."""
    told, asked = (rows[:, len(OF_A_SCENE) :].unflatten(1, (POSITIONS, len(OF_A_THING)))[..., 0] for rows in (readout.read(embeddings), labels))
    return (told == asked)[asked > 0].float().mean().item()


@torch.no_grad()
def measure(model: SmallTransformer, variant: Variant, seed: int, layout: Layout, learned: Drawings, tested: Drawings, readout: ReadOut) -> dict:
    """Squared error of every token: on what was learned and on what was not, with the truth before each token as in training, and as in use;
    the share of things whose kind the read-out finds, of scenes it finds right in every label; the share of the reply's words predicted."""
    row: dict = {"variant": variant.name, "seed": seed, "side": variant.side}
    for name, drawings in (("learned", learned.part(0, len(tested.turns))), ("tested", tested)):
        target = gridded(drawings.embeddings, variant.side)
        forced, free, words = [], [], []
        for start in range(0, len(target), 64):
            given = fed(layout, drawings.turns[start : start + 64])
            logits, drawn = model(given, target[start : start + 64])
            forced.append(model.predicted(given, drawn))
            free.append(model.imagine(given))
            later = given.labels[:, given.first + 1 :]
            spoken = (later >= 0) & ~given.at[:, given.first + 1 :]
            words.append((logits[:, :-1].argmax(-1) == later)[spoken])
        for how, told in (("training", torch.cat(forced)), ("use", torch.cat(free))):
            row[f"{name}-{how}"] = [round(v, 5) for v in (told - target).square().mean((0, 2)).tolist()]
            row[f"{name}-{how}-kinds"] = kinds_right(readout, ungridded(told, variant.side), drawings.labels)
            row[f"{name}-{how}-right"] = readout.right(ungridded(told, variant.side), drawings.labels).float().mean().item()
        row[f"{name}-words"] = torch.cat(words).float().mean().item()
    return row

