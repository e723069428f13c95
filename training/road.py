"""`python training/road.py --state DIR [--hours H]`: all stages in order, unattended, one at a time, at the lowest priority.

Each line of `ROAD` brings one stage to a step. A stage that is there already is passed over, so that starting again goes on where it
stopped; SIGTERM ends the stage with a checkpoint, and the road. While `DIR/PAUSE` exists the training sleeps.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

RUN = Path(__file__).resolve().parent / "run.py"
# the encoder first: everything but the autoencoder needs it; then decoders on guessed embeddings, the transformer, decoders on its own
ROAD = (
    ("encoder", 5000), ("decoders", 1500), ("autoencoder", 5000), ("language", 5000), ("decoders", 5000), ("language", 10000), ("autoencoder", 12000), ("decoders", 12000),
    ("language", 20000), ("autoencoder", 16000), ("decoders", 20000), ("language", 30000),
)


def step_of(state: Path, stage: str) -> int:
    """The last step in the stage's curve; 0 before there is one."""
    curve = state / "curves" / f"{stage}.jsonl"
    return json.loads(curve.read_text().splitlines()[-1])["step"] if curve.exists() else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=os.environ.get("NANO_STATE"), required="NANO_STATE" not in os.environ)
    parser.add_argument("--hours", type=float, default=1000.0)
    options = parser.parse_args()
    state, end = Path(options.state), time.time() + 3600 * options.hours
    job: subprocess.Popen[bytes] | None = None
    stopping = False

    def stop(*_: object) -> None:
        # only told here: waiting for the job in a signal's handler, while the loop below waits for it, would never end
        nonlocal stopping
        stopping = True
        if job:
            job.terminate()

    signal.signal(signal.SIGTERM, stop)
    environment = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"} | os.environ
    for stage, goal in ROAD:
        while step_of(state, stage) < goal and time.time() < end and not stopping:
            print(f"road: {stage} from step {step_of(state, stage)} to {goal}", flush=True)
            minutes = (end - time.time()) / 60
            job = subprocess.Popen(["nice", "-n", "19", sys.executable, "-u", str(RUN), stage, "--state", str(state), "--minutes", f"{minutes:.1f}", "--until", str(goal)], env=environment)
            if job.wait() != 0 and not stopping:
                sys.exit(f"road: {stage} ended with {job.returncode}; mend it and start again")


if __name__ == "__main__":
    main()
