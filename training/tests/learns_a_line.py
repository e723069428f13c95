"""Run by test_parallel.py in one process or several: learns numbers by a small network, and keeps what it learned."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.training import Trainer, set_up

SIDE = 64


def main(state: Path, until: int) -> None:
    set_up(1)
    hidden, unused = nn.Sequential(nn.Linear(SIDE, SIDE), nn.GELU(), nn.Linear(SIDE, SIDE)), nn.Linear(SIDE, SIDE)
    trainer = Trainer(state, "line", {"hidden": hidden, "unused": unused}, 0.01, warm=5)

    def make(step: int, rng) -> dict:
        x = np.array([[rng.uniform(-1, 1) for _ in range(SIDE)] for _ in range(8)], np.float32)
        return {"x": x, "y": np.roll(x, 1, 1) ** 2}

    def loss(step: int, batch: dict) -> tuple[Tensor, dict[str, float]]:
        x = batch["x"] + 0.01 * torch.randn_like(batch["x"])
        module = nn.Sequential(hidden, unused) if step % 3 == 0 else hidden
        value = (module(x) - batch["y"]).square().mean()
        return value, {"twice": 2 * value.item()}

    trainer.run(2, make, loss, every=1, until=until)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
