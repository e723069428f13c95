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

from .. import outside
from ..autoencoder import to_bytes
from ..evaluation import ROWS, Case, tally
from ..language import LanguageModel
from ..pictures import embed
from ..renderer import load_icons
from ..tokens import Layout, Turn, make_tokenizer
from ..training import load_average, set_up
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
    def answer(self, case: Case) -> tuple[str, np.ndarray | None]:
        """An edit is drawn by the editing decoder, with the picture it is about as reference."""
        seen = embed(self.encoder, [case.picture]) if case.picture else {}
        sequence = self.layout.build([Turn("user", case.words, case.picture)], open_reply=True)
        words, drawn = self.language.reply(self.layout, sequence, seen)
        if drawn is None:
            return words, None
        reference = seen[case.picture][None] if case.picture and case.row != "draw" else None
        return words, to_bytes(self.vae.decode(self.decoders.draw(drawn[None], reference, seed=case.seed)))[0].numpy()


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
            words, picture = model.answer(case)
            good = case.right(words, picture)
            judged.append((case, good))
            if not good:
                wrong.append([case.row, case.words, words])
            if picture is not None and len(shown) < 64:
                shown.append(picture)
    result = {"rows": tally(judged), "wrong": wrong}
    (state / "evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    if shown:
        shown += [np.zeros_like(shown[0])] * (-len(shown) % 8)
        grid([np.stack(shown[i : i + 8]) for i in range(0, len(shown), 8)]).save(state / "evaluation-drawn.png")
    for row, counts in result["rows"].items():
        print(f"{row:28} {counts['right']:5} of {counts['of']:5}  {counts['interval']}")
