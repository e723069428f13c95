"""Sheets to look at: every kind in every colour, things worn, every place at every hour and in every weather, and random scenes.

Nothing is added to the world without a look at `state/sheets/`.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image

from .. import photographs, sprites
from ..backgrounds import PLACES, TIMES
from ..foreign import FAMILIES
from ..kinds import KINDS, RECOLOURABLE, WEARERS
from ..renderer import load_icons, render
from ..weather import STYLES, WEATHERS
from ..world import WORN, Scene, Thing, arranged, colours_of, random_scene

CELL = 64
GROUND = (120, 180, 140, 255)


def _table(rows: list[list[Image.Image]]) -> Image.Image:
    sheet = Image.new("RGBA", (CELL * max(map(len, rows)), CELL * len(rows)), GROUND)
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            small = image.copy()
            small.thumbnail((CELL - 4, CELL - 4), Image.Resampling.LANCZOS)
            sheet.alpha_composite(small, (CELL * x, CELL * y))
    return sheet.convert("RGB")


def _scenes(rows: list[list[Scene]]) -> Image.Image:
    return Image.fromarray(np.concatenate([np.concatenate([render(s, 7 * y + x) for x, s in enumerate(row)], 1) for y, row in enumerate(rows)]))


def run(state: Path, minutes: float) -> None:
    load_icons(state)
    photographs.load(state)
    folder, rng = state / "sheets", random.Random(3)
    folder.mkdir(exist_ok=True)
    _table([[sprites.whole(kind, colour, None, None) for colour in colours_of(kind)] for kind in RECOLOURABLE]).save(folder / "colours.png")
    _table([[sprites.whole(kind, KINDS[kind].colour, worn, None) for worn in WORN] for kind in WEARERS]).save(folder / "worn.png")
    pair = [(Thing.of("car"), False, None), (Thing.of("dog"), False, None), (Thing.of("balloon"), True, None)]
    _scenes([[arranged(Scene(place, time, weather), pair) for time in TIMES for weather in WEATHERS] for place in PLACES]).save(folder / "settings.png")
    _scenes([[arranged(Scene(place, "day", "clear", style), pair) for style in STYLES] for place in PLACES]).save(folder / "styles.png")
    _scenes([[random_scene(rng) for _ in range(10)] for _ in range(6)]).save(folder / "random.png")
    strange = [np.clip(family(rng), 0, 255).astype(np.uint8) for family in FAMILIES]
    Image.fromarray(np.concatenate(strange, 1)).save(folder / "foreign.png")
    print(f"sheets in {folder}")
