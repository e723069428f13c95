"""What was judged, a JSON line a case: a run that was cut off goes on behind its last whole line."""

from __future__ import annotations

import zlib
from dataclasses import astuple
from pathlib import Path

from . import results
from .evaluation import ROWS, TALKS, Case, Talk
from .report import Judged


class Kept:
    """`known`: the rows of every case by its name; `said`: what was answered."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = results.read(path)
        self.known = {line["name"]: [Judged(*one) for one in line["rows"]] for line in lines}
        self.said = {line["name"]: line["said"] for line in lines}

    def add(self, name: str, rows: list[Judged], said: str | None) -> None:
        self.known[name], self.said[name] = rows, said
        results.append(self.path, {"name": name, "rows": [astuple(one) for one in rows], "said": said})

    def forget(self, rows: list[str]) -> None:
        """Of these rows nothing was judged."""
        gone = {name for name in self.known if name.rsplit("-", 2)[0] in rows}
        self.known = {name: judged for name, judged in self.known.items() if name not in gone}
        lines = [line for line in results.read(self.path) if line["name"] not in gone]
        part = self.path.with_suffix(".part")
        part.unlink(missing_ok=True)
        for line in lines:
            results.append(part, line)
        if lines:
            part.rename(self.path)
        else:
            self.path.unlink(missing_ok=True)


def named(row: str, most: int | None) -> list[tuple[str, Case | Talk]]:
    """A row's cases, `most` of them, each with a name that stays its own whatever their number, and changes with what is said or seen."""
    make, there = (ROWS | TALKS)[row]
    out: list[tuple[str, Case | Talk]] = []
    for i, one in enumerate(make(min(most or there, there))):
        words = one.words if isinstance(one, Case) else " / ".join(turn.words for turn in one.turns)
        number = one.seed if isinstance(one, Case) else i
        out.append((f"{row}-{number:04}-{zlib.crc32(f'{words} {one.picture}'.encode()):08x}", one))
    return out
