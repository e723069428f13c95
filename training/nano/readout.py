"""The read-out: tells a scene's labels from its 81 embeddings. It trains the encoder, is then frozen, and judges predicted
embeddings in the transformer's loss. It stands in for the pre-training that Qwen2.5-VL's encoder brings (research: the
background owns the variance of the embeddings, so that MSE and cosine alone leave the things out).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import HIDDEN
from .layout import BASE, CENTRE, POSITIONS, SIDE, SKY_CENTRE, in_sky
from .vision import MERGED, TOKENS
from .world import IGNORE, LABELS, OF_A_SCENE, OF_A_THING

WIDTH, POOLS = 192, 3
SCENE_SIZES, THING_SIZES = list(OF_A_SCENE.values()), list(OF_A_THING.values())
# which of a thing's labels weigh how much: the kind decides most
WEIGHTS = torch.tensor([2.0, 1.0, 0.7, 1.0, 1.0, 1.0, 0.5])


def _near() -> Tensor:
    """Log weights [positions * pools, 81] that look at a position's left, middle and right."""
    cell = SIDE / MERGED
    rows, columns = torch.arange(TOKENS) // MERGED, torch.arange(TOKENS) % MERGED
    out = []
    for position in range(POSITIONS):
        y = SKY_CENTRE if in_sky(position) else BASE - 26
        for shift in (-16, 0, 16):
            x = CENTRE[position] + shift
            out.append(-(((rows + 0.5) * cell - y) / 22).square() - (((columns + 0.5) * cell - x) / 18).square())
    return torch.stack(out)


class ReadOut(nn.Module):
    """[batch, 81, hidden] -> logits of the scene's labels, and of every position's."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Sequential(nn.Linear(HIDDEN, WIDTH), nn.GELU())
        self.look = nn.Parameter(_near())
        self.scene = nn.Linear(WIDTH, sum(SCENE_SIZES))
        self.position = nn.Embedding(POSITIONS, 256)
        self.mix = nn.Linear(POOLS * WIDTH, 256)
        self.thing = nn.Sequential(nn.GELU(), nn.Linear(256, sum(THING_SIZES)))

    def forward(self, embeddings: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """([batch, n] for every label of a scene, [batch, 14, n] for every label of a thing)."""
        tokens = self.token(embeddings)
        pooled = (self.look.softmax(-1) @ tokens).unflatten(1, (POSITIONS, POOLS)).flatten(2)
        things = self.thing(self.mix(pooled) + self.position.weight)
        return list(self.scene(tokens.mean(1)).split(SCENE_SIZES, -1)), list(things.split(THING_SIZES, -1))

    def loss(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Weighted mean cross-entropy over the labels [batch, 103] that can be read; empty positions count less."""
        scene, things = self(embeddings)
        total = torch.stack([F.cross_entropy(g, labels[:, i], ignore_index=IGNORE, reduction="sum") for i, g in enumerate(scene)]).sum() / len(labels)
        rest = labels[:, len(scene) :].unflatten(1, (POSITIONS, len(things)))
        for i, logits in enumerate(things):
            each = F.cross_entropy(logits.flatten(0, 1), rest[..., i].flatten(), ignore_index=IGNORE, reduction="none")
            filled = (rest[..., 0] > 0).flatten()
            total = total + WEIGHTS[i] * (each * torch.where(filled, 1.0, 0.2)).sum() / len(labels)
        return total / 8

    @torch.no_grad()
    def read(self, embeddings: Tensor) -> Tensor:
        """Labels [batch, 103]."""
        scene, things = self(embeddings)
        rows = [torch.stack([g.argmax(-1) for g in scene], -1), torch.stack([g.argmax(-1) for g in things], -1).flatten(1)]
        return torch.cat(rows, 1)

    def right(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """[batch] booleans: every label that can be read is read as it should be."""
        return agrees(self.read(embeddings), labels).all(1)


def agrees(read: Tensor, labels: Tensor) -> Tensor:
    """[batch, 103] booleans: right, or nothing there to be read."""
    return (read == labels) | (labels == IGNORE)


assert len(SCENE_SIZES) + POSITIONS * len(THING_SIZES) == LABELS
