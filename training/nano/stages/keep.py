"""Packs the training state into `training/state` (committed at gates) and takes it out again.

`run.py keep --state DIR` writes what is in DIR, and takes away what DIR lacks: a decoder of another encoder's embeddings would be of no
use. `run.py resume --state DIR` fills an empty DIR from it. Kept are the weights' moving averages in float16, from which
training goes on, the steps (seeds follow from them), the frozen encoder (until then its training), the patch code, the tokenizer and the
curves, which tell the road how far each stage is. Optimisers start anew.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from ..config import WORLD
from ..predictor import has_drawing_transformer
from ..training import save

FOLDER = Path(__file__).resolve().parents[2] / "state"
TRAINED, FIXED, TEXTS = ("encoder", "autoencoder", "decoders", "language"), ("frozen", "patch-code"), ("tokenizer.json",)


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


def _needed(state: Path) -> list[str]:
    """What is there and a later stage lives on. The encoder's training ends with `frozen`; the guess in it serves until a transformer draws."""
    return [name for name in (*TRAINED, *FIXED) if (state / f"{name}.pt").exists() and not (name == "encoder" and (state / "frozen.pt").exists())]


def _kept(state: Path, name: str, data: dict) -> dict:
    if name in TRAINED:
        return {"average": data["average"]}
    return {key: value for key, value in data.items() if key != "guess" or not has_drawing_transformer(state)}


def run(state: Path, minutes: float, folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    needed = _needed(state)
    for name in needed:
        data = torch.load(state / f"{name}.pt", map_location="cpu")
        part = folder / f"{name}.part"
        save_file(_flat(_kept(state, name, data)), part, metadata={"step": json.dumps(data.get("step")), "world": WORLD})
        part.rename(folder / f"{name}.safetensors")
    texts = [name for name in (*TEXTS, *(f"curves/{file.name}" for file in sorted((state / "curves").glob("*.jsonl")))) if (state / name).exists()]
    for name in texts:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(state / name, folder / name)
    for file in folder.rglob("*"):
        if file.is_file() and file.relative_to(folder).as_posix() not in {*texts, *(f"{name}.safetensors" for name in needed)}:
            file.unlink()
    print(f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:.1f} MB in {folder.name}: {', '.join(needed)}")


def resume(state: Path, folder: Path = FOLDER) -> None:
    state.mkdir(parents=True, exist_ok=True)
    files = sorted(folder.glob("*.safetensors"))
    for target in (*(state / f"{file.stem}.pt" for file in files), state / "curves"):
        if target.exists():
            raise SystemExit(f"{target.name} is in the folder already; nothing was changed. Choose an empty folder.")
    for path in files:
        with safe_open(path, "pt") as file:
            if file.metadata().get("world") != WORLD:
                raise SystemExit(f"{folder.name}/{path.name} was made with another version of the world; nothing was changed. Train from the start, or check out the commit that made it.")
    for path in files:
        with safe_open(path, "pt") as file:
            names = list(file.keys())  # a file of tensors cannot be gone through itself
            data = _nested({name: file.get_tensor(name) for name in names})
            step = json.loads(file.metadata()["step"])
        save(state / f"{path.stem}.pt", data | ({"model": data["average"], "step": step} if path.stem in TRAINED else {}))
    for name in TEXTS:
        if (folder / name).exists():
            shutil.copyfile(folder / name, state / name)
    if (folder / "curves").exists():
        shutil.copytree(folder / "curves", state / "curves")
