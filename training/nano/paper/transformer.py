"""A small transformer that predicts a picture's embeddings from words, naively or prefilled (section 2.3, figure 3)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..conditioning import QwenLayer, multimodal_rotary
from ..config import HIDDEN, LANGUAGE
from ..language import padded
from ..tokens import Layout, Turn
from ..vision import RMSNorm

LAYERS, WIDTH = 3, 128
LAYER = {"hidden": WIDTH, "heads": 4, "kvHeads": 2, "headDim": 32, "intermediate": 352, "eps": 1e-6}


@dataclass(frozen=True)
class Fed:
    """ids, labels [batch, S], positions [batch, 3, S]; padded on the right. `at`: where image tokens stand. `first`: nothing is learned before it."""

    ids: Tensor
    labels: Tensor
    positions: Tensor
    at: Tensor
    first: int


def fed(layout: Layout, turns: list[list[Turn]]) -> Fed:
    ids, labels, positions = padded([layout.build(t) for t in turns])
    first = int((labels != -100).any(0).nonzero()[0]) - 1
    return Fed(ids, labels, positions, labels == layout.image, first)


class SmallTransformer(nn.Module):
    """`prefilled`: learned rows stand in for all image tokens; else each is predicted from the ones before it."""

    def __init__(self, vocabulary: int, tokens: int, prefilled: bool) -> None:
        super().__init__()
        self.prefilled, self.tokens = prefilled, tokens
        self.embed = nn.Embedding(vocabulary, WIDTH)
        self.given, self.rows = nn.Linear(HIDDEN, WIDTH), nn.Embedding(tokens, WIDTH)
        self.layers = nn.ModuleList(QwenLayer(LAYER, causal=True) for _ in range(LAYERS))
        self.norm, self.lm_head, self.vision_head = RMSNorm(WIDTH), nn.Linear(WIDTH, vocabulary, bias=False), nn.Linear(WIDTH, HIDDEN, bias=False)
        for module in (self.embed, self.rows):
            nn.init.normal_(module.weight, std=0.5)

    def forward(self, batch: Fed, embeddings: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and what each position predicts of an image, [batch, S - first, vocabulary or hidden]; `embeddings` [batch, tokens, hidden] are read naively only."""
        x = self.embed(batch.ids)
        image = self.rows.weight.repeat(len(x), 1) if self.prefilled else self.given(embeddings.flatten(0, 1))
        x = x.masked_scatter(batch.at[..., None], image.to(x.dtype))
        cos, sin = (part[:, None] for part in multimodal_rotary(batch.positions, LANGUAGE["mrope_section"], LANGUAGE["rope_theta"]))
        for layer in self.layers:
            x = layer(x, cos, sin)
        x = self.norm(x[:, batch.first :])
        return self.lm_head(x), self.vision_head(x)

    def predicted(self, batch: Fed, drawn: Tensor) -> Tensor:
        """[batch, tokens, hidden]: position t predicts what stands at t + 1."""
        return drawn[:, :-1][batch.at[:, batch.first + 1 :]].unflatten(0, (len(drawn), self.tokens)).float()

    @torch.no_grad()
    def imagine(self, batch: Fed) -> Tensor:
        """The embeddings [batch, tokens, hidden] as in use: prefilled at once, naively one by one, each from the predictions before it."""
        out = torch.zeros(len(batch.ids), self.tokens, HIDDEN)
        if self.prefilled:
            return self.predicted(batch, self(batch, out)[1])
        for i in range(self.tokens):
            out[:, i] = self.predicted(batch, self(batch, out)[1])[:, i]
        return out
