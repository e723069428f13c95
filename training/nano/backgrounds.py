"""Backgrounds: eight places by day, at sunset and at night. What no sentence decides (clouds, hills, waves, stars) follows the variant.

Drawn twice as large and averaged; cached. Light falls from above: skies lighten towards the horizon, ground darkens towards the viewer.
"""

from __future__ import annotations

import math
import random
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .layout import HORIZON, SIDE
from .sprites import icon

PLACES = ("meadow", "beach", "city", "snow", "forest", "desert", "sea", "room")
TIMES = ("day", "night", "sunset")
VARIANTS = 24
SCALE = 2
FULL = SIDE * SCALE
Colour = tuple[int, int, int]
SKY: dict[str, tuple[Colour, Colour]] = {
    "day": ((70, 150, 246), (178, 220, 255)), "night": ((14, 17, 56), (46, 50, 112)), "sunset": ((104, 84, 168), (255, 170, 110)),
}
# what light does to everything that is not sky
LIGHT = {"day": (1.0, 1.0, 1.0), "night": (0.36, 0.40, 0.62), "sunset": (1.0, 0.82, 0.74)}
CLOUD_LIGHT = {"day": (1.0, 1.0, 1.0), "night": (0.30, 0.32, 0.50), "sunset": (1.0, 0.78, 0.74)}


def lit(colour: Colour, time: str) -> Colour:
    return tuple(round(c * f) for c, f in zip(colour, LIGHT[time], strict=True))


def _gradient(top: Colour, bottom: Colour, height: int, width: int = FULL) -> Image.Image:
    share = np.linspace(0, 1, height)[:, None, None]
    rows = np.array(top) + share * (np.array(bottom) - np.array(top))
    return Image.fromarray(np.broadcast_to(np.rint(rows), (height, width, 3)).astype(np.uint8))


class Canvas:
    """A picture in the making; units are pixels of the finished picture."""

    def __init__(self, time: str, rng: random.Random) -> None:
        self.time, self.rng = time, rng
        self.image = _gradient(*SKY[time], FULL)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def shape(self, points: list[tuple[float, float]], top: Colour, bottom: Colour | None = None) -> None:
        """A polygon shaded from its upper to its lower edge, in the light of the hour."""
        points = [(SCALE * x, SCALE * y) for x, y in points]
        mask = Image.new("L", (FULL, FULL))
        ImageDraw.Draw(mask).polygon(points, fill=255)
        low, high = max(0, int(min(y for _, y in points))), min(FULL, int(max(y for _, y in points)) + 1)
        if high > low:
            fill = _gradient(lit(top, self.time), lit(bottom or top, self.time), high - low)
            self.image.paste(fill, (0, low), mask.crop((0, low, FULL, high)))

    def wave(self, base: float, height: float, length: float, top: Colour, bottom: Colour) -> None:
        """Everything below a sine line of free phase."""
        phase = self.rng.uniform(0, 2 * math.pi)
        points = [(x, base + height * math.sin(x / length + phase)) for x in range(-2, SIDE + 4, 2)]
        self.shape([*points, (SIDE + 4, SIDE + 4), (-4, SIDE + 4)], top, bottom)

    def soft_ellipse(self, box: tuple[float, float, float, float], colour: Colour, opacity: float, blur: float = 1.0) -> None:
        mask = Image.new("L", (FULL, FULL))
        ImageDraw.Draw(mask).ellipse([SCALE * v for v in box], fill=round(255 * opacity))
        self.image.paste(lit(colour, self.time), (0, 0), mask.filter(ImageFilter.GaussianBlur(blur * SCALE)))


def clouds(canvas: Canvas) -> None:
    rng = canvas.rng
    light = np.array(CLOUD_LIGHT[canvas.time])
    for i in range(rng.randint(2, 4)):
        width = SCALE * rng.randint(30, 66)
        cloud = icon("2601-fe0f").resize((width, round(width * 0.62)), Image.Resampling.LANCZOS)
        data = np.asarray(cloud, np.float32).copy()
        data[..., :3] *= light
        data[..., 3] *= rng.uniform(0.7, 0.95)
        cloud = Image.fromarray(data.astype(np.uint8))
        x = SCALE * rng.randint(-20, SIDE - 20)
        canvas.image.paste(cloud, (x, SCALE * rng.randint(4, 74)), cloud)


def stars(canvas: Canvas) -> None:
    for _ in range(canvas.rng.randint(30, 46)):
        x, y = canvas.rng.uniform(2, SIDE - 2), canvas.rng.uniform(2, HORIZON - 16)
        r = canvas.rng.choice((0.5, 0.7, 0.7, 1.1))
        shine = canvas.rng.randint(150, 255)
        canvas.draw.ellipse([SCALE * v for v in (x - r, y - r, x + r, y + r)], fill=(shine, shine, min(255, shine + 20)))


