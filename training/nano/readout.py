"""What tells a scene's labels from inside the networks; it stands in for the pre-training that Qwen2.5-VL brings.

The read-out tells them from a picture's 81 embeddings. It trains the encoder, is then frozen, and judges predicted embeddings in the
transformer's loss (research: the background owns the variance of the embeddings, so that MSE and cosine alone leave the things out).
The scene head tells them from one state in the middle of the transformer, with which it learns; neither is exported.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import HIDDEN
from .layout import BASE, CENTRE, POSITIONS, SIDE, SKY_CENTRE, in_sky
from .vision import MERGED, TOKENS, RMSNorm
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


class LabelReader(nn.Module):
    """Something -> ([batch, n] logits for every label of a scene, [batch, 14, n] for every label of a thing)."""

    def loss(self, x: Tensor, labels: Tensor) -> Tensor:
        """Weighted mean cross-entropy over the labels [batch, 103] that can be read; empty positions count less."""
        scene, things = self(x)
        total = torch.stack([F.cross_entropy(g, labels[:, i], ignore_index=IGNORE, reduction="sum") for i, g in enumerate(scene)]).sum() / len(labels)
        rest = labels[:, len(scene) :].unflatten(1, (POSITIONS, len(things)))
        for i, logits in enumerate(things):
            each = F.cross_entropy(logits.flatten(0, 1), rest[..., i].flatten(), ignore_index=IGNORE, reduction="none")
            filled = (rest[..., 0] > 0).flatten()
            total = total + WEIGHTS[i] * (each * torch.where(filled, 1.0, 0.2)).sum() / len(labels)
        return total / 8

    @torch.no_grad()
    def read(self, x: Tensor) -> Tensor:
        """Labels [batch, 103]."""
        scene, things = self(x)
        rows = [torch.stack([g.argmax(-1) for g in scene], -1), torch.stack([g.argmax(-1) for g in things], -1).flatten(1)]
        return torch.cat(rows, 1)

    def right(self, x: Tensor, labels: Tensor) -> Tensor:
        """[batch] booleans: every label that can be read is read as it should be."""
        return agrees(self.read(x), labels).all(1)


class ReadOut(LabelReader):
    """Reads the embeddings [batch, 81, hidden] of a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Sequential(nn.Linear(HIDDEN, WIDTH), nn.GELU())
        self.look = nn.Parameter(_near())
        self.scene = nn.Linear(WIDTH, sum(SCENE_SIZES))
        self.position = nn.Embedding(POSITIONS, 256)
        self.mix = nn.Linear(POOLS * WIDTH, 256)
        self.thing = nn.Sequential(nn.GELU(), nn.Linear(256, sum(THING_SIZES)))

    def forward(self, embeddings: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        tokens = self.token(embeddings)
        pooled = (self.look.softmax(-1) @ tokens).unflatten(1, (POSITIONS, POOLS)).flatten(2)
        things = self.thing(self.mix(pooled) + self.position.weight)
        return list(self.scene(tokens.mean(1)).split(SCENE_SIZES, -1)), list(things.split(THING_SIZES, -1))


class SceneHead(LabelReader):
    """Reads one state [batch, hidden] of the transformer, where it has to know which scene a picture shows or will show."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.inner, self.head = RMSNorm(HIDDEN), nn.Linear(HIDDEN, 512), nn.Linear(512, sum(SCENE_SIZES) + POSITIONS * sum(THING_SIZES))

    def forward(self, states: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        scene, things = self.head(F.gelu(self.inner(self.norm(states)))).split((sum(SCENE_SIZES), POSITIONS * sum(THING_SIZES)), -1)
        return list(scene.split(SCENE_SIZES, -1)), list(things.unflatten(1, (POSITIONS, -1)).split(THING_SIZES, -1))


def agrees(read: Tensor, labels: Tensor) -> Tensor:
    """[batch, 103] booleans: right, or nothing there to be read."""
    return (read == labels) | (labels == IGNORE)


assert len(SCENE_SIZES) + POSITIONS * len(THING_SIZES) == LABELS
