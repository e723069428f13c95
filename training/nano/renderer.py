"""Draws a scene as 192x192 RGB bytes. `seed` decides what no sentence does: the background's variant, drops, small offsets."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from . import sprites
from .backgrounds import LIGHT, VARIANTS, background
from .kinds import KINDS
from .layout import BASE, CENTRE, PIXELS, SIDE, SKY_CENTRE, in_sky, row_of
from .weather import before, behind, styled
from .world import Scene, Thing

# things keep more of their colour at night than the ground does
THING_LIGHT = {time: tuple(0.45 + 0.55 * f for f in light) for time, light in LIGHT.items()}
SHADOW, SHADOW_COLOUR = 0.42, (22, 26, 44)
DRAUGHT = 0.13  # share of its height that lies under water
MARGIN = 8


def load_icons(state: Path) -> None:
    sprites.load_icons(state)
    patch.cache_clear()


def _in_light(image: Image.Image, time: str, glows: bool) -> Image.Image:
    if glows or time == "day":
        return image
    data = np.asarray(image, np.float32).copy()
    data[..., :3] *= np.array(THING_LIGHT[time], np.float32)
    return Image.fromarray(np.rint(data).astype(np.uint8))


def _scaled(thing: Thing, pixels: int) -> Image.Image:
    """The sprite so that its bare longer side is `pixels`, times the kind's height."""
    bare = sprites.whole(thing.kind, thing.colour, None, thing.text)
    factor = pixels * KINDS[thing.kind].tall / max(bare.size)
    image = sprites.whole(thing.kind, thing.colour, thing.worn, thing.text)
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))), Image.Resampling.LANCZOS)


@lru_cache(maxsize=8000)
def patch(thing: Thing, pixels: int, time: str, ground: str) -> tuple[np.ndarray, np.ndarray, int]:
    """(premultiplied colour [h, w, 3], alpha [h, w, 1], rows below the foot) with the shadow under it; `ground`: dry, wet or air."""
    image = _in_light(_scaled(thing, pixels), time, KINDS[thing.kind].heavenly)
    w, h = image.size
    whole = Image.new("RGBA", (w + 2 * MARGIN, h + 2 * MARGIN))
    if ground == "wet":
        alpha = np.asarray(image.getchannel("A"), np.float32).copy()
        deep = round(h * DRAUGHT)
        line = h - deep + np.rint(1.2 * np.sin(np.arange(w) / 4.0)).astype(int)
        alpha[np.arange(h)[:, None] >= line[None]] *= 0.14
        image.putalpha(Image.fromarray(alpha.astype(np.uint8)))
        ripple = Image.new("RGBA", (4 * whole.width, 4 * whole.height))
        y = 4 * (MARGIN + h - deep)
        ImageDraw.Draw(ripple).ellipse((4 * MARGIN - 12, y - 2 * deep, 4 * (MARGIN + w) + 12, y + 2 * deep), fill=(214, 236, 255, 120))
        ImageDraw.Draw(ripple).ellipse((4 * MARGIN - 2, y - 2 * deep + 6, 4 * (MARGIN + w) + 2, y + 2 * deep - 6), fill=(16, 78, 156, 120))
        whole = _in_light(ripple.resize(whole.size, Image.Resampling.LANCZOS), time, False)
    elif ground == "dry":
        mask = Image.new("L", whole.size)
        half, flat = 0.47 * min(w, 1.25 * h), max(2.5, 0.085 * w)
        x, y = MARGIN + w / 2, MARGIN + h - 0.6 * flat
        ImageDraw.Draw(mask).ellipse((x - half, y - flat, x + half, y + flat), fill=round(255 * SHADOW))
        whole.paste(SHADOW_COLOUR, (0, 0, *whole.size))
        whole.putalpha(mask.filter(ImageFilter.GaussianBlur(2.2)))
    whole.alpha_composite(image, (MARGIN, MARGIN))
    data = np.asarray(whole, np.float32)
    cover = data[..., 3:] / 255
    return data[..., :3] * cover, cover, MARGIN


def place_of(thing: Thing, position: int, place: str, time: str, offset: tuple[int, int] = (0, 0)) -> tuple[np.ndarray, np.ndarray, int, int]:
    """(premultiplied colour, alpha, top, left) of a thing at a position; may reach over the picture's edge."""
    pixels = PIXELS[row_of(position)][thing.size]
    ground = "air" if in_sky(position) else "wet" if place == "sea" else "dry"
    colour, alpha, below = patch(thing, pixels, time, ground)
    h, w = alpha.shape[:2]
    left = CENTRE[position] - w // 2
    left = min(max(left, 2 - below), SIDE - 2 + below - w) + offset[0]
    foot = BASE + (round(0.06 * pixels) if ground == "wet" else 0)
    top = (SKY_CENTRE - h // 2 if in_sky(position) else foot + below - h) + offset[1]
    return colour, alpha, max(top, 1 - below), left


def paste(canvas: np.ndarray, colour: np.ndarray, alpha: np.ndarray, top: int, left: int) -> None:
    h, w = alpha.shape[:2]
    y0, y1, x0, x1 = max(0, top), min(SIDE, top + h), max(0, left), min(SIDE, left + w)
    spot = canvas[y0:y1, x0:x1]
    spot *= 1 - alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    spot += colour[y0 - top : y1 - top, x0 - left : x1 - left]


def offset_of(seed: int, position: int) -> tuple[int, int]:
    """The small shift of a position, in pixels."""
    rng = random.Random(1009 * seed + position)
    return rng.randint(-2, 2), rng.randint(-1, 1)


def render(scene: Scene, seed: int = 0) -> np.ndarray:
    """The picture, uint8 [192, 192, 3]."""
    canvas = background(scene.place, scene.time, seed % VARIANTS).astype(np.float32)
    canvas = behind(canvas, scene.place, scene.time, scene.weather)
    for position, thing in scene.placed:
        paste(canvas, *place_of(thing, position, scene.place, scene.time, offset_of(seed, position)))
    canvas = before(canvas, scene.place, scene.time, scene.weather, seed)
    return np.clip(np.rint(styled(canvas, scene.style)), 0, 255).astype(np.uint8)
