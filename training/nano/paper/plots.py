"""Figures 4 and 5, the grid, drawings by sampler steps, and the tables, of what the runs measured."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .. import results
from ..results import Row
from .runs import VARIANTS

# told apart without colour too: by the dashes
STYLES = {"training": ("#2a6f97", "--"), "use": ("#c8553d", "-"), "naive": ("#c8553d", "-"), "prefilled": ("#2a6f97", "--")}
matplotlib.rcParams |= {
    "svg.hashsalt": "nano", "svg.fonttype": "none", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "figure.constrained_layout.use": True,
}


def read(path: Path) -> dict[str, list[Row]]:
    """The rows of every variant, one a seed."""
    return grouped(results.read(path), ("variant",))


def grouped(measured: Iterable[Row], keys: tuple[str, ...]) -> dict[str, list[Row]]:
    """Rows that differ in their seed alone, by what they have in common, in their order."""
    rows: dict[str, list[Row]] = {}
    for row in measured:
        rows.setdefault(" ".join(str(row[key]) for key in keys), []).append(row)
    return rows


def errors(rows: Iterable[Row], key: str) -> np.ndarray:
    """Squared error [seeds, tokens]."""
    return np.array([row[key] for row in rows])


def _line(axes: Axes, values: np.ndarray, label: str) -> None:
    colour, dashes = STYLES[label]
    at = np.arange(1, values.shape[1] + 1)
    axes.plot(at, values.mean(0), color=colour, linestyle=dashes, label=f"{label}, mean {values.mean():.3f}")
    axes.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.2, linewidth=0)


def _labelled(axes: Axes, title: str) -> None:
    axes.set(title=title, xlabel="image token", ylabel="squared error", ylim=(0, None))
    axes.legend(frameon=False)


def figure_four(rows: dict[str, list[Row]], naive: str = "naive-plain") -> plt.Figure:
    """Error by token of the naive transformer: the truth before each token, as in training, or its own predictions, as in use."""
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
    for axes, (name, title) in zip(panels, {"learned": "compositions it learned", "tested": "compositions it never saw"}.items(), strict=True):
        for how in ("training", "use"):
            _line(axes, errors(rows[naive], f"{name}-{how}"), how)
        _labelled(axes, title)
    return figure


def figure_five(rows: dict[str, list[Row]]) -> plt.Figure:
    """Error by token in use, naive and prefilled: by equation 1 alone, and with the read-out's loss."""
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.2))
    for axes, (ending, title) in zip(panels, {"-plain": "equation 1 alone", "": "with the read-out's loss"}.items(), strict=True):
        for name in ("naive", "prefilled"):
            _line(axes, errors(rows[name + ending], "tested-use"), name)
        _labelled(axes, title)
    return figure


def grids(rows: dict[str, list[Row]]) -> plt.Figure:
    """Error in use on the 9 × 9 grid, unseen compositions."""
    figure, panels = plt.subplots(1, 2, figsize=(7, 3.2))
    for axes, name in zip(panels, ("naive-plain", "prefilled-plain"), strict=True):
        image = axes.imshow(errors(rows[name], "tested-use").mean(0).reshape(9, 9), cmap="cividis")
        axes.set(title=name, xlabel="column", ylabel="row", xticks=range(0, 9, 2), yticks=range(0, 9, 2))
        figure.colorbar(image, ax=axes, shrink=0.8)
    return figure


def _told(values: list[float], digits: int, scale: float = 1.0) -> str:
    scaled = [scale * v for v in values]
    return f"{np.mean(scaled):.{digits}f} ({min(scaled):.{digits}f}–{max(scaled):.{digits}f})"


def table(rows: dict[str, list[Row]]) -> str:
    """Markdown: unseen compositions, mean over the seeds (least–most)."""
    lines = ["| run | seeds | error as in training | error in use | kinds, % | scenes, % | words, % |", "| --- | --: | --: | --: | --: | --: | --: |"]
    for name in (v.name for v in VARIANTS if v.name in rows):
        of = rows[name]
        error = [_told([float(np.mean(row[f"tested-{how}"])) for row in of], 3) for how in ("training", "use")]
        shares = [_told([row[key] for row in of], 0, 100) for key in ("tested-use-kinds", "tested-use-right", "tested-words")]
        lines.append(f"| {name} | {len(of)} | " + " | ".join(error + shares) + " |")
    return "\n".join(lines)


