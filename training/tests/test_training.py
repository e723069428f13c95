"""A run that is ended, paused or cut off goes on as if nothing had been."""

import os
import signal
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.training import Trainer, set_up


def run(state: Path, until: int, loss=None) -> Trainer:
    """Learns a line."""
    set_up(1)
    model = nn.Linear(1, 1)
    trainer = Trainer(state, "line", {"model": model}, 0.05)

    def make(step: int, rng) -> dict:
        x = np.array([[rng.random()] for _ in range(8)], np.float32)
        return {"x": x, "y": 3 * x + 1}

    def squared(step: int, batch: dict):
        if loss:
            loss(step)
        value = (model(batch["x"]) - batch["y"]).square().mean()
        return value, {}

    trainer.run(1, make, squared, every=5, until=until)
    return trainer


class Training(unittest.TestCase):
    def test_in_two_parts_it_learns_what_it_learns_in_one(self) -> None:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            whole = run(Path(one), 20)
            run(Path(two), 9)
            parts = run(Path(two), 20)
            self.assertEqual(parts.step, 20)
            for a, b in zip(whole.all.parameters(), parts.all.parameters(), strict=True):
                self.assertTrue(torch.allclose(a, b, atol=1e-6))

    def test_a_signal_ends_it_with_a_checkpoint_even_while_it_is_paused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder)

            def pause_at_five(step: int) -> None:
                if step == 5:
                    (state / "PAUSE").touch()
                    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()

            start = time.monotonic()
            trainer = run(state, 1000, pause_at_five)
            self.assertEqual(trainer.step, 6)
            self.assertLess(time.monotonic() - start, 30)
            (state / "PAUSE").unlink()
            self.assertEqual(run(state, 8).step, 8)


if __name__ == "__main__":
    unittest.main()
