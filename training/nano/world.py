"""The world: what a scene is, what decides it, and which scenes and edits training draws.

A scene is a place, an hour, a weather, a style and up to four things in positions (`layout.py`). What words leave unsaid has one
default, the same in grammar and renderer:
  place -> the first named thing's home (`kinds.py`); hour -> day, but night for the moon and stars; weather -> clear; style -> plain;
  colour -> the kind's own; size -> normal; row -> the sky for what flies, else the ground;
  column -> one thing in the middle (in the sky over others: right), two left and right, three and four from left to right as named;
  an added thing takes the first free of middle, right, left; a fourth in a row makes the row one of four columns.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .backgrounds import PLACES, TIMES
from .kinds import KIND_NAMES, KINDS, WEARERS
from .layout import GROUND3, GROUND4, POSITIONS, SIZES, SKY3, SKY4, in_sky
from .sprites import PAINT
from .weather import STYLES, WEATHERS

COLOURS = tuple(PAINT)
WORN = ("hat", "sunglasses", "scarf")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = "+-"
MOST = 4
ADD_ORDER = (1, 2, 0)
EMPTY = (None,) * POSITIONS


@dataclass(frozen=True)
class Thing:
    """One thing. `colour` None is the kind's own look where no one word fits it; `text` is a sign's or a board's."""

    kind: str
    colour: str | None = None
    size: str = "normal"
    worn: str | None = None
    text: str | None = None

    @staticmethod
    def of(kind: str, colour: str | None = None, size: str = "normal", worn: str | None = None, text: str | None = None) -> Thing:
        return Thing(kind, colour or KINDS[kind].colour, size, worn, text)


def colours_of(kind: str) -> tuple[str | None, ...]:
    """Every colour a kind can have, its own first."""
    data = KINDS[kind]
    if not data.paint:
        return (data.colour,)
    return (data.colour, *(c for c in COLOURS if c != data.colour and c not in data.never))


@dataclass(frozen=True)
class Scene:
    """A whole picture, decided but for what the seed decides."""

    place: str = "meadow"
    time: str = "day"
    weather: str = "clear"
    style: str = "plain"
    spots: tuple[Thing | None, ...] = EMPTY

    @property
    def things(self) -> list[Thing]:
        return [thing for thing in self.spots if thing]

    @property
    def placed(self) -> list[tuple[int, Thing]]:
        return [(i, thing) for i, thing in enumerate(self.spots) if thing]

    def put(self, position: int, thing: Thing | None) -> Scene:
        spots = list(self.spots)
        spots[position] = thing
        return replace(self, spots=tuple(spots))

    def row(self, sky: bool) -> list[tuple[int, Thing]]:
        return [(i, thing) for i, thing in self.placed if in_sky(i) == sky]

    def add(self, thing: Thing, sky: bool, column: int | None = None) -> Scene | None:
        """With one thing more, by default where it is free; None where there is no room."""
        row = self.row(sky)
        if len(self.things) == MOST:
            return None
        three, four = (SKY3, SKY4) if sky else (GROUND3, GROUND4)
        if any(i in four for i, _ in row):
            free = [i for i in four if self.spots[i] is None]
            wanted = four[{0: 0, 1: 1, 2: 3}[column]] if column is not None else free[0]
            return self.put(wanted, thing) if wanted in free else None
        if len(row) == 3:
            if column is not None:
                return None
            scene = self
            for i, _ in row:
                scene = scene.put(i, None)
            for i, (_, old) in zip(four, row, strict=False):
                scene = scene.put(i, old)
            return scene.put(four[3], thing)
        order = ADD_ORDER if column is None else (column,)
        if column is None and sky and not row and self.row(False):
            order = (2, 1, 0)
        spot = next((three[c] for c in order if self.spots[three[c]] is None), None)
        return None if spot is None else self.put(spot, thing)


