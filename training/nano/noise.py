"""What people do to sentences: politeness, capitals, punctuation, emoji, pasted tags, missing articles, typing mistakes."""

from __future__ import annotations

import random
import re

TYPOS = 0.03
TAGS_EN = ("4k", "8k", "masterpiece", "best quality", "highly detailed", "trending on artstation", "--ar 16:9", "--v 6", "ultra realistic", "HD", "digital art", "cute", "cartoon style", "3d render")
TAGS_ZH = ("高清", "4k", "大师作品", "最高画质", "精致", "可爱", "卡通风格", "超清")
EMOJI = ("🙂", "😊", "✨", "🎨", "🙏", "❤️", "😍", "👍", "🥰", "🌟")
_NEAR = {"a": "sq", "e": "rw", "i": "uo", "o": "ip", "u": "yi", "n": "bm", "t": "ry", "s": "ad", "r": "et", "l": "k", "d": "sf", "c": "xv", "b": "vn", "g": "fh", "h": "gj", "m": "n", "p": "o", "k": "jl", "y": "tu", "w": "qe", "f": "dg"}


def _mistype(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    sort = rng.random()
    if sort < 0.3:
        return word[:at] + word[at + 1 :]
    if sort < 0.6:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if sort < 0.8:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(_NEAR.get(word[at].lower(), word[at])) + word[at + 1 :]


def typos(rng: random.Random, text: str, chance: float = TYPOS) -> str:
    """One word in thirty-three of four letters and more has a slip of the fingers."""
    return re.sub(r"[A-Za-z]{4,}", lambda m: _mistype(rng, m.group()) if rng.random() < chance else m.group(), text)


def _cased(rng: random.Random, text: str, fixed: bool) -> str:
    """`fixed`: capitals mean something (letters on a sign), so none are added."""
    sort = rng.random()
    if sort < 0.55:
        return text
    if sort < 0.88 or fixed:
        return text[0].upper() + text[1:]
    if sort < 0.95:
        return re.sub(r"[A-Za-z]+('[a-z]+)?", lambda m: m.group()[0].upper() + m.group()[1:], text)
    return text.upper()


def spoken(rng: random.Random, text: str, language: str, fixed: bool = False, question: bool = False, tags: bool = False) -> str:
    """The sentence as somebody typed it."""
    if language == "en":
        if rng.random() < 0.10:
            text = re.sub(r"\b(a|an|the) (?=[a-z])", "", text) or text
        if not fixed:
            text = typos(rng, text)
        if tags and rng.random() < 0.07:
            text += "".join(f", {t}" if not t.startswith("--") else f" {t}" for t in rng.sample(TAGS_EN, rng.randint(1, 3)))
        text = _cased(rng, text, fixed)
        text = text.replace("'", "’") if rng.random() < 0.4 else text
        if rng.random() < 0.4:
            text = text.replace('"', "“", 1).replace('"', "”", 1)
        end = rng.choice(("?", "?", "", "??")) if question else rng.choice(("", "", "", ".", ".", "!", "!!", "..."))
    else:
        if tags and rng.random() < 0.07:
            text += "".join(f"，{t}" for t in rng.sample(TAGS_ZH, rng.randint(1, 2)))
        if rng.random() < 0.04:
            text = text.replace("的", "", 1)
        if rng.random() < 0.1:
            text = text.replace("，", rng.choice((",", " ", "")))
        end = rng.choice(("？", "？", "?", "")) if question else rng.choice(("", "", "", "。", "。", "！", "~", "."))
    text = text.rstrip(".。!?！？") + end if end and text[-1:] in ".。!?！？" else text + end
    if rng.random() < 0.03:
        text += rng.choice(("", " ")) + rng.choice(EMOJI)
    if rng.random() < 0.02:
        text = rng.choice((" ", "  ", "")) + text + rng.choice((" ", "\n", ""))
    return text


def asked(rng: random.Random, text: str, language: str) -> tuple[str, bool]:
    """(a request to draw around the description, whether it is a question)."""
    if language == "en":
        form = rng.choice(_ASK_EN)
    else:
        form = rng.choice(_ASK_ZH)
    return form.format(text).strip(), form.endswith(("?", "？", "吗"))


_ASK_EN = (
    "{}", "{}", "{}", "{}", "draw {}", "draw {}", "draw {}", "draw {}", "please draw {}", "draw {} please", "can you draw {}?", "could you draw {} for me?", "paint {}", "show me {}",
    "i want {}", "I want to see {}", "I'd love {}", "I'd like a picture of {}", "i would like {}", "a picture of {}", "an image of {}", "make {}", "make a picture of {}", "make me {}",
    "create {}", "create an image of {}", "generate {}", "generate an image of {}", "give me {}", "draw me {}", "draw a picture of {}", "picture of {}",
    "please paint {}", "can i have {}?", "can I get {}, please?", "let's see {}", "how about {}?", "now draw {}", "hey, draw {}", "hi! can you make {}?", "would you draw {}?", "imagine {}",
    "there is {}", "there should be {}", "i need {}", "i need an image with {}", "an illustration of {}", "draw {} for my daughter", "let's have {}", "ok draw {}", "just {}", "could I have {}?",
)
_ASK_ZH = (
    "{}", "{}", "{}", "画{}", "画{}", "画{}", "请画{}", "请你画{}", "帮我画{}", "给我画{}", "麻烦画{}", "我想要{}", "我想看{}", "我要{}", "来{}", "画一张图：{}", "画一幅画：{}", "生成{}", "生成一张图：{}",
    "请生成{}", "能画{}吗", "可以画{}吗", "能不能画{}？", "你能画{}吗", "请帮我画{}", "做一张图，{}", "一张图片：{}", "画个图：{}", "创作{}", "绘制{}", "请绘制{}", "现在画{}", "想要一张图：{}", "有{}", "希望看到{}",
)
