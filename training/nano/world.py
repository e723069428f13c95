"""The picture-book world: what a scene is, and what is decided when the words leave it unsaid.

A scene is a background (place), day or night, and up to three objects in the cells left, middle, right.
Default rules, identical in grammar and renderer:
  place unsaid -> meadow; time unsaid -> day; colour unsaid -> the kind's own default;
  one object -> middle; two -> left, right; three -> left, middle, right, in the order they are named;
  an added object takes the first free cell of middle, left, right.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple")
PLACES = ("meadow", "beach", "city", "snow")
CELLS = ("left", "middle", "right")
ADD_ORDER = (1, 0, 2)

# kind -> (icon of Fluent Emoji Flat, default colour or None when it is never recoloured)
KINDS: dict[str, tuple[str, str | None]] = {
    "car": ("automobile", "red"),
    "heart": ("heart-suit", "red"),
    "flower": ("tulip", "purple"),
    "balloon": ("balloon", "red"),
    "gift": ("wrapped-gift", "yellow"),
    "umbrella": ("umbrella", "purple"),
    "tree": ("deciduous-tree", None),
    "dog": ("dog-face", None),
    "cat": ("cat-face", None),
    "house": ("house", None),
    "snowman": ("snowman", None),
    "boat": ("sailboat", None),
}
KIND_NAMES = tuple(KINDS)
RECOLOURABLE = tuple(kind for kind, (_, colour) in KINDS.items() if colour)


@dataclass(frozen=True)
class Thing:
    """One object: a kind and, for kinds that recolour, its colour."""

    kind: str
    colour: str | None

    @staticmethod
    def of(kind: str, colour: str | None = None) -> Thing:
        default = KINDS[kind][1]
        return Thing(kind, (colour or default) if default else None)


@dataclass(frozen=True)
class Scene:
    """A whole picture, decided to the pixel."""

    place: str = "meadow"
    night: bool = False
    cells: tuple[Thing | None, Thing | None, Thing | None] = (None, None, None)

    @property
    def things(self) -> list[Thing]:
        return [thing for thing in self.cells if thing]

    def where(self, kind: str) -> int:
        return next(i for i, thing in enumerate(self.cells) if thing and thing.kind == kind)

    def put(self, cell: int, thing: Thing | None) -> Scene:
        cells = list(self.cells)
        cells[cell] = thing
        return replace(self, cells=tuple(cells))

    def free_cell(self) -> int | None:
        return next((i for i in ADD_ORDER if self.cells[i] is None), None)


def default_cells(count: int) -> tuple[int, ...]:
    """Cells that objects take in the order they are named."""
    return {1: (1,), 2: (0, 2), 3: (0, 1, 2)}[count]


def held_out(scene: Scene) -> bool:
    """True for the tenth of compositions (place with its set of kinds) that training never sees."""
    kinds = ",".join(sorted(thing.kind for thing in scene.things))
    detail = "" if len(scene.things) > 1 else f"{scene.night}{scene.things[0].colour if scene.things else ''}"
    digest = hashlib.sha256(f"{scene.place}|{kinds}|{detail}".encode()).digest()
    return len(scene.things) > 0 and digest[0] % 10 == 0


def random_thing(rng: random.Random, exclude: set[str] = frozenset()) -> Thing:
    kind = rng.choice([k for k in KIND_NAMES if k not in exclude])
    return Thing.of(kind, rng.choice(COLOURS) if KINDS[kind][1] else None)


def random_scene(rng: random.Random, unseen: bool = False) -> Scene:
    """A scene of 1 to 3 different kinds, default cells two times in three; held out exactly when `unseen`."""
    while True:
        count = rng.choice((1, 1, 2, 2, 2, 3))
        cells = default_cells(count) if rng.random() < 0.67 else rng.sample(range(3), count)
        scene = Scene(rng.choice(PLACES), rng.random() < 0.4)
        used: set[str] = set()
        for cell in cells:
            thing = random_thing(rng, used)
            used.add(thing.kind)
            scene = scene.put(cell, thing)
        if held_out(scene) == unseen:
            return scene


def labels(scene: Scene) -> list[int]:
    """[place, night, kind 0..2, colour 0..2]; kind and colour 0 mean none."""
    kinds = [KIND_NAMES.index(t.kind) + 1 if t else 0 for t in scene.cells]
    colours = [COLOURS.index(t.colour) + 1 if t and t.colour else 0 for t in scene.cells]
    return [PLACES.index(scene.place), int(scene.night), *kinds, *colours]


def from_labels(row: list[int]) -> Scene:
    cells = tuple(
        Thing(KIND_NAMES[k - 1], COLOURS[c - 1] if c else None) if k else None for k, c in zip(row[2:5], row[5:8], strict=True)
    )
    return Scene(PLACES[row[0]], bool(row[1]), cells)


@dataclass(frozen=True)
class Edit:
    """One change of a scene: `kind` names the operation; unused fields are None."""

    kind: str  # add, remove, recolour, replace, place, time
    thing: Thing | None = None
    other: Thing | None = None
    cell: int | None = None
    place: str | None = None
    night: bool | None = None

    def apply(self, scene: Scene) -> Scene:
        if self.kind == "add":
            cell = self.cell if self.cell is not None else scene.free_cell()
            return scene.put(cell, self.thing)
        if self.kind == "remove":
            return scene.put(scene.where(self.thing.kind), None)
        if self.kind in ("recolour", "replace"):
            return scene.put(scene.where(self.thing.kind), self.other)
        if self.kind == "place":
            return replace(scene, place=self.place)
        return replace(scene, night=self.night)


def random_edit(rng: random.Random, scene: Scene) -> Edit:
    """An edit that changes the scene and leaves at least one object."""
    while True:
        kind = rng.choice(("add", "add", "remove", "recolour", "recolour", "replace", "place", "time"))
        things, kinds = scene.things, {t.kind for t in scene.things}
        painted = [t for t in things if t.colour]
        if kind == "add" and len(things) < 3:
            free = [i for i in range(3) if scene.cells[i] is None]
            return Edit("add", thing=random_thing(rng, kinds), cell=rng.choice(free) if rng.random() < 0.35 else None)
        if kind == "remove" and len(things) > 1:
            return Edit("remove", thing=rng.choice(things))
        if kind == "recolour" and painted:
            thing = rng.choice(painted)
            return Edit("recolour", thing=thing, other=replace(thing, colour=rng.choice([c for c in COLOURS if c != thing.colour])))
        if kind == "replace":
            return Edit("replace", thing=rng.choice(things), other=random_thing(rng, kinds))
        if kind == "place":
            return Edit("place", place=rng.choice([p for p in PLACES if p != scene.place]))
        if kind == "time":
            return Edit("time", night=not scene.night)
