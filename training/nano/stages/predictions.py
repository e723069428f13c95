"""Stage 6: the transformer's own embeddings for every training scene, so that `decoders` learns to draw from those as well.

Predictions that the read-out finds wrong are left out (zeros): what is drawn from them would be another scene.
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
from ..world import labels
from .embeddings import Bank
from .encoder import load_frozen

BATCH = 16


def run(state: Path, minutes: float) -> None:
    set_up(8)
    bank, layout = Bank(state), Layout(make_tokenizer(state))
    model = load_average(LanguageModel(layout.size), state, "language")
    _, readout = load_frozen(state)
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
                drawn = drawn.unflatten(0, (len(chains), 81))
                right = (readout.read(drawn) == torch.tensor([labels(bank.chains[c][0][place]) for c in chains])).all(1)
                places.append((drawn * right[:, None, None]).half().numpy())
            done.append(np.stack(places, 1))
    kept = np.concatenate(done)
    part = state / "predictions.part.npy"
    np.save(part, kept)
    part.rename(state / "predictions.npy")
    print(f"predictions of {len(kept)} chains in {time.time() - start:.0f} s, right {kept[:, :, 0].any(-1).mean(0)}", flush=True)
