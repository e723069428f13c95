"""The quality rows through the shipped bundle: the terminal draws and answers (wasm, default settings), the same judges read.

`NANO_BUNDLE` names the bundle (default: the one that ships with the page), `NANO_CASES` limits the cases of a row, `NANO_ROWS` names
rows. What is judged is appended to `state/bundle-evaluation/judged.jsonl`, so that a run that was cut off goes on; `NANO_FRESH=1`
begins anew. Writes `state/bundle-evaluation.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from .. import outside
from ..evaluation import ROWS, Case, tally
from ..renderer import load_icons
from ..training import set_up

PROJECT = Path(__file__).resolve().parents[3]
AT_ONCE = 50


def job(case: Case, folder: Path, name: str) -> dict[str, str]:
    """A line for the terminal's batch."""
    line = {"command": "draw" if case.picture is None else "ask" if case.row in ("ask", "read", "caption") else "edit", "prompt": case.words, "seed": str(case.seed)}
    if case.row == "polish":
        line["command"] = "polish"
    if case.picture:
        line["image"] = str(folder / f"{name}-before.png")
        Image.fromarray(case.picture.pixels()).save(line["image"])
    return line if line["command"] in ("ask", "polish") else line | {"out": str(folder / f"{name}.png")}


def ask_terminal(cases: list[tuple[str, Case]], folder: Path, bundle: str) -> list[dict]:
    lines = [json.dumps(job(case, folder, name), ensure_ascii=False) for name, case in cases]
    (folder / "jobs.jsonl").write_text("\n".join(lines) + "\n")
    command = ["node", "cli/bin.mjs", "draw", "--batch", str(folder / "jobs.jsonl"), "--bundle", bundle, "--force"]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def drawn(outcome: dict) -> np.ndarray | None:
    return np.asarray(Image.open(outcome["out"]).convert("RGB")) if outcome.get("out") else None


def run(state: Path, minutes: float) -> None:
    set_up(9)
    load_icons(state)
    outside.load(state)
    folder = state / "bundle-evaluation"
    if os.environ.get("NANO_FRESH"):
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "judged.jsonl"
    known = {line["name"]: line["right"] for line in map(json.loads, kept.read_text().splitlines())} if kept.exists() else {}
    bundle = os.environ.get("NANO_BUNDLE", str(PROJECT / "public" / "models" / "nano"))
    judged: list[tuple[Case, bool]] = []
    for row in os.environ.get("NANO_ROWS", ",".join(ROWS)).split(","):
        make, most = ROWS[row]
        cases = [(f"{row}-{i:04}", case) for i, case in enumerate(make(min(int(os.environ.get("NANO_CASES", most)), most)))]
        judged += [(case, known[name]) for name, case in cases if name in known]
        left = [c for c in cases if c[0] not in known]
        for first in range(0, len(left), AT_ONCE):
            some = left[first : first + AT_ONCE]
            again = [(f"{name}-again", replace(case, seed=case.seed + 1)) for name, case in some if case.differ]
            outcomes = ask_terminal(some + again, folder, bundle)
            seconds = iter(outcomes[len(some) :])
            for (name, case), outcome in zip(some, outcomes, strict=False):
                picture = drawn(outcome)
                good = bool(outcome["ok"]) and case.right(outcome.get("text") or "", picture)
                if case.differ:
                    other = drawn(next(seconds))
                    good = good and other is not None and case.differ(picture, other)
                judged.append((case, good))
                with kept.open("a") as file:
                    file.write(json.dumps({"name": name, "right": good, "words": case.words, "said": outcome.get("text")}, ensure_ascii=False) + "\n")
    result = tally(judged)
    (state / "bundle-evaluation.json").write_text(json.dumps(result, indent=1))
    for row, counts in result.items():
        print(f"{row:28} {counts['right']:5} of {counts['of']:5}  {counts['interval']}")
