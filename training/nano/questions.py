"""Questions about a picture and their one right answer each."""

from __future__ import annotations

import random

from . import words as w
from .describe import caption, counted
from .edits import column_of
from .kinds import KIND_NAMES, KINDS
from .layout import in_sky
from .world import Scene, Thing

SORTS = ("caption",) * 4 + ("colour",) * 2 + ("where",) * 2 + ("at",) * 2 + ("count", "count", "total", "is", "is", "place", "time", "weather", "worn", "read", "read", "sum", "style", "size")
# how the look of a kind without a colour of its own is told
LOOKS = {
    "dog": ("brown", "棕色"), "bear": ("brown", "棕色"), "horse": ("brown", "棕色"), "chair": ("brown", "棕色"), "cow": ("black and white", "黑白相间"), "duck": ("green and white", "绿白相间"),
    "penguin": ("purple and white", "紫白相间"), "train": ("black and red", "黑红相间"), "cake": ("cream and orange", "奶油色和橙色"), "pizza": ("yellow and red", "黄色和红色"),
    "house": ("brown", "棕色"), "sign": ("blue", "蓝色"), "board": ("green", "绿色"),
}
PLACE_ANSWER = {p: w.PLACE_WORDS[p][0][0] for p in w.PLACE_WORDS}
WEATHER_ANSWER = {"clear": ("The weather is clear.", "天气晴朗。"), "rain": ("It is raining.", "在下雨。"), "snowfall": ("It is snowing.", "在下雪。"), "fog": ("It is foggy.", "有雾。")}
TIME_ANSWER = {"day": ("It is day.", "是白天。"), "night": ("It is night.", "是夜晚。"), "sunset": ("It is sunset.", "是日落时。")}
STYLE_ANSWER = {"plain": ("It is in full colour.", "是彩色的。"), "greyscale": ("It is in black and white.", "是黑白的。"), "sketch": ("It is a pencil sketch.", "是素描。"), "pastel": ("It is in pastel colours.", "是粉彩的。")}
NO_COLOURS = ("The picture has no colours.", "这张图没有颜色。")


def _one(rng: random.Random, scene: Scene) -> tuple[int, Thing] | None:
    """A thing that is the only one of its kind."""
    kinds = [t.kind for t in scene.things]
    alone = [(p, t) for p, t in scene.placed if kinds.count(t.kind) == 1]
    return rng.choice(alone) if alone else None


def _where(position: int, thing: Thing, language: str) -> str:
    i = w.index(language)
    column = w.COLUMN_WORDS[column_of(position)][i][0]
    sky = w.SKY_WORDS[i][0] if in_sky(position) else ""
    if language == "en":
        return f"{sky} {column}".strip()
    return f"{sky}{'的' if sky else ''}{column}"


def question(rng: random.Random, scene: Scene, language: str, sort: str | None = None) -> tuple[str, str]:
    """(question, answer); `sort` as far as the scene has something for it, else a caption."""
    sort = sort or rng.choice(SORTS)
    found = _QUESTIONS[sort](rng, scene, language) if sort != "caption" else None
    if found:
        return found
    asked = (("what is in the picture?", "what do you see?", "describe the picture", "what's in the image?", "describe the image", w.DESCRIBE, "what is this?", "what can you see here?", "tell me what's in this picture", "caption this", "what's this?", "describe it") if language == "en"
             else ("图里有什么？", "图片里有什么？", "你看到了什么？", "描述一下这张图片", "画面里有什么？", "请描述图片", "这是什么？", "这张图画了什么", "描述这张图"))
    return rng.choice(asked), caption(scene, language)


