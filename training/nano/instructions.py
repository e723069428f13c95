"""Edits in words. A thing is singled out as people do it: by its kind, else by colour, size, dress or position."""

from __future__ import annotations

import random
from dataclasses import replace

from . import words as w
from .describe import Group, counted, where
from .edits import Edit, column_of
from .kinds import KINDS
from .layout import in_sky
from .world import Scene, Thing

ORDINALS = (("first", "second", "third", "fourth"), ("第一", "第二", "第三", "第四"))


def _the(text: str) -> str:
    return f"the {text}"


def _marks(rng: random.Random, scene: Scene, position: int, language: str) -> list[str]:
    """Ways to single out one of several of a kind, each of them enough."""
    i = w.index(language)
    thing = scene.spots[position]
    assert thing
    others = [(p, t) for p, t in scene.placed if t.kind == thing.kind and p != position]
    noun = w.noun(rng, thing.kind, language)
    ways = []
    if thing.colour and all(t.colour != thing.colour for _, t in others):
        name = w.colour(rng, thing.colour, language)
        ways.append(f"the {name} {noun}" if language == "en" else f"{name if len(name) == 1 else name + '的'}{noun}")
    if thing.size != "normal" and all(t.size != thing.size for _, t in others):
        name = w.pick(rng, w.SIZE_WORDS[thing.size][i])
        ways.append(f"the {name} {noun}" if language == "en" else f"{name}{noun}")
    if thing.worn and all(t.worn != thing.worn for _, t in others):
        name = w.pick(rng, w.WORN_WORDS[thing.worn][i])
        ways.append(f"the {noun} {rng.choice(('with', 'wearing'))} {name}" if language == "en" else f"戴{name}的{noun}".replace("戴围巾", "围围巾"))
    if all(in_sky(p) != in_sky(position) for p, _ in others):
        name = w.pick(rng, (w.SKY_WORDS if in_sky(position) else w.GROUND_WORDS)[i])
        ways.append(f"the {noun} {name}" if language == "en" else f"{name}的{noun}")
    if all(column_of(p) != column_of(position) for p, _ in others):
        name = w.pick(rng, w.COLUMN_WORDS[column_of(position)][i])
        side = ("left", "middle", "right")[column_of(position)]
        ways.append(rng.choice((f"the {noun} {name}", f"the {side} {noun}")) if language == "en" else f"{name}的{noun}")
    row = [p for p, t in scene.placed if t.kind == thing.kind and in_sky(p) == in_sky(position)]
    if len(row) > 1 and len(row) == len(others) + 1:
        order = ORDINALS[i][row.index(position)]
        measure = w.NOUNS[thing.kind].measure[0]
        ways.append(rng.choice((f"the {order} {noun}", f"the {order} {noun} from the left")) if language == "en" else rng.choice((f"{order}{measure}{noun}", f"左起{order}{measure}{noun}")))
        if row[0] == position or row[-1] == position:
            left = row[0] == position
            ways.append(f"the {'leftmost' if left else 'rightmost'} {noun}" if language == "en" else f"最{'左' if left else '右'}边的{noun}")
    return ways


def refer(rng: random.Random, scene: Scene, at: tuple[int, ...], language: str) -> str | None:
    """Words for the things at the positions; None where no words single them out."""
    thing = scene.spots[at[0]]
    assert thing
    same = [p for p, t in scene.placed if t.kind == thing.kind]
    noun = w.noun(rng, thing.kind, language, len(at))
    if len(at) == 1 and len(scene.things) == 1 and rng.random() < 0.2:
        return "it" if language == "en" else "它"
    if len(at) == len(same):
        if len(at) > 1:
            if language == "en":
                return rng.choice((f"the {noun}", f"all the {noun}", f"both {noun}" if len(at) == 2 else f"all {noun}", f"the {w.COUNT_WORDS[0][len(at)]} {noun}"))
            return rng.choice((f"所有的{noun}", f"{noun}都" if False else f"全部{noun}", f"{w.COUNT_WORDS[1][len(at)]}{w.NOUNS[thing.kind].measure[0]}{noun}"))
        if rng.random() < 0.25 and (ways := _marks(rng, scene, at[0], language)):
            return rng.choice(ways)
        return _the(noun) if language == "en" else rng.choice((noun, noun, f"这{w.NOUNS[thing.kind].measure[0]}{noun}", f"那{w.NOUNS[thing.kind].measure[0]}{noun}"))
    if len(at) > 1:
        return None
    ways = _marks(rng, scene, at[0], language)
    return rng.choice(ways) if ways else None


