"""The rows of the quality suite from what was judged: shares with Wilson's 95 % interval, English and Chinese (`-zh`) apart, floors and goals."""

from __future__ import annotations

import math
from dataclasses import dataclass

# row -> (floor, goal): per cent, decibels where `DECIBELS` says so
PROMISED: dict[str, tuple[float, float]] = {
    "draw": (92, 97), "hand-written": (80, 92), "edit": (85, 93), "which": (85, 95), "unchanged-region": (25, 28), "several-instructions": (70, 85), "story": (55, 75), "ask": (96, 99),
    "read": (80, 95), "caption": (92, 97), "polish": (85, 95), "twelve-turns": (85, 95), "when-to-draw": (99, 99.8), "reply-language": (99.5, 99.95), "foreign-picture": (97, 99.5),
    "seeds-differ": (90, 98),
}
DECIBELS = ("unchanged-region",)
COMPARED = "chinese-beside-english"
# points that no row's Chinese may lie below its English, beyond the interval of the difference
BEHIND = -3.0
Z = 1.96


@dataclass(frozen=True)
class Judged:
    """One case or turn of a row (`edit:add`: of a sort within it): right or not, and decibels where those are measured."""

    row: str
    language: str
    right: bool
    decibels: float | None = None


def interval(right: int, of: int, z: float = Z) -> tuple[float, float]:
    """Wilson's interval of a share."""
    if not of:
        return 0.0, 1.0
    share, extra = right / of, z * z / of
    middle, half = (share + extra / 2) / (1 + extra), z * math.sqrt(share * (1 - share) / of + extra / (4 * of)) / (1 + extra)
    return middle - half, middle + half


def difference(right: int, of: int, other_right: int, other_of: int) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares, the first less the second, from Wilson's of each."""
    one, two = right / of, other_right / other_of
    (low, high), (other_low, other_high) = interval(right, of), interval(other_right, other_of)
    return one - two - math.hypot(one - low, other_high - two), one - two + math.hypot(high - one, two - other_low)


def paired(one: list[bool], other: list[bool], z: float = Z) -> tuple[float, float]:
    """Agresti and Min's interval of the difference of two shares of the same cases, the first less the second: half a case is added to each of the four outcomes."""
    better, worse = (sum(a and not b for a, b in pairs) + 0.5 for pairs in (list(zip(one, other, strict=True)), list(zip(other, one, strict=True))))
    of = len(one) + 2
    middle, half = (better - worse) / of, z * math.sqrt(better + worse - (better - worse) ** 2 / of) / of
    return middle - half, middle + half


def _row(name: str, judged: list[Judged], promised: tuple[float, float] | tuple[None, None]) -> dict[str, object]:
    floor, goal = promised
    row = {"name": name, "count": len(judged), "floor": floor, "goal": goal}
    if name.removesuffix("-zh") in DECIBELS:
        values = [j.decibels for j in judged if j.decibels is not None]
        if not values:
            return row | {"count": 0, "value": "absent", "unit": "dB", "low": None, "high": None}
        mean = sum(values) / len(values)
        half = Z * math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)) if len(values) > 1 else 0.0
        return row | {"count": len(values), "value": round(mean, 2), "unit": "dB", "low": round(mean - half, 2), "high": round(mean + half, 2)}
    right = sum(j.right for j in judged)
    low, high = interval(right, len(judged))
    return row | {"value": round(100 * right / len(judged), 2), "unit": "%", "low": round(100 * low, 2), "high": round(100 * high, 2)}


def _compared(groups: dict[str, list[Judged]]) -> list[dict[str, object]]:
    """How far the row that lags most lies behind: the upper end of its difference, in points. Its interval is the difference's."""
    ends = []
    for name in PROMISED:
        chinese, english = groups.get(f"{name}-zh", []), groups.get(name, [])
        if chinese and english and name not in DECIBELS:
            ends.append(difference(sum(j.right for j in chinese), len(chinese), sum(j.right for j in english), len(english)))
    if not ends:
        return []
    low, high = min(ends, key=lambda end: end[1])
    return [{"name": COMPARED, "value": round(100 * high, 2), "unit": "points", "low": round(100 * low, 2), "high": round(100 * high, 2), "count": len(ends), "floor": BEHIND, "goal": BEHIND}]


def rows(judged: list[Judged]) -> list[dict[str, object]]:
    """Every row in the order of the table, each with its Chinese behind it and its sorts behind both, and the comparison at the end."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        row, _, sort = one.row.partition(":")
        for name in (row, f"{row}:{sort}") if sort else (row,):
            groups.setdefault(name + ("-zh" if one.language == "zh" else ""), []).append(one)
    order = list(PROMISED)
    names = sorted(groups, key=lambda name: (order.index(name.removesuffix("-zh").split(":")[0]), ":" in name, name))
    return [_row(name, groups[name], PROMISED.get(name.removesuffix("-zh"), (None, None))) for name in names] + _compared(groups)


def table(listed: list[dict[str, object]]) -> str:
    """The rows as lines for reading."""
    return "\n".join(f"{row['name']:28} {row['value']:>7} {row['unit']:6} {row['low'] or 0:7} … {row['high'] or 0:7}  of {row['count']:5}  floor {row['floor']}  goal {row['goal']}" for row in listed)
