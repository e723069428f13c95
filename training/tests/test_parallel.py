"""Two processes learn what one learns, whether each holds all weights or its rows of them; a run goes on with another number of processes."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
STEPS = 12


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def learn(state: Path, processes: int, until: int = STEPS, **more: str) -> None:
    script = [sys.executable, str(HERE / "learns_a_line.py"), str(state), str(until)]
    environment = os.environ | {"NANO_MICRO": "2", "NANO_DEVICE": "cpu", "OMP_NUM_THREADS": "1", **more}
    if processes > 1:
        environment |= {"WORLD_SIZE": str(processes), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    ranks = [{"RANK": str(i), "LOCAL_RANK": str(i)} if processes > 1 else {} for i in range(processes)]
    jobs = [subprocess.Popen(script, env=environment | rank, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for rank in ranks]
    try:
        for job in jobs:
            _, complaints = job.communicate(timeout=240)
            if job.returncode:
                raise AssertionError(complaints[-3000:])
    finally:
        for job in jobs:
            job.kill()


def curve(state: Path) -> list[float]:
    return [row["loss"] for line in (state / "curves/line.jsonl").read_text().splitlines() if "loss" in (row := json.loads(line))]



class Parallel(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.alone = cls.folder / "alone"
        learn(cls.alone, 1)

    def assert_same(self, state: Path) -> None:
        self.assertEqual(len(curve(state)), STEPS)
        for mine, theirs in zip(curve(state), curve(self.alone), strict=True):
            self.assertAlmostEqual(mine, theirs, delta=2e-5)
        one, other = (torch.load(s / "line.pt") for s in (self.alone, state))
        for part in ("model", "average"):
            for key, value in one[part].items():
                self.assertLess((value - other[part][key]).abs().max().item(), 1e-4, f"{part} {key}")

    def test_two_processes_with_all_weights(self) -> None:
        learn(self.folder / "two", 2)
        self.assert_same(self.folder / "two")

    def test_two_processes_with_half_of_the_weights_each_go_on_from_one(self) -> None:
        learn(self.folder / "sharded", 1, 5)
        learn(self.folder / "sharded", 2, ACCELERATE_USE_FSDP="true")
        self.assert_same(self.folder / "sharded")

    def test_what_it_learns_is_worth_comparing(self) -> None:
        self.assertLess(curve(self.alone)[-1], 0.8 * curve(self.alone)[0])


if __name__ == "__main__":
    unittest.main()