def _add(rng: random.Random, scene: Scene, edit: Edit, language: str) -> str:
    thing: Thing = edit.thing
    text = counted(rng, thing, edit.count, language)
    same = any(t == thing for t in scene.things)
    place = where(rng, Group(thing, edit.count, edit.sky, edit.column), language)
    if language == "en":
        noun = w.noun(rng, thing.kind, "en")
        if same and edit.count == 1 and len({t for t in scene.things if t.kind == thing.kind}) == 1 and rng.random() < 0.6:
            text = rng.choice((f"another {noun}", f"one more {noun}"))
        form = rng.choice(("add {}", "add {}", "add {}", "put {} in the picture", "put {}", "place {}", "now add {}", "also add {}", "draw {} too", "there should also be {}", "let's add {}", "include {}", "and {}", "I want {} there too"))
        if place and form == "put {} in the picture":
            form = "put {}"
        if not place and form in ("put {}", "place {}"):
            form = "add {}"
        return form.format(f"{text} {place}".strip())
    if place:
        return rng.choice((f"在{place}加{text}", f"在{place}添加{text}", f"{place}放{text}", f"{place}再画{text}", f"在{place}加上{text}"))
    return rng.choice((f"加{text}", f"加上{text}", f"添加{text}", f"再加{text}", f"再画{text}", f"加入{text}", f"多画{text}", f"放{text}"))


def _value(rng: random.Random, edit: Edit, scene: Scene, language: str, name: str) -> str:
    """Words for an edit of named things."""
    en = language == "en"
    i = w.index(language)
    many = len(edit.at) > 1
    if edit.sort == "remove":
        return (rng.choice((f"remove {name}", f"take away {name}", f"delete {name}", f"erase {name}", f"get rid of {name}", f"take {name} out", f"no {name[4:]}" if name.startswith("the ") and not many and name.count(" ") == 1 else f"remove {name}", f"I don't want {name}")) if en
                else rng.choice((f"去掉{name}", f"删除{name}", f"移除{name}", f"把{name}去掉", f"把{name}删掉", f"不要{name}", f"把{name}拿走", f"擦掉{name}")))
    if edit.sort == "recolour":
        colour = w.colour(rng, edit.value, language)
        return (rng.choice((f"make {name} {colour}", f"make {name} {colour}", f"paint {name} {colour}", f"change {name} to {colour}", f"turn {name} {colour}", f"color {name} {colour}", f"{name} should be {colour}", f"change the colour of {name} to {colour}", f"I want {name} {colour}")) if en
                else rng.choice((f"把{name}变成{colour}", f"把{name}改成{colour}", f"把{name}涂成{colour}", f"将{name}变为{colour}", f"{name}改成{colour}", f"让{name}变成{colour}", f"{name}换成{colour}", f"把{name}的颜色改成{colour}")))
    if edit.sort == "replace":
        new = counted(rng, edit.thing, len(edit.at), language) if many else counted(rng, edit.thing, 1, language)
        return (rng.choice((f"replace {name} with {new}", f"replace {name} by {new}", f"change {name} into {new}", f"swap {name} for {new}", f"turn {name} into {new}", f"{new} instead of {name}", f"make {name} {new}")) if en
                else rng.choice((f"把{name}换成{new}", f"用{new}替换{name}", f"将{name}替换为{new}", f"把{name}变成{new}", f"{name}换成{new}")))
    if edit.sort == "resize":
        return _size(rng, edit, scene, language, name)
    if edit.sort == "wear":
        worn = w.pick(rng, w.WORN_WORDS[edit.value][i])
        return (rng.choice((f"give {name} {worn}", f"put {worn} on {name}", f"{name} should wear {worn}", f"let {name} wear {worn}", f"add {worn} to {name}", f"make {name} wear {worn}")) if en
                else rng.choice((f"给{name}戴上{worn}", f"让{name}戴{worn}", f"{name}戴上{worn}", f"给{name}加{worn}")).replace("戴上围巾", "围上围巾"))
    if edit.sort == "undress":
        old = next(scene.spots[p].worn for p in edit.at if scene.spots[p].worn)
        worn = w.pick(rng, w.WORN_WORDS[old][i]).removeprefix("a ")
        return (rng.choice((f"take the {worn} off {name}", f"remove the {worn} from {name}", f"take off the {worn} of {name}", f"no {worn} on {name}")) if en
                else rng.choice((f"摘掉{name}的{worn}", f"去掉{name}的{worn}", f"把{name}的{worn}拿掉")))
    if edit.sort == "write":
        text = edit.value.removesuffix("=") if rng.random() < 0.5 else edit.value
        return (rng.choice((f"make {name} say {text}", f"change the text on {name} to {text}", f'write "{text}" on {name}', f"{name} should say {text}", f"write {text} on {name}")) if en
                else rng.choice((f"把{name}上的字改成{text}", f"在{name}上写{text}", f"让{name}写着{text}", f"{name}上写{text}")))
    column = w.pick(rng, w.COLUMN_WORDS[edit.column][i])
    side = ("left", "middle", "right")[edit.column]
    return (rng.choice((f"move {name} to the {side}", f"move {name} to the {side}", f"put {name} {column}", f"place {name} {column}", f"{name} should be {column}")) if en
            else rng.choice((f"把{name}移到{column}", f"把{name}放到{column}", f"将{name}移动到{column}", f"把{name}挪到{column}", f"{name}放在{column}")))


