"""The transformer by equation 1 alone, on conversations in files (`NANO_DATA`), by stage `NANO_STAGE` (1, 2, 3) of the paper's table 1.

Each stage goes on from the one before. A step's batch is the table's, in batches of `NANO_BATCH`; nothing of nano's world is used.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import torch
from torch import Tensor

from ..feed import Batch
from ..language import LanguageModel
from ..losses import equation_one
from ..messages import Shards
from ..parallel import accelerator
from ..pictures import gathered, seen
from ..table_one import TRANSFORMER, Stage
from ..tokens import Layout, make_tokenizer
from ..training import Trainer, adamw, load_average, set_up
from ..vision import VisionEncoder
from .encoder import load_frozen


def run(state: Path, minutes: float) -> None:
    set_up(9)
    number = int(os.environ.get("NANO_STAGE", "1"))
    if number not in TRANSFORMER:
        sys.exit(f"NANO_STAGE={number} is none of table 1's: 1, 2 or 3")
    stage, shards = TRANSFORMER[number], Shards(Path(os.environ.get("NANO_DATA", state / "messages")))
    if lacking := shards.lacking(stage.ratio):
        sys.exit(f"{shards.folder} has no conversations of {' and '.join(lacking)}, which stage {number} trains on")
    size = int(os.environ.get("NANO_BATCH", "16"))
    os.environ.setdefault("NANO_MICRO", str(max(stage.batch // size, accelerator().num_processes)))
    layout = Layout(make_tokenizer(state))
    model = LanguageModel(layout.size)
    if number > 1 and not (state / f"table-one-{number}.pt").exists():
        load_average(model, state, f"table-one-{number - 1}")
    train(state, number, stage, shards, layout, model, load_frozen(state)[0], size, minutes)


def train(state: Path, number: int, stage: Stage, shards: Shards, layout: Layout, model: LanguageModel, encoder: VisionEncoder, size: int, minutes: float) -> None:
    trainer = Trainer(state, f"table-one-{number}", {"model": model.train().requires_grad_(True)}, stage.rate, stage.warm, stage.steps, optimizers=adamw, floor=0.0)

    def make(step: int, rng: random.Random) -> Batch:
        sequences = [layout.build(shards.draw(rng, stage.ratio)) for _ in range(size)]
        different, images = gathered([picture for s in sequences for _, picture, _ in s.pictures])
        return {"sequences": sequences, "different": different, "sized": images}

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        sequences = batch["sequences"]
        embeddings = seen(encoder, batch["different"], batch["sized"])
        inputs, positions, wanted, goals = model.batch(sequences, embeddings)
        hidden = model.hidden(inputs, positions)
        parts = equation_one(lambda at: model.lm_head(hidden[:, :-1][at]).float(), wanted, model.vision_head(hidden).float(), torch.cat(goals) if goals else None, layout.image)
        return parts["total"], {name: parts[name].item() for name in ("ce", "mse", "cos")}

    trainer.run(minutes, make, loss, every=10, until=stage.steps)
