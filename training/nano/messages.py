"""Conversations in files, in the message format that the paper's data is unified to (section 2.4): shards of JSON lines, pictures beside them.

    {"messages": [{"role": "user", "content": "<image>make it night"}, {"role": "assistant", "content": "Here it is: <image>"}], "images": ["a.png", "b.png"]}

Each `<image>` stands for the next of the images. A reply with one is generation, or editing where the user brought one; without, understanding.
A user's picture stands before the words, a reply's behind them, one at most in a turn.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .table_one import EDITING, GENERATION, TASKS, UNDERSTANDING
from .tokens import Turn

MARK = "<image>"
ROLES = ("user", "assistant")


@dataclass(frozen=True)
class FilePicture:
    """A picture in a file."""

    path: Path

    def pixels(self) -> np.ndarray:
        """uint8 [H, W, 3]."""
        with Image.open(self.path) as image:
            return np.asarray(image.convert("RGB"))


class DamagedLineError(ValueError):
    """A line that is no conversation; says which and why."""


def _turn(message: dict, pictures: Iterable[FilePicture]) -> Turn:
    role, content = message["role"], message["content"]
    if role not in ROLES:
        raise ValueError(f"the role {role!r} is not user or assistant")
    parts = content.split(MARK)
    if len(parts) == 1:
        return Turn(role, content)
    before, after = parts if len(parts) == 2 else ("both", "both")
    words, rest = (after, before) if role == "user" else (before, after)
    if rest.strip():
        raise ValueError("a turn has one picture at most: before a user's words, behind a reply's")
    return Turn(role, words.strip(), next(pictures), words.startswith(" "))


def read_conversation(line: str, folder: Path) -> list[Turn]:
    """Turns of user and assistant, the last to be learned. Raises ValueError, KeyError or TypeError for what is none."""
    data = json.loads(line)
    pictures = iter([FilePicture(folder / path) for path in data.get("images", ())])
    try:
        turns = [_turn(message, pictures) for message in data["messages"] if message["role"] != "system"]
    except StopIteration:
        raise ValueError(f"more {MARK} than images") from None
    if next(pictures, None):
        raise ValueError(f"more images than {MARK}")
    if not turns or [t.role for t in turns] != list(ROLES) * (len(turns) // 2):
        raise ValueError("user and assistant do not take turns")
    return turns


def task_of(line: str) -> str:
    """A shard is indexed by what its lines say, without reading their pictures."""
    messages = json.loads(line)["messages"]
    if MARK not in messages[-1]["content"]:
        return UNDERSTANDING
    return EDITING if any(MARK in m["content"] for m in messages if m["role"] == "user") else GENERATION


class Shards:
    """All `*.jsonl` of a folder. One line at a time is in memory; lines are drawn with replacement, as a function of the batch's own random numbers,
    so that a run that was cut off goes on with what it would have read, whatever the number of processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: dict[str, list[tuple[Path, int, int]]] = {task: [] for task in TASKS}
        for path in sorted(folder.glob("*.jsonl")):
            self._index(path)
        if not any(self._lines.values()):
            raise FileNotFoundError(f"{folder} has no conversations: files *.jsonl, a JSON object a line")

    def _index(self, path: Path) -> None:
        at = 0
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        self._lines[task_of(line.decode())].append((path, number, at))
                    except (ValueError, KeyError, TypeError, IndexError) as error:
                        raise DamagedLineError(f"{path.name}, line {number}: {error}") from error
                at += len(line)

    def count(self, task: str) -> int:
        return len(self._lines[task])

    def draw(self, rng: random.Random, ratio: tuple[float, float, float]) -> list[Turn]:
        """A conversation of a task drawn by the ratio."""
        path, number, at = rng.choice(self._lines[rng.choices(TASKS, ratio)[0]])
        with path.open("rb") as file:
            file.seek(at)
            line = file.readline()
        try:
            return read_conversation(line.decode(), self.folder)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedLineError(f"{path.name}, line {number}: {error}") from error

    def lacking(self, ratio: tuple[float, float, float]) -> list[str]:
        """Tasks that the ratio asks for and no line has."""
        return [task for task, share in zip(TASKS, ratio, strict=True) if share and not self._lines[task]]


class ShardWriter:
    """Writes conversations, so many a shard, with their pictures as PNG, into a folder of its own."""

    def __init__(self, folder: Path, each: int = 1000) -> None:
        self.folder, self.each, self._lines, self._shards, self._images = folder, each, [], 0, 0
        (folder / "images").mkdir(parents=True, exist_ok=True)

    def add(self, turns: list[Turn]) -> None:
        images, messages = [], []
        for turn in turns:
            if turn.picture:
                path = self.folder / "images" / f"{self._images:06d}.png"
                self._images += 1
                Image.fromarray(turn.picture.pixels()).save(path)
                images.append(str(path.relative_to(self.folder)))
            mark = MARK if turn.picture else ""
            content = mark + (" " if mark and turn.space else "") + turn.words if turn.role == "user" else turn.words + (" " + mark if mark else "")
            messages.append({"role": turn.role, "content": content})
        self._lines.append(json.dumps({"messages": messages, "images": images}, ensure_ascii=False))
        if len(self._lines) == self.each:
            self.close()

    def close(self) -> None:
        """Writes the shard that is not full."""
        if self._lines:
            (self.folder / f"{self._shards:05d}.jsonl").write_text("\n".join(self._lines) + "\n")
            self._shards, self._lines = self._shards + 1, []
