"""Edits: one change of a scene each, what it makes of it, and which of them training draws.

An edit names the positions it is about; words have to single those out. Moving to where something stands swaps the two.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from .backgrounds import PLACES, TIMES
from .kinds import KINDS, WEARERS
from .layout import GROUND4, SIZES, SKY3, SKY4, in_sky
from .weather import STYLES, WEATHERS
from .world import MOST, WORN, Scene, Thing, colours_of, random_text, random_thing, row_for

SORTS = ("add", "remove", "recolour", "replace", "move", "resize", "wear", "undress", "write", "place", "weather", "time", "style")
OF_THE_SETTING = ("place", "weather", "time", "style")
# shares of the sorts: those that have to find a thing in the picture take longest to learn
SHARES = (5, 3, 4, 3, 2.5, 2.5, 2.5, 1.2, 1, 1.2, 1.2, 1, 1)


@dataclass(frozen=True)
class Edit:
    """`at`: the positions it is about. The field that goes with `sort` says what becomes of them; the others are None."""

    sort: str
    at: tuple[int, ...] = ()
    thing: Thing | None = None
    count: int = 1
    sky: bool = False
    column: int | None = None
    value: str | None = None

    def apply(self, scene: Scene) -> Scene:
        if self.sort == "add":
            for _ in range(self.count):
                more = scene.add(self.thing, self.sky, self.column)
                assert more, "no room"
                scene = more
            return scene
        if self.sort == "replace":
            return self._replaced(scene)
        if self.sort == "move":
            return moved(scene, self.at[0], self.column)
        if self.sort in OF_THE_SETTING:
            return replace(scene, **{self.sort: self.value})
        for position in self.at:
            thing = scene.spots[position]
            assert thing, "an edit of an empty position"
            field = {"recolour": "colour", "resize": "size", "wear": "worn", "undress": "worn", "write": "text"}.get(self.sort)
            scene = scene.put(position, replace(thing, **{field: self.value}) if field else None)
        return scene

    def _replaced(self, scene: Scene) -> Scene:
        """The new thing stands where the old one did; what cannot be there goes where it would be added."""
        suits = all(KINDS[self.thing.kind].flies if in_sky(p) else not KINDS[self.thing.kind].heavenly for p in self.at)
        for position in self.at:
            scene = scene.put(position, self.thing if suits else None)
        if not suits:
            for _ in self.at:
                scene = scene.add(self.thing, KINDS[self.thing.kind].flies) or scene
        return scene


def columns_of(position: int) -> range:
    """The row's positions, three or four."""
    return next(r for r in (range(3), GROUND4, SKY3, SKY4) if position in r)


def moved(scene: Scene, position: int, column: int) -> Scene:
    """To the column (0 left, 1 middle, 2 right) of its row; what stood there takes its place."""
    row = columns_of(position)
    goal = row[column] if len(row) == 3 else row[{0: 0, 1: 1, 2: 3}[column]]
    here, there = scene.spots[position], scene.spots[goal]
    return scene.put(position, there).put(goal, here)


def column_of(position: int) -> int:
    """0 left, 1 middle (both middle columns of four), 2 right."""
    row = columns_of(position)
    index = position - row.start
    return index if len(row) == 3 else (0, 1, 1, 2)[index]


def _groups(scene: Scene) -> list[tuple[int, ...]]:
    """What one noun can be about: a single thing, or all of a kind."""
    groups = [(i,) for i, _ in scene.placed]
    for kind in {t.kind for t in scene.things}:
        same = tuple(i for i, t in scene.placed if t.kind == kind)
        if len(same) > 1:
            groups.append(same)
    return groups


def random_edit(rng: random.Random, scene: Scene) -> Edit:
    """An edit that changes the scene and leaves at least one thing in it."""
    while True:
        edit = edit_of(rng, scene, rng.choices(SORTS, SHARES)[0])
        if edit:
            return edit


def edit_of(rng: random.Random, scene: Scene, sort: str) -> Edit | None:
    """One of that sort, None where the scene has nothing for it or nothing would change."""
    edit = _try(rng, scene, sort)
    return edit if edit and edit.apply(scene) != scene and edit.apply(scene).things else None


def _try(rng: random.Random, scene: Scene, sort: str) -> Edit | None:
    if sort in OF_THE_SETTING:
        options = {"place": PLACES, "weather": WEATHERS, "time": TIMES, "style": STYLES}[sort]
        return Edit(sort, value=rng.choice([o for o in options if o != getattr(scene, sort)]))
    if sort == "add":
        return _addition(rng, scene)
    at = rng.choice(_groups(scene))
    first = scene.spots[at[0]]
    assert first
    if sort == "remove":
        return Edit(sort, at)
    if sort == "recolour":
        options = [c for c in colours_of(first.kind) if c and any(scene.spots[i].colour != c for i in at)]
        return Edit(sort, at, value=rng.choice(options)) if KINDS[first.kind].paint and options else None
    if sort == "replace":
        thing = random_thing(rng)
        return Edit(sort, at, thing=replace(thing, size="normal" if rng.random() < 0.85 else thing.size)) if thing.kind != first.kind else None
    if sort == "move":
        return Edit(sort, at, column=rng.choice([c for c in range(3) if c != column_of(at[0])])) if len(at) == 1 else None
    if sort == "resize":
        return Edit(sort, at, value=rng.choice([s for s in SIZES if s != first.size]))
    if sort in ("wear", "undress"):
        if first.kind not in WEARERS or (sort == "undress") != (first.worn is not None):
            return None
        return Edit(sort, at, value=rng.choice(WORN) if sort == "wear" else None)
    return Edit(sort, at, value=random_text(rng, first.kind)) if first.text and len(at) == 1 else None


def _addition(rng: random.Random, scene: Scene) -> Edit | None:
    thing = random_thing(rng)
    if rng.random() < 0.12:  # another of what is there
        thing = replace(rng.choice(scene.things), text=None)
        if thing.kind in ("sign", "board"):
            return None
    sky = row_for(rng, thing)
    column = rng.randrange(3) if rng.random() < 0.3 else None
    count = 2 if column is None and rng.random() < 0.1 and len(scene.things) + 2 <= MOST else 1
    edit, after = Edit("add", thing=thing, count=count, sky=sky, column=column), scene
    for _ in range(count):
        after = after.add(thing, sky, column) if after else None
    return edit if after else None
