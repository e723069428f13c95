"""What the world holds: every kind of thing with its icon, its own colour, where it is at home, and where a hat would sit.

Adding a kind is adding a line here, its words in `words.py`, and looking at its sheet (`run.py sheets`).
"""

from __future__ import annotations

from dataclasses import dataclass

# A band of colour: hues from..to in degrees (wrapping), saturation from..to, least brightness.
Band = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Wear:
    """Where things worn sit on the sprite, in shares of its sides: eyes (x, y), their distance, top of the head, neck."""

    eyes: tuple[float, float]
    apart: float
    top: float
    neck: float


@dataclass(frozen=True)
class Kind:
    """One kind of thing.

    colour: the name of its own colour, None where no one word fits.
    paint: the band that recolouring turns; None where it is never recoloured.
    home: the place it is in when words leave the place unsaid.
    flies: it is in the sky when words leave its position unsaid.
    floats: it lies in water, and is at home in it.
    heavenly: it shines of itself and is never on the ground.
    tall: its height beside the other things' (1 is usual).
    never: colours that do not come out clean on it.
    """

    icon: str
    colour: str | None = None
    paint: tuple[Band, ...] | None = None
    home: str = "meadow"
    flies: bool = False
    floats: bool = False
    heavenly: bool = False
    tall: float = 1.0
    wear: Wear | None = None
    animal: bool = False
    never: tuple[str, ...] = ()


def _animal(icon: str, colour: str | None, paint: tuple[Band, ...] | None, wear: Wear, **more: object) -> Kind:
    return Kind(icon, colour, paint, wear=wear, animal=True, **more)


KINDS: dict[str, Kind] = {
    "dog": _animal("1f436", None, ((350, 60, 0.1, 1, 0.3),), Wear((0.50, 0.42), 0.40, 0.06, 0.93)),
    "cat": _animal("1f431", "orange", ((8, 62, 0.3, 1, 0.3),), Wear((0.50, 0.50), 0.40, 0.20, 0.93)),
    "rabbit": _animal("1f430", "white", ((0, 360, 0, 0.24, 0.5),), Wear((0.50, 0.56), 0.34, 0.36, 0.93)),
    "bear": _animal("1f43b", None, ((300, 40, 0.15, 1, 0.28),), Wear((0.50, 0.46), 0.36, 0.10, 0.92)),
    "cow": _animal("1f42e", None, None, Wear((0.50, 0.45), 0.36, 0.14, 0.93)),
    "pig": _animal("1f437", "pink", ((290, 5, 0.12, 1, 0.45),), Wear((0.50, 0.42), 0.40, 0.08, 0.92)),
    "frog": _animal("1f438", "green", ((125, 180, 0.25, 1, 0.2),), Wear((0.50, 0.20), 0.50, 0.02, 0.90)),
    "duck": _animal("1f986", None, None, Wear((0.22, 0.18), 0.16, 0.02, 0.40), home="sea", floats=True),
    "penguin": _animal("1f427", None, None, Wear((0.50, 0.30), 0.26, 0.02, 0.46), home="snow"),
    "horse": _animal("1f40e", None, ((300, 45, 0.08, 1, 0.22),), Wear((0.19, 0.16), 0.12, 0.03, 0.36)),
    "bird": _animal("1f426", "red", ((295, 360, 0.3, 1, 0.25),), Wear((0.30, 0.20), 0.12, 0.02, 0.42), flies=True),
    "fish": _animal("1f420", "blue", ((185, 300, 0.2, 1, 0.3),), Wear((0.22, 0.42), 0.12, 0.10, 0.80), home="sea", floats=True),
    "butterfly": Kind("1f98b", "red", ((340, 32, 0.3, 1, 0.45),), flies=True, animal=True),
    "car": Kind("1f697", "red", ((300, 14, 0.35, 1, 0.3),), home="city"),
    "bus": Kind("1f68c", "orange", ((14, 62, 0.4, 1, 0.4),), home="city"),
    "bicycle": Kind("1f6b2", "red", ((320, 14, 0.4, 1, 0.4),)),
    "train": Kind("1f682"),
    "rocket": Kind("1f680", "red", ((315, 15, 0.35, 1, 0.35),), flies=True, never=("white",)),
    "plane": Kind("2708-fe0f", "blue", ((190, 250, 0.3, 1, 0.3),), flies=True, never=("white",)),
    "boat": Kind("26f5", "orange", ((345, 62, 0.3, 1, 0.35),), home="sea", floats=True),
    "tree": Kind("1f333", "green", ((65, 150, 0.2, 1, 0.2),), tall=1.2),
    "cactus": Kind("1f335", "green", None, home="desert", tall=1.1),
    "flower": Kind("1f337", "pink", ((285, 355, 0.3, 1, 0.35),)),
    "rose": Kind("1f339", "red", ((325, 25, 0.35, 1, 0.3),)),
    "mushroom": Kind("1f344", "red", ((310, 18, 0.35, 1, 0.4),), home="forest", never=("white",)),
    "star": Kind("2b50", "yellow", ((15, 62, 0.2, 1, 0.3),), flies=True, heavenly=True),
    "sun": Kind("2600-fe0f", "yellow", None, flies=True, heavenly=True),
    "moon": Kind("1f319", "yellow", None, flies=True, heavenly=True),
    "apple": Kind("1f34e", "red", ((305, 22, 0.3, 1, 0.3),)),
    "banana": Kind("1f34c", "yellow", None),
    "cake": Kind("1f382", None, None, home="room"),
    "pizza": Kind("1f355", None, None, home="room"),
    "ball": Kind("26bd", "blue", ((190, 265, 0.25, 1, 0.35),), never=("white", "yellow")),
    "robot": Kind("1f916", "white", ((200, 300, 0, 0.36, 0.5),), home="city"),
    "guitar": Kind("1f3b8", "red", ((300, 10, 0.35, 1, 0.3),), home="room"),
    "book": Kind("1f4d5", "red", ((300, 10, 0.35, 1, 0.3),), home="room"),
    "chair": Kind("1fa91", None, ((320, 40, 0.2, 1, 0.2),), home="room", tall=1.1),
    "crown": Kind("1f451", "yellow", ((8, 62, 0.3, 1, 0.4),)),
    "key": Kind("1f511", "yellow", ((15, 62, 0.3, 1, 0.3),)),
    "balloon": Kind("1f388", "red", ((295, 12, 0.35, 1, 0.3),), flies=True),
    "gift": Kind("1f381", "yellow", ((14, 62, 0.4, 1, 0.4),)),
    "umbrella": Kind("2602-fe0f", "purple", ((225, 310, 0.2, 1, 0.2),)),
    "house": Kind("1f3e0", None, ((14, 48, 0.2, 0.75, 0.5),), tall=1.15),
    "snowman": Kind("26c4", "white", None, home="snow", tall=1.1),
    "heart": Kind("2764-fe0f", "red", ((295, 12, 0.35, 1, 0.3),), flies=False),
    "sign": Kind("sign", None, None, home="city"),
    "board": Kind("board", None, None, home="room", tall=1.05),
}
KIND_NAMES = tuple(KINDS)
RECOLOURABLE = tuple(name for name, kind in KINDS.items() if kind.paint)
ANIMALS = tuple(name for name, kind in KINDS.items() if kind.animal)
WEARERS = tuple(name for name, kind in KINDS.items() if kind.wear)
