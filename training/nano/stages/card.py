"""Fills the model card, `docs/nano/README.md`, with what `bundle`, `precision`, `checker` and the curves in DIR say, and draws its sheets.

`drawn.jpg`: the first hundred pictures of the row `draw`; `failures.jpg`: pictures that were judged wrong. What has not been measured is told as that;
figures of another bundle than `NANO_BUNDLE` (default: the one that ships) are refused.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from .. import card, cells
from ..evaluation import Case
from ..kept import Kept, named
from .bundle import PROJECT, SHIPPED, drawn, identity_of, open_world

CARD = PROJECT / "docs" / "nano" / "README.md"
SHOWN, WRONG, WRONG_OF = 100, 24, ("draw", "hand-written", "edit")


def sheet(pictures: list[np.ndarray], across: int, path: Path) -> None:
    cells.joined(pictures, across).save(path, quality=88)


def of_row(folder: Path, kept: Kept, row: str) -> list[tuple[Case, bool, str, np.ndarray]]:
    """(case, whether it was right, what was said, picture) of what a row drew."""
    out = []
    for name, case in named(row, None):
        picture = folder / f"{name}.png"
        if isinstance(case, Case) and name in kept.known and picture.exists() and (pixels := drawn({"out": str(picture)})) is not None:
            out.append((case, kept.known[name][0].right, kept.said.get(name) or "", pixels))
    return out


def of_bundle(state: Path, bundle: str) -> dict[str, str]:
    """The blocks that are about one bundle, and both sheets."""
    evaluated = state / "bundle-evaluation.json"
    if not evaluated.exists():
        return dict.fromkeys(("gates", "sizes", "failures", "drawn"), card.ABSENT)
    judged, identity = json.loads(evaluated.read_text()), identity_of(bundle)
    if judged["bundle"] != identity:
        raise SystemExit(f"{evaluated} is of another bundle than {bundle}; run the stage bundle first")
    open_world(state)
    folder = state / "bundle-evaluation"
    kept = Kept(folder / f"{identity[:16]}.jsonl")
    rows = {row: of_row(folder, kept, row) for row in WRONG_OF}
    wrong = [one for row in WRONG_OF for one in [item for item in rows[row] if not item[1]][: WRONG // len(WRONG_OF)]]
    blocks = {"gates": card.gates(judged["rows"]), "sizes": card.sizes(json.loads((Path(bundle) / "bundle.json").read_text())), "failures": "None of what was drawn.", "drawn": card.ABSENT}
    if wrong:
        sheet([pixels for *_, pixels in wrong], 8, CARD.parent / "failures.jpg")
        blocks["failures"] = card.failures([(case.row, case.words, said) for case, _, said, _ in wrong], "failures.jpg")
    if shown := [pixels for *_, pixels in rows["draw"][:SHOWN]]:
        sheet(shown, 10, CARD.parent / "drawn.jpg")
        blocks["drawn"] = f"![{len(shown)} pictures that nano drew](drawn.jpg)\n\n_The first {len(shown)} that it drew of the row `draw`, right or wrong._"
    return blocks


def run(state: Path, minutes: float) -> None:
    blocks = of_bundle(state, os.environ.get("NANO_BUNDLE", SHIPPED)) | {"hours": card.hours(state / "curves")}
    for name, told in (("precision", card.precision), ("checker", card.trust)):
        path = state / f"{name}.json"
        blocks[name] = told(json.loads(path.read_text())["rows"]) if path.exists() else card.ABSENT
    CARD.write_text(card.filled(CARD.read_text(), blocks))
    print(CARD)
