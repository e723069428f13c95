"""Conversations over chains of scenes: drawing, editing, asking, talking, and several of them in a row."""

from __future__ import annotations

import random

from . import grammar
from . import polish as polished
from .stages.embeddings import Chain
from .tokens import Turn

# edits that need no search for an object they name are learned first: a share of them is enough
FOUND_WITHOUT_SEARCH, EASY = ("add", "place", "time"), 0.3
# turns of the longest conversation
LONGEST = 6


def draw(rng: random.Random, chain: Chain, index: int, language: str, place: int = 0) -> list[Turn]:
    words = grammar.ask_to_draw(rng, chain[0][place], language)
    return [Turn("user", words), Turn("assistant", grammar.DRAWN[language], (index, place))]


def edit(rng: random.Random, chain: Chain, index: int, language: str, step: int, given: bool) -> list[Turn]:
    """Edit number `step` of the chain; its picture is given with the words or stands in the history."""
    words = grammar.ask_to_edit(rng, chain[0][step], chain[1][step], language)
    return [Turn("user", words, (index, step) if given else None), Turn("assistant", grammar.EDITED[language], (index, step + 1))]


def edit_twice(rng: random.Random, chain: Chain, index: int, language: str, given: bool) -> list[Turn]:
    """Both edits of the chain in one instruction; the first alone where the second goes on with the same thing or kind of edit."""
    one, two = chain[1]
    touched = {thing.kind for thing in (one.thing, one.other) if thing}
    if one.kind == two.kind or any(thing and thing.kind in touched for thing in (two.thing, two.other)):
        return edit(rng, chain, index, language, 0, given)
    first, second = (grammar.ask_to_edit(rng, chain[0][step], chain[1][step], language) for step in (0, 1))
    words = grammar.and_then(rng, first, second, language)
    return [Turn("user", words, (index, 0) if given else None), Turn("assistant", grammar.EDITED[language], (index, 2))]


def ask(rng: random.Random, chain: Chain, index: int, language: str, place: int, given: bool) -> list[Turn]:
    words, answer = grammar.question(rng, chain[0][place], language)
    return [Turn("user", words, (index, place) if given else None, space=rng.random() < 0.5), Turn("assistant", answer)]


def talk(rng: random.Random, language: str) -> list[Turn]:
    words, answer = grammar.chat(rng, language)
    return [Turn("user", words), Turn("assistant", answer)]


def edit_outside(rng: random.Random, chain: Chain, index: int, language: str, place: int, given: bool) -> list[Turn]:
    """An edit that the world does not have, answered in words."""
    words, answer = grammar.outside_edit(rng, chain[0][place], language)
    return [Turn("user", words, (index, place) if given else None), Turn("assistant", answer)]


def polish(rng: random.Random, chain: Chain, language: str) -> list[Turn]:
    words, answer = polished.polish(rng, chain[0][0], language)
    return [Turn("user", words), Turn("assistant", answer)]


def long(rng: random.Random, chains: list[tuple[int, Chain]], language: str) -> list[Turn]:
    """Drawings, edits, questions and talk in any order: three to six turns that end in anything, a drawing most often.

    `chains` are (index, chain), one for every picture that has nothing of the one before.
    """
    fresh, turns, count = iter(chains), [], rng.randint(3, LONGEST)
    (index, chain), place = next(fresh), 0
    turns += draw(rng, chain, index, language) if rng.random() < 0.7 else ask(rng, chain, index, language, 0, True)
    for turn in range(1, count):
        last = turn == count - 1
        kind = rng.choices(("draw", "edit", "ask", "given", "talk", "outside"), (0.45, 0.3, 0.15, 0.0, 0.07, 0.03) if last else (0.2, 0.45, 0.15, 0.08, 0.07, 0.05))[0]
        if kind == "draw" or (kind == "edit" and place == 2):
            (index, chain), place = next(fresh), 0
            turns += draw(rng, chain, index, language)
        elif kind == "edit":
            turns += edit(rng, chain, index, language, place, False)
            place += 1
        elif kind == "ask":
            turns += ask(rng, chain, index, language, place, False)
        elif kind == "given":
            (index, chain), place = next(fresh), 1
            turns += edit(rng, chain, index, language, 0, True) if rng.random() < 0.5 else ask(rng, chain, index, language, 1, True)
        elif kind == "outside":
            turns += edit_outside(rng, chain, index, language, place, False)
        else:
            turns += talk(rng, language)
    return turns


def conversation(rng: random.Random, chain: Chain, index: int, kind: str) -> list[Turn]:
    """One conversation of a kind: draw, edit, ask, chat, polish, or several turns ending in an edit, a question or a drawing."""
    language = rng.choice(("en", "zh"))
    if kind == "draw":
        return (talk(rng, language) if rng.random() < 0.04 else []) + draw(rng, chain, index, language, rng.randrange(3))
    if kind == "polish":
        return polish(rng, chain, language)
    if kind == "edit":
        sort = rng.random()
        if sort < 0.04:
            return edit_outside(rng, chain, index, language, 0, True)
        if sort < 0.16:
            return edit_twice(rng, chain, index, language, True)
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
    if end < 0.5:
        return first + edit(rng, chain, index, language, 0, False)
    if end < 0.55:
        return first + edit_twice(rng, chain, index, language, False)
    if end < 0.7:
        return first + edit(rng, chain, index, language, 0, False) + edit(rng, chain, index, language, 1, False)
    if end < 0.85:
        return first + ask(rng, chain, index, language, 0, False)
    if end < 0.95:
        return first + edit(rng, chain, index, language, 0, False) + ask(rng, chain, index, language, 1, False)
    return first + talk(rng, language)
