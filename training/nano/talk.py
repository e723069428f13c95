"""What is answered in words: small talk, what cannot be drawn, what is missing. Short, with two near things where that helps."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import words as w
from .describe import counted
from .kinds import ANIMALS, KIND_NAMES, KINDS
from .outside import random_noun
from .world import COLOURS, Scene, Thing, colours_of

MENU = ("I draw little scenes with animals, vehicles, food, flowers and toys, for instance a red car and two dogs on the beach at night.",
        "我会画小场景，有动物、车辆、食物、花和玩具，比如夜晚的海滩上有一辆红色的汽车和两只狗。")
NO_PICTURE = ("There is no picture yet. Tell me what to draw, for instance a dog in the forest.", "还没有图片。告诉我画什么吧，比如森林里的一只狗。")
FOREIGN_ASK = ("This picture is not from my little world, so I can't read it. I only know pictures like those I draw.", "这张图片不属于我的小世界，我看不懂。我只认识我画的那种图片。")
FOREIGN_EDIT = ("I can't change this picture: it is not from my little world. I can draw you a new one.", "我改不了这张图片：它不属于我的小世界。我可以为你画一张新的。")
FULL = ("The picture is full: I draw at most four things.", "画面已经满了：我最多画四样东西。")
LETTERS = ("I can only write one or two digits or capitals on a sign, or a small sum on a board.", "我只能在牌子上写一两个数字或大写字母，或者在黑板上写一道小算式。")
UNABLE = ("I can't do that. I can add, remove, move, paint, resize and dress things, and change the place, the hour and the weather.", "这个我做不到。我可以添加、去掉、移动、涂色、缩放和打扮东西，还可以改变地点、时间和天气。")
UNCLEAR = ("I did not understand that. Tell me what to draw, for instance a blue bird over a house.", "我没听懂。告诉我画什么吧，比如房子上面有一只蓝色的鸟。")


@dataclass(frozen=True)
class Small:
    """Things people say and the one answer to each, in both languages."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    answer: tuple[str, str]


SMALL = (
    Small(("hello", "hi", "hey", "hi there", "hello there", "good morning", "good evening", "good afternoon", "yo", "greetings", "hello nano"), ("你好", "您好", "嗨", "早上好", "晚上好", "哈喽", "大家好", "你好呀"),
          (f"Hello! {MENU[0]}", f"你好！{MENU[1]}")),
    Small(("what can you draw", "what can you do", "help", "what do you do", "how does this work", "what should i say", "what can i ask", "give me ideas", "examples", "what do you know"),
          ("你能画什么", "你会做什么", "帮助", "你会画什么", "怎么用", "我能说什么", "给点例子", "你能做什么"), MENU),
    Small(("who are you", "what are you", "what is your name", "are you a robot", "are you human", "what model are you"), ("你是谁", "你是什么", "你叫什么名字", "你是机器人吗", "你是人吗", "你是什么模型"),
          ("I am nano, a small Nexus-Gen that lives in this page.", "我是nano，住在这个网页里的小型Nexus-Gen。")),
    Small(("thanks", "thank you", "thank you so much", "thx", "ty", "great", "nice", "very nice", "beautiful", "i like it", "i love it", "cool", "awesome", "good job", "well done", "perfect", "wow", "lovely", "cute"),
          ("谢谢", "谢谢你", "多谢", "真棒", "很好", "太好了", "好看", "我喜欢", "好可爱", "厉害", "完美", "真漂亮"), ("You are welcome!", "不客气！")),
    Small(("bye", "goodbye", "see you", "see you later", "good night nano", "that's all"), ("再见", "拜拜", "回头见", "就这样吧"), ("Goodbye! Come back when you want a picture.", "再见！想要画的时候再来。")),
    Small(("how are you", "how are you doing", "how's it going", "are you ok", "what's up"), ("你好吗", "最近怎么样", "你怎么样", "还好吗"), ("I am fine, thank you. What shall I draw?", "我很好，谢谢。要我画什么？")),
    Small(("tell me a joke", "tell me a story", "write a poem", "sing a song", "what is the capital of france", "what is the weather today", "what time is it", "who is the president", "translate this", "write code", "solve this equation", "what is the meaning of life", "explain quantum physics", "what do you think", "how old are you", "where do you live", "do you love me"),
          ("讲个笑话", "讲个故事", "写一首诗", "唱首歌", "法国的首都是哪里", "今天天气怎么样", "现在几点", "谁是总统", "翻译一下", "写代码", "解方程", "人生的意义是什么", "解释量子物理", "你怎么看", "你几岁了", "你住在哪里", "你爱我吗"),
          ("I am only good at little pictures. Tell me what to draw.", "我只会画小图画。告诉我画什么吧。")),
    Small(("undo", "undo that", "go back", "take that back", "revert", "the one before was better", "undo the last change", "back to the previous one"), ("撤销", "撤销一下", "返回上一张", "恢复上一张", "退回去", "还是上一张好"),
          ("Mark the picture you want to go on from, then say what to change.", "请选中你想继续修改的那张图片，再告诉我改什么。")),
    Small(("again", "try again", "another one", "once more", "one more time", "redo", "do it again", "give me another version", "a different one", "not like this", "that's wrong", "i don't like it"), ("再来一次", "重画", "再来一张", "换一张", "再试一次", "不是这样", "不对", "不喜欢"),
          ("Open the picture and ask for another version there, or say it in other words.", "请打开图片，在那里再要一个版本，或者换个说法告诉我。")),
    Small(("yes", "no", "ok", "okay", "sure", "maybe", "fine", "i see", "right", "hmm", "lol", "haha"), ("是", "不是", "好", "好的", "行", "可能吧", "嗯", "哈哈", "知道了", "对"), ("All right. What shall I draw?", "好的。要我画什么？")),
    Small(("you are stupid", "this is bad", "you are ugly", "i hate you", "shut up", "this sucks", "terrible"), ("你真笨", "太差了", "真难看", "讨厌", "闭嘴", "糟糕"), ("I am sorry. Tell me in other words what you would like to see.", "对不起。换个说法告诉我你想看什么吧。")),
    Small(("?", "??", "...", "!", "!!!", ".", "-", "asdf", "qwerty", "hjkl", "aaaa", "x", "123", "42", "7", "{}", "<image>", "lorem ipsum", "null"), ("？", "？？", "……", "！", "。", "啊啊啊", "嗯嗯", "哦", "、", "的"), UNCLEAR),
)


