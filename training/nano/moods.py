"""Wishes that name no thing ("something cheerful", "birthday party") and the one scene each stands for."""

from __future__ import annotations

from .describe import Group, Spec
from .kinds import KINDS
from .world import Thing


def _spec(things: str, place: str | None = None, time: str | None = None, weather: str | None = None, style: str | None = None) -> Spec:
    """`things`: '2 red balloon, dog+hat': number, colour, kind, what is worn."""
    groups = []
    for part in things.split(","):
        words = part.split()
        count = int(words.pop(0)) if words[0].isdigit() else 1
        kind, _, worn = words[-1].partition("+")
        colour = words[0] if len(words) > 1 else None
        groups.append(Group(Thing.of(kind, colour, worn=worn or None), count, KINDS[kind].flies))
    return Spec(tuple(groups), place, time, weather, style)


# English, Chinese, scene
MOODS: tuple[tuple[tuple[str, ...], tuple[str, ...], Spec], ...] = (
    (("something cheerful", "something happy", "something fun", "a happy picture", "something joyful", "cheer me up"), ("开心的画", "让人高兴的东西", "欢快的场景", "快乐的画面"), _spec("dog, 2 balloon, sun", "meadow")),
    (("birthday party", "a birthday party", "it's my birthday", "a birthday", "happy birthday"), ("生日派对", "生日聚会", "今天是我的生日", "生日快乐"), _spec("cake, gift, 2 balloon", "room")),
    (("something sad", "a sad picture", "something gloomy", "loneliness"), ("伤心的画", "悲伤的场景", "孤独", "忧郁的画面"), _spec("bear", "city", "day", "rain")),
    (("something romantic", "love", "a love story", "valentine's day", "a romantic evening"), ("浪漫的画", "爱情", "情人节", "浪漫的夜晚"), _spec("heart, rose", "beach", "sunset")),
    (("christmas", "a christmas picture", "merry christmas", "a winter holiday", "winter wonderland"), ("圣诞节", "圣诞快乐", "冬日仙境", "冬天的节日"), _spec("snowman, tree, gift", "snow", "night", "snowfall")),
    (("something scary", "something spooky", "halloween", "a spooky night"), ("吓人的画", "恐怖的场景", "万圣节", "阴森的夜晚"), _spec("black cat, moon", "forest", "night", "fog")),
    (("something calm", "something peaceful", "something relaxing", "a quiet evening", "peace"), ("平静的画", "宁静的场景", "让人放松的画", "安静的傍晚"), _spec("boat", "sea", "sunset")),
    (("summer", "a summer day", "holidays", "a day at the beach", "vacation"), ("夏天", "夏日", "假期", "度假"), _spec("umbrella, ball, sun", "beach")),
    (("winter", "a winter day", "a cold day"), ("冬天", "冬日", "寒冷的一天"), _spec("snowman, penguin", "snow", "day", "snowfall")),
    (("spring", "a spring day", "springtime"), ("春天", "春日", "春暖花开"), _spec("flower, rabbit, butterfly", "meadow")),
    (("autumn", "an autumn day", "fall season", "autumn leaves"), ("秋天", "秋日", "秋天的景色"), _spec("orange tree, mushroom", "forest")),
    (("a trip", "travel", "an adventure", "a journey"), ("旅行", "冒险", "旅程"), _spec("car, plane", "desert")),
    (("space", "outer space", "the universe", "a space adventure", "science fiction"), ("太空", "宇宙", "太空冒险", "科幻"), _spec("robot, rocket, moon, star", "desert", "night")),
    (("music", "a concert", "some music", "rock and roll"), ("音乐", "音乐会", "演唱会"), _spec("guitar, bear+sunglasses", "room")),
    (("good night", "bedtime", "sweet dreams", "a bedtime story", "sleep"), ("晚安", "睡前故事", "好梦", "睡觉"), _spec("bear, moon, star", "meadow", "night")),
    (("good morning picture", "a beautiful morning", "a new day"), ("美好的早晨", "新的一天"), _spec("house, bird, sun", "meadow")),
    (("a picnic", "picnic", "lunch outside"), ("野餐", "去野餐"), _spec("apple, banana, cake", "meadow")),
    (("a farm", "on the farm", "farm life", "farm animals"), ("农场", "农场生活", "农场的动物"), _spec("cow, horse, pig", "meadow")),
    (("something cute", "something adorable", "something sweet", "cute animals"), ("可爱的东西", "可爱的画", "萌萌的", "可爱的动物"), _spec("rabbit, cat", "meadow")),
    (("a storm at sea", "stormy sea", "bad weather at sea"), ("海上的风暴", "暴风雨中的大海"), _spec("boat", "sea", "night", "rain")),
    (("a party", "let's party", "celebration", "let's celebrate"), ("派对", "庆祝", "聚会"), _spec("pizza, cake, 2 balloon", "room")),
    (("school", "a classroom", "learning"), ("学校", "教室", "学习"), _spec("chair, book", "room")),
    (("a busy street", "traffic", "rush hour"), ("繁忙的街道", "交通", "堵车"), _spec("car, bus, bicycle", "city")),
    (("royalty", "something royal", "a treasure"), ("王室", "宝藏", "财宝"), _spec("crown, key", "room")),
    (("surprise me", "anything", "whatever you like", "draw something", "something nice", "you choose", "something beautiful"), ("随便画", "随便画点什么", "你来决定", "给我一个惊喜", "画点什么", "画点漂亮的"), _spec("house, tree, bird", "meadow", "sunset")),
)
