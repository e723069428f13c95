"""Counts on unseen compositions through the shipped bundle: the terminal draws, edits and answers, the independent checker judges.

`NANO_BUNDLE` names the bundle (default: the one that ships with the page), `NANO_EVALUATE` the counts of drawings, edits, questions,
descriptions to polish and long chats (default 200,100,200,50,20; of chats the pictures of all their turns are counted).
Writes `state/bundle-evaluation.json`; the pictures stay in `state/bundle-evaluation`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from .. import checker, conversations
from .. import polish as polished
from ..renderer import load_icons, render
from ..training import set_up
from .embeddings import random_chain

PROJECT = Path(__file__).resolve().parents[3]


def _picture(path: str) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def drawing_jobs(count: int) -> list[tuple[dict, object]]:
    """(job, the scene that must be seen in its picture)."""
    rng, jobs = random.Random(101), []
    for _ in range(count):
        chain, language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        words = conversations.draw(rng, chain, 0, language)[0].words
        jobs.append(({"command": "draw", "prompt": words}, chain[0][0]))
    return jobs


def editing_jobs(count: int, folder: Path) -> list[tuple[dict, object]]:
    rng, jobs = random.Random(202), []
    for i in range(count):
        chain, language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        source = folder / f"before-{i:03}.png"
        Image.fromarray(render(chain[0][0])).save(source)
        words = conversations.edit(rng, chain, 0, language, 0, given=True)[0].words
        jobs.append(({"command": "edit", "prompt": words, "image": str(source)}, chain[0][1]))
    return jobs


def asking_jobs(count: int, folder: Path) -> list[tuple[dict, object]]:
    """(job, the words that must be answered)."""
    rng, jobs = random.Random(303), []
    for i in range(count):
        chain, language = random_chain(rng, unseen=True), rng.choice(("en", "zh"))
        source = folder / f"asked-{i:03}.png"
        Image.fromarray(render(chain[0][0])).save(source)
        question, answer = conversations.ask(rng, chain, 0, language, 0, given=True)
        jobs.append(({"command": "ask", "prompt": question.words, "image": str(source)}, answer.words))
    return jobs


def polishing_jobs(count: int) -> list[tuple[dict, object]]:
    """(job, whether a text is a description with everything that was asked for)."""
    rng, jobs = random.Random(404), []

    def whole(things: list, place: str | None, night: bool | None, language: str) -> Callable[[str], bool]:
        def judge(text: str) -> bool:
            scene = polished.scene_of(text.strip(), language)
            kinds = {thing.kind for thing in scene.things} if scene else set()
            return bool(scene) and all(t.kind in kinds for t in things) and place in (None, scene.place) and night in (None, scene.night)
        return judge

    for _ in range(count):
        scene, language = random_chain(rng, unseen=True)[0][0], rng.choice(("en", "zh"))
        things = rng.sample(scene.things, rng.randint(1, len(scene.things)))
        place, night = rng.choice((None, scene.place)), rng.choice((None, scene.night))
        words = polished.part(rng, things, place, night, language)
        jobs.append(({"command": "polish", "prompt": words}, whole(things, place, night, language)))
    return jobs


def chats(count: int, folder: Path, bundle: str) -> dict:
    """Drawings and edits in one conversation of the terminal's: draw, edit, edit, draw, edit, draw."""
    rng, wrong, total = random.Random(505), [], 0
    for i in range(count):
        language = rng.choice(("en", "zh"))
        turns, wanted = [], []
        for length in (2, 1, 0):
            chain = random_chain(rng, unseen=True)
            turns.append(conversations.draw(rng, chain, 0, language)[0].words)
            turns += [conversations.edit(rng, chain, 0, language, step, given=False)[0].words for step in range(length)]
            wanted += chain[0][: length + 1]
        command = ["node", "cli/bin.mjs", "chat", "--bundle", bundle, "--seed", str(100 * i), "-o", str(folder / f"chat-{i:03}.png"), "--force", "--quiet"]
        for old in folder.glob(f"chat-{i:03}-*.png"):
            old.unlink()
        subprocess.run(command, cwd=PROJECT, input="\n".join(turns), stdout=subprocess.DEVNULL, text=True, check=False)
        for turn, scene in enumerate(wanted):
            path = folder / f"chat-{i:03}-{100 * i + turn}.png"
            total += 1
            if not path.exists():
                wrong.append([turns[turn], "no picture"])
            elif checker.read(_picture(str(path))) != scene:
                wrong.append([turns[turn], "another picture"])
    return {"right": total - len(wrong), "of": total, "wrong": wrong[:30]}


def right(outcome: dict, wanted: object) -> bool:
    if not outcome["ok"]:
        return False
    if callable(wanted):
        return outcome["out"] is None and wanted(outcome["text"])
    if isinstance(wanted, str):
        return outcome["out"] is None and outcome["text"].strip() == wanted
    return outcome["out"] is not None and checker.read(_picture(outcome["out"])) == wanted


def run(state: Path, minutes: float) -> None:
    set_up(9)
    load_icons(state)
    counts = [int(n) for n in os.environ.get("NANO_EVALUATE", "200,100,200,50,20").split(",")]
    folder = state / "bundle-evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    groups = {
        "drawings": drawing_jobs(counts[0]), "edits": editing_jobs(counts[1], folder),
        "questions": asking_jobs(counts[2], folder), "polished": polishing_jobs(counts[3]),
    }
    lines = []
    for name, jobs in groups.items():
        for i, (job, _) in enumerate(jobs):
            out = {} if name in ("questions", "polished") else {"out": str(folder / f"{name}-{i:03}.png")}
            lines.append(json.dumps(job | out | {"seed": str(i)}, ensure_ascii=False))
    (folder / "jobs.jsonl").write_text("\n".join(lines) + "\n")
    bundle = os.environ.get("NANO_BUNDLE", str(PROJECT / "public" / "models" / "nano"))
    command = ["node", "cli/bin.mjs", "draw", "--batch", str(folder / "jobs.jsonl"), "--bundle", bundle, "--force"]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=False)
    outcomes = iter(json.loads(line) for line in done.stdout.splitlines())
    result: dict[str, dict] = {}
    for name, jobs in groups.items():
        judged = [(job["prompt"], right(outcome, wanted), outcome["text"]) for (job, wanted), outcome in zip(jobs, outcomes)]
        wrong = [[prompt, text] for prompt, good, text in judged if not good]
        result[name] = {"right": len(judged) - len(wrong), "of": len(jobs), "wrong": wrong[:30]}
    result["chats"] = chats(counts[4], folder, bundle)
    (state / "bundle-evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False))
    print(json.dumps({name: f"{r['right']} of {r['of']}" for name, r in result.items()}))
