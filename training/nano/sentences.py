"""The sentences that nano may say: its fixed ones, the answers, and everything that a scene can be told as.

A reply that is none of them (gibberish, a loop, a sentence broken off, words in the wrong place) is wrong whatever was drawn beside it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from . import questions as q
from . import talk
from . import words as w
from .describe import _uncoloured, counted
from .kinds import KIND_NAMES, KINDS, WEARERS
from .layout import SIZES
from .world import COLOURS, WORN, Thing, colours_of

LETTERED = re.compile(r"(that says |写着)([1-9][+-][1-9]=|[0-9A-Z]{1,2}(?![0-9A-Z=+-]))")
LONGEST_ECHO = 60  # characters of what was asked for, told back in a refusal


def _any(words: set[str] | frozenset[str]) -> str:
    return "(?:" + "|".join(re.escape(x) for x in sorted(words, key=len, reverse=True)) + ")"


@cache
def _fixed() -> frozenset[str]:
    pairs = [talk.MENU, talk.NO_PICTURE, talk.FOREIGN_ASK, talk.FOREIGN_EDIT, talk.FULL, talk.LETTERS, talk.UNCLEAR, talk.UNABLE, q.NO_COLOURS, *(s.answer for s in talk.SMALL)]
    pairs += [*q.WEATHER_ANSWER.values(), *q.TIME_ANSWER.values(), *q.STYLE_ANSWER.values()]
    return frozenset({x for pair in pairs for x in pair} | {"Yes.", "No.", "Nothing.", "None.", "有。", "没有。", "什么也没有。", "什么也没戴。"})


@cache
def _things(language: str) -> frozenset[str]:
    """Every way one to four alike are told, letters as §."""
    told = set()
    for kind in KIND_NAMES:
        worn = (None, *WORN) if kind in WEARERS else (None,)
        text = "§" if kind in ("sign", "board") else None
        for colour, size, on, count in product(dict.fromkeys((KINDS[kind].colour, *colours_of(kind))), SIZES, worn, range(1, 5)):
            thing = Thing(kind, colour, size, on, text)
            told |= {counted(None, thing, count, language), _uncoloured(thing, count, language)}
        told |= {counted(None, Thing(kind, None), count, language) for count in (1, 4)}
    return frozenset(told)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """Short answers and refusals; a group `things` is read further."""
    i = w.index(language)
    noun = _any({w.noun(None, k, language) for k in KIND_NAMES})
    colour = _any({w.colour(None, c, language) for c in COLOURS} | {look[i] for look in q.LOOKS.values()})
    column, sky = _any({c[i][0] for c in w.COLUMN_WORDS}), re.escape(w.SKY_WORDS[i][0])
    place, worn = _any({w.PLACE_WORDS[p][2 * i][0] for p in w.PLACE_WORDS}), _any({w.WORN_WORDS[x][i][0] for x in WORN})
    read = r"(?:[0-9A-Z]{1,2}|[1-9][+-][1-9]=)"
    echo = rf"[^.。]{{1,{LONGEST_ECHO}}}"
    if language == "en":
        shapes = (
            rf"The {noun} is {colour}\.", rf"The {noun} is (?:{sky} )?{column}\.", rf"The {noun} is (?:small|of normal size|big)\.", r"(?:One|Two|Three|Four)\.", rf"{read}\.", r"\d{1,2}\.",
            rf"(?i:{place}|{worn})\.", rf"There is no {noun} in the picture\.", rf"I can't draw {echo}\. I could draw (?P<things>.+ or .+)\.",
            rf"I can't make an? {noun} {colour}\. I could draw (?P<two>.+ or .+)\.", r"I draw at most four things\. I could draw (?P<one>.+)\.")
    else:
        measure = _any({w.NOUNS[k].measure[0] for k in KIND_NAMES} | {"个"})
        shapes = (
            rf"{noun}是{colour}的。", rf"{noun}在(?:{sky}的)?{column}。", rf"{noun}是(?:小|正常大小|大)的。", rf"[一两三四]{measure}。", rf"{read}。", r"\d{1,2}。",
            rf"(?:{place}|{worn})。", rf"图里没有{noun}。", rf"我不会画{echo}。我可以画(?P<things>.+或.+)。", rf"我画不了{colour}的{noun}。我可以画(?P<two>.+或.+)。", r"我最多画四样东西。我可以画(?P<one>.+)。")
    return tuple(re.compile(shape) for shape in shapes)


@cache
def _scene(language: str) -> tuple[re.Pattern[str], ...]:
    """A whole scene, told shortly or at length, or what is in a part of it: `things`, parted by commas and `and`."""
    i = w.index(language)
    place, time, weather, style = (_any({t[v][2 * i][0] for v in t}) for t in (w.PLACE_WORDS, w.TIME_WORDS, w.WEATHER_WORDS, w.STYLE_WORDS))
    if language == "en":
        return re.compile(rf"(?P<things>.+?) {place} {time}(?: {weather})?(?: {style})?\."), re.compile(r"(?P<things>.+)\.")
    setting = rf"{place}，{time}(?:，{weather})?(?:，{style})?，"
    return re.compile(rf"{setting}有(?P<things>.+)。"), re.compile(rf"{setting}(?P<placed>.+)。"), re.compile(r"(?P<things>.+)。")


@cache
def _where(language: str) -> re.Pattern[str]:
    i = w.index(language)
    row, column = _any({w.SKY_WORDS[i][0], w.GROUND_WORDS[i][0]}), _any({c[i][0] for c in w.COLUMN_WORDS})
    return re.compile(rf" (?:{row} )?{column}$" if language == "en" else rf"^(?:{row}的?)?{column}有")


def _is_thing(text: str, language: str) -> bool:
    plain = LETTERED.sub(lambda m: m[1] + "§", text)
    return plain in _things(language) or plain[:1].lower() + plain[1:] in _things(language)


def _are_things(text: str, language: str, parting: str, placed: bool) -> bool:
    parts = re.split(parting, text)
    if placed and language == "zh" and not all(_where("zh").search(part) for part in parts):
        return False
    return 0 < len(parts) <= 4 and all(_is_thing(_where(language).sub("", part) if placed else part, language) for part in parts)


def _known_in(text: str, language: str) -> bool:
    for pattern in _patterns(language):
        if found := pattern.fullmatch(text):
            offered = next((x for x in found.groupdict().values() if x), None)
            if offered is None or _are_things(offered, language, " or " if language == "en" else "或", False):
                return True
    for pattern in _scene(language):
        if found := pattern.fullmatch(text):
            groups = found.groupdict()
            if groups.get("placed"):
                return _are_things(groups["placed"], language, "，", True)
            if _are_things(groups["things"], language, ", | and " if language == "en" else "、|和", language == "en"):
                return True
    return False


def sensible(words: str, drew: bool) -> bool:
    """Whether a reply is one of its sentences: what it says beside a picture where it drew, else an answer."""
    text = words.strip()
    if drew:
        return text in (*w.DRAWN.values(), *w.EDITED.values())
    return text in _fixed() or any(_known_in(text, language) for language in w.LANGUAGES)
