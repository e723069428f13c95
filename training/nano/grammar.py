"""What people say to nano and what it answers, in English and Chinese: sampled texts for a scene, an edit or a question."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .world import CELLS, COLOURS, KIND_NAMES, KINDS, PLACES, Edit, Scene, Thing, default_cells

NOUNS = {
    "car": (["car", "automobile"], ["汽车", "车", "小汽车"], "辆"), "heart": (["heart"], ["心", "爱心"], "颗"),
    "flower": (["flower", "tulip"], ["花", "郁金香"], "朵"), "balloon": (["balloon"], ["气球"], "个"),
    "gift": (["gift", "present"], ["礼物", "礼盒"], "个"), "umbrella": (["umbrella"], ["伞", "雨伞"], "把"),
    "tree": (["tree"], ["树", "大树"], "棵"), "dog": (["dog", "puppy"], ["狗", "小狗"], "只"), "cat": (["cat", "kitten"], ["猫", "小猫"], "只"),
    "house": (["house"], ["房子"], "座"), "snowman": (["snowman"], ["雪人"], "个"), "boat": (["boat", "sailboat"], ["船", "帆船"], "艘"),
}
COLOUR_ZH = {"red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色", "purple": "紫色"}
COLOUR_ZH_SHORT = {"red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫"}
PLACE_EN = {
    "meadow": ["in the meadow", "on the meadow", "in a meadow", "on the grass"], "beach": ["on the beach", "at the beach", "on a beach"],
    "city": ["in the city", "in a city", "in town"], "snow": ["in the snow", "on the snow", "in the snowy mountains"],
}
PLACE_NOUN_EN = {"meadow": "meadow", "beach": "beach", "city": "city", "snow": "snow"}
PLACE_ZH = {"meadow": ["草地", "草地上"], "beach": ["海滩", "沙滩"], "city": ["城市", "城市里"], "snow": ["雪地", "雪地里"]}
WHERE_EN = ["on the left", "in the middle", "on the right"]
WHERE_ZH = ["左边", "中间", "右边"]
COUNT_EN, COUNT_ZH = ["no", "one", "two", "three"], ["零", "一", "两", "三"]
DRAWN = {"en": "Here is an image based on the description:", "zh": "这是根据您的描述生成的图像："}
EDITED = {"en": "Here is the image:", "zh": "以下为编辑后的图像："}
FORM_DRAW = {"en": "Generate an image according to the following description: {}", "zh": "根据以下描述生成一张图像：{}"}
DESCRIBE = "Please give a brief description of the image."
MENU_EN = "I can draw a car, heart, flower, balloon, gift, umbrella, tree, dog, cat, house, snowman or boat, in a meadow, in a city, on the beach or in the snow, by day or night."
MENU_ZH = "我可以画汽车、爱心、花、气球、礼物、雨伞、树、狗、猫、房子、雪人和船，地点有草地、城市、海滩和雪地，白天或夜晚。"


@dataclass(frozen=True)
class Words:
    """A sentence and its language."""

    text: str
    language: str


def a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def noun(rng: random.Random | None, kind: str, language: str) -> str:
    names = NOUNS[kind][0 if language == "en" else 1]
    return rng.choice([names[0], *names]) if rng else names[0]


def named(rng: random.Random | None, thing: Thing, language: str, colour: bool) -> str:
    """'red car' or '一辆红色的汽车' without the article; the colour only when `colour`."""
    if language == "en":
        return f"{thing.colour} {noun(rng, thing.kind, 'en')}" if colour and thing.colour else noun(rng, thing.kind, "en")
    name = noun(rng, thing.kind, "zh")
    if not (colour and thing.colour):
        return name
    if rng and rng.random() < 0.25:
        return f"{COLOUR_ZH_SHORT[thing.colour]}{name}"
    return f"{COLOUR_ZH[thing.colour]}的{name}"


def one(rng: random.Random | None, thing: Thing, language: str, colour: bool) -> str:
    text = named(rng, thing, language, colour)
    if language == "en":
        return a(text)
    return f"一{NOUNS[thing.kind][2]}{text}" if not rng or rng.random() < 0.85 else text


def needs_colour(rng: random.Random, thing: Thing) -> bool:
    """The colour must be said unless it is the kind's default."""
    return thing.colour is not None and (thing.colour != KINDS[thing.kind][1] or rng.random() < 0.6)


