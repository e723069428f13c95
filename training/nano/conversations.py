"""Conversations: what a person says, with the picture it is about, and what the model answers.

What a turn reads is small, so that the hundredth is as good as the first: the picture its words are about (marked, or the last one)
stands before the words, and of the `CONTEXT_TURNS` turns before only the words are kept.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from . import talk
from . import words as w
from .describe import Spec, at_length, description, resolve, spec_of
from .edits import OF_THE_SETTING, Edit
from .instructions import ORDINALS, and_then, instruction, requested, story
from .kinds import KINDS, WEARERS
from .moods import MOODS
from .noise import asked, spoken
from .pictures import SEEDS, Chain, Picture, random_chain
from .questions import question
from .tokens import Turn
from .world import WORN, Scene, colours_of, held_out, random_scene

CONTEXT_TURNS = 2
BEFORE = 0.35  # share of turns with a history
POINTED = 0.06  # share of edits and questions that name which picture they are about
IN_FRONT = 0.4  # share of fresh drawings and small talk with the last picture in front


def language_of(rng: random.Random) -> str:
    return rng.choice(w.LANGUAGES)


def _typed(rng: random.Random, text: str, language: str, question: bool = False, tags: bool = False) -> str:
    """Capitals are left alone where they are read off a sign."""
    return spoken(rng, text, language, any(c.isupper() for c in text[1:]) or any(c.isdigit() for c in text), question, tags)


def _said(scene: Scene, rng: random.Random) -> Spec:
    spec = spec_of(rng, scene)
    assert spec, "a fresh scene can always be said"
    return spec


def _mixed(rng: random.Random, text: str, spec: Spec, language: str) -> str:
    """One noun in the other language, as far as most of the words stay in theirs."""
    kind = rng.choice(spec.groups).thing.kind
    english, chinese = [n for pair in w.NOUNS[kind].en for n in reversed(pair)], w.NOUNS[kind].zh
    names, other = (english, chinese[0]) if language == "en" else (sorted(chinese, key=len, reverse=True), w.NOUNS[kind].en[0][0])
    found = next((n for n in names if n in text), None)
    mixed = text.replace(found, other, 1) if found else text
    return mixed if w.language_of(mixed) == language else text


def _pointed(rng: random.Random, text: str, language: str, whole: bool = False) -> str:
    """The same about one of several pictures, as its words name it: that one stands in front, and the name changes nothing.

    `whole`: "it" is the picture, rather than a thing in it.
    """
    if text.endswith(("?", "？")):
        return _pointed(rng, text[:-1], language, whole) + text[-1]
    number, ordinal = rng.choice(tuple(zip(("1", "2", "3", "4"), ORDINALS[w.index(language)], strict=True)))
    if language == "en":
        name = rng.choice((f"the {ordinal} picture", f"the {ordinal} picture", f"the {ordinal} image", f"the {ordinal} one", "the last picture", "the previous image", f"picture {number}"))
        if whole and re.search(r"\b(make|turn|change|set) it\b", text):
            return re.sub(r"\b(make|turn|change|set) it\b", rf"\1 {name}", text, count=1)
        if " the picture" in text:
            return text.replace(" the picture", f" {name}", 1)
        return rng.choice((f"in {name}, {text}", f"in {name} {text}", f"{text} in {name}", f"{name}: {text}"))
    name = rng.choice((f"{ordinal}张图", f"{ordinal}张图片", f"{ordinal}张", f"{ordinal}幅", "上一张图", "最后一张图"))
    if found := next((known for known in ("这张图片", "这张图", "图片", "图里") if known in text), None):
        return text.replace(found, name + ("里" if found == "图里" else ""), 1)
    if whole and text[:2] in ("变成", "改成", "换成"):
        return f"把{name}{text}"
    return rng.choice((f"{name}里，{text}", f"在{name}里{text}", f"{name}：{text}"))


def draw_words(rng: random.Random, scene: Scene, language: str) -> str:
    """A request that decides the scene."""
    sort = rng.random()
    if sort < 0.05:
        return at_length(scene, language)
    if sort < 0.08:
        return w.FORM_DRAW[language].format(at_length(scene, language))
    spec = _said(scene, rng)
    text = description(rng, spec, language)
    if sort > 0.98:
        text = _mixed(rng, text, spec, language)
    if sort < 0.2:
        return w.FORM_DRAW[language].format(text)
    text, is_question = asked(rng, text, language)
    return _typed(rng, text, language, is_question, tags=True)


def _in_front(rng: random.Random) -> Picture | None:
    return Picture(random_scene(rng), rng.randrange(SEEDS)) if rng.random() < IN_FRONT else None


def draw(rng: random.Random, picture: Picture, language: str) -> list[Turn]:
    return [Turn("user", draw_words(rng, picture.scene, language), _in_front(rng)), Turn("assistant", w.DRAWN[language], picture)]


def mood(rng: random.Random, language: str) -> list[Turn]:
    en, zh, spec = rng.choice(MOODS)
    words = rng.choice(en if language == "en" else zh)
    if rng.random() < 0.5:
        words = asked(rng, words, language)[0] if not words.startswith(("draw", "surprise", "you ", "cheer", "let", "it's", "随便", "你来", "给我", "画")) else words
    return [Turn("user", _typed(rng, words, language), _in_front(rng)), Turn("assistant", w.DRAWN[language], Picture(resolve(spec), rng.randrange(SEEDS)))]


def edit_words(rng: random.Random, chain: Chain, language: str) -> str | None:
    """All of a chain's edits in one sentence; None where no words single a thing out."""
    parts = [instruction(rng, chain.scenes[i], edit, language) for i, edit in enumerate(chain.edits)]
    if any(p is None for p in parts):
        return None
    if len(parts) > 1:
        return _typed(rng, and_then(rng, [p.removesuffix(" please") for p in parts], language), language)
    if rng.random() < 0.1 and (told := story(rng, chain.scenes[0], chain.edits[0], language)):
        return _typed(rng, told, language)
    told = _pointed(rng, parts[0], language, chain.edits[0].sort in OF_THE_SETTING) if rng.random() < POINTED else parts[0]
    text, is_question = requested(rng, told, language)
    return _typed(rng, text, language, is_question)


