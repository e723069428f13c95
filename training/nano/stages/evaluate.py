"""The quality rows in torch, while training goes on: the newest weights, fewer cases, the same judges as through the bundle.

`--minutes` bounds it; `NANO_CASES` is the number of cases a row (default 40), `NANO_ROWS` names rows (default all). Writes
`state/evaluation.json` with the failures, and `state/evaluation-drawn.png`.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .. import outside, photographs, report
from ..autoencoder import to_bytes
from ..cells import joined
from ..conversations import CONTEXT_TURNS
from ..evaluation import ROWS, TALKS, Case, Talk, chosen_rows, drawn_as
from ..language import LanguageModel
from ..pictures import Picture, embed
from ..renderer import load_icons
from ..report import Judged
from ..tokens import Layout, Turn, make_tokenizer
from ..training import load_average, set_up
from ..vision import patches
from ..words import DRAWN, FORM_POLISH
from .decoders import Decoders, autoencoder
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

    def judged(self, case: Case) -> tuple[list[Judged], str, np.ndarray | None]:
        """(the case's rows, its words, its picture)."""
        known = embed(self.encoder, [case.picture]) if case.picture else {}
        typed = FORM_POLISH[case.language].format(case.words) if case.task == "polish" else case.words
        words, drawn = self.reply([Turn("user", typed, case.picture, space=case.task != "ask")], known)
        reference = known[case.picture] if case.picture else None
        picture = None if drawn is None else self.picture(drawn, reference, case.seed)
        good = True
        if case.differ:
            good = picture is not None and drawn is not None and case.differ(picture, self.picture(drawn, reference, case.seed + 1))
        if case.drawn_next and picture is None:
            _, drawn_next = self.reply([Turn("user", words.strip())], {})
            good = drawn_next is not None and drawn_as(case.drawn_next)("", self.picture(drawn_next, None, case.seed))
        return case.judged(words, picture, good), words, picture

    def conversation(self, talk: Talk, seed: int) -> list[bool]:
        """Every turn of a conversation as the session holds it: the last picture in front, the words of two turns before."""
        history: list[Turn] = []
        front: tuple[Tensor, np.ndarray] | None = (embed(self.encoder, [talk.picture])[talk.picture], talk.picture.pixels()) if talk.picture else None
        right = []
        for number, turn in enumerate(talk.turns):
            here = Picture(None, -1 - number) if front else None
            words, drawn = self.reply([*history[-2 * CONTEXT_TURNS :], Turn("user", turn.words, here)], {here: front[0]} if front else {})
            history += [Turn("user", turn.words), Turn("assistant", words.strip())]
            if drawn is None:
                right.append(turn.right(words, None))
                continue
            reference = self.encoder(patches([front[1]]))[0] if front and not words.strip().startswith(tuple(DRAWN.values())) else None
            picture = self.picture(drawn, reference, seed + number)
            front = drawn, picture
            right.append(turn.right(words, picture))
        return right


def run(state: Path, minutes: float) -> None:
    set_up(7)
    load_icons(state)
    photographs.load(state)
    outside.load(state)
    count, chosen = int(os.environ.get("NANO_CASES", "40")), chosen_rows(os.environ.get("NANO_ROWS"))
    model, start = Model(state), time.time()
    judged: list[Judged] = []
    wrong: list[list[str]] = []
    shown: list[np.ndarray] = []
    for name in chosen:
        make, most = (ROWS | TALKS)[name]
        for i, asked in enumerate(make(min(count if name in ROWS else max(1, count // 10), most))):
            if time.time() - start > 60 * minutes:
                break
            if isinstance(asked, Talk):
                judged += asked.judged(model.conversation(asked, 100 * i))
                continue
            rows, words, picture = model.judged(asked)
            judged += rows
            wrong += [[one.row, asked.words, words] for one in rows if not one.right]
            if picture is not None and len(shown) < 64:
                shown.append(picture)
    listed = report.rows(judged)
    (state / "evaluation.json").write_text(json.dumps({"rows": listed, "wrong": wrong}, indent=1, ensure_ascii=False))
    if shown:
        joined(shown, 8).save(state / "evaluation-drawn.png")
    print(report.table(listed))
