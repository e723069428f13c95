"""Edits to learn from and to be tested on, and how good a picture of one is: for adapter against merger, numbers of steps and of bits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .. import checker
from ..evaluation import decibels, unchanged
from ..patch_code import PatchCode, pictures
from ..pictures import Chain, random_chain
from ..training import save
from ..vision import patches

LEARNED, TESTED = 1200, 24
# they change what stands at one position, so that the rest can be compared
LOCAL = ("remove", "recolour", "replace", "resize")
Paint = Callable[[Tensor, Tensor], np.ndarray]


@dataclass(frozen=True)
class Edits:
    """`goals` and `sources` [n, 81, hidden] as the encoder sees them, `told` [n, 81, hidden]: what the labels of the goals let one guess;
    `latents` [n, 16, 24, 24] of the goals; `chains[i]` of one edit made them."""

    goals: Tensor
    sources: Tensor
    told: Tensor
    latents: Tensor
    chains: list[Chain]


@torch.no_grad()
def make(encoder: nn.Module, guess: nn.Module, code: PatchCode, count: int, seed: int, unseen: bool) -> Edits:
    """`unseen`: local edits of compositions that are never learned; else edits of every sort."""
    rng, chains, parts = random.Random(seed), [], []
    while len(chains) < count:
        chain = random_chain(rng, 1, unseen)
        if not unseen or chain.edits[0].sort in LOCAL:
            chains.append(chain)
    for start in range(0, count, 16):
        some = chains[start : start + 16]
        before, after = ([c.picture(i).pixels() for c in some] for i in (0, 1))
        labels = torch.tensor([c.picture(1).labels() for c in some])
        parts.append((encoder(patches(after)), encoder(patches(before)), guess(labels), code.encode(pictures(after))))
    return Edits(*(torch.cat(part).half() for part in zip(*parts, strict=True)), chains)


def learned(state: Path, encoder: nn.Module, guess: nn.Module, code: PatchCode) -> Edits:
    return _kept(state / "paper" / f"edits-{LEARNED}.pt", lambda: make(encoder, guess, code, LEARNED, 81, False))


def tested(state: Path, encoder: nn.Module, guess: nn.Module, code: PatchCode) -> Edits:
    return _kept(state / "paper" / f"edits-tested-{TESTED}.pt", lambda: make(encoder, guess, code, TESTED, 82, True))


def _kept(path: Path, made: Callable[[], Edits]) -> Edits:
    """Made once, then read from the state folder."""
    if not path.exists():
        save(path, vars(made()))
    return Edits(**torch.load(path, weights_only=False))


def quality(of: Edits, paint: Paint) -> dict[str, float]:
    """`paint(target, reference)` gives uint8 [n, 192, 192, 3]. From what the encoder sees (`seen`) and from what words let one know (`told`):
    decibels against the goal, decibels of what the edit does not touch against the picture before, the share of pictures that the checker finds right."""
    out = {}
    for how, target in (("seen", of.goals), ("told", of.told)):
        drawn = paint(target.float(), of.sources.float())
        scored = []
        for picture, chain in zip(drawn, of.chains, strict=True):
            before, after = chain.scenes
            kept = unchanged(before, after, chain.picture(0).pixels(), picture)
            scored.append((decibels(picture, chain.picture(1).pixels()), kept, float(checker.alike(checker.read(picture), after))))
        psnr, kept, right = np.mean(scored, 0).tolist()
        out |= {f"{how}-psnr": psnr, f"{how}-unchanged": kept, f"{how}-right": right}
    return out