def join(parts: list[str], language: str, rng: random.Random | None = None) -> str:
    if language == "en":
        if len(parts) == 2 and rng:
            return rng.choice((" and ", " and ", " next to ", " beside ", " with ")).join(parts)
        return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    if len(parts) == 2 and rng:
        return rng.choice(("和", "和", "、", "与")).join(parts)
    return parts[0] if len(parts) == 1 else "、".join(parts[:-1]) + "和" + parts[-1]


def description(rng: random.Random, scene: Scene, language: str) -> str:
    """Words that decide the scene wholly, given the default rules."""
    order = [i for i in range(3) if scene.cells[i]]
    spoken = tuple(order) != default_cells(len(order)) or rng.random() < 0.12
    if spoken:
        rng.shuffle(order)
    parts = []
    for cell in order:
        thing = scene.cells[cell]
        text = one(rng, thing, language, needs_colour(rng, thing))
        if spoken:
            text = f"{text} {WHERE_EN[cell]}" if language == "en" else f"{WHERE_ZH[cell]}{rng.choice(('有', '是', ''))}{text}"
        parts.append(text)
    say_place = scene.place != "meadow" or rng.random() < 0.6
    say_time = scene.night or rng.random() < 0.2
    if language == "en":
        things = ", ".join(parts[:-1]) + " and " + parts[-1] if spoken and len(parts) > 1 else join(parts, "en", rng)
        place = " " + rng.choice(PLACE_EN[scene.place]) if say_place else ""
        time = (" " + rng.choice(("at night", "by night", "at night") if scene.night else ("by day", "in the daytime", "during the day"))) if say_time else ""
        if say_place and rng.random() < 0.1:
            return f"{place.strip()}{time}, {things}"
        return things + (place + time if rng.random() < 0.85 else time + place)
    things = join(parts, "zh", None if spoken else rng)
    place = rng.choice(PLACE_ZH[scene.place]) if say_place else ""
    time = rng.choice(("夜晚", "晚上", "夜里") if scene.night else ("白天",)) if say_time else ""
    if place and (spoken or rng.random() < 0.3):
        head = f"{time}{'，' if time and rng.random() < 0.3 else '的' if time else ''}{place}"
        return f"{head}{'，' if spoken else ''}{things}"
    where = place if place.endswith(("上", "里")) else place + "上" if place in ("草地", "海滩", "沙滩", "雪地") else place + "里" if place else ""
    head = f"{time}{where}"
    return f"{head}{'的' if head and not spoken else '，' if head else ''}{things}"


def in_cell(thing: Thing, cell: int, language: str) -> str:
    """The thing with its colour, and where it is."""
    text = one(None, thing, language, True)
    return f"{text} {WHERE_EN[cell]}" if language == "en" else f"{WHERE_ZH[cell]}有{text}"


def whole_description(scene: Scene, language: str) -> str:
    """Every detail said, in words that `ask_to_draw` uses too: what a polished description is."""
    parts = [in_cell(thing, cell, language) for cell, thing in enumerate(scene.cells) if thing]
    if language == "en":
        text = f"{join(parts, 'en')} {PLACE_EN[scene.place][0]} {'at night' if scene.night else 'by day'}."
        return text[0].upper() + text[1:]
    return f"{'夜晚' if scene.night else '白天'}的{PLACE_ZH[scene.place][0]}，{'，'.join(parts)}。"


