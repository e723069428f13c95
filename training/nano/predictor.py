"""What the transformer says a picture's embeddings are, for training the picture decoders on it."""

from __future__ import annotations

import random
from pathlib import Path

import torch
from torch import Tensor

from .conversations import draw, edit
from .language import LanguageModel
from .pictures import Chain, embed
from .stages.encoder import load_frozen, load_guess
from .tokens import Layout, make_tokenizer
from .training import load_average


class Predictor:
    """The newest transformer in the state folder, or the guess from labels where there is none yet."""

    def __init__(self, state: Path) -> None:
        self.encoder, self.readout = load_frozen(state)
        self.language = self.guess = None
        if (state / "language.pt").exists():
            self.layout = Layout(make_tokenizer(state))
            self.language = load_average(LanguageModel(self.layout.size), state, "language")
        else:
            self.guess = load_guess(state)

    @torch.no_grad()
    def targets(self, rng: random.Random, chains: list[Chain]) -> list[Tensor | None]:
        """[81, hidden] of every chain's last picture; None where the transformer would say another scene."""
        truth = torch.tensor([chain.picture(-1).labels() for chain in chains])
        if self.guess:
            return list(self.guess(truth))
        turns = [edit(rng, chain, rng.choice(("en", "zh"))) if chain.edits else draw(rng, chain.picture(0), rng.choice(("en", "zh"))) for chain in chains]
        sequences = [self.layout.build(t) for t in turns]
        known = embed(self.encoder, [p for s in sequences for _, p, _ in s.pictures])
        inputs, positions, wanted, _ = self.language.batch(sequences, known)
        drawn = self.language.vision_head(self.language.hidden(inputs, positions))[:, :-1][wanted[:, 1:] == self.layout.image]
        drawn = drawn.unflatten(0, (len(chains), -1))
        right = self.readout.right(drawn, truth)
        return [d if r else None for d, r in zip(drawn, right.tolist(), strict=True)]
