"""Stage 5: the transformer, by equation 1 plus the frozen read-out's loss on the predicted embeddings."""

from __future__ import annotations

import random
from pathlib import Path

import torch
from torch import Tensor

from ..conversations import EASY, FOUND_WITHOUT_SEARCH, LONGEST, conversation, long
from ..language import LanguageModel
from ..losses import SCRIPT_WEIGHTS, equation_one
from ..tokens import PREFILLED, Layout, Turn, make_tokenizer
from ..training import Trainer, set_up
from ..world import labels
from .embeddings import Bank
from .encoder import load_frozen

# share of batches and batch size
MIX = {"draw": (0.1, 16), "edit": (0.34, 12), "ask": (0.15, 16), "several": (0.16, 6), "long": (0.1, 3), "polish": (0.11, 16), "chat": (0.04, 16)}
READOUT_WEIGHT = 1.0


def run(state: Path, minutes: float) -> None:
    set_up(5)
    bank, layout = Bank(state), Layout(make_tokenizer(state))
    _, readout = load_frozen(state)
    model = LanguageModel(layout.size)
    trainer = Trainer(state, "language", {"model": model}, 1.5e-3, horizon=14000, decay=0.995)
    rng = random.Random(trainer.seed)
    for layer in model.model.layers:
        layer.compile(dynamic=True)
    recent: dict[str, float] = {}

    def pick(kind: str) -> int:
        while True:
            chain = rng.randrange(len(bank.chains))
            searching = any(edit.kind not in FOUND_WITHOUT_SEARCH for edit in bank.chains[chain][1])
            if kind != "edit" or searching or rng.random() < EASY:
                return chain

    def turns(kind: str, chain: int) -> list[Turn]:
        if kind != "long":
            return conversation(rng, bank.chains[chain], chain, kind)
        return long(rng, [(c, bank.chains[c]) for c in (chain, *(pick(kind) for _ in range(LONGEST)))], rng.choice(("en", "zh")))

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        if step % 100 == 0:
            bank.refresh()
        kind = rng.choices(list(MIX), [share for share, _ in MIX.values()])[0]
        chosen = [pick(kind) for _ in range(MIX[kind][1])]
        sequences = [layout.build(turns(kind, chain)) for chain in chosen]
        embeddings = {picture: bank.embeddings(*picture) for s in sequences for _, picture, _ in s.pictures}
        noisy = {p: e + 0.3 * rng.random() * torch.randn_like(e) for p, e in embeddings.items()}
        inputs, positions, wanted, _ = model.batch(sequences, noisy)
        goals = [picture for s in sequences for _, picture, how in s.pictures if how == PREFILLED]
        hidden = model.hidden(inputs, positions)
        drawn = model.vision_head(hidden).float()
        words = wanted.clone()
        rows = (wanted != -100).any(0).nonzero()[0].item() - 1  # nothing is learned before the first reply
        target = torch.cat([embeddings[g] for g in goals]) if goals else None
        parts = equation_one(model.lm_head(hidden[:, rows:]).float(), words[:, rows:], drawn[:, rows:], target, layout.image, SCRIPT_WEIGHTS)
        total = parts["total"]
        seen = {}
        if goals:
            predicted = drawn[:, :-1][wanted[:, 1:] == layout.image].unflatten(0, (len(goals), 81))
            truth = torch.tensor([labels(bank.chains[c][0][i]) for c, i in goals])
            total = total + READOUT_WEIGHT * readout.loss(predicted, truth)
            right = (readout.read(predicted) == truth).float()
            seen[kind] = right.all(1).float().mean().item()
        else:
            seen[kind] = parts["ce"].item()
        for key, value in seen.items():
            recent[key] = 0.9 * recent.get(key, value) + 0.1 * value
        return total, {"ce": parts["ce"].item(), "mse": parts["mse"].item() if goals else 0.0}

    def watch() -> str:
        return "recent: " + " ".join(f"{k} {v:.3f}" for k, v in sorted(recent.items()))

    trainer.run(minutes, loss, every=40, watch=watch, watch_every=80)