def edit(rng: random.Random, chain: Chain, language: str) -> list[Turn]:
    words = edit_words(rng, chain, language)
    while words is None:
        chain = random_chain(rng, len(chain.edits))
        words = edit_words(rng, chain, language)
    return [Turn("user", words, chain.picture(0)), Turn("assistant", w.EDITED[language], chain.picture(-1))]


def follow_up(rng: random.Random, language: str) -> list[Turn]:
    """'add a dog', then 'make it blue': `it` is what the turn before was about."""
    while True:
        chain = random_chain(rng, 1)
        first = chain.edits[0]
        before = instruction(rng, chain.scenes[0], first, language)
        changed = [p for p in range(len(chain.scenes[1].spots)) if chain.scenes[1].spots[p] and chain.scenes[1].spots[p] != chain.scenes[0].spots[p]]
        if first.sort not in ("add", "replace", "recolour", "resize", "wear") or not before or len(changed) != 1 or " it" in before or "它" in before:
            continue
        second = _about(rng, chain.scenes[1], changed[0])
        if not second or held_out(second.apply(chain.scenes[1])):
            continue
        from .instructions import _value

        words = _value(rng, second, chain.scenes[1], language, "it" if language == "en" else "它")
        after = Picture(second.apply(chain.scenes[1]), chain.seed)
        return [Turn("user", _typed(rng, before, language)), Turn("assistant", w.EDITED[language]),
                Turn("user", _typed(rng, words, language), chain.picture(1)), Turn("assistant", w.EDITED[language], after)]


def _about(rng: random.Random, scene: Scene, position: int) -> Edit | None:
    thing = scene.spots[position]
    options = [Edit("resize", (position,), value=s) for s in ("small", "big", "normal") if s != thing.size]
    if KINDS[thing.kind].paint:
        options += [Edit("recolour", (position,), value=c) for c in rng.sample([c for c in colours_of(thing.kind) if c and c != thing.colour], 3)]
    if thing.kind in WEARERS and not thing.worn:
        options += [Edit("wear", (position,), value=x) for x in WORN]
    if len(scene.things) > 1:
        options.append(Edit("remove", (position,)))
    return rng.choice(options) if options else None


def ask(rng: random.Random, picture: Picture, language: str, sort: str | None = None) -> list[Turn]:
    words, answer = question(rng, picture.scene, language, sort)
    if words != w.DESCRIBE and rng.random() < POINTED:
        words = _pointed(rng, words, language)
    return [Turn("user", words if words == w.DESCRIBE else _typed(rng, words, language, words.endswith(("?", "？"))), picture, space=rng.random() < 0.5), Turn("assistant", answer)]


