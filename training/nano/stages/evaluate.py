"""Counts on compositions that training never saw: drawings, edits, questions, through the whole model.

Words -> the transformer decides and predicts 81 embeddings -> picture decoder -> autoencoder -> the independent checker.
Writes `state/evaluation.json` and sample grids. `--minutes` is not used; NANO_EVALUATE sets the counts (default 200,100,200).
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import numpy as np
import torch

from .. import checker, conversations, grammar
from ..autoencoder import to_bytes
from ..language import LanguageModel
from ..renderer import load_icons, render
from ..tokens import Layout, Turn, make_tokenizer
from ..training import load_average, set_up
from ..vision import patches
from ..world import Scene
from .decoders import Decoders, autoencoder, grid
from .embeddings import random_chain
from .encoder import load_frozen


class Model:
    """The whole model behind two calls: what it answers, and the picture of predicted embeddings."""

    def __init__(self, state: Path) -> None:
        self.layout = Layout(make_tokenizer(state))
        self.encoder, _ = load_frozen(state)
        self.language = load_average(LanguageModel(self.layout.size), state, "language")
        self.decoders, self.vae = load_average(Decoders(), state, "decoders"), autoencoder(state)

    @torch.no_grad()
    def see(self, picture: np.ndarray) -> torch.Tensor:
        return self.encoder(patches([picture]))[0]

    def answer(self, turns: list[Turn], embeddings: dict) -> tuple[str, torch.Tensor | None]:
        return self.language.reply(self.layout, self.layout.build(turns, open_reply=True), embeddings)

    @torch.no_grad()
    def picture(self, drawn: torch.Tensor, reference: np.ndarray | None, seed: int) -> np.ndarray:
        context = None if reference is None else self.see(reference)[None]
        return to_bytes(self.vae.decode(self.decoders.draw(drawn[None], context, seed=seed)))[0].numpy()


def show(state: Path, name: str, rows: list[tuple[np.ndarray, ...]]) -> None:
    """Columns of pictures, at most 16."""
    if rows:
        grid([np.stack(column) for column in zip(*rows[:16], strict=True)]).save(state / f"{name}.png")


def drawings(model: Model, state: Path, count: int) -> dict:
    rng, right, silent, rows, things, found, wrong = random.Random(101), 0, 0, [], 0, 0, []
    for i in range(count):
        chain, language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        turns, scene = conversations.draw(rng, chain, 0, language), chain[0][0]
        words, drawn = model.answer(turns[:1], {})
        things += len(scene.things)
        if drawn is None:
            silent += 1
            wrong.append(turns[0].words)
            continue
        picture = model.picture(drawn, None, i)
        seen = checker.read(picture)
        right += seen == scene
        found += sum(a == b and a is not None for a, b in zip(seen.cells, scene.cells, strict=True))
        if seen != scene:
            wrong.append(turns[0].words)
        rows.append((render(scene), picture))
    show(state, "drawings", rows)
    return {"right": right, "of": count, "no picture": silent, "objects right": found, "objects": things, "wrong": wrong[:20]}


def edits(model: Model, state: Path, count: int) -> dict:
    """Half with the picture given with the words, half after a drawing in the conversation (its predicted embeddings)."""
    rng, right, silent, rows, by_kind = random.Random(202), 0, 0, [], {}
    for i in range(count):
        (scenes, changes), language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        before, after = scenes[0], scenes[1]
        tally = by_kind.setdefault(changes[0].kind, [0, 0])
        tally[1] += 1
        if i % 2 == 0:
            source = render(before)
            turns = conversations.edit(rng, (scenes, changes), 0, language, 0, given=True)[:1]
            words, drawn = model.answer(turns, {(0, 0): model.see(source)})
        else:
            first = conversations.draw(rng, (scenes, changes), 0, language)
            _, earlier = model.answer(first[:1], {})
            if earlier is None:
                silent += 1
                continue
            source = model.picture(earlier, None, i)
            turns = [*first, *conversations.edit(rng, (scenes, changes), 0, language, 0, given=False)[:1]]
            words, drawn = model.answer(turns, {(0, 0): earlier})
        if drawn is None:
            silent += 1
            continue
        picture = model.picture(drawn, source, i)
        good = checker.read(picture) == after
        right += good
        tally[0] += good
        rows.append((source, render(after), picture))
    show(state, "edits", rows)
    return {"right": right, "of": count, "no picture": silent, "by kind": by_kind}


def questions(model: Model, count: int) -> dict:
    rng, right, wrong = random.Random(303), 0, []
    for _ in range(count):
        chain, language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        turns = conversations.ask(rng, chain, 0, language, 0, given=True)
        words, drawn = model.answer(turns[:1], {(0, 0): model.see(render(chain[0][0]))})
        good = drawn is None and words.strip() == turns[1].words
        right += good
        if not good:
            wrong.append([turns[0].words, turns[1].words, words])
    return {"right": right, "of": count, "wrong": wrong[:20]}


EXAMPLES: list[tuple[str, Scene | None]] = [
    ("draw a red car next to a tree on the beach", None), ("a yellow balloon and a gift in the snow", None), ("画一辆红色的汽车和一棵树，在海滩上", None),
    ("雪地里的一个黄色气球和一个礼物", None), ("hello", None), ("what can you draw?", None), ("画一个机器人", None),
]


def examples(model: Model, state: Path) -> dict:
    """The page's opening examples, then edits and a question in the same conversation."""
    out, rows = {}, []
    for index, (words, _) in enumerate(EXAMPLES):
        reply, drawn = model.answer([Turn("user", words)], {})
        out[words] = reply + (" <image>" if drawn is not None else "")
        if drawn is not None:
            rows.append((model.picture(drawn, None, index),))
    turns, known, last = [Turn("user", EXAMPLES[0][0])], {}, None
    reply, drawn = model.answer(turns, known)
    for step, words in enumerate(("make it night", "make the car blue", "add a dog", "remove the tree", "what is in the picture?")):
        if drawn is None:
            break
        known[(0, step)] = drawn
        last = model.picture(drawn, last, step)
        language = grammar.DRAWN["en"] if step == 0 else grammar.EDITED["en"]
        turns += [Turn("assistant", language, (0, step)), Turn("user", words)]
        reply, drawn = model.answer(turns, known)
        out[f"... {words}"] = reply + (" <image>" if drawn is not None else "")
        if drawn is not None:
            rows.append((model.picture(drawn, last, step),))
    show(state, "examples", rows)
    return out


def run(state: Path, minutes: float) -> None:
    set_up(7)
    load_icons(state)
    counts = [int(n) for n in os.environ.get("NANO_EVALUATE", "200,100,200").split(",")]
    model = Model(state)
    result = {"examples": examples(model, state), "drawings": drawings(model, state, counts[0]), "edits": edits(model, state, counts[1]), "questions": questions(model, counts[2])}
    (state / "evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    print(json.dumps(result, indent=1, ensure_ascii=False))
