"""How far the independent checker can be trusted: `NANO_CASES` renderings of unseen compositions (default 300), plain and through the autoencoder,
and the drawn cells that a person labelled (`nano/cells.py`), where there are some.

The negative controls ask whether the same reading would pass for another scene, and for one that is a single edit away: both near none.
Every reading is appended to `DIR/checker.jsonl`, with what was read where it is wrong; goes on where it was cut off. Writes `DIR/checker.json`.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .. import cells, checker, results
from ..autoencoder import to_bytes
from ..edits import random_edit
from ..patch_code import pictures
from ..pictures import SEEDS
from ..renderer import load_icons, render
from ..report import interval
from ..training import set_up
from ..world import Scene, random_scene
from .decoders import autoencoder

# row -> at least, at most
PROMISED = {"renderings": (0.99, 1.0), "coded": (0.97, 1.0), "another-scene": (0.0, 0.01), "one-edit-away": (0.0, 0.02), "drawn-cells": (0.95, 1.0)}


def scenes(count: int) -> list[tuple[Scene, Scene, Scene, int]]:
    """(a scene, another one, the first one edit later, a seed) of compositions that training never has; no two of the three are alike in a picture."""
    rng, out = random.Random(1301), []
    while len(out) < count:
        scene, other = random_scene(rng, unseen=True), random_scene(rng, unseen=True)
        edited = random_edit(rng, scene).apply(scene)
        if not checker.alike(scene, other) and not checker.alike(scene, edited):  # a colour in a picture without colours
            out.append((scene, other, edited, rng.randrange(SEEDS)))
    return out


def verdicts(row: str, picture: np.ndarray, asked: tuple[Scene, Scene, Scene, int]) -> dict[str, object]:
    scene, other, edited, _ = asked
    seen = checker.read(picture)
    right = checker.alike(seen, scene)
    told = {} if right else {"wanted": repr(scene), "read": repr(seen)}
    return {row: right, "another-scene": checker.alike(seen, other), "one-edit-away": checker.alike(seen, edited), **told}


def summed(read: list[results.Row]) -> list[dict[str, object]]:
    """Every row's share with its interval, and whether it is what was promised."""
    rows = []
    for name, (least, most) in PROMISED.items():
        values = [one for row in read if name in row for one in (row[name] if isinstance(row[name], list) else [row[name]])]
        if values:
            share, (low, high) = sum(values) / len(values), interval(sum(values), len(values))
            rows.append({"name": name, "value": round(100 * share, 2), "low": round(100 * low, 2), "high": round(100 * high, 2), "count": len(values), "kept": least <= share <= most})
    return rows


def run(state: Path, minutes: float) -> None:
    set_up(15)
    load_icons(state)
    end, path = time.time() + 60 * minutes, state / "checker.jsonl"
    vae, done = autoencoder(state), results.done(path, ("of", "number"))
    for number, asked in enumerate(scenes(int(os.environ.get("NANO_CASES", "300")))):
        picture = render(asked[0], asked[3])
        for of in ("renderings", "coded"):
            if time.time() > end:
                break
            if (of, number) in done:
                continue
            if of == "coded":
                with torch.no_grad():
                    picture = to_bytes(vae.decode(vae.encode(pictures([picture]))))[0].cpu().numpy()
            results.append(path, {"of": of, "number": number, **verdicts(of, picture, asked)})
    if cells.LABELS.exists():
        labelled = cells.labels()
        for number, (wanted, picture) in enumerate(zip(labelled, cells.cut(Image.open(cells.SHEET))[: len(labelled)], strict=True)):
            if ("cells", number) not in done and time.time() < end:
                results.append(path, {"of": "cells", "number": number, "drawn-cells": cells.agreement(wanted, checker.read(picture))})
    rows = summed(results.read(path))
    (state / "checker.json").write_text(json.dumps({"rows": rows}, indent=1))
    for row in rows:
        print(row)
