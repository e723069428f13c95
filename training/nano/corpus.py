"""Sampled texts for the tokenizer."""

from __future__ import annotations

import random

from . import words as w


def texts(rng: random.Random, count: int) -> list[str]:
    from .conversations import conversation

    out = [*w.DRAWN.values(), *w.EDITED.values(), *w.FORM_DRAW.values(), *w.FORM_POLISH.values()] * 50
    kinds, shares = ("draw", "edit", "ask", "decline", "decline_edit", "talk", "missing", "foreign", "polish"), (5, 5, 4, 2, 1, 1, 0.5, 0.5, 2)
    for kind in rng.choices(kinds, shares, k=count):
        out += [turn.words for turn in conversation(rng, kind)]
    return out
