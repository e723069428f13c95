"""The rows of the quality suite as cases: what is asked, and when the answer is right. Compositions that training never saw.

A case is asked of a model by somebody else (`stages/evaluate.py` in torch, `stages/bundle.py` through the shipped bundle); what comes back
is its words and, where it drew, its picture, which only the independent checker reads.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from . import checker, handwritten, talk
from . import words as w
from .conversations import ask, decline, decline_edit, draw_words, edit_words, foreign, polish, small_talk
from .edits import SORTS, edit_of, random_edit
from .instructions import story
from .pictures import SEEDS, Chain, Picture, random_chain
from .tokens import Turn
from .world import Scene, random_scene

Judge = Callable[[str, np.ndarray | None], bool]


@dataclass(frozen=True)
class Case:
    """One question to the model: words, the picture in front of them, and the judge of what comes back."""

    row: str
    language: str
    words: str
    picture: Picture | None
    right: Judge
    seed: int = 0
    # where two seeds are asked for: whether their pictures differ as they should
    differ: Callable[[np.ndarray, np.ndarray], bool] | None = None


def drawn_as(scene: Scene) -> Judge:
    return lambda _, picture: picture is not None and checker.alike(checker.read(picture), scene)


def said(answer: str) -> Judge:
    return lambda words, picture: picture is None and words.strip() == answer


def silent(words: str, picture: np.ndarray | None) -> bool:
    """It answered in words alone."""
    return picture is None and bool(words.strip())


def unchanged(before: Scene, after: Scene, source: np.ndarray, picture: np.ndarray) -> float:
    """PSNR in dB outside the boxes of the positions that the edit changes."""
    kept = np.ones(source.shape[:2], bool)
    for position, (old, new) in enumerate(zip(before.spots, after.spots, strict=True)):
        if old != new:
            y, x = checker.box_of(position)
            kept[y : y + checker.BOX, x : x + checker.BOX] = False
    return float(-10 * np.log10(np.square(source.astype(float) - picture)[kept].mean() / 255**2 + 1e-9))


def _languages(count: int) -> Iterator[tuple[int, str]]:
    return ((i, w.LANGUAGES[i % 2]) for i in range(count))


def draw_cases(count: int) -> Iterator[Case]:
    rng = random.Random(101)
    for i, language in _languages(count):
        scene = random_scene(rng, unseen=True)
        yield Case("draw", language, draw_words(rng, scene, language), None, drawn_as(scene), i)


def hand_cases(count: int) -> Iterator[Case]:
    for i, prompt in enumerate(handwritten.prompts()[:: max(1, 300 // count)]):
        def right(words: str, picture: np.ndarray | None, wanted: str = prompt.right) -> bool:
            return handwritten.accepts(wanted, None if picture is None else checker.read(picture))
        yield Case("hand-written", prompt.language, prompt.words, None, right, i)


def _edited(rng: random.Random, sort: str | None, length: int = 1) -> Chain:
    """A chain whose first scene is unseen and whose edit is of a sort."""
    while True:
        chain = random_chain(rng, length, unseen=True)
        if sort is None or chain.edits[0].sort == sort:
            return chain
        if edit := edit_of(rng, chain.scenes[0], sort):
            return Chain((chain.scenes[0], edit.apply(chain.scenes[0])), (edit,), chain.seed)


def _asked_to_edit(rng: random.Random, language: str, make: Callable[[], Chain]) -> tuple[Chain, str]:
    while True:
        chain = make()
        if words := edit_words(rng, chain, language):
            return chain, words


def edit_cases(count: int) -> Iterator[Case]:
    """Every sort as often; the row's name carries it, so that each is reported."""
    rng = random.Random(202)
    for i, language in _languages(count):
        sort = SORTS[i // 2 % len(SORTS)]
        chain, words = _asked_to_edit(rng, language, lambda sort=sort: _edited(rng, sort))
        yield Case(f"edit:{sort}", language, words, chain.picture(0), drawn_as(chain.scenes[1]), i)


def which_cases(count: int) -> Iterator[Case]:
    """Edits of one of two or three things, at least two of a kind."""
    rng = random.Random(303)

    def make() -> Chain:
        while True:
            chain = random_chain(rng, 1, unseen=True)
            kinds = [t.kind for t in chain.scenes[0].things]
            at = chain.edits[0].at
            if 2 <= len(kinds) <= 3 and len(at) == 1 and kinds.count(chain.scenes[0].spots[at[0]].kind) > 1:
                return chain

    for i, language in _languages(count):
        chain, words = _asked_to_edit(rng, language, make)
        yield Case("which", language, words, chain.picture(0), drawn_as(chain.scenes[1]), i)


def unchanged_cases(count: int) -> Iterator[Case]:
    """Local edits; right where what was not touched keeps 25 dB. `stages` report the mean as well."""
    rng = random.Random(404)
    for i, language in _languages(count):
        chain, words = _asked_to_edit(rng, language, lambda: _edited(rng, rng.choice(("remove", "recolour", "replace", "resize"))))
        source = chain.picture(0).pixels()

        def right(_: str, picture: np.ndarray | None, chain: Chain = chain, source: np.ndarray = source) -> bool:
            return picture is not None and unchanged(chain.scenes[0], chain.scenes[1], source, picture) >= 25
        yield Case("unchanged-region", language, words, chain.picture(0), right, i)


def several_cases(count: int) -> Iterator[Case]:
    rng = random.Random(505)
    for i, language in _languages(count):
        chain, words = _asked_to_edit(rng, language, lambda: _edited(rng, None, rng.choice((2, 2, 3))))
        yield Case("several-instructions", language, words, chain.picture(0), drawn_as(chain.scenes[-1]), i)


def story_cases(count: int) -> Iterator[Case]:
    """Single sentences of stories; three in a row are judged through the session (`stages/bundle.py`)."""
    rng = random.Random(606)
    for i, language in _languages(count):
        words = None
        while not words:
            chain = _edited(rng, None)
            words = story(rng, chain.scenes[0], chain.edits[0], language)
        yield Case("story", language, words, chain.picture(0), drawn_as(chain.scenes[1]), i)


def ask_cases(count: int, sort: str | None = None) -> Iterator[Case]:
    rng = random.Random(707 + len(sort or ""))
    for i, language in _languages(count):
        asked = None
        while asked is None:
            scene = random_scene(rng, unseen=True)
            if sort == "read" and sum(t.text is not None for t in scene.things) != 1:
                continue
            asked, answer = ask(rng, Picture(scene, rng.randrange(SEEDS)), language, sort)
        yield Case(sort or "ask", language, asked.words, asked.picture, said(answer.words), i)


def polish_cases(count: int) -> Iterator[Case]:
    """True to the bare prompt; that it is then drawn right is judged by asking for the answer's words (`stages`)."""
    rng = random.Random(808)
    for i, language in _languages(count):
        asked, answer = polish(rng, language)
        yield Case("polish", language, asked.words, None, said(answer.words), i)


def _declined(rng: random.Random, language: str) -> list[Turn]:
    return decline(rng, language, unseen=True)


def _declined_edit(rng: random.Random, language: str) -> list[Turn]:
    return decline_edit(rng, language, unseen=True)


def seeds_cases(count: int) -> Iterator[Case]:
    """Two seeds of one prompt: at most 28 dB alike, and every checked attribute the same."""
    rng = random.Random(1111)

    def apart(one: np.ndarray, two: np.ndarray) -> float:
        return float(-10 * np.log10(np.square(one.astype(float) - two).mean() / 255**2 + 1e-9))

    for i, language in _languages(count):
        scene = random_scene(rng, unseen=True)
        yield Case("seeds-differ", language, draw_words(rng, scene, language), None, lambda _, picture: picture is not None, 2 * i,
                   lambda one, two: apart(one, two) <= 28 and checker.read(one) == checker.read(two))


@dataclass(frozen=True)
class TurnWanted:
    """One turn of a conversation: what is said, and the scene to be drawn or the answer to be given."""

    words: str
    scene: Scene | None
    answer: str | None


def twelve_turns(rng: random.Random, language: str, count: int = 12) -> list[TurnWanted]:
    """A conversation: a drawing, then edits, questions, fresh drawings, small talk and what cannot be drawn, in any order."""
    scene = random_scene(rng, unseen=True)
    turns = [TurnWanted(draw_words(rng, scene, language), scene, None)]
    while len(turns) < count:
        sort = rng.choices(("edit", "ask", "draw", "talk", "decline"), (0.42, 0.28, 0.15, 0.1, 0.05))[0]
        if sort == "edit":
            chain = Chain((scene, (edit := random_edit(rng, scene)).apply(scene)), (edit,), 0)
            if words := edit_words(rng, chain, language):
                scene = chain.scenes[1]
                turns.append(TurnWanted(words, scene, None))
        elif sort == "draw":
            scene = random_scene(rng, unseen=True)
            turns.append(TurnWanted(draw_words(rng, scene, language), scene, None))
        else:
            asked, answer = ask(rng, Picture(scene), language) if sort == "ask" else (small_talk if sort == "talk" else _declined)(rng, language)
            turns.append(TurnWanted(asked.words, None, answer.words))
    return turns


def when_cases(count: int) -> Iterator[Case]:
    """Half of them out of its world or not asking for a picture; judged by whether it draws."""
    rng = random.Random(909)
    for i, language in _languages(count):
        if i // 2 % 2:
            turn = rng.choice((small_talk, _declined, _declined_edit))(rng, language)[0]
            yield Case("when-to-draw", language, turn.words, turn.picture, silent, i)
        else:
            scene = random_scene(rng, unseen=True)
            yield Case("when-to-draw", language, draw_words(rng, scene, language), None, lambda _, picture: picture is not None, i)


def language_cases(count: int) -> Iterator[Case]:
    for case in when_cases(count):
        yield replace(case, row="reply-language", right=lambda words, _, case=case: w.language_of(words) == case.language)


def foreign_cases(count: int) -> Iterator[Case]:
    """Asked what it sees: half of the pictures are not of the world."""
    rng = random.Random(1010)
    for i, language in _languages(count):
        if i // 2 % 2:
            turns = foreign(rng, language)
            while turns[1].picture:
                turns = foreign(rng, language)
            yield Case("foreign-picture", language, turns[0].words, turns[0].picture, said(turns[1].words), i)
        else:
            asked = ask(rng, Picture(random_scene(rng, unseen=True), rng.randrange(SEEDS)), language)[0]
            strange = talk.FOREIGN_ASK[w.index(language)]
            yield Case("foreign-picture", language, asked.words, asked.picture, lambda words, picture, strange=strange: picture is None and words.strip() != strange, i)


ROWS: dict[str, tuple[Callable[[int], Iterator[Case]], int]] = {
    "draw": (draw_cases, 500), "hand-written": (hand_cases, 300), "edit": (edit_cases, 520), "which": (which_cases, 200), "unchanged-region": (unchanged_cases, 200),
    "several-instructions": (several_cases, 200), "story": (story_cases, 150), "ask": (ask_cases, 1000), "read": (lambda n: ask_cases(n, "read"), 200),
    "caption": (lambda n: ask_cases(n, "caption"), 200), "polish": (polish_cases, 200), "when-to-draw": (when_cases, 2000), "reply-language": (language_cases, 2000),
    "foreign-picture": (foreign_cases, 400), "seeds-differ": (seeds_cases, 50),
}


def interval(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share, extra = right / of, z * z / of
    middle, half = (share + extra / 2) / (1 + extra), z * math.sqrt(share * (1 - share) / of + extra / (4 * of)) / (1 + extra)
    return middle - half, middle + half


def tally(judged: list[tuple[Case, bool]]) -> dict[str, dict[str, object]]:
    """Counts and intervals by row, `-zh` apart, sorts of edits apart too."""
    groups: dict[str, list[bool]] = {}
    for case, good in judged:
        row, _, sort = case.row.partition(":")
        for name in {row, f"{row}-zh" if case.language == "zh" else f"{row}-en", *([case.row] if sort else [])}:
            groups.setdefault(name, []).append(good)
    return {name: {"right": sum(g), "of": len(g), "interval": [round(x, 4) for x in interval(sum(g), len(g))]} for name, g in sorted(groups.items())}
