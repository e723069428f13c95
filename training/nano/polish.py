"""Descriptions made richer: part of a scene in words, the whole of it as the answer, which draws it."""

from __future__ import annotations

import random

from . import grammar
from .world import CELLS, COLOURS, KINDS, PLACES, Scene, Thing

FORM = {
    "en": "Rewrite the following image description with more detail, as one paragraph and nothing else: {}",
    "zh": "请将以下图像描述改写得更加详细，只用一段话，不要其他内容：{}",
}


def part(rng: random.Random, things: list[Thing], place: str | None, night: bool | None, language: str) -> str:
    """What is None is left open, as are the objects' cells and half of their colours."""
    said = grammar.join([grammar.one(rng, thing, language, rng.random() < 0.5) for thing in things], language, rng)
    if language == "en":
        where = "" if place is None else f" {rng.choice(grammar.PLACE_EN[place])}"
        when = "" if night is None else " at night" if night else " by day"
        return said + where + when
    when = "" if night is None else "夜晚" if night else "白天"
    head = when + ("" if place is None else grammar.PLACE_ZH[place][-1])
    return f"{head}{'的' if head else ''}{said}"


def polish(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    """Part of the scene in the trained form, and the words that decide all of it."""
    if rng.random() < 0.05:
        return FORM[language].format(grammar.outside(rng, language)), grammar.SORRY[language]
    things = rng.sample(scene.things, rng.randint(1, len(scene.things)))
    place, night = scene.place if rng.random() < 0.4 else None, scene.night if rng.random() < 0.3 else None
    return FORM[language].format(part(rng, things, place, night, language)), grammar.whole_description(scene, language)


def scene_of(text: str, language: str) -> Scene | None:
    """The scene of a polished description; None where it is no such description."""
    every = [Thing(kind, colour) for kind, (_, usual) in KINDS.items() for colour in (COLOURS if usual else (None,))]
    said = text.lower()
    cells = tuple(next((t for t in every if grammar.in_cell(t, cell, language).lower() in said), None) for cell in range(len(CELLS)))
    if not any(cells):
        return None
    scenes = (Scene(place, night, cells) for place in PLACES for night in (False, True))
    return next((scene for scene in scenes if grammar.whole_description(scene, language) == text), None)