def _colour(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    one = _one(rng, scene)
    if not one:
        return None
    thing, en = one[1], language == "en"
    name, own = w.noun(rng, thing.kind, language), w.noun(None, thing.kind, language)
    asked = rng.choice((f"what colour is the {name}?", f"what color is the {name}?", f"which colour does the {name} have?", f"the {name} is what color?") if en else (f"{name}是什么颜色的？", f"{name}是什么颜色？", f"{name}什么颜色"))
    if scene.style in ("greyscale", "sketch"):
        return asked, NO_COLOURS[w.index(language)]
    colour = w.colour(None, thing.colour, language) if thing.colour else LOOKS[thing.kind][w.index(language)]
    return asked, f"The {own} is {colour}." if en else f"{own}是{colour}的。"


def _where_is(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    one = _one(rng, scene)
    if not one:
        return None
    position, thing = one
    name, own = w.noun(rng, thing.kind, language), w.noun(None, thing.kind, language)
    place = _where(position, thing, language)
    return (rng.choice((f"where is the {name}?", f"where's the {name}?", f"on which side is the {name}?")), f"The {own} is {place}.") if language == "en" else (rng.choice((f"{name}在哪里？", f"{name}在哪儿？", f"{name}在什么位置？")), f"{own}在{place}。")


def _at(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    column, sky, i = rng.randrange(3), rng.random() < 0.2, w.index(language)
    if sky:
        there = [t for _, t in scene.row(True)]
        asked = rng.choice(("what is in the sky?", "what's in the sky?", "what is up in the air?") if i == 0 else ("天上有什么？", "天空中有什么？"))
    else:
        there = [t for p, t in scene.placed if column_of(p) == column]
        asked = rng.choice((f"what is {w.COLUMN_WORDS[column][0][0]}?", f"what's {w.COLUMN_WORDS[column][0][0]}?", f"what do you see {w.COLUMN_WORDS[column][0][0]}?") if i == 0 else (f"{w.COLUMN_WORDS[column][1][0]}是什么？", f"{w.COLUMN_WORDS[column][1][0]}有什么？"))
    if not there:
        return asked, "Nothing." if i == 0 else "什么也没有。"
    plain = scene.style in ("greyscale", "sketch")
    told = [counted(None, Thing(t.kind, KINDS[t.kind].colour, t.size, t.worn, t.text), 1, language) if plain and not KINDS[t.kind].paint else _told(t, language, plain) for t in there]
    text = told[0] if len(told) == 1 else ", ".join(told[:-1]) + " and " + told[-1] if i == 0 else "和".join(told)
    return asked, f"{text[0].upper()}{text[1:]}." if i == 0 else f"{text}。"


def _told(thing: Thing, language: str, plain: bool) -> str:
    from .describe import _uncoloured

    return _uncoloured(thing, 1, language) if plain else counted(None, thing, 1, language)


def _count(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    kind = rng.choice(scene.things).kind if rng.random() < 0.75 else rng.choice(KIND_NAMES)
    count = sum(t.kind == kind for t in scene.things)
    if language == "en":
        many = w.noun(rng, kind, "en", 2)
        return rng.choice((f"how many {many} are there?", f"how many {many} do you see?", f"how many {many}?", f"count the {many}")), f"{w.COUNT_WORDS[0][count].replace('no', 'none').capitalize()}."
    name, measure = w.noun(rng, kind, "zh"), w.NOUNS[kind].measure[0]
    return rng.choice((f"有几{measure}{name}？", f"图里有多少{measure}{name}？", f"几{measure}{name}")), f"{w.COUNT_WORDS[1][count]}{measure}。" if count else "没有。"


def _total(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    count = len(scene.things)
    return (rng.choice(("how many things are there?", "how many objects are in the picture?", "how many things do you see?")), f"{w.COUNT_WORDS[0][count].capitalize()}.") if language == "en" else (rng.choice(("有几个东西？", "图里一共有几个东西？", "有多少个物体？")), f"{w.COUNT_WORDS[1][count]}个。")


def _is(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    kind = rng.choice(scene.things).kind if rng.random() < 0.5 else rng.choice(KIND_NAMES)
    yes, name = any(t.kind == kind for t in scene.things), w.noun(rng, kind, language)
    if language == "en":
        return rng.choice((f"is there {w.a(name)}?", f"is there {w.a(name)} in the picture?", f"do you see {w.a(name)}?", f"can you see {w.a(name)}?", f"are there any {w.noun(None, kind, 'en', 2)}?")), "Yes." if yes else "No."
    return rng.choice((f"有{name}吗？", f"图里有{name}吗？", f"有没有{name}？", f"你看到{name}了吗？")), "有。" if yes else "没有。"


def _place(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    text = w.PLACE_WORDS[scene.place][2 * w.index(language)][0]
    return (rng.choice(("where is this?", "what place is this?", "what is the setting?", "where are they?")), f"{text[0].upper()}{text[1:]}.") if language == "en" else (rng.choice(("这是哪里？", "这是什么地方？", "背景是哪里？")), f"{text}。")


def _time(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    return rng.choice((("is it day or night?", "what time of day is it?", "is it night?" if False else "day or night?"), ("是白天还是夜晚？", "现在是什么时候？", "是白天还是晚上？"))[w.index(language)]), TIME_ANSWER[scene.time][w.index(language)]


def _weather(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    return rng.choice((("how is the weather?", "what is the weather like?", "what's the weather in the picture?", "is it raining or snowing?"), ("天气怎么样？", "图里是什么天气？", "天气如何？"))[w.index(language)]), WEATHER_ANSWER[scene.weather][w.index(language)]


def _worn(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    one = _one(rng, scene)
    if not one or not KINDS[one[1].kind].wear:
        return None
    name, i = w.noun(rng, one[1].kind, language), w.index(language)
    asked = rng.choice((f"what is the {name} wearing?", f"what does the {name} wear?") if i == 0 else (f"{name}戴着什么？", f"{name}身上戴了什么？"))
    if not one[1].worn:
        return asked, ("Nothing.", "什么也没戴。")[i]
    worn = w.WORN_WORDS[one[1].worn][i][0]
    return asked, f"{worn[0].upper()}{worn[1:]}." if i == 0 else f"{worn}。"


def _read(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    written = [t for t in scene.things if t.text]
    if len(written) != 1:
        return None
    name, text = w.noun(rng, written[0].kind, language), written[0].text
    return (rng.choice((f"what does the {name} say?", f"what is written on the {name}?", f"read the {name}", f"what's on the {name}?")), f"{text}.") if language == "en" else (rng.choice((f"{name}上写着什么？", f"{name}上写了什么？", f"读一下{name}上的字")), f"{text}。")


def _sum(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    boards = [t for t in scene.things if t.kind == "board"]
    if len(boards) != 1:
        return None
    a, sign, b = boards[0].text[:3]
    result = int(a) + int(b) if sign == "+" else int(a) - int(b)
    return (rng.choice(("what is the answer of the sum?", "what does the sum come to?", "solve the sum on the board", "what's the result?", "how much is that?")), f"{result}.") if language == "en" else (rng.choice(("黑板上的算式等于几？", "结果是多少？", "算一下黑板上的题", "等于多少？")), f"{result}。")


def _style(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    return rng.choice((("what style is it in?", "in which style is the picture?", "is it in colour?"), ("这是什么风格？", "图片是什么风格的？", "是彩色的吗？"))[w.index(language)]), STYLE_ANSWER[scene.style][w.index(language)]


def _size(rng: random.Random, scene: Scene, language: str) -> tuple[str, str] | None:
    one = _one(rng, scene)
    if not one:
        return None
    name, i = w.noun(rng, one[1].kind, language), w.index(language)
    own = w.noun(None, one[1].kind, language)
    size = {"small": ("small", "小"), "normal": ("of normal size", "正常大小"), "big": ("big", "大")}[one[1].size][i]
    return (rng.choice((f"how big is the {name}?", f"is the {name} big or small?", f"what size is the {name}?")), f"The {own} is {size}.") if i == 0 else (rng.choice((f"{name}有多大？", f"{name}是大还是小？")), f"{own}是{size}的。")


_QUESTIONS = {"colour": _colour, "where": _where_is, "at": _at, "count": _count, "total": _total, "is": _is, "place": _place, "time": _time, "weather": _weather, "worn": _worn, "read": _read, "sum": _sum, "style": _style, "size": _size}
