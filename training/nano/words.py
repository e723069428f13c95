"""The lexicon: every word of the world in English and Chinese. The first of each list is the one that replies use.

A diminutive is a synonym here ("puppy", "小狗"): small is said by a word of its own.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Noun:
    """English singulars and plurals, Chinese names, and the measure words that count them."""

    en: tuple[tuple[str, str], ...]
    zh: tuple[str, ...]
    measure: tuple[str, ...]


def _noun(en: str, zh: str, measure: str) -> Noun:
    """`en`: names parted by commas, an irregular plural after a slash."""

    def pair(name: str) -> tuple[str, str]:
        one, _, many = name.strip().partition("/")
        if many:
            return one, many
        if one.endswith(("s", "x", "ch", "sh")):
            return one, one + "es"
        if one.endswith("y") and one[-2] not in "aeiou":
            return one, one[:-1] + "ies"
        return one, one + "s"

    return Noun(tuple(pair(n) for n in en.split(",")), tuple(zh.split()), tuple(measure.split()))


NOUNS: dict[str, Noun] = {
    "dog": _noun("dog, puppy, doggy, pup", "狗 小狗 狗狗", "只 条"),
    "cat": _noun("cat, kitten, kitty", "猫 小猫 猫咪", "只"),
    "rabbit": _noun("rabbit, bunny, bunny rabbit", "兔子 小兔子 兔", "只"),
    "bear": _noun("bear, teddy bear, teddy", "熊 小熊 狗熊", "只 头"),
    "cow": _noun("cow", "奶牛 牛", "头 只"),
    "pig": _noun("pig, piglet, piggy", "猪 小猪", "头 只"),
    "frog": _noun("frog, toad", "青蛙 蛙", "只"),
    "duck": _noun("duck, duckling", "鸭子 小鸭子 鸭", "只"),
    "penguin": _noun("penguin", "企鹅 小企鹅", "只"),
    "horse": _noun("horse, pony", "马 小马", "匹"),
    "bird": _noun("bird, birdie", "鸟 小鸟 鸟儿", "只"),
    "fish": _noun("fish/fish, fish/fishes", "鱼 小鱼 鱼儿", "条"),
    "butterfly": _noun("butterfly", "蝴蝶", "只"),
    "car": _noun("car, automobile, auto", "汽车 车 小汽车 轿车", "辆"),
    "bus": _noun("bus, coach", "公交车 巴士 公共汽车", "辆"),
    "bicycle": _noun("bicycle, bike, push bike", "自行车 单车 脚踏车", "辆"),
    "train": _noun("train, steam train, locomotive", "火车 小火车 列车", "列 辆"),
    "rocket": _noun("rocket, spaceship, space rocket", "火箭 飞船", "枚 艘"),
    "plane": _noun("plane, airplane, aeroplane, jet", "飞机", "架"),
    "boat": _noun("boat, sailboat, ship, sailing boat, yacht", "船 帆船 小船", "艘 条"),
    "tree": _noun("tree", "树 大树 树木", "棵"),
    "cactus": _noun("cactus/cacti, cactus/cactuses", "仙人掌", "棵 株"),
    "flower": _noun("flower, tulip", "花 郁金香 花朵", "朵"),
    "rose": _noun("rose", "玫瑰 玫瑰花", "朵 枝"),
    "mushroom": _noun("mushroom, toadstool", "蘑菇", "个 朵"),
    "star": _noun("star", "星星 星", "颗"),
    "sun": _noun("sun", "太阳", "个 轮"),
    "moon": _noun("moon, crescent moon", "月亮 月牙", "个 轮"),
    "apple": _noun("apple", "苹果", "个"),
    "banana": _noun("banana", "香蕉", "根 个"),
    "cake": _noun("cake, birthday cake", "蛋糕 生日蛋糕", "个"),
    "pizza": _noun("pizza, slice of pizza/slices of pizza, pizza slice", "披萨 比萨 比萨饼", "块 个"),
    "ball": _noun("ball, football, soccer ball", "球 足球 皮球", "个"),
    "robot": _noun("robot, android", "机器人", "个"),
    "guitar": _noun("guitar, electric guitar", "吉他 电吉他", "把"),
    "book": _noun("book", "书 书本", "本"),
    "chair": _noun("chair, seat", "椅子 凳子", "把"),
    "crown": _noun("crown", "皇冠 王冠", "顶"),
    "key": _noun("key", "钥匙", "把"),
    "balloon": _noun("balloon", "气球", "个 只"),
    "gift": _noun("gift, present, gift box, wrapped gift", "礼物 礼盒 礼品", "个 份"),
    "umbrella": _noun("umbrella, parasol", "雨伞 伞", "把"),
    "house": _noun("house, cottage, hut", "房子 小屋 屋子", "座 栋"),
    "snowman": _noun("snowman/snowmen", "雪人", "个"),
    "heart": _noun("heart", "爱心 心 心形", "颗"),
    "sign": _noun("sign, signpost, road sign, street sign", "牌子 标牌 路牌", "块"),
    "board": _noun("blackboard, board, chalkboard", "黑板 小黑板", "块"),
}
COLOUR_WORDS = {
    "red": (("red", "scarlet", "crimson"), ("红色", "红", "大红色")), "orange": (("orange",), ("橙色", "橙", "橘色")),
    "yellow": (("yellow", "golden", "gold"), ("黄色", "黄", "金色")), "green": (("green",), ("绿色", "绿")),
    "blue": (("blue", "navy"), ("蓝色", "蓝", "天蓝色")), "purple": (("purple", "violet"), ("紫色", "紫")),
    "pink": (("pink",), ("粉色", "粉红色", "粉")), "black": (("black",), ("黑色", "黑")), "white": (("white",), ("白色", "白")),
}
# kinds whose own look is called brown
BROWN = ("dog", "bear", "horse", "chair")
BROWN_WORDS = (("brown",), ("棕色", "褐色"))
SIZE_WORDS = {
    "small": (("small", "little", "tiny", "mini"), ("小小的", "很小的", "小号的", "迷你")),
    "big": (("big", "large", "huge", "giant", "enormous"), ("大大的", "很大的", "巨大的", "大号的")),
}
WORN_WORDS = {
    "hat": (("a hat", "a top hat", "a black hat"), ("帽子", "礼帽")), "sunglasses": (("sunglasses", "shades", "dark glasses"), ("墨镜", "太阳镜")),
    "scarf": (("a scarf", "a red scarf"), ("围巾", "红围巾")),
}
# English with its preposition and as a bare noun; Chinese with 上 or 里 and bare
PLACE_WORDS = {
    "meadow": (("in a meadow", "in the meadow", "on the grass", "in a field", "on a green field", "in the park"), ("meadow", "grass", "field"),
               ("草地上", "草坪上", "田野里", "公园里"), ("草地", "草坪", "田野")),
    "beach": (("on the beach", "at the beach", "on a sandy beach", "by the seaside", "on the shore"), ("beach", "seaside"), ("海滩上", "沙滩上", "海边"), ("海滩", "沙滩", "海边")),
    "city": (("in the city", "in a city", "in town", "on the street", "on a road in the city", "downtown"), ("city", "town", "street"),
             ("城市里", "街上", "城里", "马路上"), ("城市", "街道", "马路")),
    "snow": (("in the snow", "on the snow", "in the snowy mountains", "in a snowy landscape", "on a snowy field"), ("snow", "snowy mountains"),
             ("雪地里", "雪地上", "雪山上"), ("雪地", "雪山")),
    "forest": (("in the forest", "in the woods", "in a forest", "among the trees of the forest"), ("forest", "woods"), ("森林里", "树林里", "森林中"), ("森林", "树林")),
    "desert": (("in the desert", "in a desert", "among the dunes"), ("desert", "dunes"), ("沙漠里", "沙漠中"), ("沙漠",)),
    "sea": (("at sea", "on the sea", "in the sea", "in the ocean", "on the water", "in the water"), ("sea", "ocean", "water"), ("海上", "大海上", "海里", "水里", "水面上"), ("大海", "海", "海洋")),
    "room": (("in a room", "indoors", "inside a room", "in the living room", "in the bedroom", "at home"), ("room", "living room", "bedroom"), ("房间里", "屋里", "室内", "家里", "客厅里"), ("房间", "客厅", "室内")),
}
TIME_WORDS = {
    "day": (("by day", "during the day", "in the daytime", "in daylight", "at noon"), ("day", "daytime"), ("白天", "大白天", "中午"), ("白天",)),
    "night": (("at night", "by night", "in the night", "at midnight", "after dark"), ("night", "night time"), ("夜晚", "晚上", "夜里", "深夜"), ("夜晚", "晚上")),
    "sunset": (("at sunset", "at dusk", "in the evening light", "at sundown", "at dawn"), ("sunset", "dusk"), ("日落时", "黄昏", "傍晚", "夕阳下"), ("日落", "黄昏", "傍晚")),
}
WEATHER_WORDS = {
    "clear": (("in clear weather", "with a clear sky"), ("clear weather", "clear sky"), ("晴天", "天气晴朗"), ("晴天",)),
    "rain": (("in the rain", "in rainy weather", "while it rains", "on a rainy day"), ("rain", "rainy"), ("雨中", "下雨天", "下着雨"), ("下雨", "雨天")),
    "snowfall": (("while it snows", "in falling snow", "with snow falling", "in a snowfall"), ("snowfall", "snowing"), ("下着雪", "下雪天", "飘着雪"), ("下雪", "飘雪")),
    "fog": (("in the fog", "in fog", "in the mist", "on a foggy day"), ("fog", "foggy", "mist"), ("雾中", "大雾里", "起雾了"), ("雾", "大雾")),
}
STYLE_WORDS = {
    "plain": (("in full colour", "in normal colours"), ("full colour",), ("彩色", "正常颜色"), ("彩色",)),
    "greyscale": (("in black and white", "in greyscale", "in grayscale", "as a black and white picture"), ("black and white", "greyscale"), ("黑白的", "黑白照片风格", "灰度"), ("黑白", "灰度")),
    "sketch": (("as a sketch", "as a pencil sketch", "as a pencil drawing", "in sketch style"), ("sketch", "pencil sketch"), ("素描风格", "铅笔画", "素描"), ("素描", "铅笔画")),
    "pastel": (("in pastel colours", "in soft pastels", "in pastel style", "in pale colors"), ("pastel", "pastel colors"), ("粉彩风格", "柔和的色彩", "淡彩"), ("粉彩", "淡彩")),
}
COLUMN_WORDS = (
    (("on the left", "on the left side", "to the left", "at the left"), ("左边", "左侧", "左面")),
    (("in the middle", "in the center", "in the centre"), ("中间", "中央", "正中")),
    (("on the right", "on the right side", "to the right", "at the right"), ("右边", "右侧", "右面")),
)
SKY_WORDS = (("in the sky", "up in the sky", "in the air"), ("天上", "天空中", "空中"))
GROUND_WORDS = (("on the ground",), ("地上", "地面上"))
NUMBERS = {
    1: (("one", "1", "a single"), ("一", "1")), 2: (("two", "two", "2", "a pair of", "a couple of"), ("两", "两", "2")),
    3: (("three", "three", "3", "a few"), ("三", "三", "3")), 4: (("four", "four", "4", "many"), ("四", "四", "4")),
}
COUNT_WORDS = (("no", "one", "two", "three", "four"), ("零", "一", "两", "三", "四"))
DRAWN = {"en": "Here is an image based on the description:", "zh": "这是根据您的描述生成的图像："}
EDITED = {"en": "Here is the image:", "zh": "以下为编辑后的图像："}
FORM_DRAW = {"en": "Generate an image according to the following description: {}", "zh": "根据以下描述生成一张图像：{}"}
FORM_POLISH = {
    "en": "Rewrite the following image description with more detail, as one paragraph and nothing else: {}",
    "zh": "请将以下图像描述改写得更加详细，只用一段话，不要其他内容：{}",
}
DESCRIBE = "Please give a brief description of the image."


def language_of(text: str) -> str:
    """The language most of a text is in: a Chinese character counts as much as an English word."""
    return "zh" if len(re.findall(r"[\u4e00-\u9fff]", text)) > len(re.findall(r"[A-Za-z]+", text)) else "en"


def index(language: str) -> int:
    return LANGUAGES.index(language)


def pick(rng: random.Random | None, words: tuple[str, ...]) -> str:
    """The first most often; without a generator always."""
    return words[0] if rng is None or rng.random() < 0.4 else rng.choice(words)


def a(noun: str) -> str:
    """With its article."""
    return f"an {noun}" if noun[0] in "aeiou" and not noun.startswith(("uni", "use", "one")) else f"a {noun}"


def noun(rng: random.Random | None, kind: str, language: str, count: int = 1) -> str:
    if language == "zh":
        return pick(rng, NOUNS[kind].zh)
    names = NOUNS[kind].en
    chosen = names[0] if rng is None or rng.random() < 0.5 else rng.choice(names)
    return chosen[0] if count == 1 else chosen[1]


def colour(rng: random.Random | None, name: str, language: str) -> str:
    return pick(rng, COLOUR_WORDS[name][index(language)])