def small_talk(rng: random.Random, language: str) -> list[Turn]:
    words, answer = talk.small(rng, language)
    return [Turn("user", _typed(rng, words, language) if len(words) > 3 else words, _in_front(rng)), Turn("assistant", answer)]


def decline(rng: random.Random, language: str, unseen: bool = False) -> list[Turn]:
    """A drawing the world does not have."""
    words, answer = talk.declined(rng, language, unseen)
    text, is_question = asked(rng, words, language)
    return [Turn("user", _careful(rng, text, language, is_question), _in_front(rng)), Turn("assistant", answer)]


def decline_edit(rng: random.Random, language: str, unseen: bool = False) -> list[Turn]:
    picture = Picture(random_scene(rng), rng.randrange(SEEDS))
    words, answer = talk.outside_edit(rng, picture.scene, language, unseen)
    return [Turn("user", _careful(rng, words, language, False), picture), Turn("assistant", answer)]


def _careful(rng: random.Random, text: str, language: str, is_question: bool) -> str:
    """Typed without slips: what is refused is told back as it was written."""
    return spoken(rng, text, language, True, is_question)


def missing(rng: random.Random, language: str) -> list[Turn]:
    """An edit or a question with no picture there."""
    turns = edit(rng, random_chain(rng, 1), language) if rng.random() < 0.5 else ask(rng, Picture(random_scene(rng)), language)
    return [replace(turns[0], picture=None), Turn("assistant", talk.NO_PICTURE[w.index(language)])]


def foreign(rng: random.Random, language: str) -> list[Turn]:
    """An edit, a question or a fresh drawing with a picture in front that is not of the world."""
    picture = Picture(None, rng.randrange(SEEDS))
    sort = rng.random()
    if sort < 0.2:
        return [replace(t, picture=picture) if t.role == "user" else t for t in draw(rng, Picture(random_scene(rng), rng.randrange(SEEDS)), language)]
    if sort < 0.6:
        return [replace(ask(rng, Picture(random_scene(rng)), language)[0], picture=picture), Turn("assistant", talk.FOREIGN_ASK[w.index(language)])]
    return [replace(edit(rng, random_chain(rng, 1), language)[0], picture=picture), Turn("assistant", talk.FOREIGN_EDIT[w.index(language)])]


def polish(rng: random.Random, language: str) -> list[Turn]:
    """A bare description in the trained form, answered with words for all of the scene, which draw it."""
    if rng.random() < 0.06:
        words, answer = talk.declined(rng, language)
        return [Turn("user", w.FORM_POLISH[language].format(words)), Turn("assistant", answer)]
    scene = random_scene(rng)
    return [Turn("user", w.FORM_POLISH[language].format(description(rng, _said(scene, rng), language))), Turn("assistant", at_length(scene, language))]


def _history(rng: random.Random, language: str) -> list[Turn]:
    """One or two turns that came before, words alone."""
    turns: list[Turn] = []
    for _ in range(rng.randint(1, CONTEXT_TURNS)):
        said = language if rng.random() < 0.9 else language_of(rng)
        turns += rng.choice((lambda s: draw(rng, Picture(random_scene(rng)), s), lambda s: edit(rng, random_chain(rng, 1), s), lambda s: ask(rng, Picture(random_scene(rng)), s),
                             lambda s: small_talk(rng, s), lambda s: decline(rng, s)))(said)
    return [replace(t, picture=None) for t in turns]


def conversation(rng: random.Random, kind: str) -> list[Turn]:
    """One training conversation of a kind of `KINDS_OF_TURNS`."""
    language = language_of(rng)
    if kind == "edit":
        chain = random_chain(rng, rng.choices((1, 2, 3), (0.8, 0.15, 0.05))[0])
        turns = follow_up(rng, language) if rng.random() < 0.08 else edit(rng, chain, language)
    elif kind == "draw":
        turns = mood(rng, language) if rng.random() < 0.05 else draw(rng, random_chain(rng).picture(0), language)
    elif kind == "ask":
        turns = ask(rng, Picture(random_scene(rng), rng.randrange(SEEDS)), language)
    else:
        turns = {"decline": decline, "decline_edit": decline_edit, "talk": small_talk, "missing": missing, "foreign": foreign, "polish": polish}[kind](rng, language)
    if len(turns) == 2 and kind not in ("polish", "missing") and rng.random() < BEFORE:
        turns = _history(rng, language) + turns
    return turns
