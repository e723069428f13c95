"""The independent checker: reads a drawn picture by masked correlation with the known sprites and backgrounds.

It shares no weights with the model. Per cell and kind: the sprite's own pixels over the claimed background are compared with
the picture by normalised cross-correlation inside the sprite's mask, at shifts of up to 2 px; the best kind must reach
`KEEP` and beat what "nothing is there" would give. Colour: the mean hue of the pixels that the recolouring touches. Place and time:
the nearest background over everything outside the cells.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from .renderer import CELL_X, SIDE, SPRITE, background, render, sprite, top_of
from .world import COLOURS, KIND_NAMES, KINDS, PLACES, Scene, Thing

KEEP = 0.70
MATTE = 0.35


@cache
def _template(kind: str, colour: str | None, cell: int, place: str, night: bool) -> tuple[np.ndarray, np.ndarray]:
    """(pixels [k, 3] inside the mask, mask [40, 40]) of the sprite on its background."""
    cells: list[Thing | None] = [None, None, None]
    cells[cell] = Thing(kind, colour)
    y, x = top_of(kind), CELL_X[cell]
    crop = render(Scene(place, night, tuple(cells)))[y : y + SPRITE, x : x + SPRITE].astype(np.float32)
    mask = sprite(Thing(kind, colour), night)[1][..., 0] > MATTE
    grown = mask.copy()
    for axis in (0, 1):
        for step in (-2, -1, 1, 2):
            grown |= np.roll(mask, step, axis)
    return crop[grown], grown


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(0), b - b.mean(0)
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))


def _score(picture: np.ndarray, kind: str, colour: str | None, cell: int, place: str, night: bool) -> float:
    """Best correlation of a template over shifts of 2 px."""
    template, mask = _template(kind, colour, cell, place, night)
    y, x = top_of(kind), CELL_X[cell]
    best = -1.0
    for dy in (-2, 0, 2):
        for dx in (-2, 0, 2):
            top, left = min(max(y + dy, 0), SIDE - SPRITE), min(max(x + dx, 0), SIDE - SPRITE)
            best = max(best, _correlation(picture[top : top + SPRITE, left : left + SPRITE][mask], template))
    return best


def read_place(picture: np.ndarray) -> tuple[str, bool]:
    """Nearest background, over the picture without the rows of the cells."""
    outside = np.ones((SIDE, SIDE), bool)
    outside[38:122] = False
    outside[6:30, 96:120] = False
    options = [(float(np.abs(picture[outside] - background(p, n)[outside]).mean()), p, n) for p in PLACES for n in (False, True)]
    _, place, night = min(options)
    return place, night


def read_cell(picture: np.ndarray, cell: int, place: str, night: bool) -> Thing | None:
    """The object in a cell, or None when nothing there is drawn well enough."""
    found: list[tuple[float, str, str | None]] = []
    for kind in KIND_NAMES:
        for colour in COLOURS if KINDS[kind][1] else (None,):
            found.append((_score(picture, kind, colour, cell, place, night), kind, colour))
    score, kind, colour = max(found, key=lambda f: f[0])
    if score < KEEP:
        return None
    y, x = top_of(kind), CELL_X[cell]
    spot = picture[y : y + SPRITE, x : x + SPRITE]
    mask = sprite(Thing(kind, colour), night)[1][..., 0] > MATTE
    empty = np.abs(spot - background(place, night)[y : y + SPRITE, x : x + SPRITE])[mask].mean()
    if empty < 12:  # it looks like the bare background
        return None
    if colour:  # among the colours of that kind, the nearest in absolute colour
        apart = []
        for other in COLOURS:
            template, grown = _template(kind, other, cell, place, night)
            apart.append((float(np.abs(spot[grown] - template).mean()), other))
        colour = min(apart)[1]
    return Thing(kind, colour)


def read(picture: np.ndarray) -> Scene:
    """uint8 [128, 128, 3] -> what is drawn in it."""
    pixels = picture.astype(np.float32)
    place, night = read_place(pixels)
    return Scene(place, night, tuple(read_cell(pixels, cell, place, night) for cell in range(3)))
