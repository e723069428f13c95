"""The road of stages ends when it is told to, and its job with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

TRAINING = Path(__file__).resolve().parents[1]
# a stage that works until it is ended, and then says so
STAGE = "import pathlib, signal, sys, time\nsaid = pathlib.Path(sys.argv[3]) / 'ended'\nsignal.signal(signal.SIGTERM, lambda *_: (said.touch(), sys.exit(0)))\n(said.parent / 'began').touch()\ntime.sleep(60)\n"
ROAD = "import pathlib, sys; sys.path.insert(0, {0!r}); import road; road.RUN = pathlib.Path({1!r}); road.ROAD = (('stage', 1),); road.main()"


class Road(unittest.TestCase):
    def test_sigterm_ends_it_after_its_job(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder)
            (state / "run.py").write_text(STAGE)
            road = subprocess.Popen([sys.executable, "-c", ROAD.format(str(TRAINING), str(state / "run.py")), "--state", folder], stdout=subprocess.DEVNULL)
            while not (state / "began").exists():
                time.sleep(0.05)
            road.send_signal(signal.SIGTERM)
            self.assertEqual(road.wait(timeout=20), 0)
            self.assertTrue((state / "ended").exists())


if __name__ == "__main__":
    unittest.main()
