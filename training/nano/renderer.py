"""Draws a Scene as 128x128 RGB bytes: cached backgrounds, sprites of Fluent Emoji Flat (MIT, Microsoft).

The icon package (`@iconify-json/fluent-emoji-flat`) is fetched by name into the state folder, never committed.
"""

from __future__ import annotations

import colorsys
import io
import json
import math
import re
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image, ImageDraw

from .world import KINDS, Scene, Thing

SIDE = 128
SPRITE = 40
# multiples of 4 and 8: a sprite meets the autoencoder's 8 px grid the same way in every cell
CELL_X = (4, 44, 84)
GROUND_Y = 80
FLOATING_Y = {"balloon": 40}
ICONS = "@iconify-json/fluent-emoji-flat@1.2.6"
# hue in degrees, saturation factor, value factor
PAINT = {
    "red": (355, 1.0, 0.97), "orange": (26, 1.0, 1.0), "yellow": (50, 0.9, 1.0),
    "green": (125, 0.9, 0.72), "blue": (218, 0.95, 0.95), "purple": (278, 0.85, 0.82),
}
# the hue that stands for the colour of the object in the published icon, in degrees
BODY_HUE = {"car": 355, "heart": 0, "flower": 325, "balloon": 0, "gift": 45, "umbrella": 270}
NIGHT_BACKGROUND = np.array([0.30, 0.36, 0.58], np.float32)
NIGHT_SPRITE = np.array([0.78, 0.80, 0.92], np.float32)
_icons: dict[str, dict] = {}


def load_icons(state: Path) -> None:
    """Installs the icon package into `state/icons` once and reads it."""
    folder = state / "icons"
    source = folder / "package" / "icons.json"
    if not source.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", ICONS], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "xzf", str(next(folder.glob("*.tgz")))], cwd=folder, check=True)
    _icons.update(json.loads(source.read_text())["icons"])
    sprite.cache_clear()


def _recolour(body: str, kind: str, colour: str) -> str:
    """Turns every fill near the kind's body hue to the colour, keeping its shading."""
    hue, saturation, value = PAINT[colour]

    def turn(match: re.Match[str]) -> str:
        digits = match.group(1)
        digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
        h, s, v = colorsys.rgb_to_hsv(*(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)))
        apart = abs((h * 360 - BODY_HUE[kind] + 180) % 360 - 180)
        if s < 0.3 or v < 0.3 or apart > 30:
            return match.group(0)
        red, green, blue = colorsys.hsv_to_rgb(hue / 360, min(1.0, max(s, 0.75) * saturation), v * value)
        return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"

    return re.sub(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", turn, body)


@cache
def sprite(thing: Thing, night: bool) -> tuple[np.ndarray, np.ndarray]:
    """(premultiplied colour [40, 40, 3], alpha [40, 40, 1]) in float32, 0..255 and 0..1."""
    body = _icons[KINDS[thing.kind][0]]["body"]
    if thing.colour:
        body = _recolour(body, thing.kind, thing.colour)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{body}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SPRITE * 4, height=SPRITE * 4)
    rgba = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA").resize((SPRITE, SPRITE), Image.Resampling.BOX), np.float32)
    alpha = rgba[..., 3:] / 255
    shade = NIGHT_SPRITE if night else np.ones(3, np.float32)
    return rgba[..., :3] * alpha * shade, alpha


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    rows = np.linspace(0, 1, SIDE * 4)[:, None, None] * (np.array(bottom) - np.array(top)) + np.array(top)
    return Image.fromarray(np.broadcast_to(rows, (SIDE * 4, SIDE * 4, 3)).astype(np.uint8))


def _wave(draw: ImageDraw.ImageDraw, base: float, height: float, length: float, phase: float, fill: tuple[int, int, int]) -> None:
    """Fills everything below a sine line; units are pixels of the 128 px picture."""
    points = [(4 * x, 4 * (base + height * math.sin(x / length + phase))) for x in range(-2, SIDE + 3)]
    draw.polygon([*points, (4 * SIDE + 8, 4 * SIDE + 8), (-8, 4 * SIDE + 8)], fill=fill)


def _place(place: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    skies = {
        "meadow": ((112, 190, 250), (205, 235, 255)), "beach": ((130, 205, 255), (225, 245, 255)),
        "city": ((250, 190, 140), (255, 225, 190)), "snow": ((170, 200, 235), (225, 235, 248)),
    }
    image = _gradient(*skies[place])
    draw = ImageDraw.Draw(image)
    if place == "meadow":
        _wave(draw, 72, 5, 22, 0.6, (150, 210, 110))
        _wave(draw, 90, 3, 30, 2.6, (105, 180, 80))
    elif place == "beach":
        draw.rectangle((0, 4 * 66, 512, 512), fill=(60, 155, 215))
        _wave(draw, 92, 2.5, 18, 1.0, (250, 222, 160))
    elif place == "city":
        for i, top in enumerate((40, 54, 32, 50, 28, 58, 38, 48)):
            left = 4 * 16 * i
            draw.rectangle((left, 4 * top, left + 61, 512), fill=(120, 120, 160) if i % 2 else (100, 100, 140))
            for y in range(top + 5, 90, 11):
                for x in (3, 10):
                    draw.rectangle((left + 4 * x, 4 * y, left + 4 * x + 11, 4 * y + 15), fill=(255, 235, 150))
        draw.rectangle((0, 4 * 98, 512, 512), fill=(95, 95, 105))
        draw.rectangle((0, 4 * 120, 512, 4 * 122), fill=(240, 240, 240))
    else:
        draw.polygon([(0, 4 * 80), (4 * 34, 4 * 42), (4 * 66, 4 * 80)], fill=(150, 170, 205))
        draw.polygon([(4 * 48, 4 * 80), (4 * 92, 4 * 34), (4 * 140, 4 * 80)], fill=(135, 155, 195))
        _wave(draw, 82, 3, 26, 0.2, (248, 250, 255))
    return image, draw


@cache
def background(place: str, night: bool) -> np.ndarray:
    """Place without objects, float32 [128, 128, 3] in 0..255; the sun or the moon stands at the top right."""
    image, draw = _place(place)
    if not night:
        draw.ellipse((4 * 98, 4 * 8, 4 * 118, 4 * 28), fill=(255, 215, 60))
    pixels = np.asarray(image, np.float32)
    if night:
        dark = Image.fromarray((pixels * NIGHT_BACKGROUND).astype(np.uint8))
        draw = ImageDraw.Draw(dark)
        draw.ellipse((4 * 98, 4 * 8, 4 * 118, 4 * 28), fill=(250, 245, 215))
        for x, y in ((12, 14), (30, 26), (46, 8), (62, 20), (80, 10), (86, 30), (22, 40), (70, 36)):
            draw.ellipse((4 * x - 4, 4 * y - 4, 4 * x + 4, 4 * y + 4), fill=(255, 255, 235))
        pixels = np.asarray(dark, np.float32)
    return pixels.reshape(SIDE, 4, SIDE, 4, 3).mean((1, 3))


def top_of(kind: str) -> int:
    """Row of the sprite's upper edge."""
    return FLOATING_Y.get(kind, GROUND_Y)


def render(scene: Scene) -> np.ndarray:
    """The picture, uint8 [128, 128, 3]."""
    canvas = background(scene.place, scene.night).copy()
    for x, thing in zip(CELL_X, scene.cells, strict=True):
        if thing:
            colour, alpha = sprite(thing, scene.night)
            y = top_of(thing.kind)
            spot = canvas[y : y + SPRITE, x : x + SPRITE]
            spot *= 1 - alpha
            spot += colour
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
