"""Conversations over chains of scenes: drawing, editing, asking, talking, and several of them in a row."""

from __future__ import annotations

import random

from . import grammar
from .stages.embeddings import Chain
from .tokens import Turn

# edits that need no search for an object they name are learned first: a share of them is enough
FOUND_WITHOUT_SEARCH, EASY = ("add", "place", "time"), 0.3


def draw(rng: random.Random, chain: Chain, index: int, language: str, place: int = 0) -> list[Turn]:
    words = grammar.ask_to_draw(rng, chain[0][place], language)
    return [Turn("user", words), Turn("assistant", grammar.DRAWN[language], (index, place))]


def edit(rng: random.Random, chain: Chain, index: int, language: str, step: int, given: bool) -> list[Turn]:
    """Edit number `step` of the chain; its picture is given with the words or stands in the history."""
    words = grammar.ask_to_edit(rng, chain[0][step], chain[1][step], language)
    return [Turn("user", words, (index, step) if given else None), Turn("assistant", grammar.EDITED[language], (index, step + 1))]


def ask(rng: random.Random, chain: Chain, index: int, language: str, place: int, given: bool) -> list[Turn]:
    words, answer = grammar.question(rng, chain[0][place], language)
    return [Turn("user", words, (index, place) if given else None, space=rng.random() < 0.5), Turn("assistant", answer)]


def talk(rng: random.Random, language: str) -> list[Turn]:
    words, answer = grammar.chat(rng, language)
    return [Turn("user", words), Turn("assistant", answer)]


def conversation(rng: random.Random, chain: Chain, index: int, kind: str) -> list[Turn]:
    """One conversation of a kind: draw, edit, ask, chat, or several turns ending in an edit, a question or a drawing."""
    language = rng.choice(("en", "zh"))
    if kind == "draw":
        return (talk(rng, language) if rng.random() < 0.04 else []) + draw(rng, chain, index, language, rng.randrange(3))
    if kind == "edit":
        step = rng.choices((0, 1), [EASY if e.kind in FOUND_WITHOUT_SEARCH else 1.0 for e in chain[1]])[0]
        return edit(rng, chain, index, language, step, True)
    if kind == "ask":
        return ask(rng, chain, index, language, rng.randrange(3), True)
    if kind == "chat":
        return talk(rng, language)
    first = draw(rng, chain, index, language) if rng.random() < 0.7 else ask(rng, chain, index, language, 0, True)
    if rng.random() < 0.15:
        first = talk(rng, language) + first
    end = rng.random()
    if end < 0.3:  # a new drawing has nothing of the one before
        return first + draw(rng, chain, index, language, 2)
    if end < 0.55:
        return first + edit(rng, chain, index, language, 0, False)
    if end < 0.7:
        return first + edit(rng, chain, index, language, 0, False) + edit(rng, chain, index, language, 1, False)
    if end < 0.85:
        return first + ask(rng, chain, index, language, 0, False)
    if end < 0.95:
        return first + edit(rng, chain, index, language, 0, False) + ask(rng, chain, index, language, 1, False)
    return first + talk(rng, language)
