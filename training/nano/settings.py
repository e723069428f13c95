"""Which setting a picture has (place, hour, weather, style), by renderings of bare backgrounds: the first half of the checker.

The nearest statistics choose a few, over the part of the picture that fits best, so that things and free clouds do not count; of those the
nearest rendering of any variant wins. Drops, flakes and stars are counted apart: things add to them, so that a setting is unlikely where there
are fewer than in its bare pictures or more than in its pictures with things.
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
# how much a third's surplus or lack of specks counts, and the most of it in standard deviations
SPECKS_COUNT, SPECKS_MOST, NEAREST = 0.4, 4.0, 8

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


Statistics = tuple[list[Setting], np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@cache
def _setting_statistics() -> Statistics:
    """Every setting with the mean [24, 24, 4] and spread of its bare pictures, and of the specks [3] of bare ones and of those with things.

    Kept beside the icons under a name that changes with the code that draws and measures.
    """
    sources = b"".join(Path(file).read_bytes() for file in (backgrounds.__file__, kinds.__file__, layout.__file__, sprites.__file__, weathers.__file__, __file__))
    path = sprites.folder().parents[2] / f"checker-{hashlib.sha256(sources).hexdigest()[:12]}.npz"
    if not path.exists():
        _, *numbers = _measured()
        part = path.with_suffix(".part.npz")
        np.savez(part, *numbers)
        part.rename(path)
    with np.load(path) as data:
        return list(product(PLACES, TIMES, WEATHERS, STYLES)), *(data[key] for key in data.files)


def _measured() -> Statistics:
    rng = random.Random(61)
    names: list[Setting] = []
    means, spreads, few, few_spread, many, many_spread = ([] for _ in range(6))
    for place, time, weather in product(PLACES, TIMES, WEATHERS):
        bare_ones = []
        full = [render(replace(random_scene(rng), place=place, time=time, weather=weather, style="plain"), i).astype(np.float32) for i in range(5)]
        for variant in range(SAMPLES):
            canvas = behind(background(place, time, variant).astype(np.float32), place, time, weather)
            bare_ones.append(before(canvas, place, time, weather, variant))
        for style in STYLES:
            bare = [np.clip(styled(b.copy(), style), 0, 255) for b in bare_ones]
            seen = np.stack([_signature(b) for b in bare])
            names.append((place, time, weather, style))
            means.append(seen.mean(0))
            spreads.append(seen.std(0) + 5)
            for counted, mean, spread in ((bare, few, few_spread), ([np.clip(styled(f.copy(), style), 0, 255) for f in full], many, many_spread)):
                specks = np.stack([_specks(c) for c in counted])
                mean.append(specks.mean(0))
                spread.append(specks.std(0) + 0.25)
    return names, *(np.stack(numbers).astype(np.float32) for numbers in (means, spreads, few, few_spread, many, many_spread))


def read_setting(picture: np.ndarray) -> tuple[Setting, int]:
    """(place, hour, weather, style) and the variant of the nearest bare rendering."""
    names, means, spreads, few_specks, few_spread, many_specks, many_spread = _setting_statistics()
    apart = (np.square((_signature(picture)[None] - means) / spreads) + 2 * np.log(spreads)).sum(-1).reshape(len(names), -1)
    kept = np.sort(apart, 1)[:, : apart.shape[1] * 3 // 4]
    specks = _specks(picture)[None]
    strange = np.maximum((few_specks - specks) / few_spread, (specks - many_specks) / many_spread).clip(0, SPECKS_MOST)
    unlikely = kept.mean(1) + SPECKS_COUNT * np.square(strange).sum(1)
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
