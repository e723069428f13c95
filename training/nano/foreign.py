"""Pictures that are not of nano's world, made up or by other people: so that the encoder learns to tell them and the transformer to say so.

Families: parts of photographs, one colour, noise, textures with the spectrum of photographs, screens of text and boxes, flat drawings, patterns,
walls of icons from outside the world, and pictures of the world cut up or seen far too close. The tests have photographs, drawings and screenshots
of their own, which training never shows.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from . import photographs
from .kinds import KINDS
from .layout import SIDE
from .renderer import render
from .sprites import icon, names
from .world import random_scene


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)


def _plain(rng: random.Random) -> np.ndarray:
    first = rng.choice(((0, 0, 0), (255, 255, 255), _colour(rng)))
    last = first if rng.random() < 0.6 else _colour(rng)
    share = np.linspace(0, 1, SIDE)[:, None, None]
    picture = np.broadcast_to((1 - share) * np.array(first) + share * np.array(last), (SIDE, SIDE, 3))
    return picture if rng.random() < 0.5 else picture.transpose(1, 0, 2)


def _noise(rng: random.Random) -> np.ndarray:
    source = np.random.default_rng(rng.randrange(2**32))
    cell = rng.choice((1, 1, 2, 4, 8))
    few = source.integers(0, 256, (SIDE // cell, SIDE // cell, rng.choice((1, 3))))
    return np.broadcast_to(np.kron(few, np.ones((cell, cell, 1))), (SIDE, SIDE, 3))


def _texture(rng: random.Random) -> np.ndarray:
    """Smooth noise whose power falls with frequency, in correlated colours, with some shapes lit from one side."""
    source = np.random.default_rng(rng.randrange(2**32))
    fall = rng.uniform(0.8, 1.7)
    radius = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]) + 1 / SIDE
    layers = []
    for _ in range(3):
        spectrum = (source.normal(size=radius.shape) + 1j * source.normal(size=radius.shape)) / radius**fall
        layer = np.fft.irfft2(spectrum, (SIDE, SIDE))
        layers.append(layer / layer.std())
    field = np.stack(layers, -1)
    light, tint = rng.uniform(20, 60), rng.uniform(5, 25)
    picture = np.array(_colour(rng)) * 0.5 + 64 + light * field[..., :1] + tint * field
    if rng.random() < 0.5:  # things before the texture, as in photographs
        image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
        mask = Image.new("L", (SIDE, SIDE))
        draw = ImageDraw.Draw(mask)
        for _ in range(rng.randint(1, 4)):
            x, y, w, h = rng.randint(-40, 150), rng.randint(-40, 150), rng.randint(30, 150), rng.randint(30, 150)
            draw.ellipse((x, y, x + w, y + h), fill=255)
        shade = np.linspace(rng.uniform(0.3, 1), rng.uniform(0.3, 1.2), SIDE)[None, :, None] * np.array(_colour(rng)) + 12 * field
        image.paste(Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8)), (0, 0), mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 4))))
        picture = np.asarray(image)
    return picture


def _screen(rng: random.Random) -> np.ndarray:
    dark = rng.random() < 0.3
    image = Image.new("RGB", (SIDE, SIDE), (24, 26, 30) if dark else (rng.randint(235, 255),) * 3)
    draw, y = ImageDraw.Draw(image), rng.randint(2, 20)
    if rng.random() < 0.6:
        draw.rectangle((0, 0, SIDE, y), fill=_colour(rng))
    while y < SIDE:
        height = rng.choice((3, 4, 6, 9))
        if rng.random() < 0.15:
            draw.rounded_rectangle((rng.randint(2, 90), y, rng.randint(100, 190), y + rng.randint(14, 50)), 4, fill=_colour(rng))
            y += 30
        x, end = rng.choice((6, 6, 20, 60)), rng.randint(90, 186)
        ink = rng.randint(170, 230) if dark else rng.randint(20, 120)
        while x < end:
            w = rng.randint(4, 26)
            draw.rectangle((x, y, min(end, x + w), y + height // 2), fill=(ink,) * 3)
            x += w + 4
        y += height + rng.randint(2, 6)
    return np.asarray(image)


def _drawing(rng: random.Random) -> np.ndarray:
    """Flat shapes and lines, some outlined: another style than the world's."""
    image = Image.new("RGB", (SIDE, SIDE), rng.choice(((255, 255, 255), (250, 245, 230), _colour(rng))))
    draw = ImageDraw.Draw(image)
    outline = rng.choice((None, (0, 0, 0)))
    for _ in range(rng.randint(3, 14)):
        x, y, w, h = rng.randint(-20, 170), rng.randint(-20, 170), rng.randint(8, 110), rng.randint(8, 110)
        sort = rng.choice(("ellipse", "rectangle", "line", "polygon", "arc"))
        fill = None if rng.random() < 0.2 and outline else _colour(rng)
        if sort == "line":
            draw.line([(x, y), (x + w, y + h), (x, y + h)], fill=_colour(rng), width=rng.randint(1, 6))
        elif sort == "arc":
            draw.arc((x, y, x + w, y + h), rng.randint(0, 180), rng.randint(181, 360), fill=_colour(rng), width=rng.randint(1, 6))
        elif sort == "polygon":
            draw.polygon([(rng.randint(x, x + w), rng.randint(y, y + h)) for _ in range(rng.randint(3, 6))], fill=fill, outline=outline)
        else:
            getattr(draw, sort)((x, y, x + w, y + h), fill=fill, outline=outline, width=2)
    return np.asarray(image)