PLURAL = ("people", "noodles", "trousers")


def or_(kinds: tuple[str, str], language: str) -> str:
    first, second = (counted(None, Thing(k, None), 1, language) for k in kinds)
    return f"{first} or {second}" if language == "en" else f"{first}或{second}"


def cannot(thing: str, near: tuple[str, str], language: str) -> str:
    """'I can't draw a dragon. I could draw a frog or a robot.'"""
    return f"I can't draw {thing}. I could draw {or_(near, 'en')}." if language == "en" else f"我不会画{thing}。我可以画{or_(near, 'zh')}。"


def outside(rng: random.Random, language: str, unseen: bool = False) -> tuple[str, str]:
    """(a phrase for something the world lacks, the answer)."""
    noun, near = random_noun(rng, language, unseen)
    if language == "zh":
        return rng.choice((noun, f"一个{noun}", f"一只{noun}" if near[0] in ANIMALS else f"一个{noun}")), cannot(noun, near, "zh")
    return (w.a(noun) if rng.random() < 0.8 else noun), cannot(noun if noun in PLURAL else w.a(noun), near, "en")


def declined(rng: random.Random, language: str, unseen: bool = False) -> tuple[str, str]:
    """(a description that cannot be drawn, the answer)."""
    en, i = language == "en", w.index(language)
    sort = rng.random()
    if sort < 0.62:
        thing, answer = outside(rng, language, unseen)
        place = rng.choice(list(w.PLACE_WORDS))
        extra = rng.random()
        if extra < 0.2:
            return (f"{thing} {w.PLACE_WORDS[place][0][0]}" if en else f"{w.PLACE_WORDS[place][2][0]}的{thing}"), answer
        if extra < 0.35:
            known = counted(rng, Thing.of(rng.choice(KIND_NAMES[:-2])), 1, language)
            return (rng.choice((f"{known} and {thing}", f"{thing} and {known}", f"{known} riding {thing}")) if en else rng.choice((f"{known}和{thing}", f"{thing}和{known}"))), answer
        if extra < 0.45:
            colour = w.colour(rng, rng.choice(COLOURS), language)
            bare = thing.removeprefix("a ").removeprefix("an ")
            return (w.a(f"{colour} {bare}") if en else f"{colour}的{thing.removeprefix('一个').removeprefix('一只')}"), answer
        return thing, answer
    if sort < 0.76:  # a colour it does not come in
        kind = rng.choice([k for k in KIND_NAMES if k not in ("sign", "board")])
        wrong = [c for c in COLOURS if c not in colours_of(kind)]
        if not wrong:
            return declined(rng, language, unseen)
        return colour_declined(rng, kind, rng.choice(wrong), language)
    if sort < 0.88:  # too many
        kind = rng.choice([k for k in KIND_NAMES if not KINDS[k].heavenly and k not in ("sign", "board")])
        many = rng.choice((5, 6, 7, 8, 9, 10, 12, 20, 50, 100))
        en_word = {5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 12: "twelve", 20: "twenty", 50: "fifty", 100: "a hundred"}[many]
        zh_word = {5: "五", 6: "六", 7: "七", 8: "八", 9: "九", 10: "十", 12: "十二", 20: "二十", 50: "五十", 100: "一百"}[many]
        number = str(many) if rng.random() < 0.5 else (en_word, zh_word)[i]
        four = counted(None, Thing(kind, None), 4, language)
        asked = f"{number} {w.noun(rng, kind, 'en', 2)}" if en else f"{number}{w.NOUNS[kind].measure[0]}{w.noun(rng, kind, 'zh')}"
        return asked, (f"I draw at most four things. I could draw {four}.", f"我最多画四样东西。我可以画{four}。")[i]
    written = rng.choice(("hello", "welcome", "stop", "nano", "love", "open", "happy birthday", "exit", "sale", "I love you", "merry christmas", "your name") if en else ("你好", "欢迎", "停", "我爱你", "生日快乐", "出口", "新年快乐", "加油"))
    name = w.noun(rng, rng.choice(("sign", "board")), language)
    return (rng.choice((f'a {name} that says "{written}"', f"a {name} saying {written}", f"the word {written}", f"a {name} with the words {written}")) if en else rng.choice((f"写着{written}的{name}", f"一块写着“{written}”的{name}", f"写“{written}”"))), LETTERS[i]


