"""Batches are a function of their step: made here or by workers, from the start or after a break."""

import os
import random
import sys
import unittest
from itertools import islice
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.feed import batches


def make(step: int, rng: random.Random) -> dict:
    return {"numbers": np.array([rng.random() for _ in range(3)]), "step": step}


def some(first: int, count: int) -> list[tuple[int, list[float]]]:
    return [(b["step"], b["numbers"].tolist()) for b in islice(batches("test", make, first), count)]


class Feed(unittest.TestCase):
    def test_a_batch_is_the_same_after_a_break(self) -> None:
        self.assertEqual(some(0, 6)[4:], some(4, 2))

    def test_workers_make_the_same_in_the_same_order(self) -> None:
        alone = some(3, 7)
        with mock.patch.dict(os.environ, {"NANO_WORKERS": "2"}):
            self.assertEqual(some(3, 7), alone)


if __name__ == "__main__":
    unittest.main()