def _meadow(c: Canvas) -> None:
    c.wave(HORIZON - 12, c.rng.uniform(5, 10), c.rng.uniform(22, 34), (146, 200, 112), (120, 184, 92))
    c.wave(HORIZON, 2, c.rng.uniform(34, 50), (112, 196, 80), (58, 142, 52))
    for _ in range(c.rng.randint(16, 26)):
        x, y = c.rng.uniform(4, SIDE - 4), c.rng.uniform(HORIZON + 8, SIDE - 4)
        h = 2.5 + (y - HORIZON) / 22
        for lean in (-1, 0, 1):
            c.shape([(x - 0.8 + lean, y), (x + 0.8 + lean, y), (x + 2.2 * lean, y - h)], (64, 148, 54))


def _beach(c: Canvas) -> None:
    edge = HORIZON + c.rng.uniform(2, 8)
    c.shape([(-2, HORIZON - 14), (SIDE + 2, HORIZON - 14), (SIDE + 2, SIDE), (-2, SIDE)], (34, 126, 204), (70, 178, 226))
    phase, length = c.rng.uniform(0, 6), c.rng.uniform(14, 24)
    shore = [(x, edge + 2.2 * math.sin(x / length + phase)) for x in range(-2, SIDE + 4, 2)]
    c.shape([*[(x, y - 3) for x, y in shore], (SIDE + 2, SIDE), (-2, SIDE)], (236, 248, 252))
    c.shape([*shore, (SIDE + 2, SIDE + 2), (-2, SIDE + 2)], (250, 224, 164), (226, 184, 112))
    for _ in range(c.rng.randint(5, 9)):
        x, y = c.rng.uniform(0, SIDE), c.rng.uniform(HORIZON + 18, SIDE - 6)
        c.soft_ellipse((x, y, x + c.rng.uniform(10, 26), y + 2.4), (214, 170, 100), 0.6)


