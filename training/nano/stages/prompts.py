"""Prompts as training lays them out, for the app's test that its own are the same: `tests/fixtures/nano-prompts.json`.

Each is a conversation as a person would have had it in the app (who said what, which reply drew a picture) and the token ids before the
reply, by the published tokenizer, which both sides have; one image token stands for all of a picture. Spaces around the words, which the app
takes off, are none of theirs here. Needs nothing of the state.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from .. import words as w
from ..conversations import CONTEXT_TURNS, conversation
from ..tokens import Layout, Turn
from .language import MIX

PROJECT = Path(__file__).resolve().parents[3]
TOKENIZER = PROJECT / "node_modules" / "@lenml" / "tokenizer-qwen2_5" / "models" / "tokenizer.json"
FILE = PROJECT / "tests" / "fixtures" / "nano-prompts.json"
EACH = 6
CAME_TO_A_PICTURE = (*w.DRAWN.values(), *w.EDITED.values())


def _in_the_app(kind: str, turns: list[Turn]) -> dict:
    """The turns before the reply: the picture in front was drawn by the latest reply that drew one, or came with the words."""
    *before, own = turns[:-1]
    said = [{"from": "person", "text": t.words, "images": []} if t.role == "user" else {"from": "model", "text": t.words, "drawn": None} for t in before]
    images = ["picture"] if own.picture else []
    drawing = next((turn for turn in reversed(said) if images and turn["text"] in CAME_TO_A_PICTURE), None)
    if drawing:
        drawing |= {"text": f"{drawing['text']} <image>", "drawn": "picture"}
        images = []
    form, words = "auto", own.words
    if kind == "polish":
        form, words = "polish", words.removeprefix(w.FORM_POLISH["en"].format("")).removeprefix(w.FORM_POLISH["zh"].format(""))
    elif own.picture and not own.space:  # the task Ask
        form = "ask"
    return {"kind": kind, "form": form, "turns": [*said, {"from": "person", "text": words, "images": images}]}


def run(state: Path, minutes: float) -> None:
    layout, rng = Layout(Tokenizer.from_file(str(TOKENIZER))), random.Random(41)
    prompts = []
    for kind in MIX:
        for _ in range(EACH):
            turns = [replace(turn, words=turn.words.strip()) for turn in conversation(rng, kind)]
            ids = layout.build(turns[:-1], open_reply=True).ids
            shown = [token for i, token in enumerate(ids) if token != layout.image or ids[i - 1] != layout.image]
            prompts.append(_in_the_app(kind, turns) | {"ids": shown})
    lines = ",\n".join(f"  {json.dumps(prompt, ensure_ascii=False)}" for prompt in prompts)
    FILE.write_text(f'{{"command": "python training/run.py prompts", "contextTurns": {CONTEXT_TURNS}, "prompts": [\n{lines}\n]}}\n')