def colour_declined(rng: random.Random, kind: str, colour: str, language: str) -> tuple[str, str]:
    """A colour that a thing does not come in: it as it is, or another thing in that colour."""
    i = w.index(language)
    name, said = w.noun(rng, kind, language), w.colour(rng, colour, language)
    own, shown = w.noun(None, kind, language), w.colour(None, colour, language)
    other = Thing("car" if kind != "car" else "book", colour)
    there = f"{w.a(f'{shown} {w.noun(None, other.kind, language)}')}" if i == 0 else f"一辆{shown}的汽车"
    plain = counted(None, Thing(kind, KINDS[kind].colour if not KINDS[kind].paint else None), 1, language)
    asked = w.a(f"{said} {name}") if i == 0 else f"一{w.NOUNS[kind].measure[0]}{said}的{name}"
    return asked, (f"I can't make a {own} {shown}. I could draw {plain} or {there}.".replace("a a", "an a") if i == 0 else f"我画不了{shown}的{own}。我可以画{plain}或{there}。")


def small(rng: random.Random, language: str) -> tuple[str, str]:
    """(what is said, the answer)."""
    one = rng.choice(SMALL)
    return rng.choice(one.en if language == "en" else one.zh), one.answer[w.index(language)]


def outside_edit(rng: random.Random, scene: Scene, language: str, unseen: bool = False) -> tuple[str, str]:
    """(an instruction the world cannot follow, the answer)."""
    i, en = w.index(language), language == "en"
    thing = rng.choice(scene.things)
    name = w.noun(rng, thing.kind, language)
    sort = rng.random()
    if sort < 0.55:
        new, answer = outside(rng, language, unseen)
        return (rng.choice((f"add {new}", f"replace the {name} with {new}", f"turn the {name} into {new}", f"put {new} next to the {name}", f"now draw {new} there")) if en
                else rng.choice((f"加{new}", f"把{name}换成{new}", f"把{name}变成{new}", f"再加{new}", f"在{name}旁边画{new}"))), answer
    if sort < 0.7:
        missing = rng.choice([k for k in KIND_NAMES if all(t.kind != k for t in scene.things)])
        gone, own = w.noun(rng, missing, language), w.noun(None, missing, language)
        colour = w.colour(rng, rng.choice(COLOURS), language)
        return (rng.choice((f"remove the {gone}", f"make the {gone} {colour}", f"move the {gone} to the left", f"make the {gone} bigger")) if en else rng.choice((f"去掉{gone}", f"把{gone}变成{colour}", f"把{gone}移到左边", f"把{gone}变大"))), (
            f"There is no {own} in the picture.", f"图里没有{own}。")[i]
    if sort < 0.8 and len(scene.things) == 4:
        more = counted(rng, Thing.of(rng.choice(ANIMALS)), 1, language)
        return (f"add {more}" if en else f"加{more}"), FULL[i]
    verb = rng.choice(("dance", "run", "smile", "sing", "jump", "eat") if en else ("跳舞", "跑", "笑", "唱歌", "跳起来", "吃东西"))
    return (rng.choice((f"make the {name} {verb}", f"let the {name} {verb}", f"animate the {name}", f"rotate the {name}", f"make the {name} look happy")) if en else rng.choice((f"让{name}{verb}", f"把{name}转过来", f"让{name}动起来"))), UNABLE[i]
