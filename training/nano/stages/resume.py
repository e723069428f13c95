"""Fills an empty state folder from `training/state`: see `keep`."""

from __future__ import annotations

from pathlib import Path

from . import keep


def run(state: Path, minutes: float) -> None:
    keep.resume(state)
