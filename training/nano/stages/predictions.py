"""Stage 6: the transformer's own embeddings for every training scene, so that `decoders` learns to draw from those as well.

Scene 0 of a chain is predicted from a drawing request, scenes 1 and 2 from their edits. Run again whenever the transformer is
better; `decoders` reads the file when it starts.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import torch

from ..conversations import draw, edit
from ..language import LanguageModel
from ..tokens import Layout, Turn, make_tokenizer
from ..training import load_average, set_up
from .embeddings import Bank

BATCH = 16


def run(state: Path, minutes: float) -> None:
    set_up(8)
    bank, layout = Bank(state), Layout(make_tokenizer(state))
    model = load_average(LanguageModel(layout.size), state, "language")
    rng, start, done = random.Random(41), time.time(), []

    def turns(chain: int, place: int) -> list[Turn]:
        language = rng.choice(("en", "zh"))
        if place == 0:
            return draw(rng, bank.chains[chain], chain, language)
        return edit(rng, bank.chains[chain], chain, language, place - 1, given=True)

    with torch.no_grad():
        for first in range(0, len(bank.chains), BATCH):
            if time.time() - start > 60 * minutes:
                break
            chains = range(first, min(first + BATCH, len(bank.chains)))
            places = []
            for place in range(3):
                sequences = [layout.build(turns(c, place)) for c in chains]
                known = {p: bank.embeddings(*p) for s in sequences for _, p, _ in s.pictures}
                inputs, positions, wanted, _ = model.batch(sequences, known)
                drawn = model.vision_head(model.hidden(inputs, positions))[:, :-1][wanted[:, 1:] == layout.image]
                places.append(drawn.unflatten(0, (len(chains), 81)).half().numpy())
            done.append(np.stack(places, 1))
    part = state / "predictions.part.npy"
    np.save(part, np.concatenate(done))
    part.rename(state / "predictions.npy")
    print(f"predictions of {sum(map(len, done))} chains in {time.time() - start:.0f} s", flush=True)
