"""Pictures as data: a scene and a seed (or a seed of a picture that is not of the world), their pixels, labels and embeddings.

Nothing is stored: a batch is rendered and encoded when it is needed. Chains are what conversations are made of: a picture and its edits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from .edits import SHARES, SORTS, Edit, edit_of, random_edit
from .foreign import random_foreign, tested_foreign
from .renderer import render
from .vision import cut, patches, sized
from .world import FOREIGN, Scene, held_out, labels, random_scene

SEEDS = 10**6


@dataclass(frozen=True)
class Picture:
    """`scene` None: a picture that is not of the world; with a `family`, one of those that training never shows."""

    scene: Scene | None
    seed: int = 0
    family: str | None = None

    def pixels(self) -> np.ndarray:
        if self.scene:
            return render(self.scene, self.seed)
        rng = random.Random(self.seed)
        return tested_foreign(rng, self.family) if self.family else random_foreign(rng)

    def labels(self) -> list[int]:
        return labels(self.scene) if self.scene else FOREIGN


@dataclass(frozen=True)
class Chain:
    """Scenes of one seed and the edits between them: `edits[i]` makes `scenes[i + 1]` of `scenes[i]`."""

    scenes: tuple[Scene, ...]
    edits: tuple[Edit, ...]
    seed: int

    def picture(self, index: int) -> Picture:
        return Picture(self.scenes[index], self.seed)


def random_chain(rng: random.Random, length: int = 1, unseen: bool = False) -> Chain:
    """`length` edits in a row. The first scene is held out exactly when `unseen`; otherwise none is."""
    while True:
        scenes, edits = [random_scene(rng, unseen)], []
        if length:  # the sort of the first is chosen before its scene, so that rare ones come as often as they should
            sort, first = rng.choices(SORTS, SHARES)[0], None
            while not (first := edit_of(rng, scenes[0], sort)):
                scenes = [random_scene(rng, unseen)]
            edits.append(first)
        while len(scenes) <= len(edits):
            scenes.append(edits[len(scenes) - 1].apply(scenes[-1]))
            if len(edits) < length:
                edits.append(random_edit(rng, scenes[-1]))
        if unseen or not any(held_out(s) for s in scenes):
            return Chain(tuple(scenes), tuple(edits), rng.randrange(SEEDS))


def gathered(pictures: list[Picture]) -> tuple[list[Picture], np.ndarray]:
    """(the different pictures, their pixels at the encoder's size) for a batch."""
    different = list(dict.fromkeys(pictures))
    return different, sized([p.pixels() for p in different]) if different else np.zeros((0, 252, 252, 3), np.uint8)


@torch.no_grad()
def seen(encoder: nn.Module, pictures: list[Picture], images: Tensor) -> dict[Picture, Tensor]:
    """[81, hidden] of every picture, from what `gathered` gave."""
    parts = [encoder(cut(images[i : i + 32])).float() for i in range(0, len(pictures), 32)]
    return dict(zip(pictures, torch.cat(parts), strict=True)) if parts else {}


@torch.no_grad()
def embed(encoder: nn.Module, pictures: list[Picture]) -> dict[Picture, Tensor]:
    """[81, hidden] of every different picture."""
    different = list(dict.fromkeys(pictures))
    return {p: encoder(patches([p.pixels()]))[0].float() for p in different}
