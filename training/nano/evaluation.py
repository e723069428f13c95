"""The rows of the quality suite as cases: what is asked, and when the answer is right. Compositions that training never saw.

A case is asked of a model by somebody else (`stages/evaluate.py` in torch, `stages/bundle.py` through the shipped bundle); what comes back
is its words and, where it drew, its picture, which only the independent checker reads. In every row a reply that is none of the model's
sentences (`sentences.py`) is wrong. Most cases are one turn; `TALKS` are conversations.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from . import checker, handwritten, talk
from . import words as w
from .conversations import ask, decline, decline_edit, draw_words, edit_words, foreign, small_talk
from .describe import at_length, description, spec_of
from .edits import SORTS, edit_of, random_edit
from .instructions import story
from .pictures import SEEDS, Chain, Picture, random_chain
from .report import DECIBELS, Judged
from .sentences import sensible
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
    # of `Task`s: how the terminal and the page put it; `typed` leaves it to the words
    task: str = "typed"
    # whether its picture is looked at; else only that there is one
    looked_at: bool = True
    # where two seeds are asked for: whether their pictures differ as they should
    differ: Callable[[np.ndarray, np.ndarray], bool] | None = None
    # of the same reply, further rows
    also: tuple[tuple[str, Judge], ...] = ()
    # decibels of its picture, for rows that are measured and not counted
    measure: Callable[[np.ndarray], float] | None = None
    # what its words are to draw when they are asked for in turn
    drawn_next: Scene | None = None

    def judged(self, words: str, picture: np.ndarray | None, good: bool = True) -> list[Judged]:
        """Its rows; `good`: what else had to be so was so."""
        sense = sensible(words, picture is not None)
        decibels = None
        if self.measure and (picture is not None or not sense):
            decibels = self.measure(picture) if sense and picture is not None else 0.0
        rows = [(self.row, self.right), *self.also]
        return [Judged(row, self.language, good and sense and bool(right(words, picture)), decibels if row in DECIBELS else None) for row, right in rows]


def drawn_as(scene: Scene) -> Judge:
    return lambda _, picture: picture is not None and checker.alike(checker.read(picture), scene)


def said(answer: str) -> Judge:
    return lambda words, picture: picture is None and words.strip() == answer


def silent(words: str, picture: np.ndarray | None) -> bool:
    """It answered in words alone."""
    return picture is None and bool(words.strip())


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    """PSNR of bytes in dB: 90 of two that are the same."""
    return float(-10 * np.log10(np.square(one.astype(float) - other).mean() / 255**2 + 1e-9))


def unchanged(before: Scene, after: Scene, source: np.ndarray, picture: np.ndarray) -> float:
    """PSNR in dB outside the boxes of the positions that the edit changes."""
    kept = np.ones(source.shape[:2], bool)
    for position, (old, new) in enumerate(zip(before.spots, after.spots, strict=True)):
        if old != new:
            y, x = checker.box_of(position)
            kept[y : y + checker.BOX, x : x + checker.BOX] = False
    return decibels(source[kept], picture[kept])


def _languages(count: int) -> Iterator[tuple[int, str]]:
    return ((i, w.LANGUAGES[i % 2]) for i in range(count))


def draw_cases(count: int) -> Iterator[Case]:
    rng = random.Random(101)
    for i, language in _languages(count):
        scene = random_scene(rng, unseen=True)
        yield Case("draw", language, draw_words(rng, scene, language), None, drawn_as(scene), i)


def hand_cases(count: int) -> Iterator[Case]:
    every = list(enumerate(handwritten.prompts()))
    for i, prompt in every[:: max(1, len(every) // count)][:count]:
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
    """Local edits: how much of what was not touched is kept, in decibels. One that came to no picture is judged by the row `edit`."""
    rng = random.Random(404)
    for i, language in _languages(count):
        chain, words = _asked_to_edit(rng, language, lambda: _edited(rng, rng.choice(("remove", "recolour", "replace", "resize"))))
        source = chain.picture(0).pixels()

        def kept(picture: np.ndarray, chain: Chain = chain, source: np.ndarray = source) -> float:
            return unchanged(chain.scenes[0], chain.scenes[1], source, picture)
        yield Case("unchanged-region", language, words, chain.picture(0), lambda _, picture: picture is not None, i, measure=kept)


def several_cases(count: int) -> Iterator[Case]:
    rng = random.Random(505)
    for i, language in _languages(count):
        chain, words = _asked_to_edit(rng, language, lambda: _edited(rng, None, rng.choice((2, 2, 3))))
        yield Case("several-instructions", language, words, chain.picture(0), drawn_as(chain.scenes[-1]), i)


def ask_cases(count: int, sort: str | None = None) -> Iterator[Case]:
    rng = random.Random(707 + len(sort or ""))
    for i, language in _languages(count):
        asked = None
        while asked is None:
            scene = random_scene(rng, unseen=True)
            if sort == "read" and sum(t.text is not None for t in scene.things) != 1:
                continue
            asked, answer = ask(rng, Picture(scene, rng.randrange(SEEDS)), language, sort)
        yield Case(sort or "ask", language, asked.words, asked.picture, said(answer.words), i, task="typed" if asked.space else "ask", looked_at=False)


def read_cases(count: int) -> Iterator[Case]:
    """The letters of a sign, and the sum on a board: what it says and what it comes to."""
    rng = random.Random(711)
    for i, language in _languages(count):
        sort = ("read", "sum")[i // 2 % 2]
        while True:
            scene = random_scene(rng, unseen=True)
            if sum(t.text is not None for t in scene.things) == 1 and (sort == "read" or any(t.kind == "board" for t in scene.things)):
                break
        asked, answer = ask(rng, Picture(scene, rng.randrange(SEEDS)), language, sort)
        yield Case("read", language, asked.words, asked.picture, said(answer.words), i, task="typed" if asked.space else "ask", looked_at=False)


def polish_cases(count: int) -> Iterator[Case]:
    """True to the bare prompt, and then drawn right: its answer is asked for as a drawing."""
    rng = random.Random(808)
    for i, language in _languages(count):
        scene = random_scene(rng, unseen=True)
        spec = spec_of(rng, scene)
        while spec is None:
            scene = random_scene(rng, unseen=True)
            spec = spec_of(rng, scene)
        yield Case("polish", language, description(rng, spec, language), None, said(at_length(scene, language)), i, task="polish", drawn_next=scene)


def _declined(rng: random.Random, language: str) -> list[Turn]:
    return decline(rng, language, unseen=True)


def _declined_edit(rng: random.Random, language: str) -> list[Turn]:
    return decline_edit(rng, language, unseen=True)


def seeds_cases(count: int) -> Iterator[Case]:
    """Two seeds of one prompt: at most 28 dB alike, and every checked attribute the same."""
    rng = random.Random(1111)
    for i, language in _languages(count):
        scene = random_scene(rng, unseen=True)
        yield Case("seeds-differ", language, draw_words(rng, scene, language), None, lambda _, picture: picture is not None, 2 * i,
                   lambda one, two: decibels(one, two) <= 28 and checker.read(one) == checker.read(two))


@dataclass(frozen=True)
class TurnWanted:
    """One turn of a conversation: what is said, and the scene to be drawn or the answer to be given."""

    words: str
    scene: Scene | None
    answer: str | None

    def right(self, words: str, picture: np.ndarray | None) -> bool:
        if not sensible(words, picture is not None):
            return False
        return said(self.answer or "")(words, None) if picture is None else self.scene is not None and drawn_as(self.scene)(words, picture)


@dataclass(frozen=True)
class Talk:
    """A conversation; `picture` comes along with its first turn."""

    row: str
    language: str
    turns: list[TurnWanted]
    picture: Picture | None = None
    # whether every turn counts, or all of them as one
    counted: str = "turns"

    def judged(self, right: list[bool]) -> list[Judged]:
        return [Judged(self.row, self.language, good) for good in (right if self.counted == "turns" else [all(right)])]


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


def twelve_talks(count: int) -> Iterator[Talk]:
    for i, language in _languages(count):
        yield Talk("twelve-turns", language, twelve_turns(random.Random(1200 + i), language))


def story_talks(count: int) -> Iterator[Talk]:
    """Three sentences of a story about a picture, each an edit of what the one before came to; right where all three pictures are."""
    rng = random.Random(606)
    for i, language in _languages(count):
        while True:
            chain = _edited(rng, None, 3)
            told = [story(rng, chain.scenes[n], edit, language) for n, edit in enumerate(chain.edits)]
            if all(told):
                break
        yield Talk("story", language, [TurnWanted(words, chain.scenes[n + 1], None) for n, words in enumerate(told)], chain.picture(0), "whole")


def when_cases(count: int) -> Iterator[Case]:
    """Half of them out of its world or not asking for a picture; judged by whether it draws."""
    rng = random.Random(909)
    for i, language in _languages(count):
        also = (("reply-language", lambda words, _, language=language: w.language_of(words) == language),)
        if i // 2 % 2:
            turn = rng.choice((small_talk, _declined, _declined_edit))(rng, language)[0]
            yield Case("when-to-draw", language, turn.words, turn.picture, silent, i, looked_at=False, also=also)
        else:
            scene = random_scene(rng, unseen=True)
            yield Case("when-to-draw", language, draw_words(rng, scene, language), None, lambda _, picture: picture is not None, i, looked_at=False, also=also)


# how often each family of `foreign.TESTED` comes in as many cases as there are names here
FOREIGN = (*("photograph",) * 4, *("screenshot",) * 2, *("drawing",) * 2, "plain", "noise", "pattern", "icons", "cut", "close")


def foreign_cases(count: int) -> Iterator[Case]:
    """A question or an edit: half of the pictures are not of the world. The row's name carries what the picture is, so that each is reported."""
    rng = random.Random(1010)
    for i, language in _languages(count):
        if i // 2 % 2:
            family = FOREIGN[i // 4 % len(FOREIGN)]
            turns = foreign(rng, language)
            while turns[1].picture:
                turns = foreign(rng, language)
            picture = Picture(None, rng.randrange(SEEDS), family)
            yield Case(f"foreign-picture:{family}", language, turns[0].words, picture, said(turns[1].words), i, looked_at=False)
        else:
            asked = ask(rng, Picture(random_scene(rng, unseen=True), rng.randrange(SEEDS)), language)[0]
            strange = talk.FOREIGN_ASK[w.index(language)]
            yield Case("foreign-picture:of-its-world", language, asked.words, asked.picture, lambda words, picture, strange=strange: picture is None and words.strip() != strange, i, looked_at=False)


# row -> (its cases, how many there are)
ROWS: dict[str, tuple[Callable[[int], Iterator[Case]], int]] = {
    "draw": (draw_cases, 500), "hand-written": (hand_cases, 300), "edit": (edit_cases, 520), "which": (which_cases, 200), "unchanged-region": (unchanged_cases, 200),
    "several-instructions": (several_cases, 200), "ask": (ask_cases, 1000), "read": (read_cases, 200), "caption": (lambda n: ask_cases(n, "caption"), 200), "polish": (polish_cases, 200),
    "when-to-draw": (when_cases, 2000), "foreign-picture": (foreign_cases, 400), "seeds-differ": (seeds_cases, 50),
}
TALKS: dict[str, tuple[Callable[[int], Iterator[Talk]], int]] = {"story": (story_talks, 150), "twelve-turns": (twelve_talks, 50)}
# rows that are judged by the replies of another
WITH = {"reply-language": "when-to-draw"}


def chosen_rows(names: str | None) -> list[str]:
    """Rows by name, parted by commas; all of them without."""
    known = [*ROWS, *TALKS]
    chosen = [WITH.get(name, name) for name in names.split(",")] if names else known
    if strange := [name for name in chosen if name not in known]:
        raise SystemExit(f"there is no row {strange[0]}: {', '.join([*known, *WITH])}")
    return list(dict.fromkeys(chosen))
