"""Draws what `paper` measured, `DIR/paper/results.jsonl`, into `docs/paper`, and prints their tables in Markdown."""

from __future__ import annotations

from pathlib import Path

from ..paper.plots import figure_five, figure_four, grid_table, grids, read, table

DOCS = Path(__file__).resolve().parents[3] / "docs" / "paper"


def run(state: Path, minutes: float) -> None:
    rows = read(state / "paper" / "results.jsonl")
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, figure in (("figure-4", figure_four(rows)), ("figure-5", figure_five(rows)), ("grid", grids(rows))):
        # without the day, so that the same numbers give the same file
        figure.savefig(DOCS / f"{name}.svg", metadata={"Date": None})
    print(table(rows), grid_table(rows), sep="\n\n")
