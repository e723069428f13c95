"""Sprites: icons of Fluent Emoji 3D (MIT, Microsoft) cut out, recoloured, dressed, scaled.

The icon package (`@lobehub/fluent-emoji-3d`) is fetched by name into the state folder, never committed.
"""

from __future__ import annotations

import subprocess
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .kinds import KINDS, Band

ICONS = "@lobehub/fluent-emoji-3d@1.1.0"
# hue in degrees, saturation, brightness of a surface in even light
PAINT = {
    "red": (352, 0.84, 0.93), "orange": (24, 0.86, 0.99), "yellow": (47, 0.82, 1.0), "green": (128, 0.72, 0.72), "blue": (214, 0.82, 0.95),
    "purple": (272, 0.70, 0.80), "pink": (328, 0.48, 1.0), "black": (240, 0.14, 0.24), "white": (230, 0.035, 0.96),
}
HAT, GLASSES = "1f3a9", "1f576-fe0f"
ICON = 128
_folder: list[Path] = []


def load_icons(state: Path) -> None:
    """Installs the icon package into `state/icons3d` once."""
    folder = state / "icons3d"
    if not (folder / "package" / "assets").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", ICONS], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "xzf", str(next(folder.glob("*.tgz")))], cwd=folder, check=True)
    _folder[:] = [folder / "package" / "assets"]


def folder() -> Path:
    """Where the icons are."""
    return _folder[0]


@cache
def icon(code: str) -> Image.Image:
    """One icon, cut to what is opaque, its longer side 128 pixels."""
    image = Image.open(folder() / f"{code}.webp").convert("RGBA")
    image = image.crop(image.getchannel("A").point(lambda a: 255 * (a > 40)).getbbox())
    factor = ICON / max(image.size)
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


@cache
def names() -> list[str]:
    """Every icon of the package."""
    return sorted(path.stem for path in folder().glob("*.webp"))


