"""The paper's claims at small size: trains what `paper/runs.py` lists, `NANO_SEEDS` seeds each, and appends what it measured to `DIR/paper/results.jsonl`.

A run that is there already is passed over, so that one that was cut off goes on; `NANO_VARIANTS` names some.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from .. import outside
from ..paper.drawings import both
from ..paper.runs import SEEDS, VARIANTS, measure, train
from ..renderer import load_icons
from ..results import append, done
from ..tokens import Layout, make_tokenizer
from ..training import set_up
from .encoder import load_frozen


def run(state: Path, minutes: float) -> None:
    set_up(11)
    load_icons(state)
    outside.load(state)
    layout = Layout(make_tokenizer(state))
    encoder, readout = load_frozen(state)
    learned, tested = both(state, encoder)
    results, end = state / "paper" / "results.jsonl", time.time() + 60 * minutes
    wanted = os.environ.get("NANO_VARIANTS", " ".join(v.name for v in VARIANTS)).split()
    known = done(results)
    for seed in range(int(os.environ.get("NANO_SEEDS", SEEDS))):
        for variant in (v for v in VARIANTS if v.name in wanted):
            if (variant.name, seed) in known:
                continue
            side = Layout(layout.tokenizer, variant.side)
            model = train(state, variant, seed, side, learned, readout, (end - time.time()) / 60)
            if model is None:
                return
            print(append(results, measure(model, variant, seed, side, learned, tested, readout)), flush=True)
