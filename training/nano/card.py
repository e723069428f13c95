"""The model card's figures: blocks of Markdown between marks in `docs/nano/README.md`, made of what the stages measured. The prose around them is written by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np

from .report import COMPARED, PROMISED
from .results import Row, read

ABSENT = "Not measured yet."
# of a stage's curve: a longer silence is a break, not work
BREAK = 900.0
STAGES = ("encoder", "autoencoder", "decoders", "language")


def filled(text: str, blocks: dict[str, str]) -> str:
    """Puts every block between its marks `<!-- NAME -->` and `<!-- /NAME -->`; a text without the marks of one is refused."""
    for name, block in blocks.items():
        text, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m, block=block: f"{m[1]}\n{block}\n\n{m[2]}", text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"the card has {count} places for {name}")
    return text


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Markdown; all but the first column to the right."""
    lines = [head, ("---", *("--:",) * (len(head) - 1)), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _told(row: Row | None) -> str:
    if row is None or row["value"] == "absent":
        return "–"
    digits = 1 if row["unit"] in ("dB", "points") else 2 if row["value"] > 99 else 1  # type: ignore[operator]
    return f"{row['value']:.{digits}f} ({row['low']:.{digits}f}–{row['high']:.{digits}f}) of {row['count']}"


def reached(rows: list[Row | None]) -> str:
    """Of both languages, the worse one."""
    values = [(row["value"], row["floor"], row["goal"]) for row in rows if row and row["value"] != "absent"]
    if not values:
        return "–"
    return "goal" if all(v >= goal for v, _, goal in values) else "floor" if all(v >= floor for v, floor, _ in values) else "**missed**"  # type: ignore[operator]


def gates(rows: list[Row]) -> str:
    """The rows of the quality suite, English and Chinese apart; those of sorts behind their row."""
    by_name = {str(row["name"]): row for row in rows}
    out: list[tuple[object, ...]] = []
    for name, (floor, goal) in PROMISED.items():
        both = [by_name.get(name), by_name.get(f"{name}-zh")]
        unit = "dB" if name == "unchanged-region" else "%"
        out.append((f"`{name}`", f"{floor} {unit}", f"{goal} {unit}", *map(_told, both), reached(both)))
        sorts = dict.fromkeys(n.removesuffix("-zh") for n in by_name if n.startswith(f"{name}:"))
        out += [(f"– {sort.partition(':')[2]}", "", "", _told(by_name.get(sort)), _told(by_name.get(f"{sort}-zh")), "") for sort in sorts]
    told = table(("row", "floor", "goal", "English (95 %)", "Chinese (95 %)", "reached"), out)
    if compared := by_name.get(COMPARED):
        told += f"\n\nChinese beside English: the 95 % interval of the difference is {compared['low']:.1f} to {compared['high']:.1f} points in the row that lags most; its upper end has the floor {compared['floor']:.0f}: {reached([compared])}."
    return told


def sizes(manifest: Row) -> str:
    """Weights and bytes of each part of a bundle."""
    rows: list[tuple[object, ...]] = []
    for shard in manifest["shards"]:  # type: ignore[attr-defined]
        weights = sum(int(np.prod(t["shape"])) * (2 if t["name"].endswith(".q4") else 1) for t in shard["tensors"] if not t["name"].endswith((".scales", ".zeros")))
        rows.append((shard["part"], f"{weights / 1e6:.2f}", f"{shard['bytes'] / 1e6:.2f}"))
    whole = sum(file["bytes"] for file in manifest["files"])  # type: ignore[attr-defined]
    return table((f"part, {manifest['precision']}", "million weights", "MB"), [*rows, ("all, graphs and tokenizer too", f"{sum(float(r[1]) for r in rows):.1f}", f"{whole / 1e6:.1f}")])


def hours(curves: Path) -> str:
    """Steps and hours of every stage, by the clock of the one thread it had."""
    rows: list[tuple[object, ...]] = []
    for stage in STAGES:
        lines = read(curves / f"{stage}.jsonl")
        times = [line["time"] for line in lines]
        worked = sum(after - before for before, after in pairwise(times) if after - before < BREAK)
        rows.append((stage, max((line["step"] for line in lines), default=0), f"{worked / 3600:.1f}"))
    return table(("stage", "steps", "hours"), [*rows, ("all", "", f"{sum(float(r[2]) for r in rows):.1f}")])


def precision(rows: list[Row]) -> str:
    return table(("precision", "cases", "right", "right at float32", "difference, points (95 %)"),
                 [(r["name"], r["count"], r["right"], r["float32"], f"{r['difference']:.1f} ({r['low']:.1f} to {r['high']:.1f})") for r in rows])


def trust(rows: list[Row]) -> str:
    """What the checker is worth."""
    return table(("the checker on", "% (95 %)", "of", "as promised"), [(r["name"], f"{r['value']:.1f} ({r['low']:.1f}–{r['high']:.1f})", r["count"], "yes" if r["kept"] else "**no**") for r in rows])


def failures(wrong: list[tuple[str, str, str]], picture: str) -> str:
    """(row, what was said, what was answered) of the pictures on the sheet, in its order."""
    def cell(text: str) -> str:
        return text.replace("|", "\\|").replace("\n", " ")
    return f"![what went wrong, in the order of the list]({picture})\n\n" + "\n".join(f"{i}. `{row}`: {cell(said)} → {cell(answer) or '(a picture alone)'}" for i, (row, said, answer) in enumerate(wrong, 1))
