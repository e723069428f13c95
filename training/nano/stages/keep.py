"""Packs the training state into `training/state` (committed at gates) and takes it out again.

`run.py keep --state DIR` writes what is in DIR; `run.py resume --state DIR` fills an empty DIR from it. Kept are the weights and
their moving averages in float16, the steps (seeds follow from them), the frozen encoder, the patch code and the tokenizer.
Optimisers start anew.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from ..config import WORLD
from ..training import save

FOLDER = Path(__file__).resolve().parents[2] / "state"
TRAINED, FIXED, TEXTS = ("autoencoder", "decoders", "language"), ("frozen", "patch-code"), ("tokenizer.json",)


def _flat(data: dict, prefix: str = "") -> dict[str, torch.Tensor]:
    """Nested dicts of tensors by path, float16 where they were float32."""
    flat: dict[str, torch.Tensor] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}/")
        elif isinstance(value, torch.Tensor):
            flat[prefix + key] = (value.half() if value.is_floating_point() else value).contiguous().clone()
    return flat


def _nested(flat: dict[str, torch.Tensor]) -> dict:
    data: dict = {}
    for path, value in flat.items():
        *folders, name = path.split("/")
        at = data
        for folder in folders:
            at = at.setdefault(folder, {})
        at[name] = value.float() if value.is_floating_point() else value
    return data


def run(state: Path, minutes: float) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in (*TRAINED, *FIXED):
        data = torch.load(state / f"{name}.pt", map_location="cpu")
        kept = {k: data[k] for k in ("model", "average")} if name in TRAINED else {k: v for k, v in data.items() if k != "guess"}
        part = FOLDER / f"{name}.part"
        save_file(_flat(kept), part, metadata={"step": json.dumps(data.get("step")), "world": WORLD})
        part.rename(FOLDER / f"{name}.safetensors")
    for name in TEXTS:
        shutil.copyfile(state / name, FOLDER / name)
    print(f"{sum(f.stat().st_size for f in FOLDER.iterdir()) / 1e6:.1f} MB in {FOLDER.name}")


def resume(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True)
    for name in (*TRAINED, *FIXED):
        target = state / f"{name}.pt"
        if target.exists():
            raise SystemExit(f"{target.name} is in the folder already; nothing was changed. Choose an empty folder.")
    for name in (*TRAINED, *FIXED):
        with safe_open(FOLDER / f"{name}.safetensors", "pt") as file:
            if file.metadata().get("world") != WORLD:
                raise SystemExit(f"{FOLDER.name}/{name}.safetensors was made with another version of the world; nothing was changed. Train from the start, or check out the commit that made it.")
    for name in (*TRAINED, *FIXED):
        with safe_open(FOLDER / f"{name}.safetensors", "pt") as file:
            names = list(file.keys())  # a file of tensors cannot be gone through itself
            data = _nested({name: file.get_tensor(name) for name in names})
            step = json.loads(file.metadata()["step"])
        save(state / f"{name}.pt", data | ({} if step is None else {"step": step}))
    for name in TEXTS:
        shutil.copyfile(FOLDER / name, state / name)
