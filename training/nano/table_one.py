"""Table 1 of the paper as data: how each of the transformer's three stages is trained."""

from __future__ import annotations

from dataclasses import dataclass

UNDERSTANDING, GENERATION, EDITING = TASKS = ("understanding", "generation", "editing")


@dataclass(frozen=True)
class Stage:
    """`warm`: steps of warm-up. `ratio`: of the tasks, in the order of `TASKS`."""

    rate: float
    batch: int
    steps: int
    warm: int
    ratio: tuple[float, float, float]


TRANSFORMER = {
    1: Stage(1e-4, 512, 34_000, 1_700, (1, 7.6, 0)),
    2: Stage(1e-4, 512, 73_000, 3_650, (1, 2.7, 2.8)),
    3: Stage(1e-5, 512, 30_000, 1_500, (1, 0.64, 0.36)),
}
