"""Adapter against merger with reference (`paper/decoders.py`), `NANO_SEEDS` seeds each; appends to `DIR/paper/decoders.jsonl`.

The row `coded` is the ceiling: the goals themselves through the linear code.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ..paper import edited
from ..paper.decoders import CONDITIONED, SEEDS, coded, painter, train
from ..paper.edited import quality
from ..patch_code import PatchCode
from ..renderer import load_icons
from ..results import append, done
from ..training import set_up
from .encoder import load_frozen, load_guess


def run(state: Path, minutes: float) -> None:
    set_up(12)
    load_icons(state)
    code, end, results = PatchCode(state), time.time() + 60 * minutes, state / "paper" / "decoders.jsonl"
    made_by = (load_frozen(state)[0], load_guess(state), code)
    learned, tested = edited.learned(state, *made_by), edited.tested(state, *made_by)
    known = done(results)
    if ("coded", 0) not in known:
        print(append(results, {"variant": "coded", "seed": 0, **quality(tested, coded(tested, code))}), flush=True)
    for seed in range(int(os.environ.get("NANO_SEEDS", SEEDS))):
        for conditioned in CONDITIONED:
            if (conditioned, seed) in known:
                continue
            model = train(state, conditioned, seed, learned, (end - time.time()) / 60)
            if model is None:
                return
            print(append(results, {"variant": conditioned, "seed": seed, **quality(tested, painter(model, conditioned, seed, code))}), flush=True)
