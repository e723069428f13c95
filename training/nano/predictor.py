"""What the transformer says a picture's embeddings are, for training the picture decoders on it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from .conversations import draw, edit
from .language import LanguageModel
from .pictures import Picture, random_chain
from .stages.encoder import load_frozen, load_guess
from .tokens import Layout, Sequence, make_tokenizer
from .training import load_average
from .words import LANGUAGES

# before this step a transformer reads, or draws too little of what it should
DRAWS_FROM = 5000


def has_drawing_transformer(state: Path) -> bool:
    """Whether there is one to learn from. Its checkpoint is mapped, not read."""
    path = state / "language.pt"
    return path.exists() and torch.load(path, map_location="cpu", mmap=True)["step"] >= DRAWS_FROM


class Predictor:
    """The newest transformer in the state folder, or the guess from labels where none there draws yet."""

    def __init__(self, state: Path) -> None:
        _, self.readout = load_frozen(state)
        self.language = self.guess = None
        if has_drawing_transformer(state):
            self.layout = Layout(make_tokenizer(state))
            self.language = load_average(LanguageModel(self.layout.size), state, "language")
        else:
            self.guess = load_guess(state)

    def prepare(self, rng: random.Random, count: int, editing: bool) -> tuple[list[Picture], list[Picture], list[Sequence]]:
        """(pictures to be drawn, the pictures they are edits of, what is asked of the transformer for each, nothing where there is none yet)."""
        turns = [edit(rng, random_chain(rng, 1), rng.choice(LANGUAGES)) if editing else draw(rng, random_chain(rng).picture(0), rng.choice(LANGUAGES)) for _ in range(count)]
        goals, sources = [t[1].picture for t in turns], [t[0].picture for t in turns] if editing else []
        alone = [t if editing else [replace(t[0], picture=None), t[1]] for t in turns]
        return goals, sources, [] if self.guess else [self.layout.build(t) for t in alone]

    @torch.no_grad()
    def targets(self, sequences: list[Sequence], truth: Tensor, known: dict[Picture, Tensor]) -> tuple[Tensor, Tensor]:
        """([batch, 81, hidden], [batch] whether it is the right scene); `known`: embeddings of all pictures."""
        if self.guess:
            return self.guess(truth).float(), torch.ones(len(truth), dtype=torch.bool)
        inputs, positions, wanted, _ = self.language.batch(sequences, known)
        drawn = self.language.vision_head(self.language.hidden(inputs, positions))[:, :-1][wanted[:, 1:] == self.layout.image]
        drawn = drawn.unflatten(0, (len(truth), -1)).float()
        return drawn, self.readout.right(drawn, truth)
