"""Stage 3: chains of three scenes (a scene and two edits in a row) with their frozen embeddings, in shards of 500 chains.

Later stages read whatever shards exist, so this stage can run beside them; its seed goes with the shard's number.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import torch

from ..renderer import load_icons, render
from ..training import set_up
from ..vision import patches
from ..world import Edit, Scene, held_out, random_edit, random_scene
from .encoder import load_frozen

SHARD, LIMIT = 500, 16
Chain = tuple[list[Scene], list[Edit]]


def random_chain(rng: random.Random, unseen: bool = False) -> Chain:
    """Three scenes and the two edits between them; every scene is held out (or none is)."""
    while True:
        scenes, edits = [random_scene(rng, unseen)], []
        for _ in range(2):
            edits.append(random_edit(rng, scenes[-1]))
            scenes.append(edits[-1].apply(scenes[-1]))
        if unseen or not any(held_out(s) for s in scenes):
            return scenes, edits


def chains_of(shard: int) -> list[Chain]:
    rng = random.Random(7919 * shard + 17)
    return [random_chain(rng) for _ in range(SHARD)]


def run(state: Path, minutes: float) -> None:
    set_up(3)
    load_icons(state)
    encoder, _ = load_frozen(state)
    folder = state / "embeddings"
    folder.mkdir(exist_ok=True)
    start = time.time()
    for shard in range(LIMIT):
        path = folder / f"{shard:03}.npy"
        if path.exists():
            continue
        if time.time() - start > 60 * minutes:
            return
        scenes = [scene for chain, _ in chains_of(shard) for scene in chain]
        parts = []
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for i in range(0, len(scenes), 20):
                parts.append(encoder(patches([render(s) for s in scenes[i : i + 20]])).half().numpy())
        np.save(path.with_suffix(".part.npy"), np.concatenate(parts).reshape(SHARD, 3, 81, -1))
        path.with_suffix(".part.npy").rename(path)
        print(f"embeddings {time.time() - start:.0f} s shard {shard}", flush=True)


class Bank:
    """All chains on disk: `chains[i]` and `embeddings(i, j)`; `refresh` picks up new shards."""

    def __init__(self, state: Path) -> None:
        self.folder, self.shards, self.chains = state / "embeddings", [], []
        self.refresh()

    def refresh(self) -> None:
        while (path := self.folder / f"{len(self.shards):03}.npy").exists():
            self.chains += chains_of(len(self.shards))
            self.shards.append(np.load(path, mmap_mode="r"))

    def embeddings(self, chain: int, place: int) -> torch.Tensor:
        return torch.from_numpy(np.asarray(self.shards[chain // SHARD][chain % SHARD, place], np.float32))