def _pattern(rng: random.Random) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE]
    period = rng.randint(6, 60)
    angle = rng.uniform(0, 3.14)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wave = ((along // period + across // period) % 2) if rng.random() < 0.5 else 0.5 + 0.5 * np.sin(along * 6.283 / period)
    return wave[..., None] * np.array(_colour(rng)) + (1 - wave[..., None]) * np.array(_colour(rng))


def _icons(rng: random.Random) -> np.ndarray:
    """Icons the world does not have, anyhow on one colour."""
    known = {kind.icon for kind in KINDS.values()}
    image = Image.new("RGB", (SIDE, SIDE), _colour(rng))
    for _ in range(rng.choice((1, 1, 3, 9))):
        code = rng.choice(names())
        if code in known:
            continue
        side = rng.randint(30, 180)
        thing = icon(code).resize((side, side))
        image.paste(thing, (rng.randint(-20, SIDE - side // 2), rng.randint(-20, SIDE - side // 2)), thing)
    return np.asarray(image)


def _cut(rng: random.Random) -> np.ndarray:
    """A picture of the world in shuffled tiles, or its negative."""
    picture = render(random_scene(rng), rng.randrange(1000))
    if rng.random() < 0.3:
        return 255 - picture
    tiles = [picture[y : y + 48, x : x + 48] for y in range(0, SIDE, 48) for x in range(0, SIDE, 48)]
    rng.shuffle(tiles)
    return np.concatenate([np.concatenate(tiles[4 * i : 4 * i + 4], 1) for i in range(4)])


def _close(rng: random.Random) -> np.ndarray:
    """One of the world's icons seen so close that its edge is out of the picture."""
    kind = rng.choice([k for k in KINDS.values() if k.icon not in ("sign", "board")])
    thing = icon(kind.icon).resize((640, 640))
    ground = Image.new("RGB", thing.size, _colour(rng))
    ground.paste(thing, (0, 0), thing)
    x, y = rng.randint(60, 380), rng.randint(60, 380)
    return np.asarray(ground.crop((x, y, x + SIDE, y + SIDE)))


def _photograph(rng: random.Random) -> np.ndarray:
    return photographs.part_of(rng, photographs.whole(rng.choice(photographs.TRAINED)))


def _tested_photograph(rng: random.Random) -> np.ndarray:
    return photographs.part_of(rng, photographs.whole(rng.choice(photographs.TESTED)))


def _tested_drawing(rng: random.Random) -> np.ndarray:
    return photographs.part_of(rng, photographs.whole(rng.choice(photographs.DRAWN))) if rng.random() < 0.5 else _drawing(rng)


@cache
def _screenshots() -> list[Image.Image]:
    docs = Path(__file__).resolve().parents[2] / "docs"
    return [Image.open(docs / f"screenshot-{name}.png").convert("RGB") for name in ("desktop", "phone")]


def _tested_screen(rng: random.Random) -> np.ndarray:
    """Of the page itself, always with more than the picture in it, and made up."""
    return photographs.part_of(rng, rng.choice(_screenshots()), 0.9) if rng.random() < 0.5 else _screen(rng)


FAMILIES = (_plain, _noise, _photograph, _photograph, _photograph, _texture, _texture, _texture, _screen, _drawing, _drawing, _pattern, _icons, _cut, _close)
# those of the quality suite by name; `photograph`, and half of `drawing` and `screenshot`, are of pictures that training never shows
TESTED = {
    "photograph": _tested_photograph, "screenshot": _tested_screen, "drawing": _tested_drawing, "plain": _plain, "noise": _noise, "pattern": _pattern, "icons": _icons, "cut": _cut, "close": _close,
}


def random_foreign(rng: random.Random) -> np.ndarray:
    """uint8 [192, 192, 3]."""
    return _bytes(rng.choice(FAMILIES)(rng))


def tested_foreign(rng: random.Random, family: str) -> np.ndarray:
    """uint8 [192, 192, 3]: one of the quality suite's."""
    return _bytes(TESTED[family](rng))


def _bytes(picture: np.ndarray) -> np.ndarray:
    return np.clip(picture, 0, 255).astype(np.uint8)
