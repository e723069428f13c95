"""The quality rows through a bundle: the terminal draws and answers (wasm, default settings, a turn put as the page puts it), the same
judges read.

`NANO_BUNDLE` names the bundle (default: the one that ships with the page), `NANO_CASES` limits the cases of a row, `NANO_ROWS` names
rows. What is judged is appended to `state/bundle-evaluation/HASH.jsonl`, HASH being the bundle's, so that a run that was cut off goes on
and another bundle begins anew; `NANO_FRESH=1` begins the rows that are named anew in any case. Writes `state/bundle-evaluation.json`. Prints `judged N of M` as it goes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from .. import outside, photographs, report
from ..evaluation import TALKS, Case, Talk, chosen_rows, drawn_as
from ..kept import Kept, named
from ..layout import SIDE
from ..renderer import load_icons
from ..report import Judged
from ..training import set_up

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = str(PROJECT / "public" / "models" / "nano")
AT_ONCE = 50
TALKS_AT_ONCE = 5
LATER = 10**6  # added to the seed of what is drawn from an answer


def job(case: Case, folder: Path, name: str, seed: int) -> dict[str, str]:
    """A line for the terminal's batch: typed words are put as the page puts them, and the model decides."""
    line = {"prompt": case.words, "seed": str(seed)}
    if case.task == "polish":
        return line | {"command": "polish"}
    line |= {"command": "edit" if case.picture else "draw", "form": "ask" if case.task == "ask" else "auto", "out": str(folder / f"{name}.png")}
    if case.picture:
        line["image"] = str(folder / f"{name}-before.png")
        Image.fromarray(case.picture.pixels()).save(line["image"])
    return line if case.looked_at else line | {"steps": "1"}


def terminal(arguments: list[str], lines: list[str], expected: int) -> Iterator[dict]:
    """What the terminal answers, a JSON line each, as it comes."""
    process = subprocess.Popen(["node", "cli/bin.mjs", *arguments], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.close()
        count = 0
        for count, line in enumerate(process.stdout, 1):
            yield json.loads(line)
        if count != expected:
            raise SystemExit(f"the terminal ended with {process.wait()} behind {count} of {expected} answers; what was judged is kept")
    finally:
        process.kill()
        process.wait()


def batch(jobs: list[dict[str, str]], folder: Path, bundle: str) -> Iterator[dict]:
    path = folder / "jobs.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in jobs))
    return terminal(["draw", "--batch", str(path), "--bundle", bundle, "--force", "--quiet"], [], len(jobs))


def drawn(outcome: dict) -> np.ndarray | None:
    """uint8 [192, 192, 3]: a picture of another size is brought to the judges'."""
    return np.asarray(Image.open(outcome["out"]).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)) if outcome.get("out") else None


def judge_cases(cases: list[tuple[str, Case]], folder: Path, bundle: str) -> Iterator[tuple[str, str | None, list[Judged]]]:
    """(name, what was said, its rows) of every case."""
    jobs = []
    for name, case in cases:
        jobs.append(job(case, folder, name, case.seed))
        if case.differ:
            jobs.append(job(case, folder, f"{name}-again", case.seed + 1))
    outcomes = batch(jobs, folder, bundle)
    next_jobs: list[tuple[str, Case, str]] = []
    for name, case in cases:
        outcome = next(outcomes)
        words, picture, good = outcome.get("text") or "", drawn(outcome), bool(outcome["ok"])
        if case.differ:
            other = drawn(next(outcomes))
            good = good and picture is not None and other is not None and case.differ(picture, other)
        if case.drawn_next and all(one.right for one in case.judged(words, picture, good)):
            next_jobs.append((name, case, words))
        else:
            yield name, words, case.judged(words, picture, good)
    next(outcomes, None)  # lets the terminal end, and says where it answered too little
    lines = [{"command": "draw", "form": "auto", "prompt": words, "seed": str(case.seed + LATER), "out": str(folder / f"{name}.png")} for name, case, words in next_jobs]
    for (name, case, words), outcome in zip(next_jobs, batch(lines, folder, bundle) if lines else [], strict=True):
        assert case.drawn_next
        yield name, words, case.judged(words, None, drawn_as(case.drawn_next)("", drawn(outcome)))


def judge_talks(talks: list[tuple[str, Talk]], folder: Path, bundle: str) -> Iterator[tuple[str, str | None, list[Judged]]]:
    """The same of conversations, which the terminal's chat holds as the page does."""
    lines = []
    for name, talk in talks:
        if talk.picture:
            path = folder / f"{name}-before.png"
            Image.fromarray(talk.picture.pixels()).save(path)
            lines.append(f"/image {path}")
        lines += [" ".join(turn.words.split()) for turn in talk.turns] + ["/new"]
    seed = zlib.crc32(talks[0][0].encode())
    arguments = ["chat", "--json", "--bundle", bundle, "--seed", str(seed), "-o", str(folder / "talk.png"), "--force", "--quiet"]
    outcomes = terminal(arguments, lines, sum(len(talk.turns) for _, talk in talks))
    for name, talk in talks:
        replies = list(islice(outcomes, len(talk.turns)))
        right = [bool(o["ok"]) and turn.right(o.get("text") or "", drawn(o)) for turn, o in zip(talk.turns, replies, strict=True)]
        yield name, " / ".join(o.get("text") or "" for o in replies), talk.judged(right)
    next(outcomes, None)


def identity_of(bundle: str) -> str:
    return hashlib.sha256((Path(bundle) / "bundle.json").read_bytes()).hexdigest()


def judge(bundle: str, work: dict[str, list[tuple[str, Case | Talk]]], kept: Kept, folder: Path, end: float) -> None:
    """Judges what is not known yet of every row, until it is over or the time is."""
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(len(items) for items in work.values())
    done = sum(name in kept.known for items in work.values() for name, _ in items)
    print(f"judged {done} of {total}", flush=True)
    for row, items in work.items():
        left = [item for item in items if item[0] not in kept.known]
        size = TALKS_AT_ONCE if row in TALKS else AT_ONCE
        for first in range(0, len(left), size):
            if time.time() > end:
                return
            for name, said, rows in (judge_talks if row in TALKS else judge_cases)(left[first : first + size], folder, bundle):  # type: ignore[arg-type]
                kept.add(name, rows, said)
                done += 1
                print(f"judged {done} of {total}", flush=True)


def open_world(state: Path) -> None:
    """Everything that cases and judges are made of."""
    set_up(9)
    load_icons(state)
    photographs.load(state)
    outside.load(state)


def run(state: Path, minutes: float) -> None:
    bundle, folder, end = os.environ.get("NANO_BUNDLE", SHIPPED), state / "bundle-evaluation", time.time() + 60 * minutes
    rows = chosen_rows(os.environ.get("NANO_ROWS"))
    open_world(state)
    identity, most = identity_of(bundle), os.environ.get("NANO_CASES")
    kept = Kept(folder / f"{identity[:16]}.jsonl")
    if os.environ.get("NANO_FRESH"):
        kept.forget(rows)
    work = {row: named(row, int(most) if most else None) for row in rows}
    judge(bundle, work, kept, folder, end)
    listed = report.rows([one for items in work.values() for name, _ in items for one in kept.known.get(name, ())])
    (state / "bundle-evaluation.json").write_text(json.dumps({"bundle": identity, "rows": listed}, indent=1))
    print(report.table(listed))