def _size(rng: random.Random, edit: Edit, scene: Scene, language: str, name: str) -> str:
    old = scene.spots[edit.at[0]].size
    order = ("small", "normal", "big")
    step = order.index(edit.value) - order.index(old)
    if language == "en":
        if edit.value == "normal" and rng.random() < 0.3:
            return f"make {name} normal size" if len(edit.at) == 1 else f"make {name} normal sized"
        if abs(step) == 1 and rng.random() < 0.75:
            return rng.choice((f"make {name} {'bigger' if step > 0 else 'smaller'}", f"{'enlarge' if step > 0 else 'shrink'} {name}", f"{name} should be {'larger' if step > 0 else 'smaller'}"))
        if edit.value == "normal":
            return f"make {name} {'bigger' if step > 0 else 'smaller'}"
        word = w.pick(rng, w.SIZE_WORDS[edit.value][0])
        return rng.choice((f"make {name} {word}", f"make {name} very {word}" if word in ("big", "small") else f"make {name} {word}", f"{name} should be {word}"))
    if edit.value == "normal" and rng.random() < 0.3:
        return f"把{name}变成正常大小"
    if abs(step) == 1 and rng.random() < 0.75 or edit.value == "normal":
        return rng.choice((f"把{name}变{'大' if step > 0 else '小'}", f"{'放大' if step > 0 else '缩小'}{name}", f"让{name}{'大' if step > 0 else '小'}一点", f"{name}再{'大' if step > 0 else '小'}一些"))
    return rng.choice((f"让{name}变得很{'大' if step > 0 else '小'}", f"把{name}变成{'大大的' if step > 0 else '小小的'}", f"把{name}变得{'巨大' if step > 0 else '很小很小'}"))


