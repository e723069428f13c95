"""nano's own conversations as files in the paper's message format: `NANO_CASES` of each task to `DIR/messages`, for `table_one` and as an example."""

from __future__ import annotations

import os
import random
from pathlib import Path

from .. import outside
from ..conversations import conversation
from ..messages import ShardWriter
from ..renderer import load_icons
from ..training import set_up

# a kind of turn for each of the paper's tasks: understanding, generation, editing
KINDS = ("ask", "draw", "edit")


def write(folder: Path, each: int, shard: int = 1000) -> None:
    writer, rng = ShardWriter(folder, shard), random.Random(41)
    for number in range(each * len(KINDS)):
        writer.add(conversation(rng, KINDS[number % len(KINDS)]))
    writer.close()


def run(state: Path, minutes: float) -> None:
    set_up(8)
    load_icons(state)
    outside.load(state)
    write(state / "messages", int(os.environ.get("NANO_CASES", "1000")))