def ask_to_draw(rng: random.Random, scene: Scene, language: str) -> str:
    if rng.random() < 0.06:  # a polished description is drawn as it stands
        return FORM_DRAW[language].format(whole_description(scene, language)) if rng.random() < 0.5 else whole_description(scene, language)
    text = description(rng, scene, language)
    if language == "en" and rng.random() < 0.1:
        text = text[0].upper() + text[1:]
        return FORM_DRAW[language].format(text) if rng.random() < 0.3 else text + rng.choice(("", "."))
    if rng.random() < 0.25:
        return FORM_DRAW[language].format(text)
    if language == "en":
        start = rng.choice(("draw ", "draw ", "draw ", "Draw ", "please draw ", "paint ", "show me ", "I want ", "create ", "make a picture of ", "can you draw ", "", "Generate an image of "))
        end = "?" if start.startswith("can") else rng.choice(("", "", "."))
    else:
        start = rng.choice(("画", "画", "请画", "画一张图：", "帮我画", "我想要", "生成一张图：", "给我画", ""))
        end = rng.choice(("", "", "。"))
    return start + text + end


def ask_to_edit(rng: random.Random, scene: Scene, edit: Edit, language: str) -> str:
    """The instruction; `scene` is the picture before the edit."""
    en = language == "en"
    thing = edit.thing
    colour = bool(thing) and thing.colour is not None and rng.random() < 0.35
    if edit.kind == "add":
        text = one(rng, thing, language, needs_colour(rng, thing))
        if edit.cell is not None:
            cell = edit.cell
            return (f"{rng.choice(('add', 'Add', 'put', 'place'))} {text} {WHERE_EN[cell]}" if en
                    else rng.choice((f"在{WHERE_ZH[cell]}加{text}", f"在{WHERE_ZH[cell]}添加{text}", f"{WHERE_ZH[cell]}放{text}")))
        return (rng.choice((f"add {text}", f"add {text}", f"Add {text}", f"put {text} in the picture", f"please add {text}", f"now add {text}")) if en
                else rng.choice((f"加{text}", f"加上{text}", f"添加{text}", f"再加{text}", f"请添加{text}")))
    if edit.kind == "remove":
        text = named(rng, thing, language, colour)
        return (rng.choice((f"remove the {text}", f"Remove the {text}", f"take away the {text}", f"delete the {text}", f"erase the {text}", f"please remove the {text}")) if en
                else rng.choice((f"去掉{text}", f"删除{text}", f"移除{text}", f"把{text}去掉", f"请把{text}删掉")))
    if edit.kind == "recolour":
        old = named(rng, thing, language, colour)
        new = edit.other.colour
        return (rng.choice((f"make the {old} {new}", f"make the {old} {new}", f"Make the {old} {new}", f"paint the {old} {new}", f"change the {old} to {new}", f"turn the {old} {new}", f"color the {old} {new}")) if en
                else rng.choice((f"把{old}变成{COLOUR_ZH[new]}", f"把{old}改成{COLOUR_ZH[new]}", f"把{old}涂成{COLOUR_ZH[new]}", f"将{old}变为{COLOUR_ZH[new]}")))
    if edit.kind == "replace":
        old = named(rng, thing, language, colour)
        new = one(rng, edit.other, language, needs_colour(rng, edit.other))
        return (rng.choice((f"replace the {old} with {new}", f"Replace the {old} with {new}", f"change the {old} into {new}", f"swap the {old} for {new}", f"turn the {old} into {new}")) if en
                else rng.choice((f"把{old}换成{new}", f"用{new}替换{old}", f"将{old}替换为{new}")))
    if edit.kind == "place":
        where = rng.choice(PLACE_EN[edit.place])
        return (rng.choice((f"move it {where}", f"put it {where}", f"make it {where}", f"change the place to the {PLACE_NOUN_EN[edit.place]}", f"change the background to the {PLACE_NOUN_EN[edit.place]}", f"set it {where}")) if en
                else rng.choice((f"把背景换成{PLACE_ZH[edit.place][0]}", f"换到{rng.choice(PLACE_ZH[edit.place])}", f"把地点改成{PLACE_ZH[edit.place][0]}", f"背景改为{PLACE_ZH[edit.place][0]}")))
    if edit.night:
        return rng.choice(("make it night", "make it night", "Make it night", "turn it into night", "change it to night", "make it dark", "night time please") if en else ("变成夜晚", "改成晚上", "换成夜晚", "变成晚上", "把它变成夜晚", "让它变成夜晚"))
    return rng.choice(("make it day", "make it day", "Make it day", "turn it into day", "change it to day", "make it daytime") if en else ("变成白天", "改成白天", "换成白天", "把它变成白天", "让它变成白天"))


