"""Drawn pictures whose cells a person labelled by looking, and how far the checker agrees (`evaluation/drawn-cells.webp`, `.jsonl`).

The sheet has six pictures a row. A line of the labels is `{"cells": [...]}` for a picture in the order of the sheet: what is on the ground on the
left, in the middle, on the right, then in the sky; `-` for nothing, `?` for what nobody can tell, else a kind, behind a colour where it is
not the kind's own. Pictures with four in a row are not on the sheet.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .kinds import KINDS
from .layout import GROUND3, SIDE, SKY3
from .world import Scene, Thing

FOLDER = Path(__file__).resolve().parents[1] / "evaluation"
SHEET, LABELS = FOLDER / "drawn-cells.webp", FOLDER / "drawn-cells.jsonl"
ACROSS = 6
CELLS = (*GROUND3, *SKY3)


def cut(sheet: Image.Image) -> list[np.ndarray]:
    """The sheet's pictures, uint8 [192, 192, 3], row by row."""
    pixels = np.asarray(sheet.convert("RGB"))
    return [pixels[y : y + SIDE, x : x + SIDE] for y in range(0, pixels.shape[0], SIDE) for x in range(0, pixels.shape[1], SIDE)]


def joined(pictures: list[np.ndarray], across: int = ACROSS) -> Image.Image:
    """A sheet of pictures; what fills its last row is black."""
    filled = pictures + [np.zeros_like(pictures[0])] * (-len(pictures) % across)
    return Image.fromarray(np.concatenate([np.concatenate(filled[i : i + across], 1) for i in range(0, len(filled), across)]))


def labels(path: Path = LABELS) -> list[list[str]]:
    return [json.loads(line)["cells"] for line in path.read_text().splitlines()]


def agrees(label: str, thing: Thing | None, colourless: bool) -> bool:
    """Whether a cell is read as it was labelled. What nobody can tell must not be read as anything."""
    if label in ("-", "?"):
        return thing is None
    *colour, kind = label.split()
    return thing is not None and thing.kind == kind and (colourless or thing.colour == (colour[0] if colour else KINDS[kind].colour))


def agreement(cells: list[str], seen: Scene) -> list[bool]:
    """For each of a picture's six cells."""
    colourless = seen.style in ("greyscale", "sketch")
    return [agrees(label, seen.spots[position], colourless) for label, position in zip(cells, CELLS, strict=True)]