def _hsv(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """rgb [..., 3] in 0..1 -> hue in degrees, saturation, brightness."""
    high, low = rgb.max(-1), rgb.min(-1)
    spread = np.where(high > low, high - low, 1)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    hue = np.where(high == r, ((g - b) / spread) % 6, np.where(high == g, (b - r) / spread + 2, (r - g) / spread + 4)) * 60
    return hue, np.where(high > 0, (high - low) / np.where(high > 0, high, 1), 0), high


def _rgb(hue: np.ndarray, saturation: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    k = (np.array([5.0, 3.0, 1.0]) + (hue / 60)[..., None]) % 6
    return brightness[..., None] * (1 - saturation[..., None] * np.clip(np.minimum(k, 4 - k), 0, 1))


def _soft(value: np.ndarray, low: float, high: float, width: float) -> np.ndarray:
    """1 inside low..high, falling to 0 over `width` outside."""
    return np.clip(np.minimum(value - low, high - value) / width + 1, 0, 1)


def _within(band: Band, hue: np.ndarray, saturation: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    first, last, least, most, bright = band
    turned = (hue - first) % 360
    turned = np.where(turned > 180 + ((last - first) % 360 or 360) / 2, turned - 360, turned)
    near = _soft(turned, 0, (last - first) % 360 or 360, 8.0)
    return near * _soft(saturation, least, most, 0.06) * _soft(brightness, bright, 2, 0.08)


def recolour(image: Image.Image, bands: tuple[Band, ...], colour: str) -> Image.Image:
    """Gives what lies in the bands another colour; its shading and highlights stay."""
    data = np.asarray(image, np.float64) / 255
    hue, saturation, brightness = _hsv(data[..., :3])
    weight = np.max([_within(b, hue, saturation, brightness) for b in bands], 0)
    inside = (weight > 0.9) & (data[..., 3] > 0.9)
    usual_s, usual_v = (np.median(x[inside]) for x in (saturation, brightness))
    to_hue, to_s, to_v = PAINT[colour]
    flat = usual_s < 0.2  # a white or grey surface: its saturation says nothing
    relative = np.ones_like(saturation) if flat else saturation / usual_s
    gloss = 0 if flat else np.clip(1 - relative, 0, 1)
    s = np.clip(to_s * np.minimum(relative, 1.25), 0, 1)
    lift = {"black": 0.3, "white": 0.05}.get(colour, 0.1)
    v = np.clip(to_v * (brightness / usual_v) ** (0.8 if colour == "white" else 1.0) + lift * gloss, 0, 1)
    painted = _rgb(np.full_like(s, to_hue), s, v)
    data[..., :3] += weight[..., None] * (painted - data[..., :3])
    return Image.fromarray(np.rint(data * 255).astype(np.uint8))


def _scarf(width: int) -> Image.Image:
    """A knitted band with one end hanging, `width` pixels wide and two thirds as tall."""
    w = 4 * width
    big = Image.new("RGBA", (w, 2 * w // 3))
    draw = ImageDraw.Draw(big)
    draw.rounded_rectangle((0.60 * w, 0.14 * w, 0.80 * w, 0.62 * w), 0.05 * w, fill=(188, 30, 58))
    draw.rounded_rectangle((0, 0.02 * w, w - 1, 0.34 * w), 0.15 * w, fill=(218, 42, 70))
    draw.rounded_rectangle((0.04 * w, 0.05 * w, 0.96 * w, 0.16 * w), 0.06 * w, fill=(240, 86, 106))
    for i in range(3):
        draw.rectangle(((0.625 + 0.06 * i) * w, 0.54 * w, (0.655 + 0.06 * i) * w, 0.62 * w), fill=(240, 86, 106))
    return big.resize((width, 2 * width // 3), Image.Resampling.LANCZOS)


def _dressed(image: Image.Image, kind: str, worn: str) -> Image.Image:
    """Puts a hat, sunglasses or a scarf on; the picture grows upwards where the hat needs it."""
    wear = KINDS[kind].wear
    assert wear, kind
    w, h = image.size
    x, y = wear.eyes[0] * w, wear.eyes[1] * h
    if worn == "sunglasses":
        width = max(1, round(wear.apart * w * 1.9))
        thing = icon(GLASSES)
        thing = thing.resize((width, round(width * thing.height / thing.width)), Image.Resampling.LANCZOS)
        image = image.copy()
        image.alpha_composite(thing, (max(0, round(x - width / 2)), max(0, round(y - thing.height * 0.5))))
        return image
    if worn == "scarf":
        width = max(8, round(wear.apart * w * (1.9 if wear.neck > 0.8 else 2.0)))
        thing = _scarf(width)
        top = round(wear.neck * h - thing.height * 0.3)
        grown = Image.new("RGBA", (w, max(h, top + thing.height)))
        grown.alpha_composite(image)
        grown.alpha_composite(thing, (max(0, round(x - width / 2)), top))
        return grown
    width = round(max(wear.apart * w * 1.6, 0.3 * w))
    thing = icon(HAT)
    thing = thing.resize((width, round(width * thing.height / thing.width)), Image.Resampling.LANCZOS)
    above = max(0, round(thing.height * 0.82 - wear.top * h))
    grown = Image.new("RGBA", (w, h + above))
    grown.alpha_composite(image, (0, above))
    grown.alpha_composite(thing, (max(0, round(x - width / 2)), max(0, round(above + wear.top * h - thing.height * 0.82))))
    return grown


def _letters(size: int, text: str, fill: tuple[int, int, int], box: tuple[int, int, int, int], image: Image.Image) -> None:
    """Writes the text as large as fits the box, in its middle."""
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = box
    font = ImageFont.load_default(size)
    a, b, c, d = draw.textbbox((0, 0), text, font=font, stroke_width=size // 26)
    scale = min((right - left) / (c - a), (bottom - top) / (d - b), 1.0)
    font = ImageFont.load_default(int(size * scale))
    stroke = int(size * scale) // 26
    a, b, c, d = draw.textbbox((0, 0), text, font=font, stroke_width=stroke)
    draw.text(((left + right - a - c) / 2, (top + bottom - b - d) / 2), text, fill=fill, font=font, stroke_width=stroke, stroke_fill=fill)


def _plate(text: str) -> Image.Image:
    """A blue sign on a post with white letters."""
    image = Image.new("RGBA", (240, 256))
    draw = ImageDraw.Draw(image)
    draw.rectangle((108, 150, 132, 255), fill=(150, 156, 170))
    draw.rectangle((108, 150, 116, 255), fill=(186, 192, 205))
    draw.rounded_rectangle((2, 2, 237, 172), 26, fill=(18, 78, 166))
    draw.rounded_rectangle((2, 2, 237, 164), 26, fill=(32, 108, 214))
    draw.rounded_rectangle((12, 12, 227, 154), 20, outline=(255, 255, 255), width=6)
    _letters(150, text, (255, 255, 255), (26, 28, 213, 138), image)
    return image


def _blackboard(text: str) -> Image.Image:
    """A green board in a wooden frame on two legs, with a sum in chalk."""
    image = Image.new("RGBA", (300, 232))
    draw = ImageDraw.Draw(image)
    for x in (52, 228):
        draw.rectangle((x, 150, x + 20, 231), fill=(134, 88, 52))
    draw.rounded_rectangle((2, 2, 297, 186), 14, fill=(150, 100, 60))
    draw.rounded_rectangle((2, 2, 297, 178), 14, fill=(184, 128, 78))
    draw.rectangle((18, 18, 281, 162), fill=(34, 94, 74))
    _letters(130, text, (246, 250, 246), (30, 36, 269, 144), image)
    return image


@lru_cache(maxsize=4096)
def whole(kind: str, colour: str | None, worn: str | None, text: str | None) -> Image.Image:
    """The sprite at the icon's own size, RGBA."""
    data = KINDS[kind]
    if kind == "sign":
        return _plate(text or "")
    if kind == "board":
        return _blackboard(text or "")
    image = icon(data.icon)
    if colour and colour != data.colour:
        assert data.paint, kind
        image = recolour(image, data.paint, colour)
    return _dressed(image, kind, worn) if worn else image
