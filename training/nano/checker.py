"""The independent checker: reads a picture by comparing it with renderings; it has no learned weights and shares none with the model.

The setting is read first (`settings.py`). Things: masked correlation with every kind and size at every position, first at a quarter of
the size, the best few again at full size in the colour that is nearest, with small shifts and everything that can be worn; a match
must be good in shape and in level (`KEEP`) and differ from the bare background. Letters: the nearest of all that a sign can say.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np

from .backgrounds import VARIANTS, background
from .kinds import KIND_NAMES, KINDS, WEARERS
from .layout import BASE, CENTRE, GROUND3, GROUND4, PIXELS, POSITIONS, SIDE, SIZES, SKY3, SKY4, SKY_CENTRE, in_sky, row_of
from .renderer import place_of
from .settings import COARSE, Setting, bare_mean, coarse, read_setting
from .weather import before, behind, styled
from .world import LETTERS, WORN, Scene, Thing, colours_of

# how well a thing must fit, and how many levels it must differ from what is bare, in a sketch (little of a flat surface is left in it) and else
KEEP_LINES, KEEP = 0.52, 0.62
APART_LINES, APART = 5.0, 9.0
# a mean error of this many levels takes 1 from a match
ERROR = 90.0
BOX = 96
FEW, SURFACE = 14, 16.0
# a pixel so far from the bare rendering is strange; with fewer of them than this a position is bare, in a sketch (thin lines, little contrast) and else
STRANGE_LINES, STRANGE = 14.0, 26.0
BARE_LINES, BARE = 0.04, 0.07
# colours to find a thing by, beside its own; which it has is read afterwards
TRIED = ("red", "blue", "yellow", "black", "white")
COARSE_SHIFTS = tuple(product((-2, 0, 2), repeat=2))
SHIFTS = tuple(product(range(-2, 3), range(-3, 4)))


def _candidates() -> list[Thing]:
    """Every kind and size in its own and a few more colours, with what moves it (a scarf lifts what wears it, a hat lowers what flies) or hides its face: sunglasses. Signs are found apart."""
    out = []
    for kind in KIND_NAMES:
        if kind in ("sign", "board"):
            continue
        worn = (None, *(("scarf", "sunglasses") if kind in WEARERS else ()), *(("hat",) if kind in WEARERS and KINDS[kind].flies else ()))
        shown = [c for c in colours_of(kind) if c in (KINDS[kind].colour, *TRIED)]
        out += [Thing(kind, colour, size, w, None) for colour in shown for size in SIZES for w in worn]
    return out


CANDIDATES = _candidates()


def _boxed(thing: Thing, position: int, place: str, time: str) -> tuple[np.ndarray, np.ndarray]:
    """Premultiplied colour and alpha of a thing in the position's box [96, 96]."""
    colour, alpha, top, left = place_of(thing, position, place, time)
    y0, x0 = box_of(position)
    whole = np.zeros((BOX, BOX, 4), np.float32)
    ys, xs = max(top, y0), max(left, x0)
    ye, xe = min(top + alpha.shape[0], y0 + BOX), min(left + alpha.shape[1], x0 + BOX)
    whole[ys - y0 : ye - y0, xs - x0 : xe - x0, :3] = colour[ys - top : ye - top, xs - left : xe - left]
    whole[ys - y0 : ye - y0, xs - x0 : xe - x0, 3:] = alpha[ys - top : ye - top, xs - left : xe - left]
    return whole[..., :3], whole[..., 3:]


