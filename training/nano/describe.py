"""Scenes in words: what has to be said, given what goes without saying, and ways of saying it.

A `Spec` is what a sentence says; `resolve` is what it means by the defaults of `world.py`. A spec is only ever spoken when it resolves
to the scene that will be drawn for it, so that grammar and renderer cannot drift apart.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from . import words as w
from .edits import column_of
from .kinds import KINDS
from .layout import in_sky
from .world import Scene, Thing, arranged, usual_place, usual_time


@dataclass(frozen=True)
class Group:
    """`count` equal things in one row; the column is said (0 left, 1 middle, 2 right) or None."""

    thing: Thing
    count: int = 1
    sky: bool = False
    column: int | None = None


@dataclass(frozen=True)
class Spec:
    """What words say; None is unsaid."""

    groups: tuple[Group, ...]
    place: str | None = None
    time: str | None = None
    weather: str | None = None
    style: str | None = None


def resolve(spec: Spec) -> Scene:
    """The scene that a spec decides."""
    named = [g.thing for g in spec.groups]
    each = [(g.thing, g.sky, g.column) for g in spec.groups for _ in range(g.count)]
    empty = Scene(spec.place or usual_place(named), spec.time or usual_time(named), spec.weather or "clear", spec.style or "plain")
    return arranged(empty, each)


def _row_groups(rng: random.Random, row: list[tuple[int, Thing]], said: bool) -> list[Group]:
    groups: list[Group] = []
    for position, thing in row:
        sky = in_sky(position)
        if said:
            groups.append(Group(thing, 1, sky, column_of(position)))
        elif groups and groups[-1].thing == thing and rng.random() < 0.95:
            groups[-1] = replace(groups[-1], count=groups[-1].count + 1)
        else:
            groups.append(Group(thing, 1, sky))
    if said:
        rng.shuffle(groups)
    return groups


def spec_of(rng: random.Random, scene: Scene, talkative: float = 0.35) -> Spec | None:
    """Something to say that decides the scene; None where no sentence does (rows of four with gaps)."""
    for _ in range(12):
        said = [rng.random() < 0.12, rng.random() < 0.12]
        rows = [_row_groups(rng, scene.row(False), said[0]), _row_groups(rng, scene.row(True), said[1])]
        if rng.random() < 0.35:
            rows.reverse()
        all_said = _row_groups(rng, scene.row(False), True) + _row_groups(rng, scene.row(True), True)
        options = [tuple(rows[0] + rows[1]), tuple(all_said)]
        for groups in options:
            spec = Spec(groups, scene.place, scene.time, scene.weather, scene.style)
            if resolve(spec) != scene:
                continue
            if relation := _related(rng, spec, scene):
                spec = relation
            for field, chance in (("place", 1 - talkative), ("time", 0.85), ("weather", 0.97), ("style", 0.99)):
                shorter = replace(spec, **{field: None})
                if rng.random() < chance and resolve(shorter) == scene:
                    spec = shorter
            return spec
    return None


def _related(rng: random.Random, spec: Spec, scene: Scene) -> Spec | None:
    """Named so that a relation fits: one over another, one between two alike."""
    placed = scene.placed
    if rng.random() < 0.5 or len(placed) not in (2, 3):
        return None
    groups = [Group(thing, 1, in_sky(p), column_of(p)) for p, thing in placed]
    if len(groups) == 2 and groups[0].sky != groups[1].sky and all(g.column == 1 for g in groups):
        rng.shuffle(groups)
    elif len(groups) == 3 and not any(g.sky for g in groups) and groups[0].thing == groups[2].thing:
        groups = [groups[1], groups[0], groups[2]]
    else:
        return None
    spec = replace(spec, groups=tuple(groups))
    return spec if resolve(spec) == scene else None


def unlike(kind: str) -> str | None:
    """The colour of 'a car that is not red': blue, or red where blue is its own; None where the kind has no colour to deny."""
    data = KINDS[kind]
    return None if not data.paint or not data.colour else "red" if data.colour == "blue" else "blue"


def looks(rng: random.Random | None, thing: Thing, language: str, count: int = 1) -> tuple[str, str, str]:
    """(before the noun, noun, after the noun) without number or article. Without a generator: all there is to say, plainly."""
    i = w.index(language)
    kind = KINDS[thing.kind]
    colour = ""
    if thing.colour and (thing.colour != kind.colour or (rng.random() < 0.4 if rng else bool(kind.paint))):
        colour = w.colour(rng, thing.colour, language)
    elif thing.colour is None and thing.kind in w.BROWN and rng and rng.random() < 0.12:
        colour = w.pick(rng, w.BROWN_WORDS[i])
    size = w.pick(rng, w.SIZE_WORDS[thing.size][i]) if thing.size != "normal" else ""
    noun = w.noun(rng, thing.kind, language, count)
    worn = w.pick(rng, w.WORN_WORDS[thing.worn][i]) if thing.worn else ""
    denied = rng is not None and count == 1 and thing.colour is not None and thing.colour == unlike(thing.kind) and rng.random() < 0.12
    if denied:
        colour = "" if language == "en" else "不是" + w.COLOUR_WORDS[kind.colour][1][0]
    if language == "en":
        text = (thing.text or "").removesuffix("=") if rng and rng.random() < 0.5 else thing.text
        after = f" {rng.choice(('wearing', 'with', 'in')) if rng else 'with'} {worn}" if worn else ""
        if worn and count > 1:
            after = after.replace(" a ", " ")
            after = after.replace("hat", "hats").replace("scarf", "scarves")
        if text:
            after += rng.choice((f" that says {text}", f' saying "{text}"', f" with {text} on it", f" reading {text}", f" with the {'sum' if thing.kind == 'board' else 'text'} {text}")) if rng else f" that says {text}"
        if denied:
            after += rng.choice((" that is not ", " that isn't ", " which is not ")) + kind.colour
        return " ".join(x for x in (size, colour) if x), noun, after
    before = size
    if colour:
        before += colour if rng and len(colour) == 1 else f"{colour}的"
    if worn:
        before = (f"{rng.choice(('戴着', '戴', '带着')) if rng else '戴着'}{worn}的").replace("戴围巾", "围围巾") + before
    if thing.text:
        text = thing.text.removesuffix("=") if rng and rng.random() < 0.5 else thing.text
        before = f"{rng.choice(('写着', '上面写着')) if rng else '写着'}{text}的" + before
    if size == "迷你" and not colour:
        before = before.replace("迷你", "迷你的")
    return before, noun, ""


def counted(rng: random.Random | None, thing: Thing, count: int, language: str, bare: bool = False) -> str:
    """'two red cars', '两辆红色的汽车'. `bare`: without article."""
    before, noun, after = looks(rng, thing, language, count)
    if language == "en":
        text = f"{before} {noun}".strip() + after
        if count > 1:
            return f"{w.pick(rng, w.NUMBERS[count][0]) if rng else w.COUNT_WORDS[0][count]} {text}"
        if bare:
            return text
        return (f"the {text}" if thing.kind in ("sun", "moon") and rng and rng.random() < 0.5 and not before else f"{rng.choice(('one', '1', 'a single'))} {text}" if rng and rng.random() < 0.04 else w.a(text))
    measure = w.pick(rng, w.NOUNS[thing.kind].measure)
    number = w.pick(rng, w.NUMBERS[count][1]) if rng else w.COUNT_WORDS[1][count]
    if rng and count == 2 and rng.random() < 0.06:
        return f"一对{before}{noun}"
    if rng and count == 3 and rng.random() < 0.1:
        return f"几{measure}{before}{noun}"
    if bare or (rng and count == 1 and rng.random() < 0.2):
        return f"{before}{noun}"
    return f"{number}{measure}{before}{noun}"


def where(rng: random.Random | None, group: Group, language: str, row_of_four: bool = False) -> str:
    """Where it is, as far as that has to be said; '' where it goes without saying."""
    i = w.index(language)
    flies = KINDS[group.thing.kind].flies
    row = ""
    if group.sky != flies or (group.sky and rng and rng.random() < 0.2):
        row = w.pick(rng, (w.SKY_WORDS if group.sky else w.GROUND_WORDS)[i])
    column = w.pick(rng, w.COLUMN_WORDS[group.column][i]) if group.column is not None else ""
    if language == "en":
        return " ".join(x for x in (row, column) if x)
    return f"{row}{column}" if not row or not column else f"{row}的{column}" if len(row) < 3 else f"{row}{column}"


def join(parts: list[str], language: str, rng: random.Random | None = None) -> str:
    if len(parts) == 1:
        return parts[0]
    if language == "en":
        last = " and " if rng is None or rng.random() < 0.85 else ", " if rng.random() < 0.5 else " & "
        return ", ".join(parts[:-1]) + last + parts[-1]
    last = "和" if rng is None else rng.choice(("和", "和", "、", "与", "还有"))
    return "、".join(parts[:-1]) + last + parts[-1]


def _pair(rng: random.Random, spec: Spec, language: str) -> str | None:
    """Relations of two groups: beside, above, on each side. None where none fits."""
    one, two = spec.groups if len(spec.groups) == 2 else (None, None)
    if len(spec.groups) == 3:
        return _around(rng, spec, language)
    if one and two and one.count == two.count == 1 and one.sky != two.sky and (one.column if one.sky else two.column) == 1 and (two.column if one.sky else one.column) in (None, 1):
        high, low = (one, two) if one.sky else (two, one)
        upper, lower = counted(rng, high.thing, 1, language), counted(rng, low.thing, 1, language)
        if spec.groups[0].sky:
            return upper + rng.choice((" above ", " over ", " right above ")) + lower if language == "en" else rng.choice((f"{upper}在{lower}上面", f"{upper}在{lower}的上方"))
        return lower + rng.choice((" under ", " below ", " beneath ")) + upper if language == "en" else rng.choice((f"{lower}在{upper}下面", f"{lower}在{upper}的下方"))
    if not one or not two or one.column is not None or two.column is not None:
        return None
    if one.sky or two.sky or KINDS[one.thing.kind].flies or KINDS[two.thing.kind].flies:
        return None
    first, second = counted(rng, one.thing, one.count, language), counted(rng, two.thing, two.count, language)
    if language == "en":
        return first + rng.choice((" next to ", " beside ", " with ", " by ", " near ", " together with ", " alongside ", " in front of ", " behind ")) + second
    return rng.choice((f"{first}在{second}旁边", f"{first}旁边有{second}", f"{first}旁边是{second}", f"{first}挨着{second}", f"{first}在{second}前面", f"{first}在{second}后面"))


def _around(rng: random.Random, spec: Spec, language: str) -> str | None:
    """'a house with a tree on each side': the middle one of three is named first, the outer two are alike."""
    if not all(g.count == 1 and not g.sky and g.column is not None for g in spec.groups):
        return None
    middle, *outer = sorted(spec.groups, key=lambda g: g.column != 1)
    if outer[0].thing != outer[1].thing or spec.groups[0] is not middle:
        return None
    inner = counted(rng, middle.thing, 1, language)
    if language == "en":
        side = counted(rng, outer[0].thing, 1, language)
        return rng.choice((f"{inner} with {side} on each side", f"{inner} with {side} on both sides", f"{inner} between {counted(rng, outer[0].thing, 2, language)}"))
    pair = counted(rng, outer[0].thing, 2, language)
    return rng.choice((f"{inner}在{pair}中间", f"{inner}两边各有{counted(rng, outer[0].thing, 1, language)}"))


def things_in_words(rng: random.Random, spec: Spec, language: str) -> str:
    if rng.random() < 0.4 and (pair := _pair(rng, spec, language)):
        return pair
    parts = []
    for group in spec.groups:
        text, place = counted(rng, group.thing, group.count, language), where(rng, group, language)
        if language == "en":
            parts.append(f"{text} {place}".strip())
        else:
            parts.append(f"{place}{rng.choice(('有', '是', '')) if place else ''}{text}")
    return join(parts, language, rng)


def setting(rng: random.Random, spec: Spec, language: str) -> list[str]:
    """Place, hour, weather and style as phrases, as far as they are said."""
    i = w.index(language)
    said = []
    for value, table in ((spec.place, w.PLACE_WORDS), (spec.time, w.TIME_WORDS), (spec.weather, w.WEATHER_WORDS), (spec.style, w.STYLE_WORDS)):
        if value:
            said.append(w.pick(rng, table[value][2 * i]))
    return said


def keywords(rng: random.Random, spec: Spec, language: str) -> str | None:
    """'red car beach night': no articles, no order. None where positions have to be said."""
    if any(g.column is not None or g.sky != KINDS[g.thing.kind].flies or g.thing.text for g in spec.groups):
        return None
    i = w.index(language)
    things = [counted(rng, g.thing, g.count, language, bare=True) for g in spec.groups]
    rest = [rng.choice(table[value][2 * i + 1]) for value, table in
            ((spec.place, w.PLACE_WORDS), (spec.time, w.TIME_WORDS), (spec.weather, w.WEATHER_WORDS), (spec.style, w.STYLE_WORDS)) if value]
    rng.shuffle(rest)
    parts = rest[: len(rest) // 2] + things + rest[len(rest) // 2 :] if rng.random() < 0.3 else things + rest
    return rng.choice((" ", ", ") if language == "en" else (" ", "，", "、")).join(parts)


def description(rng: random.Random, spec: Spec, language: str) -> str:
    """A phrase that says the spec, now and then with what should not be there either."""
    text = _affirmed(rng, spec, language)
    if rng.random() > 0.03:
        return text
    here = {g.thing.kind for g in spec.groups}
    absent = w.noun(None, rng.choice([k for k in KINDS if k not in here]), language, 2)
    if language == "en":
        return text + rng.choice((f", no {absent}", f" without {absent}", f" but no {absent}", f" and no {absent}"))
    return text + rng.choice((f"，不要{absent}", f"，没有{absent}"))


def _affirmed(rng: random.Random, spec: Spec, language: str) -> str:
    """Things and setting in one of the usual orders."""
    if rng.random() < 0.13 and (short := keywords(rng, spec, language)):
        return short
    things, rest = things_in_words(rng, spec, language), setting(rng, spec, language)
    if language == "en":
        if rest and rng.random() < 0.15:
            front = rest.pop(rng.randrange(len(rest)))
            return f"{front}, " + " ".join([things, *rest])
        if rng.random() < 0.3:
            rng.shuffle(rest)
        return (", " if rest and rng.random() < 0.08 else " ").join([things, " ".join(rest)]) if rest else things
    if not rest:
        return things
    placed = things.startswith(tuple(x for words in w.COLUMN_WORDS for x in words[1]))
    form = rng.random()
    if form < 0.25:
        return f"{things}，{'，'.join(rest)}"
    if rng.random() < 0.4:
        rng.shuffle(rest)
    glue = rng.choice(("，", "的", "")) if len(rest) > 1 else ""
    return f"{glue.join(rest)}{'，' if placed or form < 0.5 else rng.choice(('的', '有', ''))}{things}"


def at_length(scene: Scene, language: str) -> str:
    """Every detail in the order of the picture: what `polish` answers, and what it draws."""
    parts = []
    for position, thing in scene.placed:
        text, group = counted(None, thing, 1, language), Group(thing, 1, in_sky(position), column_of(position))
        place = where(None, replace(group, thing=replace(thing, kind="dog" if in_sky(position) else "bird")), language)
        parts.append(f"{text} {place}" if language == "en" else f"{place}有{text}")
    i = w.index(language)
    rest = [w.PLACE_WORDS[scene.place][2 * i][0], w.TIME_WORDS[scene.time][2 * i][0]]
    if scene.weather != "clear":
        rest.append(w.WEATHER_WORDS[scene.weather][2 * i][0])
    if scene.style != "plain":
        rest.append(w.STYLE_WORDS[scene.style][2 * i][0])
    if language == "en":
        text = f"{join(parts, 'en')} {' '.join(rest)}."
        return text[0].upper() + text[1:]
    return f"{'，'.join(rest)}，{'，'.join(parts)}。"


def caption(scene: Scene, language: str) -> str:
    """The one short description, read off the picture: the ground from left to right, then the sky."""
    parts: list[tuple[Thing, int, bool]] = []
    for position, thing in scene.placed:
        if parts and parts[-1][0] == thing and parts[-1][2] == in_sky(position):
            parts[-1] = (thing, parts[-1][1] + 1, parts[-1][2])
        else:
            parts.append((thing, 1, in_sky(position)))
    i = w.index(language)
    rest = [w.PLACE_WORDS[scene.place][2 * i][0], w.TIME_WORDS[scene.time][2 * i][0]]
    rest += [w.WEATHER_WORDS[scene.weather][2 * i][0]] if scene.weather != "clear" else []
    rest += [w.STYLE_WORDS[scene.style][2 * i][0]] if scene.style != "plain" else []
    plain = scene.style in ("greyscale", "sketch")
    told = [counted(None, replace(t, colour=KINDS[t.kind].colour) if plain else t, n, language) if not plain else _uncoloured(t, n, language) for t, n, _ in parts]
    if language == "en":
        text = f"{join(told, 'en')} {' '.join(rest)}."
        return text[0].upper() + text[1:]
    return f"{'，'.join(rest)}，有{join(told, 'zh')}。"


def _uncoloured(thing: Thing, count: int, language: str) -> str:
    """Of a picture without colours none is told."""
    before, noun, after = looks(None, replace(thing, colour=None), language, count)
    if language == "en":
        text = f"{before} {noun}".strip() + after
        return w.a(text) if count == 1 else f"{w.COUNT_WORDS[0][count]} {text}"
    return f"{w.COUNT_WORDS[1][count]}{w.NOUNS[thing.kind].measure[0]}{before}{noun}"
