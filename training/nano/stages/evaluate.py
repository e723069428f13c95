"""The quality rows in torch, while training goes on: the newest weights, fewer cases, the same judges as through the bundle.

`--minutes` bounds it; `NANO_CASES` is the number of cases a row (default 40), `NANO_ROWS` names rows (default all). Writes
`state/evaluation.json` with the failures, and `state/evaluation-drawn.png`.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .. import checker, outside
from ..autoencoder import to_bytes
from ..conversations import CONTEXT_TURNS
from ..evaluation import ROWS, Case, TurnWanted, interval, tally, twelve_turns
from ..language import LanguageModel
from ..pictures import Picture, embed
from ..renderer import load_icons
from ..tokens import Layout, Turn, make_tokenizer
from ..training import load_average, set_up
from ..vision import patches
from ..words import DRAWN, LANGUAGES
from .decoders import Decoders, autoencoder, grid
from .encoder import load_frozen


class Model:
    """The whole model: words and a picture in front -> words and, where it draws, a picture."""

    def __init__(self, state: Path) -> None:
        self.layout = Layout(make_tokenizer(state))
        self.encoder, _ = load_frozen(state)
        self.language = load_average(LanguageModel(self.layout.size), state, "language")
        self.decoders, self.vae = load_average(Decoders(), state, "decoders"), autoencoder(state)

    @torch.no_grad()
    def reply(self, turns: list[Turn], known: dict[Picture, Tensor]) -> tuple[str, Tensor | None]:
        return self.language.reply(self.layout, self.layout.build(turns, open_reply=True), known)

    @torch.no_grad()
    def picture(self, drawn: Tensor, reference: Tensor | None, seed: int) -> np.ndarray:
        """Drawn by the editing decoder where there is a reference."""
        latents = self.decoders.draw(drawn[None], None if reference is None else reference[None], seed=seed)
        return to_bytes(self.vae.decode(latents))[0].cpu().numpy()

    def right(self, case: Case) -> tuple[bool, str, np.ndarray | None]:
        """(whether the case is right, its words, its picture)."""
        known = embed(self.encoder, [case.picture]) if case.picture else {}
        words, drawn = self.reply([Turn("user", case.words, case.picture)], known)
        reference = known[case.picture] if case.picture else None
        picture = None if drawn is None else self.picture(drawn, reference, case.seed)
        good = case.right(words, picture)
        if case.differ:
            good = good and case.differ(picture, self.picture(drawn, reference, case.seed + 1))
        return good, words, picture

    def conversation(self, turns: list[TurnWanted], seed: int) -> list[bool]:
        """Every turn of a conversation as the session holds it: the last picture in front, the words of two turns before."""
        history: list[Turn] = []
        front: tuple[Tensor, np.ndarray] | None = None
        judged = []
        for number, turn in enumerate(turns):
            here = Picture(None, -1 - number) if front else None
            words, drawn = self.reply([*history[-2 * CONTEXT_TURNS :], Turn("user", turn.words, here)], {here: front[0]} if front else {})
            history += [Turn("user", turn.words), Turn("assistant", words.strip())]
            if drawn is None:
                judged.append(turn.answer is not None and words.strip() == turn.answer)
                continue
            reference = self.encoder(patches([front[1]]))[0] if front and not words.strip().startswith(tuple(DRAWN.values())) else None
            picture = self.picture(drawn, reference, seed + number)
            front = drawn, picture
            judged.append(turn.scene is not None and checker.alike(checker.read(picture), turn.scene))
        return judged


def run(state: Path, minutes: float) -> None:
    set_up(7)
    load_icons(state)
    outside.load(state)
    count, chosen = int(os.environ.get("NANO_CASES", "40")), os.environ.get("NANO_ROWS", ",".join(ROWS)).split(",")
    model, start, judged, wrong, shown = Model(state), time.time(), [], [], []
    for name in chosen:
        make, most = ROWS[name]
        for case in make(min(count, most)):
            if time.time() - start > 60 * minutes:
                break
            good, words, picture = model.right(case)
            judged.append((case, good))
            if not good:
                wrong.append([case.row, case.words, words])
            if picture is not None and len(shown) < 64:
                shown.append(picture)
    talks = []
    for i in range(max(1, count // 10)):
        if time.time() - start < 60 * minutes:
            talks += model.conversation(twelve_turns(random.Random(1200 + i), LANGUAGES[i % 2]), 100 * i)
    result = {"rows": tally(judged), "wrong": wrong, "twelve-turns": {"right": sum(talks), "of": len(talks), "interval": interval(sum(talks), len(talks))}}
    (state / "evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    if shown:
        shown += [np.zeros_like(shown[0])] * (-len(shown) % 8)
        grid([np.stack(shown[i : i + 8]) for i in range(0, len(shown), 8)]).save(state / "evaluation-drawn.png")
    for row, counts in result["rows"].items():
        print(f"{row:28} {counts['right']:5} of {counts['of']:5}  {counts['interval']}")
    print(f"{'twelve-turns':28} {sum(talks):5} of {len(talks):5}")
