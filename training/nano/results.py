"""What was measured: a JSON line a run or a case, appended, so that a stage that was cut off goes on behind its last whole one."""

from __future__ import annotations

import json
from pathlib import Path

Row = dict[str, object]


def read(path: Path) -> list[Row]:
    """Whole lines alone: one that a killed run broke off is measured again."""
    return [json.loads(line) for line in path.read_text(errors="replace").splitlines() if line.endswith("}")] if path.exists() else []


def done(path: Path, keys: tuple[str, ...] = ("variant", "seed")) -> set[tuple[object, ...]]:
    return {tuple(row.get(key) for key in keys) for row in read(path)}


def append(path: Path, row: Row) -> str:
    """Behind a line that was broken off, on one of its own. Returns the row's numbers and names for the log, its lists not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        file.seek(max(0, file.tell() - 1))
        broken = file.read() not in (b"", b"\n")
        file.write(b"\n" * broken + json.dumps(row).encode() + b"\n")
    return " ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{v}" for k, v in row.items() if isinstance(v, float | str | int))