def box_of(position: int) -> tuple[int, int]:
    """Upper left corner of the 96 px box around a position."""
    left = min(max(CENTRE[position] - BOX // 2, 0), SIDE - BOX)
    return (0 if in_sky(position) else SIDE - BOX - 14), left // COARSE * COARSE


@lru_cache(maxsize=90)
def _coarse_sprites(position: int, time: str, ground: str) -> tuple[np.ndarray, np.ndarray]:
    """All candidates at a quarter of the size: colours [n, 24, 24, 3] and covers [n, 24, 24, 1], at half precision since many are kept."""
    place = "sea" if ground == "wet" else "meadow"
    colours, covers = zip(*(_boxed(t, position, place, time) for t in CANDIDATES), strict=True)
    return coarse(np.stack(colours)).astype(np.float16), coarse(np.stack(covers)).astype(np.float16)


def _correlate(templates: np.ndarray, masks: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """Normalised correlation inside masks: [n, d] templates and masks, [m, d] pictures -> [n, m]; colour channels share one mean each."""
    n, d = templates.shape[0], templates.shape[1] // 3
    t, m, x = templates.reshape(n, d, 3), masks.reshape(n, d, 3), pictures.reshape(len(pictures), d, 3)
    top = np.zeros((n, len(pictures)), np.float32)
    norm_t, norm_x = np.zeros(n, np.float32), np.zeros((n, len(pictures)), np.float32)
    for c in range(3):
        weight = m[..., c]
        total = weight.sum(1, keepdims=True) + 1e-6
        mean_t = (weight * t[..., c]).sum(1, keepdims=True) / total
        centred = weight * (t[..., c] - mean_t)
        mean_x = weight @ x[..., c].T / total
        top += centred @ x[..., c].T
        norm_t += (centred * (t[..., c] - mean_t)).sum(1)
        norm_x += weight @ np.square(x[..., c]).T - total * np.square(mean_x)
    return top / np.sqrt(norm_t[:, None] * np.maximum(norm_x, 1e-6) + 1e-3)


def _finish(canvas: np.ndarray, setting: Setting, position: int) -> np.ndarray:
    """Fog and style over a box of a scene without weather in front; sketches need more than one pixel and are drawn whole."""
    place, time, weather, style = setting
    if weather == "fog" and place != "room":
        whole = np.zeros((SIDE, SIDE, 3), np.float32)
        haze = before(whole, place, time, "fog", 0)[0, 0]
        canvas = canvas * 0.78 + haze
    return styled(canvas, style) if style != "sketch" else canvas


class Reader:
    """One picture with its setting."""

    def __init__(self, picture: np.ndarray) -> None:
        self.picture = picture.astype(np.float32)
        self.setting, variant = read_setting(self.picture)
        place, time, weather, self.style = self.setting
        nearest = before(behind(background(place, time, variant).astype(np.float32), place, time, weather), place, time, weather, variant)
        lines = self.style == "sketch"
        self.strange = np.abs(self.picture - np.clip(styled(nearest, self.style), 0, 255)).max(-1) > (STRANGE_LINES if lines else STRANGE)
        self.keep, self.apart, self.few_strange = (KEEP_LINES, APART_LINES, BARE_LINES) if lines else (KEEP, APART, BARE)
        self.bare = bare_mean(place, time, "clear" if weather == "fog" else weather)
        if weather == "fog":
            self.bare = _bare_behind(place, time)
        self.shown = styled(bare_mean(place, time, weather).copy(), self.style)

    def looks_bare(self, position: int) -> bool:
        """Hardly a pixel where the thing would stand differs from the nearest bare rendering."""
        x = CENTRE[position]
        rows = slice(SKY_CENTRE - 28, SKY_CENTRE + 28) if in_sky(position) else slice(BASE - 56, BASE)
        return float(self.strange[rows, max(0, x - 22) : x + 22].mean()) < self.few_strange

    def crops(self, position: int) -> np.ndarray:
        """The box under small shifts, [35, 96, 96, 3]."""
        return self._shifted(position, SHIFTS)

    def _shifted(self, position: int, shifts: tuple[tuple[int, int], ...]) -> np.ndarray:
        y, x = box_of(position)
        padded = np.pad(self.picture, ((4, 4), (4, 4), (0, 0)), mode="edge")
        return np.stack([padded[y + 4 + dy : y + 4 + dy + BOX, x + 4 + dx : x + 4 + dx + BOX] for dy, dx in shifts])

    def template(self, thing: Thing, position: int) -> tuple[np.ndarray, np.ndarray]:
        """(box as it should look, mask) at full size."""
        place, time, _, style = self.setting
        y, x = box_of(position)
        colour, alpha = _boxed(thing, position, place, time)
        if style == "sketch":
            whole = self.bare.copy()
            whole[y : y + BOX, x : x + BOX] = colour + (1 - alpha) * whole[y : y + BOX, x : x + BOX]
            look = styled(whole, style)[y : y + BOX, x : x + BOX]
        else:
            look = _finish(colour + (1 - alpha) * self.bare[y : y + BOX, x : x + BOX], self.setting, position)
        mask = alpha[..., 0] > 0.5
        grown = mask.copy()
        for axis, step in product((0, 1), (-2, 2)):
            grown |= np.roll(mask, step, axis)
        return np.ascontiguousarray(look, np.float32), grown

    def best(self, things: list[Thing], position: int) -> tuple[float, Thing, np.ndarray, np.ndarray]:
        """(score, thing, its template, its mask) of those that fit best at full size."""
        crops = self.crops(position)
        looks, masks = zip(*(self.template(t, position) for t in things), strict=True)
        wide = np.stack([np.repeat(m[..., None], 3, -1) for m in masks]).reshape(len(things), -1).astype(np.float32)
        matched = _correlate(np.stack(looks).reshape(len(things), -1), wide, crops.reshape(len(SHIFTS), -1))
        shift = matched.argmax(1)
        error = np.array([np.abs(crops[shift[i]][masks[i]] - looks[i][masks[i]]).mean() for i in range(len(things))])
        scores = matched.max(1) - error / ERROR
        chosen = int(scores.argmax())
        return float(scores[chosen]), things[chosen], looks[chosen], masks[chosen]

    def few(self, position: int) -> list[Thing]:
        """The few candidates that look most like what is there."""
        place, time, _, style = self.setting
        y, x = box_of(position)
        if style == "sketch":
            plain = [t for t in CANDIDATES if t.colour in (KINDS[t.kind].colour, "black", "white")]
            looks = [self.template(t, position) for t in plain]
            templates = coarse(np.stack([look for look, _ in looks])).reshape(len(plain), -1)
            masks = coarse(np.stack([np.repeat(m[..., None], 3, -1) for _, m in looks]).astype(np.float32)).reshape(len(plain), -1)
            options = plain
        else:
            colours, covers = (sprites.astype(np.float32) for sprites in _coarse_sprites(position, time, "air" if in_sky(position) else "wet" if place == "sea" else "dry"))
            under = coarse(self.bare[y : y + BOX, x : x + BOX])
            templates = _finish(colours + (1 - covers) * under, self.setting, position).reshape(len(CANDIDATES), -1)
            masks = np.repeat(covers > 0.25, 3, -1).reshape(len(CANDIDATES), -1).astype(np.float32)
            options = CANDIDATES
        crops = coarse(self._shifted(position, COARSE_SHIFTS)).reshape(len(COARSE_SHIFTS), -1)
        scores = _correlate(templates.astype(np.float32), masks, crops).max(1)
        order, found = np.argsort(-scores), []
        for i in order[:120]:  # several kinds, not one kind in all its colours
            if sum(f.kind == options[i].kind for f in found) < 3:
                found.append(options[i])
            if len(found) == FEW:
                break
        return found

    def at(self, position: int) -> tuple[float, Thing] | None:
        """What is at a position and how well it fits; None for nothing."""
        if self.looks_bare(position):
            return None
        painted = dict.fromkeys(self._coloured(thing, position) for thing in self.few(position))
        score, thing, _, mask = self.best(list(painted), position)
        if thing.kind in WEARERS:
            dressed = [replace(thing, worn=worn) for worn in (None, *WORN)]
            thing = self._dressed(dressed, position)
            score = max(score, self.best(dressed, position)[0])
        for plate in self._plates(position):
            written, fit = self._lettered(plate, position)
            if fit > score:
                thing, score, mask = written, fit, self.template(written, position)[1]
        y, x = box_of(position)
        empty = np.abs(self.picture[y : y + BOX, x : x + BOX] - self.shown[y : y + BOX, x : x + BOX])[mask].mean()
        return None if score < self.keep or empty < self.apart else (score, thing)

    def _plates(self, position: int) -> list[Thing]:
        """Signs and boards whose bare surface is seen: letters hide too much of it for a correlation."""
        crops, found = self.crops(position), []
        for kind, size in product(("sign", "board"), SIZES):
            thing = Thing(kind, None, size, None, "")
            look, mask = self.template(thing, position)
            apart = float(np.median(np.abs(crops[:, mask] - look[mask]).mean(-1), 1).min())
            found.append((apart, thing))
        apart, thing = min(found, key=lambda f: f[0])
        return [thing] if apart < SURFACE else []

    def _dressed(self, options: list[Thing], position: int) -> Thing:
        """Compared where any of them shows, so that none is favoured for being small."""
        looks = [self.template(t, position) for t in options]
        union = np.any([m for _, m in looks], 0)
        crops = self.crops(position)[:, union]
        apart = [float(np.abs(crops - look[union]).mean((1, 2)).min()) for look, _ in looks]
        return options[int(np.argmin(apart))]

    def _coloured(self, thing: Thing, position: int) -> Thing:
        """In the colour that is nearest to what is seen."""
        colours = colours_of(thing.kind)
        if len(colours) == 1:
            return thing
        crops, apart = self.crops(position), []
        for colour in colours:
            option = replace(thing, colour=colour)
            look, mask = self.template(option, position)
            apart.append((float(np.abs(crops[:, mask] - look[mask]).mean((1, 2)).min()), option))
        return min(apart, key=lambda a: a[0])[1]

    def _lettered(self, thing: Thing, position: int) -> tuple[Thing, float]:
        """What is written on it, and how well that fits."""
        if thing.kind == "board":
            texts = [f"{a}+{b}=" for a in range(1, 10) for b in range(1, 10)] + [f"{a}-{b}=" for a in range(1, 10) for b in range(1, a + 1)]
        else:
            texts = [*LETTERS, *(a + b for part in (LETTERS[:10], LETTERS[10:]) for a in part for b in part)]
        looks = [self.template(replace(thing, text=text), position) for text in texts]
        mask = looks[0][1]
        crops = self.crops(position)[:, mask]
        apart = [float(np.abs(crops - look[mask]).mean((1, 2)).min()) for look, _ in looks]
        order = np.argsort(apart)[:6]
        score, best, _, _ = self.best([replace(thing, text=texts[i]) for i in order], position)
        return best, score


@lru_cache(maxsize=32)
def _bare_behind(place: str, time: str) -> np.ndarray:
    """The mean background in fog, before the haze in front."""
    return np.mean([behind(background(place, time, v).astype(np.float32), place, time, "fog") for v in range(0, VARIANTS, 4)], 0).astype(np.float32)


def read(picture: np.ndarray) -> Scene:
    """uint8 [192, 192, 3] -> what is drawn in it."""
    reader = Reader(picture)
    place, time, weather, style = reader.setting
    scene = Scene(place, time, weather, style)
    for three, four in ((GROUND3, GROUND4), (SKY3, SKY4)):
        rows = [[(p, found) for p in row if (found := reader.at(p))] for row in (three, four)]
        totals = [sum(found[0] - 0.45 for _, found in row) for row in rows]
        for position, (_, thing) in rows[0] if totals[0] >= totals[1] else rows[1]:
            # a picture without colours tells none: things have their own
            scene = scene.put(position, replace(thing, colour=KINDS[thing.kind].colour) if style in ("greyscale", "sketch") else thing)
    return scene


def alike(seen: Scene, wanted: Scene) -> bool:
    """Whether a reading is the scene, as far as its style lets it be read."""
    if wanted.style in ("greyscale", "sketch"):
        seen, wanted = (Scene(s.place, s.time, s.weather, s.style, tuple(Thing(t.kind, None, t.size, t.worn, t.text) if t else None for t in s.spots)) for s in (seen, wanted))
    return seen == wanted


assert set(PIXELS) == {row_of(p) for p in range(POSITIONS)}
