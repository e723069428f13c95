"""The transformers that `paper` trained, at 8 and 4 bits: appends to `DIR/paper/quantised.jsonl` what `paper` measures at float32."""

from __future__ import annotations

import os
import time
from pathlib import Path

from .. import outside
from ..paper.drawings import both
from ..paper.quantised import BITS, quantised
from ..paper.runs import VARIANTS, measure, train
from ..renderer import load_icons
from ..results import append, done
from ..tokens import Layout, make_tokenizer
from ..training import set_up
from .encoder import load_frozen

QUANTISED = ("prefilled", "naive")


def run(state: Path, minutes: float) -> None:
    set_up(14)
    load_icons(state)
    outside.load(state)
    tokenizer = make_tokenizer(state)
    encoder, readout = load_frozen(state)
    learned, tested = both(state, encoder)
    end, results = time.time() + 60 * minutes, state / "paper" / "quantised.jsonl"
    known, measured = done(results, ("variant", "seed", "bits")), done(state / "paper" / "results.jsonl")
    wanted = os.environ.get("NANO_VARIANTS", " ".join(QUANTISED)).split()
    for variant, seed in ((v, seed) for v in VARIANTS for name, seed in sorted(measured) if v.name == name and name in wanted):
        layout, left = Layout(tokenizer, variant.side), [bits for bits in BITS if (variant.name, seed, bits) not in known]
        model = train(state, variant, seed, layout, learned, readout, (end - time.time()) / 60) if left else None
        for bits in left:
            if model is None or time.time() > end:
                return
            print(append(results, {"bits": bits, **measure(quantised(model, bits), variant, seed, layout, learned, tested, readout)}), flush=True)
