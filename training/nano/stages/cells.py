"""Draws pictures for a person to label (`nano/cells.py`): `NANO_CASES` (default 36) of unseen prompts with the newest weights, to `DIR/drawn-cells.webp`.

They are labelled without a look at what was asked for; then sheet and labels go into `training/evaluation`.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np

from .. import cells
from ..conversations import draw_words
from ..renderer import load_icons
from ..tokens import Turn
from ..training import set_up
from ..words import LANGUAGES
from ..world import random_scene
from .evaluate import Model

QUALITY = 92


def run(state: Path, minutes: float) -> None:
    set_up(16)
    load_icons(state)
    model, rng, shown = Model(state), random.Random(1302), list[np.ndarray]()
    count = int(os.environ.get("NANO_CASES", "36"))
    while len(shown) < count:
        scene = random_scene(rng, unseen=True)
        if any(position not in cells.CELLS for position, _ in scene.placed):
            continue
        _, drawn = model.reply([Turn("user", draw_words(rng, scene, rng.choice(LANGUAGES)))], {})
        if drawn is not None:
            shown.append(model.picture(drawn, None, len(shown)))
    cells.joined(shown).save(state / "drawn-cells.webp", quality=QUALITY, method=6)
    print(state / "drawn-cells.webp")