def arranged(scene: Scene, things: Sequence[tuple[Thing, bool, int | None]]) -> Scene:
    """Puts (thing, in the sky, column 0..2 or None) where the default rules want them; the scene must be empty."""
    for sky in (False, True):
        row = [(thing, column) for thing, high, column in things if high == sky]
        ground = any(not high for _, high, _ in things)
        three, four = (SKY3, SKY4) if sky else (GROUND3, GROUND4)
        if len(row) == 4:
            columns = [{0: 0, 1: 1, 2: 3}.get(c) if c is not None else None for _, c in row]
            group, free = four, [c for c in range(4) if c not in columns]
        else:
            columns = [c for _, c in row]
            usual = {0: (), 1: (2, 1, 0) if sky and ground else (1, 0, 2), 2: (0, 2, 1), 3: (0, 1, 2)}[len(row)]
            group, free = three, [c for c in usual if c not in columns]
        for (thing, _), column in zip(row, columns, strict=True):
            chosen = column if column is not None else free.pop(0)
            scene = scene.put(group[chosen], thing)
    return scene


def usual_time(things: Sequence[Thing]) -> str:
    """The hour that words leave unsaid."""
    return "night" if any(t.kind in ("moon", "star") for t in things) else "day"


def usual_place(things: Sequence[Thing]) -> str:
    """The place that words leave unsaid, `things` in the order they are named."""
    return KINDS[things[0].kind].home if things else "meadow"


def held_out(scene: Scene) -> bool:
    """True for the tenth of compositions (place with its kinds) that training never sees."""
    kinds = ",".join(sorted(thing.kind for thing in scene.things))
    detail = "" if len(scene.things) > 1 else f"{scene.time}{scene.weather}{scene.things[0].colour if scene.things else ''}"
    digest = hashlib.sha256(f"{scene.place}|{kinds}|{detail}".encode()).digest()
    return len(scene.things) > 0 and digest[0] % 10 == 0


def random_text(rng: random.Random, kind: str) -> str | None:
    """One or two digits or capitals for a sign, a small sum for a board."""
    if kind == "sign":
        letters = rng.choice((LETTERS[:10], LETTERS[10:]))
        return "".join(rng.choice(letters) for _ in range(rng.choice((1, 2))))
    if kind == "board":
        a, b = rng.randint(1, 9), rng.randint(1, 9)
        return f"{a}+{b}=" if rng.random() < 0.6 or a < b else f"{a}-{b}="
    return None


def random_thing(rng: random.Random, kinds: Sequence[str] = KIND_NAMES) -> Thing:
    kind = rng.choice(kinds)
    colour = rng.choice(colours_of(kind)) if rng.random() < 0.62 else KINDS[kind].colour
    size = rng.choices(SIZES, (0.12, 0.74, 0.14))[0]
    worn = rng.choice(WORN) if kind in WEARERS and rng.random() < 0.22 else None
    return Thing(kind, colour, size, worn, random_text(rng, kind))


def row_for(rng: random.Random, thing: Thing) -> bool:
    """Whether it is in the sky: what flies nearly always, nothing else."""
    kind = KINDS[thing.kind]
    return kind.flies and (kind.heavenly or rng.random() < 0.9)


