"""`python training/road.py --state DIR --hours H`: everything after the encoder, unattended, in rounds.

A round trains both decoders and the transformer side by side, then (again side by side) writes the transformer's predictions and a new
shard of embeddings, and exports and evaluates what there is. Killing it loses at most 90 seconds; starting it again goes on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

RUN = Path(__file__).resolve().parent / "run.py"


def lane(state: Path, *stages: tuple[str, float]) -> subprocess.Popen[bytes]:
    """Starts stages one after another as a process of lowest priority, output appended to `state/logs`."""
    (state / "logs").mkdir(parents=True, exist_ok=True)
    commands = [f"{sys.executable} -u {RUN} {stage} --state {state} --minutes {minutes} >> {state}/logs/{stage}.log 2>&1" for stage, minutes in stages]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    return subprocess.Popen(["nice", "-n", "19", "sh", "-c", "; ".join(commands)], env=environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=os.environ.get("NANO_STATE"), required="NANO_STATE" not in os.environ)
    parser.add_argument("--hours", type=float, default=6.0)
    parser.add_argument("--round", type=float, default=20.0, help="minutes of training a round")
    options = parser.parse_args()
    state, end = Path(options.state), time.time() + 3600 * options.hours
    if not (state / "frozen.pt").exists():
        parser.error("run the stages encoder and autoencoder first")
    while time.time() < end:
        for both in (lane(state, ("decoders", options.round)), lane(state, ("language", options.round))):
            both.wait()
        for both in (lane(state, ("embeddings", 0.5), ("predictions", 4)), lane(state, ("autoencoder", 2), ("export", 1), ("evaluate", 1))):
            both.wait()


if __name__ == "__main__":
    main()
