"""The read-out: classifies a scene from its 81 embeddings. It trains the encoder, is then frozen, and judges predicted
embeddings in the transformer's loss. It stands in for the pre-training that Qwen2.5-VL's encoder brings (research: the
background owns the variance of the embeddings, so that MSE and cosine alone leave the objects out).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import HIDDEN
from .vision import MERGED
from .world import COLOURS, KIND_NAMES, PLACES

SIZES = [len(PLACES), 2, *[len(KIND_NAMES) + 1] * 3, *[len(COLOURS) + 1] * 3]


class ReadOut(nn.Module):
    """[batch, 81, hidden] -> logits of place, night, 3 kinds, 3 colours, twice: per cell, and linear in the mean token."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Sequential(nn.Linear(HIDDEN, 160), nn.GELU())
        self.scene = nn.Linear(160, len(PLACES) + 2)
        self.cell = nn.Linear(160, len(KIND_NAMES) + len(COLOURS) + 2)
        self.mean = nn.Linear(HIDDEN, sum(SIZES))

    def forward(self, embeddings: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        tokens = self.token(embeddings)
        place, night = self.scene(tokens.mean(1)).split((len(PLACES), 2), -1)
        cells = tokens.unflatten(1, (MERGED, 3, 3)).mean((1, 3))
        kinds, colours = self.cell(cells).split((len(KIND_NAMES) + 1, len(COLOURS) + 1), -1)
        mean = self.mean(embeddings.mean(1)).split(SIZES, -1)
        return [place, night, *kinds.unbind(1), *colours.unbind(1)], list(mean)

    def loss(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy over the 8 labels [batch, 8], both heads."""
        heads = self(embeddings)
        return torch.stack([F.cross_entropy(g, labels[:, i]) for head in heads for i, g in enumerate(head)]).mean()

    @torch.no_grad()
    def read(self, embeddings: Tensor) -> Tensor:
        """Labels [batch, 8] by the per-cell head."""
        return torch.stack([g.argmax(-1) for g in self(embeddings)[0]], -1)
