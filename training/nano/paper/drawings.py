"""Drawings to learn from and to be tested on: words with the embeddings of the picture they ask for, made once for all runs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..conversations import draw_words
from ..pictures import SEEDS, Picture
from ..tokens import Turn
from ..training import save
from ..vision import MERGED, patches
from ..words import DRAWN
from ..world import random_scene

LEARNED, TESTED = 6000, 256


@dataclass(frozen=True)
class Drawings:
    """`turns[i]` asks for the picture with `embeddings[i]` [81, hidden] and `labels[i]`."""

    turns: list[list[Turn]]
    embeddings: Tensor
    labels: Tensor

    def part(self, first: int, count: int) -> Drawings:
        return Drawings(self.turns[first : first + count], self.embeddings[first : first + count], self.labels[first : first + count])


def gridded(embeddings: Tensor, side: int) -> Tensor:
    """[batch, 81, hidden] -> [batch, side², hidden]: means over areas, or between neighbours where there are more tokens."""
    return _resampled(embeddings, MERGED, side, antialias=True)


def ungridded(embeddings: Tensor, side: int) -> Tensor:
    """[batch, side², hidden] -> the 81 tokens that the read-out reads."""
    return _resampled(embeddings, side, MERGED, antialias=False)


def _resampled(embeddings: Tensor, old: int, new: int, antialias: bool) -> Tensor:
    if old == new:
        return embeddings
    grid = embeddings.transpose(1, 2).unflatten(2, (old, old))
    return F.interpolate(grid, (new, new), mode="bilinear", align_corners=False, antialias=antialias).flatten(2).transpose(1, 2)


@torch.no_grad()
def make(encoder: nn.Module, count: int, seed: int, unseen: bool) -> Drawings:
    rng = random.Random(seed)
    turns, parts, labels = [], [], []
    for start in range(0, count, 16):
        pictures = []
        for _ in range(min(16, count - start)):
            picture = Picture(random_scene(rng, unseen), rng.randrange(SEEDS))
            language = rng.choice(("en", "zh"))
            turns.append([Turn("user", draw_words(rng, picture.scene, language)), Turn("assistant", DRAWN[language], picture)])
            pictures.append(picture)
        parts.append(encoder(patches([p.pixels() for p in pictures])).float())
        labels += [p.labels() for p in pictures]
    return Drawings(turns, torch.cat(parts), torch.tensor(labels))


def both(state: Path, encoder: nn.Module, learned: int = LEARNED, tested: int = TESTED) -> tuple[Drawings, Drawings]:
    """(drawings to learn from, drawings of compositions that are never learned); kept in the state folder."""
    path = state / "paper" / f"drawings-{learned}-{tested}.pt"
    if not path.exists():
        save(path, [vars(make(encoder, learned, 71, False)), vars(make(encoder, tested, 72, True))])
    kept = torch.load(path, weights_only=False)
    return Drawings(**kept[0]), Drawings(**kept[1])
