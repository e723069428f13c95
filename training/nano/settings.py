"""Which setting a picture has (place, hour, weather, style), by renderings of bare backgrounds: the first half of the checker.

The nearest statistics choose a few, over the part of the picture that fits best, so that things and free clouds do not count; of those the
nearest rendering of any variant wins. Drops, flakes and stars are counted apart.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

import numpy as np

from . import backgrounds, kinds, layout, sprites
from . import weather as weathers
from .backgrounds import PLACES, TIMES, VARIANTS, background
from .renderer import render
from .weather import STYLES, WEATHERS, before, behind, styled
from .world import random_scene

COARSE, SAMPLES = 4, 6
SPECKS_COUNT, NEAREST = 0.4, 8

Setting = tuple[str, str, str, str]


def coarse(pixels: np.ndarray) -> np.ndarray:
    """[..., h, w, c] -> a quarter of both sides, averaged."""
    *lead, h, w, c = pixels.shape
    return pixels.reshape(*lead, h // COARSE, COARSE, w // COARSE, COARSE, c).mean((-4, -2))


def _signature(picture: np.ndarray) -> np.ndarray:
    """[24, 24, 4]: mean colour and roughness of 8 px squares."""
    squares = picture.reshape(24, 8, 24, 8, 3)
    rough = np.abs(np.diff(picture.mean(-1), axis=1, append=picture.mean(-1)[:, -1:])).reshape(24, 8, 24, 8).mean((1, 3))
    return np.concatenate((squares.mean((1, 3)), 2 * rough[..., None]), -1)


def _specks(picture: np.ndarray) -> np.ndarray:
    """How many pixels stand out brighter than what is around them, in the upper, middle and lower third: drops, flakes, stars."""
    grey = np.pad(picture.mean(-1), 3, mode="edge")
    total = np.pad(grey.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    around = (total[7:, 7:] - total[:-7, 7:] - total[7:, :-7] + total[:-7, :-7]) / 49
    bright = grey[3:-3, 3:-3] - around > 14
    return np.log1p(bright.reshape(3, -1).sum(1))


Statistics = tuple[list[Setting], np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@cache
def _setting_statistics() -> Statistics:
    """Every setting with the mean [24, 24, 4] and spread of its bare pictures, and of the specks of pictures with things.

    Kept beside the icons under a name that changes with the code that draws.
    """
    sources = b"".join(Path(module.__file__).read_bytes() for module in (backgrounds, kinds, layout, sprites, weathers))
    path = sprites.folder().parents[2] / f"checker-{hashlib.sha256(sources + str(SAMPLES).encode()).hexdigest()[:12]}.npz"
    if not path.exists():
        _, *numbers = _measured()
        part = path.with_suffix(".part.npz")
        np.savez(part, *numbers)
        part.rename(path)
    with np.load(path) as data:
        return list(product(PLACES, TIMES, WEATHERS, STYLES)), *(data[key] for key in data.files)


def _measured() -> Statistics:
    rng = random.Random(61)
    names, means, spreads, specks, specks_spread = [], [], [], [], []
    for place, time, weather in product(PLACES, TIMES, WEATHERS):
        bare_ones = []
        full = [render(replace(random_scene(rng), place=place, time=time, weather=weather, style="plain"), i).astype(np.float32) for i in range(5)]
        for variant in range(SAMPLES):
            canvas = behind(background(place, time, variant).astype(np.float32), place, time, weather)
            bare_ones.append(before(canvas, place, time, weather, variant))
        for style in STYLES:
            seen = np.stack([_signature(np.clip(styled(b.copy(), style), 0, 255)) for b in bare_ones])
            names.append((place, time, weather, style))
            means.append(seen.mean(0))
            spreads.append(seen.std(0) + 5)
            counted = np.stack([_specks(np.clip(styled(f.copy(), style), 0, 255)) for f in full])
            specks.append(counted.mean(0))
            specks_spread.append(counted.std(0) + 0.25)
    return names, np.stack(means).astype(np.float32), np.stack(spreads).astype(np.float32), np.stack(specks), np.stack(specks_spread)


def read_setting(picture: np.ndarray) -> tuple[Setting, int]:
    """(place, hour, weather, style) and the variant of the nearest bare rendering."""
    names, means, spreads, specks, specks_spread = _setting_statistics()
    apart = (np.square((_signature(picture)[None] - means) / spreads) + 2 * np.log(spreads)).sum(-1).reshape(len(names), -1)
    kept = np.sort(apart, 1)[:, : apart.shape[1] * 3 // 4]
    stand_out = np.square((_specks(picture)[None] - specks) / specks_spread) + 2 * np.log(specks_spread)
    unlikely = kept.mean(1) + SPECKS_COUNT * stand_out.sum(1)
    few = np.argsort(unlikely)[:NEAREST]
    small = coarse(picture)
    near = [_nearest(small, names[i]) for i in few]
    best = int(np.argmin([apart + unlikely[i] / 4 for (apart, _), i in zip(near, few, strict=True)]))
    return names[int(few[best])], near[best][1]


@lru_cache(maxsize=400)
def _renderings(setting: Setting) -> np.ndarray:
    """A quarter of the size of every variant of the bare setting, uint8 [24, 48, 48, 3]."""
    place, time, weather, style = setting
    out = []
    for variant in range(VARIANTS):
        canvas = behind(background(place, time, variant).astype(np.float32), place, time, weather)
        out.append(coarse(np.clip(styled(before(canvas, place, time, weather, variant), style), 0, 255)))
    return np.rint(np.stack(out)).astype(np.uint8)


def _nearest(small: np.ndarray, setting: Setting) -> tuple[float, int]:
    """The mean error in levels over the three quarters of the picture that fit best, and the variant, of the nearest bare rendering."""
    apart = np.abs(_renderings(setting).astype(np.float32) - small).mean(-1).reshape(VARIANTS, -1)
    errors = np.sort(apart, 1)[:, : apart.shape[1] * 3 // 4].mean(1)
    return float(errors.min()), int(errors.argmin())


@lru_cache(maxsize=64)
def bare_mean(place: str, time: str, weather: str) -> np.ndarray:
    """The mean background without a style."""
    canvases = [before(behind(background(place, time, v).astype(np.float32), place, time, weather), place, time, weather, v) for v in range(0, VARIANTS, 4)]
    return np.mean(canvases, 0).astype(np.float32)
