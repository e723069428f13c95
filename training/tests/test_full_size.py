"""Every graph at its published size is a valid model, its types and shapes inferred through to the end.

The weights are sparse files: nothing is allocated.
"""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

import onnx

PROJECT = Path(__file__).resolve().parents[2]
WRITER = ["npx", "tsx", "tests/helpers/write-full-size.ts"]


class FullSize(unittest.TestCase):
    def test_every_graph_passes_the_full_check(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([*WRITER, folder], cwd=PROJECT, check=True)
            graphs = sorted(Path(folder).glob("*.onnx"))
            self.assertGreaterEqual(len(graphs), 40)
            for path in graphs:
                with self.subTest(path.name):
                    onnx.checker.check_model(str(path), full_check=True)


if __name__ == "__main__":
    unittest.main()