def _setting(rng: random.Random, edit: Edit, scene: Scene, language: str) -> str:
    i = w.index(language)
    en = language == "en"
    if edit.sort == "place":
        phrase, noun = w.pick(rng, w.PLACE_WORDS[edit.value][2 * i]), w.pick(rng, w.PLACE_WORDS[edit.value][2 * i + 1])
        return (rng.choice((f"move it {phrase}", f"put it {phrase}", f"make it {phrase}", f"change the place to the {noun}", f"change the background to the {noun}", f"set it {phrase}", f"now {phrase}", f"let it be {phrase}", f"take everything to the {noun}", f"make the background a {noun}")) if en
                else rng.choice((f"把背景换成{noun}", f"换到{phrase}", f"把地点改成{noun}", f"背景改为{noun}", f"放到{phrase}", f"改到{phrase}", f"背景变成{noun}")))
    if edit.sort == "time":
        return rng.choice(_TIME[edit.value][i])
    if edit.sort == "weather":
        if edit.value == "clear":
            return rng.choice(_STOP[scene.weather][i] + _CLEAR[i])
        return rng.choice(_WEATHER[edit.value][i])
    if edit.value == "plain":
        return rng.choice((("make it in colour again", "back to normal colours", "make it colourful", "put the colours back", "in full colour please"), ("恢复颜色", "变回彩色", "改成彩色", "恢复正常颜色"))[i])
    phrase, noun = w.pick(rng, w.STYLE_WORDS[edit.value][2 * i]), w.pick(rng, w.STYLE_WORDS[edit.value][2 * i + 1])
    return (rng.choice((f"make it {phrase}", f"turn it into {noun}", f"show it {phrase}", f"make it {noun}", f"change the style to {noun}", f"now {phrase}")) if en
            else rng.choice((f"变成{noun}", f"改成{noun}风格", f"把它变成{noun}", f"换成{phrase}", f"做成{noun}", f"用{noun}风格")))


_TIME = {
    "night": (("make it night", "make it night", "turn it into night", "change it to night", "make it dark", "night time please", "now at night", "let it be night", "make it nighttime", "switch to night"), ("变成夜晚", "改成晚上", "换成夜晚", "变成晚上", "把它变成夜晚", "让天黑下来", "天黑了", "改到夜里")),
    "day": (("make it day", "make it day", "turn it into day", "change it to day", "make it daytime", "now by day", "let it be day", "make it bright day", "switch to daytime"), ("变成白天", "改成白天", "换成白天", "把它变成白天", "让天亮起来", "天亮了")),
    "sunset": (("make it sunset", "make it a sunset", "change it to sunset", "turn it into dusk", "make it evening", "let the sun go down", "now at sunset", "make it dawn"), ("变成黄昏", "改成日落", "换成傍晚", "变成日落时分", "把它变成黄昏", "改成傍晚")),
}
_WEATHER = {
    "rain": (("make it rain", "let it rain", "add rain", "make it rainy", "it should rain", "start the rain", "rain please"), ("让它下雨", "下雨", "加上雨", "变成下雨天", "让天下雨", "改成雨天")),
    "snowfall": (("make it snow", "let it snow", "add falling snow", "it should snow", "add snowfall", "make snow fall"), ("让它下雪", "下雪", "加上雪花", "变成下雪天", "让天下雪", "飘点雪")),
    "fog": (("make it foggy", "add fog", "add some mist", "put fog in", "let there be fog", "make it misty"), ("加上雾", "变成大雾天", "起雾", "让它起雾", "加点雾")),
}
_STOP = {
    "rain": (["stop the rain", "no rain", "remove the rain"], ["让雨停", "不要下雨", "去掉雨"]), "snowfall": (["stop the snow", "no snowfall", "stop the snowfall"], ["让雪停", "不要下雪", "去掉雪花"]),
    "fog": (["remove the fog", "no fog", "clear the fog"], ["去掉雾", "让雾散去", "不要雾"]), "clear": ([], []),
}
_CLEAR = (["make the weather clear", "clear weather please", "make the sky clear"], ["变成晴天", "天气变晴", "改成晴天"])


def instruction(rng: random.Random, scene: Scene, edit: Edit, language: str) -> str | None:
    """The edit of the scene in words, bare; None where no words single out what it is about."""
    if edit.sort == "add":
        return _add(rng, scene, edit, language)
    if edit.sort in ("place", "time", "weather", "style"):
        return _setting(rng, edit, scene, language)
    name = refer(rng, scene, edit.at, language)
    return _value(rng, edit, scene, language, name) if name else None


