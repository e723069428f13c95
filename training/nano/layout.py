"""Where things stand: two rows, ground and sky, each with three columns, or four where it holds four things.

A position is a number: ground of three 0-2, ground of four 3-6, sky of three 7-9, sky of four 10-13.
Sizes are pixels of the sprite's longer side in a picture of 192 px.
"""

from __future__ import annotations

SIDE = 192
HORIZON = 118
BASE = 166
SKY_CENTRE = 44
GROUND3, GROUND4, SKY3, SKY4 = range(3), range(3, 7), range(7, 10), range(10, 14)
POSITIONS = 14
COLUMNS3, COLUMNS4 = (35, 96, 157), (26, 73, 119, 166)
CENTRE = (*COLUMNS3, *COLUMNS4, *COLUMNS3, *COLUMNS4)
SIZES = ("small", "normal", "big")
PIXELS = {
    "ground3": {"small": 36, "normal": 54, "big": 70}, "ground4": {"small": 30, "normal": 42, "big": 48},
    "sky3": {"small": 30, "normal": 44, "big": 60}, "sky4": {"small": 28, "normal": 37, "big": 45},
}


def row_of(position: int) -> str:
    """The key of `PIXELS` that a position's sizes are in."""
    return "ground3" if position in GROUND3 else "ground4" if position in GROUND4 else "sky3" if position in SKY3 else "sky4"


def in_sky(position: int) -> bool:
    return position >= SKY3.start