def grid_table(rows: dict[str, list[Row]]) -> str:
    """Markdown: mean error in use of the grid's rings, from its edge to its middle, and of its rows."""
    ring = np.minimum(np.minimum(*np.indices((9, 9))), 8 - np.maximum(*np.indices((9, 9))))
    lines = ["| run | edge | ring 2 | ring 3 | ring 4 | middle | rows, top to bottom |", "| --- | --: | --: | --: | --: | --: | --- |"]
    for name in ("naive-plain", "prefilled-plain", "naive", "prefilled"):
        grid = errors(rows[name], "tested-use").mean(0).reshape(9, 9)
        lines.append(f"| {name} | " + " | ".join(f"{grid[ring == i].mean():.3f}" for i in range(5)) + " | " + " ".join(f"{v:.3f}" for v in grid.mean(1)) + " |")
    return "\n".join(lines)


def quantised_table(rows: dict[str, list[Row]], quantised: list[Row]) -> str:
    """Markdown: error in use on unseen compositions and what the read-out finds, at float32 (`rows`) and at fewer bits, of the same seeds."""
    lines = ["| run | bits | seeds | error in use | kinds, % | scenes, % | words, % |", "| --- | --: | --: | --: | --: | --: | --: |"]
    for name, of in grouped(quantised, ("variant",)).items():
        seeds = {row["seed"] for row in of}
        for bits in (32, *sorted({row["bits"] for row in of}, reverse=True)):
            same = [row for row in (rows[name] if bits == 32 else of) if row["seed"] in seeds and row.get("bits", 32) == bits]
            error = _told([float(np.mean(row["tested-use"])) for row in same], 3)
            shares = [_told([row[key] for row in same], 0, 100) for key in ("tested-use-kinds", "tested-use-right", "tested-words")]
            lines.append(f"| {name} | {bits} | {len(same)} | " + " | ".join([error, *shares]) + " |")
    return "\n".join(lines)


def drawings_table(named: dict[str, list[Row]]) -> str:
    """Markdown: pictures of edits, from what the encoder sees of the goal and from what words let one know of it."""
    lines = ["| decoder | seeds | seen: dB | untouched, dB | right, % | told: dB | untouched, dB | right, % |", "| --- | --: | --: | --: | --: | --: | --: | --: |"]
    for name, of in named.items():
        cells = [_told([row[f"{how}-{key}"] for row in of], digits, scale) for how in ("seen", "told") for key, digits, scale in (("psnr", 1, 1), ("unchanged", 1, 1), ("right", 0, 100))]
        lines.append(f"| {name} | {len(of)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def newest(steps: list[Row]) -> list[Row]:
    """Those of the weights that were measured last."""
    return [row for row in steps if all(row[key] == steps[-1][key] for key in ("trained", "autoencoder"))]


def by_decoder(steps: list[Row]) -> dict[str, list[Row]]:
    return {f"{row[0]['decoder']}, steps {row[0]['steps']}, bits {row[0]['bits']}": row for row in grouped(steps, ("decoder", "steps", "bits")).values()}


def steps_figure(steps: list[Row]) -> plt.Figure:
    """Drawings by sampler steps: decibels, and the share that the checker finds right."""
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.2))
    float32 = [row for row in steps if row["decoder"] == "adapter" and row["bits"] == 32]
    counts = sorted({row["steps"] for row in float32})
    for axes, (key, scale, title) in zip(panels, (("psnr", 1, "dB against the rendering"), ("right", 100, "right, %")), strict=True):
        for (how, label), (colour, dashes) in zip({"seen": "from what the encoder sees", "told": "from what words tell"}.items(), (STYLES["training"], STYLES["use"]), strict=True):
            values = [[scale * row[f"{how}-{key}"] for row in float32 if row["steps"] == count] for count in counts]
            axes.plot(counts, [np.mean(v) for v in values], color=colour, linestyle=dashes, marker="o", label=label)
            axes.fill_between(counts, [min(v) for v in values], [max(v) for v in values], color=colour, alpha=0.2, linewidth=0)
        axes.set(title=title, xlabel="steps", xscale="log", xticks=counts, xticklabels=counts)
        axes.minorticks_off()
        axes.legend(frameon=False)
    return figure