def and_then(rng: random.Random, parts: list[str], language: str) -> str:
    """Two or three instructions in one sentence."""
    if language == "en":
        glue = rng.choice((" and ", " and ", ", then ", " and then ", ", "))
        return ", ".join(parts[:-1]) + glue + parts[-1]
    return "，".join(parts[:-1]) + rng.choice(("，", "，再", "，然后", "，并且")) + parts[-1]


def requested(rng: random.Random, text: str, language: str) -> tuple[str, bool]:
    """(the instruction as a request, whether it is a question)."""
    if language == "en":
        form = rng.choice(("{}",) * 14 + ("please {}", "please {}", "{} please", "can you {}?", "could you {}?", "now {}", "ok, {}", "can you please {}?"))
        if form != "{}" and not text.split()[0] in _VERBS:
            form = "{}"
        return form.format(text), form.endswith("?")
    form = rng.choice(("{}",) * 14 + ("请{}", "请{}", "帮我{}", "能{}吗？", "可以{}吗？", "麻烦{}"))
    return form.format(text), form.endswith("？")


_VERBS = {"add", "put", "place", "draw", "include", "remove", "take", "delete", "erase", "get", "make", "paint", "change", "turn", "color", "replace", "swap", "enlarge", "shrink", "give", "let", "move", "write", "set", "stop", "clear", "show"}


def story(rng: random.Random, scene: Scene, edit: Edit, language: str) -> str | None:
    """The edit as a sentence of a story. None where a story would not say it."""
    en = language == "en"
    if edit.sort == "add" and edit.column is None and edit.count == 1:
        text = counted(rng, replace(edit.thing), 1, language)
        if KINDS[edit.thing.kind].animal or edit.thing.kind in ("robot", "snowman"):
            return rng.choice((f"{text} comes along", f"then {text} joins them", f"{text} appears", f"along comes {text}")) if en else rng.choice((f"来了{text}", f"{text}走了过来", f"这时出现了{text}"))
        return rng.choice((f"suddenly there is {text}", f"then {text} appears", f"{text} appears")) if en else rng.choice((f"突然出现了{text}", f"这时出现了{text}"))
    if edit.sort == "remove" and (name := refer(rng, scene, edit.at, language)) and name not in ("it", "它"):
        s = "" if len(edit.at) > 1 else "s"
        return rng.choice((f"{name} go{'es' if s else ''} home", f"{name} disappear{s}", f"{name} leave{s}")) if en else rng.choice((f"{name}回家了", f"{name}离开了", f"{name}不见了"))
    if edit.sort == "time":
        return rng.choice({"night": ("night falls", "it gets dark", "night comes"), "day": ("the morning comes", "a new day begins", "day breaks"), "sunset": ("the sun goes down", "evening comes")}[edit.value]) if en else rng.choice(
            {"night": ("夜幕降临", "天黑了", "夜晚来了"), "day": ("天亮了", "新的一天开始了"), "sunset": ("太阳下山了", "傍晚到了")}[edit.value])
    if edit.sort == "weather":
        return rng.choice({"rain": ("it begins to rain", "rain starts to fall"), "snowfall": ("it begins to snow", "snow starts to fall"), "fog": ("fog comes up", "a mist rises"), "clear": ("the sky clears", "the weather gets better")}[edit.value]) if en else rng.choice(
            {"rain": ("下起了雨", "开始下雨了"), "snowfall": ("下起了雪", "开始下雪了"), "fog": ("起雾了", "雾升起来了"), "clear": ("天晴了", "天气变好了")}[edit.value])
    if edit.sort == "place":
        noun = w.PLACE_WORDS[edit.value][1][0] if en else w.PLACE_WORDS[edit.value][3][0]
        return rng.choice((f"they all go to the {noun}", f"they travel to the {noun}")) if en else rng.choice((f"他们都去了{noun}", f"大家来到了{noun}"))
    if edit.sort == "wear" and (name := refer(rng, scene, edit.at, language)) and name not in ("it", "它"):
        worn = w.pick(rng, w.WORN_WORDS[edit.value][w.index(language)])
        return f"{name} put{'' if len(edit.at) > 1 else 's'} on {worn}" if en else f"{name}戴上了{worn}".replace("戴上了围巾", "围上了围巾")
    return None
