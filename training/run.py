"""`python training/run.py STAGE --state DIR [--minutes M] [--until STEP]`: runs or resumes one stage. See README.md for the order."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
sys.path.insert(0, str(Path(__file__).resolve().parent))
STAGES = ("sheets", "encoder", "autoencoder", "decoders", "language", "export", "evaluate", "bundle", "precision", "checker", "cells", "card", "keep", "resume", "prompts", "messages", "table_one", "paper",
          "paper_quantised", "paper_decoders", "paper_steps", "plots")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--state", type=Path, default=os.environ.get("NANO_STATE"), help="folder of checkpoints (or NANO_STATE)")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--until", type=int, help="the step at which a training stage ends, if it gets there first")
    options = parser.parse_args()
    if options.state is None and options.stage != "prompts":
        parser.error("--state or NANO_STATE is needed")
    if options.until is not None:
        os.environ["NANO_UNTIL"] = str(options.until)
    importlib.import_module(f"nano.stages.{options.stage}").run(Path(options.state or "."), options.minutes)


if __name__ == "__main__":
    main()
