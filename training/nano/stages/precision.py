"""The same 300 cases through bundles of different precision, and in float32 with the weights they were made of (torch, the same noise), paired.

`NANO_BUNDLES`: folders parted by `:` (q8 first), all converted from `DIR/export` as it was made of the checkpoints that lie in DIR now.
Goes on where it was cut off, and with what `bundle` has judged of the same bundles. Writes and prints `DIR/precision.json`.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import torch

from ..kept import Kept, named
from ..report import paired
from .bundle import SHIPPED, identity_of, judge, open_world
from .evaluate import Model

CASES = {"draw": 100, "edit": 104, "ask": 96}
# points that q8 may be worse beyond the interval
ALLOWED = -1.0


def judge_in_torch(state: Path, work: dict[str, list], kept: Kept, end: float) -> None:
    model = Model(state)
    for name, case in (item for items in work.values() for item in items):
        if name not in kept.known:
            if time.time() > end:
                return
            rows, words, _ = model.judged(case)
            kept.add(name, rows, words)


def compared(name: str, one: Kept, other: Kept, names: list[str]) -> dict[str, object]:
    """How many of the cases that both have judged are right, and the difference in points with its 95 % interval; `kept`: none before all are judged."""
    both = [n for n in names if n in one.known and n in other.known]
    mine, theirs = ([kept.known[n][0].right for n in both] for kept in (one, other))
    low, high = paired(mine, theirs)
    return {
        "name": name, "count": len(both), "right": sum(mine), "float32": sum(theirs), "difference": round(100 * (sum(mine) - sum(theirs)) / max(1, len(both)), 2),
        "low": round(100 * low, 2), "high": round(100 * high, 2), "allowed": ALLOWED, "kept": high * 100 >= ALLOWED if len(both) == len(names) else None,
    }


def run(state: Path, minutes: float) -> None:
    open_world(state)
    folder, end = state / "bundle-evaluation", time.time() + 60 * minutes
    work = {row: named(row, count) for row, count in CASES.items()}
    names = [name for items in work.values() for name, _ in items]
    steps = "-".join(str(torch.load(state / f"{stage}.pt", map_location="cpu")["step"]) for stage in ("language", "decoders", "autoencoder"))
    float32 = Kept(folder / f"float32-{steps}.jsonl")
    judge_in_torch(state, work, float32, end)
    rows = []
    for bundle in os.environ.get("NANO_BUNDLES", SHIPPED).split(":"):
        kept = Kept(folder / f"{identity_of(bundle)[:16]}.jsonl")
        judge(bundle, work, kept, folder, end)
        precision = json.loads((Path(bundle) / "bundle.json").read_text())["precision"]
        rows.append(compared(precision, kept, float32, names))
    (state / "precision.json").write_text(json.dumps({"rows": rows}, indent=1))
    for row in rows:
        print(row)
