"""Weather and style: what falls in front of the scene, and what is done to the whole picture at the end."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .backgrounds import OPEN
from .layout import HORIZON, SIDE

WEATHERS = ("clear", "rain", "snowfall", "fog")
STYLES = ("plain", "greyscale", "sketch", "pastel")
FALLS = 12


@cache
def _falling(weather: str, variant: int) -> np.ndarray:
    """How much of a pixel a drop or flake covers, float32 [192, 192, 1]."""
    rng = random.Random(f"{weather} {variant}")
    mask = Image.new("L", (2 * SIDE, 2 * SIDE))
    draw = ImageDraw.Draw(mask)
    for _ in range(110 if weather == "rain" else 95):
        x, y = rng.uniform(-20, 2 * SIDE), rng.uniform(-20, 2 * SIDE)
        if weather == "rain":
            length = rng.uniform(16, 26)
            draw.line([(x, y), (x - length * 0.28, y + length)], fill=rng.randint(120, 175), width=2)
        else:
            r = rng.choice((2.2, 2.8, 3.6, 4.6))
            draw.ellipse((x - r, y - r, x + r, y + r), fill=rng.randint(190, 245))
    mask = mask.filter(ImageFilter.GaussianBlur(0.7)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(mask, np.float32)[..., None] / 255


@cache
def _haze() -> np.ndarray:
    """Fog's cover by row: thickest at the horizon."""
    y = np.arange(SIDE, dtype=np.float32)
    cover = np.where(y < HORIZON, 0.48 + 0.26 * y / HORIZON, 0.74 - 0.40 * (y - HORIZON) / (SIDE - HORIZON))
    return cover[:, None, None].astype(np.float32)


@cache
def _overcast() -> np.ndarray:
    """How much the clouded sky shows by row: whole above, gone at the horizon."""
    y = np.arange(SIDE, dtype=np.float32)
    return np.clip((HORIZON - y) / 50, 0, 1)[:, None, None].astype(np.float32)


def behind(canvas: np.ndarray, place: str, time: str, weather: str) -> np.ndarray:
    """What weather does to the background, before things are put on it. float32 [192, 192, 3]."""
    if weather == "clear":
        return canvas
    top, bottom, left, right = OPEN[place]
    part = canvas[top:bottom, left:right]
    grey = {"day": (168, 178, 192), "night": (34, 38, 62), "sunset": (176, 140, 142)}[time]
    if weather == "fog":
        haze = {"day": (226, 230, 236), "night": (78, 82, 108), "sunset": (232, 196, 178)}[time]
        part += _haze()[top:bottom] * (np.array(haze, np.float32) - part)
    elif weather == "rain":
        part += 0.66 * _overcast()[top:bottom] * (np.array(grey, np.float32) - part)
        part *= np.array((0.84, 0.88, 0.93), np.float32)
    else:
        pale = np.array((206, 216, 230), np.float32) * {"day": 1.0, "night": 0.3, "sunset": 0.86}[time]
        part += 0.55 * _overcast()[top:bottom] * (pale - part)
    return canvas


def before(canvas: np.ndarray, place: str, time: str, weather: str, variant: int) -> np.ndarray:
    """What falls in front of everything. float32 [192, 192, 3]."""
    if weather == "clear" or (weather == "fog" and place == "room"):
        return canvas
    top, bottom, left, right = OPEN[place]
    part = canvas[top:bottom, left:right]
    if weather == "fog":
        haze = {"day": (226, 230, 236), "night": (78, 82, 108), "sunset": (232, 196, 178)}[time]
        part += 0.22 * (np.array(haze, np.float32) - part)
        return canvas
    shine = np.array((214, 230, 250) if weather == "rain" else (255, 255, 255), np.float32) * (0.72 if time == "night" else 1.0)
    part += _falling(weather, variant % FALLS)[top:bottom, left:right] * (shine - part)
    return canvas


GREY = np.array([0.299, 0.587, 0.114], np.float32)


def _blurred(grey: np.ndarray, radius: int) -> np.ndarray:
    """Mean over squares of 2 radius + 1, twice."""
    for _ in range(2):
        padded = np.pad(grey, radius + 1, mode="edge")
        total = padded.cumsum(0).cumsum(1)
        n = 2 * radius + 1
        grey = (total[n:, n:] - total[:-n, n:] - total[n:, :-n] + total[:-n, :-n])[: SIDE, : SIDE] / n**2
    return grey


def styled(canvas: np.ndarray, style: str) -> np.ndarray:
    """Greyscale, pencil sketch (edges dark on paper) or pastel (light, low in contrast). float32 in, float32 out."""
    if style == "plain":
        return canvas
    if style == "pastel":
        mean = (canvas @ GREY)[..., None]
        return 0.50 * (mean + 0.85 * (canvas - mean)) + 0.50 * np.array((250, 244, 240), np.float32)
    grey = canvas @ GREY
    if style == "sketch":
        light = _blurred(255 - grey, 3)
        line = np.clip(255 * grey / np.maximum(255 - light, 12), 0, 255)
        grey = np.clip(line * 0.58 + 0.42 * grey, 0, 255)
        return grey[..., None] * np.array((1.0, 0.985, 0.955), np.float32)
    return np.broadcast_to(grey[..., None], canvas.shape)