def and_then(rng: random.Random, first: str, second: str, language: str) -> str:
    """Two instructions in one sentence."""
    first, second = first.removesuffix(" please"), second[0].lower() + second[1:]
    return first + (rng.choice((" and ", " and ", ", then ", " and then ")) if language == "en" else rng.choice(("，", "，再", "，然后", "并"))) + second


def caption(scene: Scene, language: str) -> str:
    """The one canonical description, read off the picture left to right."""
    parts = [one(None, t, language, True) for t in scene.things]
    if language == "en":
        return f"{join(parts, 'en')} {PLACE_EN[scene.place][0]} {'at night' if scene.night else 'by day'}.".capitalize()
    return f"{'夜晚' if scene.night else '白天'}，{PLACE_ZH[scene.place][0]}，有{join(parts, 'zh')}。"


def question(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    """A question about the scene and its one right answer."""
    en = language == "en"
    sort = rng.choice(("caption", "caption", "caption", "colour", "colour", "where", "where", "at", "at", "count", "is", "place", "time"))
    things = scene.things
    if sort == "caption":
        asked = (("what is in the picture?", "What is in the picture?", "what do you see?", "describe the picture", "what's in the image?", "Describe the image.", DESCRIBE) if en
                 else ("图里有什么？", "图片里有什么？", "你看到了什么？", "描述一下这张图片", "画面里有什么？", "请描述图片"))
        return rng.choice(asked), caption(scene, language)
    if sort == "colour" and any(t.colour for t in things):
        thing = rng.choice([t for t in things if t.colour])
        name = noun(rng, thing.kind, language)
        return ((rng.choice((f"what colour is the {name}?", f"what color is the {name}?", f"What color is the {name}?")), f"The {noun(None, thing.kind, 'en')} is {thing.colour}.") if en
                else (rng.choice((f"{name}是什么颜色的？", f"{name}是什么颜色？")), f"{noun(None, thing.kind, 'zh')}是{COLOUR_ZH[thing.colour]}的。"))
    if sort == "where":
        thing = rng.choice(things)
        name, cell = noun(rng, thing.kind, language), scene.where(thing.kind)
        return ((f"where is the {name}?", f"The {noun(None, thing.kind, 'en')} is {WHERE_EN[cell]}.") if en
                else (rng.choice((f"{name}在哪里？", f"{name}在哪儿？")), f"{noun(None, thing.kind, 'zh')}在{WHERE_ZH[cell]}。"))
    if sort == "at":
        cell = rng.randrange(3)
        thing = scene.cells[cell]
        return ((f"what is {WHERE_EN[cell]}?", f"{a(named(None, thing, 'en', True)) if thing else 'nothing'}.".capitalize()) if en
                else (f"{WHERE_ZH[cell]}是什么？", f"{one(None, thing, 'zh', True) if thing else '什么也没有'}。"))
    if sort == "is":
        kind = rng.choice(things).kind if rng.random() < 0.5 else rng.choice(KIND_NAMES)
        name, yes = noun(rng, kind, language), any(t.kind == kind for t in things)
        return ((f"is there {a(name)}?" if rng.random() < 0.6 else f"is there {a(name)} in the picture?", "Yes." if yes else "No.") if en
                else (rng.choice((f"有{name}吗？", f"图里有{name}吗？")), "有。" if yes else "没有。"))
    if sort == "place":
        return ((rng.choice(("where is this?", "what place is this?")), f"{PLACE_EN[scene.place][0]}.".capitalize()) if en else (rng.choice(("这是哪里？", "这是什么地方？")), f"{PLACE_ZH[scene.place][0]}。"))
    if sort == "time":
        return ((rng.choice(("is it day or night?", "is it night or day?")), "It is night." if scene.night else "It is day.") if en else ("是白天还是夜晚？", "是夜晚。" if scene.night else "是白天。"))
    count = len(things)
    return ((rng.choice(("how many objects are there?", "how many things are in the picture?")), f"{COUNT_EN[count]}.".capitalize()) if en
            else (rng.choice(("有几个东西？", "图里有几个东西？")), f"{COUNT_ZH[count]}个。"))


UNKNOWN_EN = ["dragon", "castle", "bicycle", "robot", "pizza", "elephant", "guitar", "computer", "person", "horse", "plane", "spaceship", "lion", "unicorn", "cake", "train", "girl", "portrait", "logo"]
UNKNOWN_ZH = ["龙", "城堡", "自行车", "机器人", "披萨", "大象", "吉他", "电脑", "人", "马", "飞机", "飞船", "狮子", "蛋糕", "火车", "女孩", "标志"]

SORRY = {"en": "Sorry, I cannot do that. " + MENU_EN, "zh": "抱歉，我做不到。" + MENU_ZH}
WORN_EN, WORN_ZH = ["sunglasses", "a hat", "a scarf", "a crown", "shoes"], ["墨镜", "帽子", "围巾", "皇冠", "鞋子"]


def outside(rng: random.Random, language: str) -> str:
    """A thing that the world does not have."""
    return a(rng.choice(UNKNOWN_EN)) if language == "en" else f"一个{rng.choice(UNKNOWN_ZH)}"


def outside_edit(rng: random.Random, scene: Scene, language: str) -> tuple[str, str]:
    """An instruction that the world cannot follow, and the reply in words."""
    name = noun(rng, rng.choice(scene.things).kind, language)
    if language == "en":
        thing = outside(rng, "en")
        asked = (f"add {thing}", f"put {rng.choice(WORN_EN)} on the {name}", f"replace the {name} with {thing}", f"turn the {name} into {thing}", f"make the {name} bigger", f"make the {name} dance")
    else:
        thing = outside(rng, "zh")
        asked = (f"加{thing}", f"给{name}戴上{rng.choice(WORN_ZH)}", f"把{name}换成{thing}", f"把{name}变成{thing}", f"把{name}变大")
    return rng.choice(asked), SORRY[language]


def chat(rng: random.Random, language: str) -> tuple[str, str]:
    """Small talk and requests outside the grammar, with a reply in words only."""
    sort = rng.choice(("hello", "menu", "outside", "outside", "thanks", "who"))
    if language == "en":
        table = {
            "hello": (("hello", "hi", "Hello!", "hey", "hi there", "good morning"), "Hello! " + MENU_EN),
            "menu": (("what can you draw?", "what can you do?", "help", "What can you draw?"), MENU_EN),
            "thanks": (("thanks", "thank you", "great", "nice"), "You are welcome!"),
            "who": (("who are you?", "what are you?"), "I am nano, a small Nexus-Gen. " + MENU_EN),
            "outside": ((f"draw {outside(rng, 'en')}", outside(rng, "en"), f"draw {outside(rng, 'en')} {rng.choice(rng.choice(list(PLACE_EN.values())))}", "tell me a joke", "what is the weather?", "write a poem"), SORRY["en"]),
        }
    else:
        table = {
            "hello": (("你好", "您好", "嗨", "早上好"), "你好！" + MENU_ZH),
            "menu": (("你能画什么？", "你会做什么？", "帮助", "你会画什么"), MENU_ZH),
            "thanks": (("谢谢", "谢谢你", "真棒", "很好"), "不客气！"),
            "who": (("你是谁？", "你是什么？"), "我是nano，一个小型Nexus-Gen。" + MENU_ZH),
            "outside": ((f"画{outside(rng, 'zh')}", f"画{rng.choice(UNKNOWN_ZH)}", "讲个笑话", "今天天气怎么样？", "写一首诗"), SORRY["zh"]),
        }
    asked, answer = table[sort]
    return rng.choice(asked), answer
