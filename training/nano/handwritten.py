"""The 300 prompts written by hand (`evaluation/hand-written.jsonl`), none from the grammar, and when a picture is right for one.

`right` is `words` (an answer in words), or `things | place | time | weather | style`, or both parted by `~`. Things are parted by commas:
`2 small red dog+hat@left`. `kind*` is several, `kind~` any colour, `kind!red` any colour but that, `sign=A` what is written, `@sky-left` row
and column; `any` is any picture. What is unsaid may be anything, but: nothing else is in the picture, colours unsaid are the kind's
own, the weather is clear and the style plain. Places may have alternatives (`beach~sea`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .edits import column_of
from .kinds import KINDS
from .layout import SIZES, in_sky
from .world import COLOURS, Scene, Thing

FILE = Path(__file__).resolve().parents[1] / "evaluation" / "hand-written.jsonl"
COLUMNS = ("left", "middle", "right")


@dataclass(frozen=True)
class Prompt:
    words: str
    language: str
    right: str


def prompts() -> list[Prompt]:
    return [Prompt(**json.loads(line)) for line in FILE.read_text().splitlines()]


@dataclass(frozen=True)
class Wanted:
    """A group of things: how many at least and at most, and what is said of each."""

    kind: str
    least: int
    most: int
    colours: frozenset[str | None]
    size: str | None
    worn: str | None
    text: str | None
    sky: bool | None
    column: int | None

    def fits(self, position: int, thing: Thing) -> bool:
        return (
            thing.kind == self.kind and thing.colour in self.colours and self.size in (None, thing.size) and thing.worn == self.worn
            and (self.text is None or (thing.text or "").rstrip("=") == self.text) and self.sky in (None, in_sky(position)) and self.column in (None, column_of(position))
        )


def _wanted(part: str) -> Wanted:
    *before, name = part.split()
    count = int(before.pop(0)) if before and before[0].isdigit() else 1
    size = before.pop(0) if before and before[0] in SIZES else None
    name, _, place = name.partition("@")
    name, _, text = name.partition("=")
    name, _, worn = name.partition("+") if not text else (name, "", "")
    name, _, denied = name.partition("!")
    if not text and place == "" and "=" in part:
        text = part.split("=")[1]
    several, free = "*" in name, "~" in name or name.endswith("*3")
    number = name.partition("*")[2]
    kind = name.split("*")[0].rstrip("~")
    every = frozenset((*COLOURS, None))
    colours = every - {denied} if denied else every if free or several else frozenset({before[0] if before else KINDS[kind].colour})
    row, _, side = place.partition("-")
    least, most = (int(number), int(number)) if number else (2, 4) if several else (count, count)
    return Wanted(kind, least, most, colours, size, worn or None, text or None, {"sky": True, "ground": False}.get(row), COLUMNS.index(side or row) if (side or row) in COLUMNS else None)


def _things_right(wanted: list[Wanted], left: list[tuple[int, Thing]]) -> bool:
    """Whether the things can be dealt out to the groups, none left over."""
    if not wanted:
        return not left
    first, rest = wanted[0], wanted[1:]
    fitting = [p for p in left if first.fits(*p)]
    return any(_things_right(rest, [p for p in left if p not in chosen]) for chosen in _choices(fitting, first.least, first.most))


def _choices(items: list[tuple[int, Thing]], least: int, most: int) -> Iterator[list[tuple[int, Thing]]]:
    from itertools import combinations

    for count in range(least, min(most, len(items)) + 1):
        yield from map(list, combinations(items, count))


def accepts(right: str, scene: Scene | None) -> bool:
    """Whether a picture of the scene (None: an answer in words) is right."""
    if right.startswith("words"):
        rest = right.removeprefix("words").removeprefix("~")
        return scene is None or (bool(rest) and accepts(rest, scene))
    if scene is None:
        return False
    things, place, time, weather, style = ([p.strip() for p in right.split("|")] + [""] * 4)[:5]
    if place and scene.place not in place.split("~"):
        return False
    if time and scene.time != time:
        return False
    if things != "any" and (scene.weather != (weather or "clear") or scene.style != (style or "plain")):
        return False
    return things == "any" or _things_right([_wanted(p.strip()) for p in things.split(",")], scene.placed)