def _city(c: Canvas) -> None:
    x = -c.rng.uniform(0, 14)
    while x < SIDE:
        width, top = c.rng.uniform(18, 32), HORIZON - c.rng.uniform(20, 62)
        tone = c.rng.choice(((150, 160, 190), (132, 142, 176), (168, 172, 196), (120, 130, 166)))
        c.shape([(x, top), (x + width, top), (x + width, HORIZON + 4), (x, HORIZON + 4)], tone, tuple(round(0.88 * v) for v in tone))
        for row in range(int(top) + 5, HORIZON - 4, 9):
            for column in range(int(width // 8)):
                glow = c.rng.random() < (0.7 if c.time == "night" else 0.4)
                fill = ((255, 224, 130) if glow else lit((90, 104, 140), c.time)) if c.time != "day" else ((206, 226, 246) if glow else (104, 122, 160))
                left = x + 4 + 8 * column
                c.draw.rectangle([SCALE * v for v in (left, row, left + 3.5, row + 4.5)], fill=fill)
        x += width + c.rng.uniform(0, 3)
    c.shape([(-2, HORIZON), (SIDE + 2, HORIZON), (SIDE + 2, HORIZON + 8), (-2, HORIZON + 8)], (196, 196, 204), (178, 178, 188))
    c.shape([(-2, HORIZON + 8), (SIDE + 2, HORIZON + 8), (SIDE + 2, SIDE), (-2, SIDE)], (118, 120, 132), (88, 90, 102))
    x = -c.rng.uniform(0, 26)
    while x < SIDE:
        c.shape([(x, SIDE - 14), (x + 15, SIDE - 14), (x + 14, SIDE - 10), (x - 1, SIDE - 10)], (232, 232, 226))
        x += 27


def _snow(c: Canvas) -> None:
    for _ in range(2):
        peak, top, spread = c.rng.uniform(10, SIDE - 10), HORIZON - c.rng.uniform(34, 58), c.rng.uniform(44, 70)
        c.shape([(peak - spread, HORIZON + 4), (peak, top), (peak + spread, HORIZON + 4)], (150, 172, 212), (188, 204, 232))
        c.shape([(peak - spread * 0.24, top + (HORIZON + 4 - top) * 0.24), (peak, top), (peak + spread * 0.24, top + (HORIZON + 4 - top) * 0.24),
                 (peak + spread * 0.08, top + (HORIZON + 4 - top) * 0.18), (peak - spread * 0.07, top + (HORIZON + 4 - top) * 0.28)], (248, 251, 255))
    c.wave(HORIZON - 1, 3, c.rng.uniform(22, 36), (252, 253, 255), (206, 220, 240))
    for _ in range(3):
        x, y = c.rng.uniform(-10, SIDE - 20), c.rng.uniform(HORIZON + 14, SIDE - 8)
        c.soft_ellipse((x, y, x + c.rng.uniform(24, 50), y + 4), (196, 212, 236), 0.6)


def _pine(c: Canvas, x: float, foot: float, height: float, tone: Colour) -> None:
    c.shape([(x - 1.5, foot - height * 0.2), (x + 1.5, foot - height * 0.2), (x + 1.5, foot), (x - 1.5, foot)], (92, 66, 46))
    for i in range(3):
        low, half = foot - height * (0.14 + 0.25 * i), height * (0.30 - 0.065 * i)
        c.shape([(x - half, low), (x, low - height * 0.42), (x + half, low)], tuple(round(1.12 * v) for v in tone), tone)


def _forest(c: Canvas) -> None:
    c.shape([(-2, HORIZON - 30), (SIDE + 2, HORIZON - 30), (SIDE + 2, HORIZON + 6), (-2, HORIZON + 6)], (58, 112, 88), (44, 92, 70))
    x = c.rng.uniform(-6, 2)
    while x < SIDE + 6:
        _pine(c, x, HORIZON - 6, c.rng.uniform(48, 66), (48, 104, 82))
        x += c.rng.uniform(9, 15)
    c.wave(HORIZON - 2, 2, c.rng.uniform(26, 40), (84, 138, 66), (52, 96, 46))
    x = c.rng.uniform(-4, 8)
    while x < SIDE + 6:
        _pine(c, x, HORIZON + 4, c.rng.uniform(50, 70), (36, 122, 72))
        x += c.rng.uniform(24, 38)
    for _ in range(c.rng.randint(10, 18)):
        x, y = c.rng.uniform(2, SIDE - 4), c.rng.uniform(HORIZON + 12, SIDE - 4)
        c.soft_ellipse((x, y, x + c.rng.uniform(4, 9), y + 1.8), (116, 158, 70), 0.8, 0.4)


def _desert(c: Canvas) -> None:
    c.wave(HORIZON - 14, c.rng.uniform(6, 11), c.rng.uniform(26, 42), (226, 150, 84), (208, 128, 66))
    c.wave(HORIZON - 2, c.rng.uniform(2, 5), c.rng.uniform(30, 46), (240, 172, 98), (214, 132, 64))
    c.wave(HORIZON + 22, 3, c.rng.uniform(34, 52), (246, 182, 106), (216, 136, 66))


def _sea(c: Canvas) -> None:
    top = HORIZON - 14
    c.shape([(-2, top), (SIDE + 2, top), (SIDE + 2, SIDE), (-2, SIDE)], (30, 118, 204), (14, 82, 164))
    for row in range(9):
        y = top + 4 + row * row * 0.8 + row * 3
        for _ in range(6 - row // 2):
            x, w = c.rng.uniform(-10, SIDE), c.rng.uniform(8, 14) + 1.6 * row
            c.soft_ellipse((x, y, x + w, y + 1.2 + 0.16 * row), (112, 186, 240), 0.75, 0.4)


def _room(c: Canvas) -> None:
    """A wall with a wide window, through which the hour and the weather are seen, and a wooden floor."""
    wall, left, right, top, bottom = (244, 218, 184), 16, SIDE - 16, 10, HORIZON - 26
    outside = c.image.copy()
    c.shape([(-2, -2), (SIDE + 2, -2), (SIDE + 2, SIDE), (-2, SIDE)], wall, (232, 200, 162))
    c.shape([(left - 5, top - 5), (right + 5, top - 5), (right + 5, bottom + 5), (left - 5, bottom + 5)], (255, 252, 246), (236, 230, 220))
    box = tuple(SCALE * v for v in (left, top, right, bottom))
    c.image.paste(outside.crop(box), box[:2])
    middle = (left + right) / 2
    c.shape([(middle - 2, top), (middle + 2, top), (middle + 2, bottom), (middle - 2, bottom)], (250, 246, 238))
    c.shape([(-2, HORIZON + 2), (SIDE + 2, HORIZON + 2), (SIDE + 2, HORIZON + 8), (-2, HORIZON + 8)], (255, 250, 240), (226, 214, 198))
    c.shape([(-2, HORIZON + 8), (SIDE + 2, HORIZON + 8), (SIDE + 2, SIDE), (-2, SIDE)], (196, 136, 84), (158, 102, 58))
    for row, y in enumerate((HORIZON + 8, HORIZON + 20, HORIZON + 37, HORIZON + 58)):
        c.draw.line([(0, SCALE * y), (FULL, SCALE * y)], fill=lit((150, 98, 58), c.time), width=SCALE)
        x = c.rng.uniform(0, 40)
        while x < SIDE:
            c.draw.line([(SCALE * x, SCALE * y), (SCALE * x, SCALE * (y + 12 + 4 * row))], fill=lit((150, 98, 58), c.time), width=SCALE)
            x += 46


_DRAWN = {"meadow": _meadow, "beach": _beach, "city": _city, "snow": _snow, "forest": _forest, "desert": _desert, "sea": _sea, "room": _room}
# the part of the picture where it rains: rows and columns
OPEN = {place: (0, SIDE, 0, SIDE) for place in PLACES} | {"room": (10, HORIZON - 26, 16, SIDE - 16)}


@cache
def background(place: str, time: str, variant: int) -> np.ndarray:
    """The place without things and weather, uint8 [192, 192, 3]."""
    rng = random.Random(f"{place} {time} {variant}")
    canvas = Canvas(time, rng)
    if time == "night":
        stars(canvas)
    clouds(canvas)
    _DRAWN[place](canvas)
    pixels = np.asarray(canvas.image, np.float32).reshape(SIDE, SCALE, SIDE, SCALE, 3).mean((1, 3))
    return np.rint(pixels).astype(np.uint8)
