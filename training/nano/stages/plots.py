"""Draws what the stages of the paper measured, `DIR/paper/*.jsonl`, into `docs/paper`, and prints their tables in Markdown."""

from __future__ import annotations

from pathlib import Path

from ..paper import plots
from ..results import read

DOCS = Path(__file__).resolve().parents[3] / "docs" / "paper"


def run(state: Path, minutes: float) -> None:
    folder = state / "paper"
    rows = plots.read(folder / "results.jsonl")
    figures = {"figure-4": plots.figure_four(rows), "figure-5": plots.figure_five(rows), "grid": plots.grids(rows)}
    tables = [plots.table(rows), plots.grid_table(rows)]
    # what is measured later than the transformers may not be there yet
    if decoders := plots.read(folder / "decoders.jsonl"):
        tables.append(plots.drawings_table(decoders))
    if steps := plots.newest(read(folder / "steps.jsonl")):
        figures["steps"] = plots.steps_figure(steps)
        tables.append(plots.drawings_table(plots.by_decoder(steps)))
    if quantised := read(folder / "quantised.jsonl"):
        tables.append(plots.quantised_table(rows, quantised))
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        # without the day, so that the same numbers give the same file
        figure.savefig(DOCS / f"{name}.svg", metadata={"Date": None})
    print(*tables, sep="\n\n")