def random_scene(rng: random.Random, unseen: bool = False, kinds: Sequence[str] = KIND_NAMES) -> Scene:
    """One to four things, a quarter of the crowds with a kind repeated; held out exactly when `unseen`."""
    while True:
        count = rng.choices((1, 2, 3, 4), (0.32, 0.34, 0.22, 0.12))[0]
        things: list[Thing] = []
        while len(things) < count:
            thing = random_thing(rng, kinds)
            again = rng.randint(2, count - len(things)) if count - len(things) > 1 and rng.random() < 0.22 else 1
            things += [thing] * again
        rows = [row_for(rng, t) for t in things]
        for i in range(1, count):  # a group stays in one row
            if things[i] == things[i - 1]:
                rows[i] = rows[i - 1]
        if count == 3 and rng.random() < 0.1 and not any(rows):  # one between two alike
            things[2] = things[0]
        free = rng.random() < 0.3
        named: list[tuple[Thing, bool, int | None]] = []
        for sky in (False, True):
            row = [t for t, high in zip(things, rows, strict=True) if high == sky]
            columns: list[int | None] = rng.sample(range(3), len(row)) if free and len(row) < 4 else [None] * len(row)
            named += [(t, sky, c) for t, c in zip(row, columns, strict=True)]
        place = usual_place(things) if rng.random() < 0.3 else rng.choice(PLACES)
        time = usual_time(things) if rng.random() < 0.3 else rng.choices(TIMES, (0.5, 0.28, 0.22))[0]
        weather = rng.choices(WEATHERS, (0.7, 0.1, 0.1, 0.1))[0]
        style = rng.choices(STYLES, (0.86, 0.05, 0.04, 0.05))[0]
        scene = arranged(Scene(place, time, weather, style), named)
        if held_out(scene) == unseen:
            return scene


# --- labels -------------------------------------------------------------------------------------------------------------

# a thing's labels in the order they are stored; 0 means none
OF_A_THING = {"kind": len(KIND_NAMES) + 1, "colour": len(COLOURS) + 1, "size": len(SIZES) + 1, "worn": len(WORN) + 1, "first": 39, "second": 39, "third": 39}
OF_A_SCENE = {"known": 2, "place": len(PLACES), "time": len(TIMES), "weather": len(WEATHERS), "style": len(STYLES)}
LABELS = len(OF_A_SCENE) + POSITIONS * len(OF_A_THING)
IGNORE = -100
SYMBOLS = LETTERS + SIGNS


def _symbols(text: str | None) -> list[int]:
    read = [SYMBOLS.index(s) + 1 for s in (text or "").replace("=", "")]
    return [*read, 0, 0, 0][:3]


def labels(scene: Scene) -> list[int]:
    """[1 for a picture of the world, place, time, weather, style, then kind, colour, size, worn and three symbols for every position]; -100 where nothing can be read."""
    row = [1, PLACES.index(scene.place), TIMES.index(scene.time), WEATHERS.index(scene.weather), STYLES.index(scene.style)]
    for thing in scene.spots:
        if thing is None:
            row += [0] + [IGNORE] * 6
            continue
        colour = IGNORE if scene.style in ("greyscale", "sketch") else COLOURS.index(thing.colour) + 1 if thing.colour else 0
        worn = (WORN.index(thing.worn) + 1 if thing.worn else 0) if thing.kind in WEARERS else IGNORE
        text = _symbols(thing.text) if thing.text else [IGNORE] * 3
        row += [KIND_NAMES.index(thing.kind) + 1, colour, SIZES.index(thing.size) + 1, worn, *text]
    return row



FOREIGN = [0] + [IGNORE] * (LABELS - 1)


def from_labels(row: Sequence[int]) -> Scene | None:
    """The scene of a row of labels; None for a picture that is not of the world."""
    if not row[0]:
        return None
    scene = Scene(PLACES[row[1]], TIMES[row[2]], WEATHERS[row[3]], STYLES[row[4]])
    for position in range(POSITIONS):
        kind, colour, size, worn, *symbols = row[len(OF_A_SCENE) + position * len(OF_A_THING) :][: len(OF_A_THING)]
        if kind <= 0:
            continue
        name = KIND_NAMES[kind - 1]
        read = "".join(SYMBOLS[s - 1] for s in symbols if s > 0)
        text = {"sign": read, "board": f"{read}="}.get(name)
        scene = scene.put(position, Thing(name, COLOURS[colour - 1] if colour > 0 else None, SIZES[max(size - 1, 0)], WORN[worn - 1] if worn > 0 else None, text))
    return scene
