"""The decoders that nano has, by sampler steps, and at 8 and 4 bits: `NANO_SEEDS` seeds of noise each; appends to `DIR/paper/steps.jsonl`.

A row names how long decoders and autoencoder had been trained: with other weights all are measured anew.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..autoencoder import to_bytes
from ..config import STEPS
from ..paper import edited
from ..paper.decoders import SEEDS
from ..paper.edited import quality
from ..paper.quantised import BITS, quantised
from ..patch_code import PatchCode
from ..renderer import load_icons
from ..results import append, done
from ..training import load_average, set_up
from .decoders import Decoders, autoencoder
from .encoder import load_frozen, load_guess

# decoder, steps, bits of a weight: all steps of a drawing, the usual number of an edit, both quantised
MEASURED = (
    *(("adapter", steps, 32) for steps in (1, 2, 4, 8, 16)), ("merger", STEPS, 32), *((decoder, STEPS, bits) for bits in BITS for decoder in ("adapter", "merger")),
)
KEYS = ("decoder", "steps", "bits", "seed", "trained", "autoencoder")


def run(state: Path, minutes: float) -> None:
    set_up(13)
    load_icons(state)
    end, results = time.time() + 60 * minutes, state / "paper" / "steps.jsonl"
    tested = edited.tested(state, load_frozen(state)[0], load_guess(state), PatchCode(state))
    models = {32: load_average(Decoders(), state, "decoders")}
    models |= {bits: quantised(models[32], bits) for bits in BITS}
    vae = autoencoder(state)
    trained = {name: torch.load(state / f"{file}.pt", map_location="cpu")["step"] for name, file in (("trained", "decoders"), ("autoencoder", "autoencoder"))}
    known = done(results, KEYS)
    for seed in range(int(os.environ.get("NANO_SEEDS", SEEDS))):
        for decoder, steps, bits in MEASURED:
            if time.time() > end:
                return
            row = {"decoder": decoder, "steps": steps, "bits": bits, "seed": seed, **trained}
            if tuple(row[key] for key in KEYS) in known:
                continue

            def paint(target: Tensor, reference: Tensor, decoder: str = decoder, steps: int = steps, bits: int = bits, seed: int = seed) -> np.ndarray:
                with torch.no_grad():
                    latents = models[bits].draw(target, reference if decoder == "merger" else None, steps, seed)
                    return np.concatenate([to_bytes(vae.decode(some)).cpu().numpy() for some in latents.split(8)])
            print(append(results, row | quality(tested, paint)), flush=True)
