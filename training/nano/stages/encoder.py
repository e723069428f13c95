"""Stage 1: the vision encoder; afterwards it is frozen.

Its embeddings are asked for four things, each what a later stage lives on: to tell what the scene is and whether it is one (the
read-out), to redraw their own patches coarsely (the picture decoders), to know their row and column (the generation decoder's text
ids are all zero), and to be guessed from the scene's labels by a small table (the transformer has to predict them).
The last linear layer is then turned so that the embeddings are white. As they come, two directions hold half of their variance and
half of the directions one part in five hundred: what a token is of, against what is drawn in it. Whatever learns from embeddings, by
gradients or by equation 1, would learn the former alone for long.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import photographs
from ..config import HIDDEN
from ..feed import Batch
from ..foreign import random_foreign
from ..kinds import KIND_NAMES, WEARERS
from ..layout import POSITIONS
from ..parallel import accelerator
from ..readout import ReadOut, agrees
from ..renderer import load_icons, render
from ..training import Trainer, load_average, load_part, save, set_up
from ..vision import MERGED, TOKENS, VisionEncoder, cut, patches, sized
from ..world import FOREIGN, OF_A_SCENE, OF_A_THING, WORN, Scene, labels, random_scene

BATCH, FOREIGN_SHARE, STEPS = 24, 0.08, 5000
# a direction with this share of the mean variance is left with half of it
HARDLY = 0.02
# of the scenes: those with more to read than chance would bring; letters took three times as long to learn as anything else
READABLE_SHARE = 0.5


class Guess(nn.Module):
    """Guesses all embeddings from the labels [batch, 103]: the sum of a table's rows, then two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        sizes = torch.tensor([*OF_A_SCENE.values(), *[s for _ in range(POSITIONS) for s in OF_A_THING.values()]])
        self.register_buffer("first", torch.cat((torch.zeros(1, dtype=torch.long), (sizes + 1).cumsum(0)[:-1])), persistent=False)
        self.table = nn.EmbeddingBag(int((sizes + 1).sum()), 256, mode="sum")
        self.head = nn.Linear(256, TOKENS * HIDDEN)
        nn.init.normal_(self.table.weight, std=0.2)

    def forward(self, labels: Tensor) -> Tensor:
        return self.head(F.gelu(self.table(self.first + labels.clamp(min=-1) + 1))).unflatten(1, (TOKENS, HIDDEN))


class Place(nn.Module):
    """Row and column of a token, linear in its embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(HIDDEN, 2 * MERGED)

    def loss(self, embeddings: Tensor) -> Tensor:
        rows, columns = self.linear(embeddings).flatten(0, 1).split(MERGED, -1)
        index = torch.arange(TOKENS).repeat(len(embeddings))
        return F.cross_entropy(rows, index // MERGED) + F.cross_entropy(columns, index % MERGED)


def _coarse(pixels: Tensor) -> Tensor:
    """[batch, 324, 588] patches -> [batch, 81, 147]: every merged token's pixels at 7x7."""
    x = pixels.unflatten(1, (81, 2, 2)).unflatten(-1, (3, 14, 14)).permute(0, 1, 4, 2, 5, 3, 6).reshape(-1, 3, 28, 28)
    return F.avg_pool2d(x, 4).reshape(pixels.shape[0], 81, 147)


def _readable(rng: random.Random) -> Scene:
    """A scene with signs, boards and things worn."""
    scene = random_scene(rng, kinds=(*KIND_NAMES, *("sign", "board") * 8))
    for position, thing in scene.placed:
        if thing.kind in WEARERS and rng.random() < 0.5:
            scene = scene.put(position, replace(thing, worn=rng.choice(WORN)))
    return scene


def sample(rng: random.Random, count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Pictures with their labels, a few of them not of the world."""
    images, rows = [], []
    for _ in range(count):
        if rng.random() < FOREIGN_SHARE:
            images.append(random_foreign(rng))
            rows.append(FOREIGN)
        else:
            scene = _readable(rng) if rng.random() < READABLE_SHARE else random_scene(rng)
            images.append(render(scene, rng.randrange(10**6)))
            rows.append(labels(scene))
    return images, np.array(rows)


def run(state: Path, minutes: float) -> None:
    set_up(1)
    load_icons(state)
    photographs.load(state)
    encoder, readout, redraw = VisionEncoder(), ReadOut(), nn.Linear(HIDDEN, 147)
    guess, place = Guess(), Place()
    modules = {"model": encoder, "readout": readout, "redraw": redraw, "guess": guess, "place": place}
    trainer = Trainer(state, "encoder", modules, 1.5e-3, horizon=STEPS, decay=0.99)
    encoder.compile(dynamic=False)

    def make(step: int, rng: random.Random) -> Batch:
        images, rows = sample(rng, BATCH)
        return {"sized": sized(images), "labels": rows}

    def loss(step: int, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        clean, truth = cut(batch["sized"]), batch["labels"]
        pixels = clean + 0.1 * torch.rand(BATCH, 1, 1) * torch.randn_like(clean)
        embeddings = encoder(pixels).float()
        # the read-out must live with the errors of predicted embeddings
        noisy = embeddings + 0.3 * torch.rand(BATCH, 1, 1) * embeddings.detach().std() * torch.randn_like(embeddings)
        read = readout.loss(noisy, truth)
        redrawn = F.mse_loss(redraw(embeddings), _coarse(clean))
        right = agrees(readout.read(embeddings), truth).all(1).float().mean().item()
        size, guessed, placed = embeddings.pow(2).mean(), F.mse_loss(guess(truth), embeddings), place.loss(noisy)
        total = read + redrawn + 0.5 * guessed + 0.3 * placed + 0.5 * (size - 1).pow(2)
        return total, {"read": read.item(), "redraw": redrawn.item(), "right": right, "guess": guessed.item(), "place": placed.item()}

    def watch() -> str:
        return " ".join(f"{k} {v:.3f}" for k, v in accuracy(load_part(trainer.average, VisionEncoder(), "model"), load_part(trainer.average, ReadOut(), "readout"), 96).items())

    trainer.run(minutes, make, loss, every=25, watch=watch, watch_every=500, until=STEPS)
    if not trainer.ended and accelerator().is_main_process:
        freeze(state)


@torch.no_grad()
def accuracy(encoder: nn.Module, readout: ReadOut, count: int, seed: int = 77) -> dict[str, float]:
    """Shares of labels read right on pictures with fresh seeds: whole scenes, and every label where there is something to read."""
    rng = random.Random(seed)
    images, rows = sample(rng, count)
    truth = torch.from_numpy(rows).to(torch.get_default_device())
    read = torch.cat([readout.read(encoder(patches(images[i : i + 16]))) for i in range(0, count, 16)])
    right = agrees(read, truth)
    out = {"scene": right.all(1).float().mean().item()}
    for i, name in enumerate(OF_A_SCENE):
        out[name] = right[:, i][truth[:, i] >= 0].float().mean().item()
    rest, filled = right[:, len(OF_A_SCENE) :].unflatten(1, (POSITIONS, -1)), truth[:, len(OF_A_SCENE) :].unflatten(1, (POSITIONS, -1))
    for i, name in enumerate(OF_A_THING):
        chosen = (filled[..., 0] > 0) & (filled[..., i] >= 0)
        out[name] = rest[..., i][chosen].float().mean().item()
    return out


def whitening(embeddings: Tensor) -> tuple[Tensor, Tensor]:
    """(mean, symmetric matrix) for `matrix @ (x - mean)` [n, hidden] to have variance 1 in every direction; less in those that hardly vary."""
    mean = embeddings.mean(0)
    variances, directions = torch.linalg.eigh((embeddings - mean).T.double() @ (embeddings - mean).double() / len(embeddings))
    return mean, (directions * (variances + HARDLY * variances.mean()).rsqrt() @ directions.T).float()


@torch.no_grad()
def writes_whitened(linear: nn.Linear, mean: Tensor, white: Tensor) -> None:
    """What comes out, one embedding or several, is whitened from now on."""
    linear.weight.copy_((white @ linear.weight.unflatten(0, (-1, len(mean)))).flatten(0, 1))
    linear.bias.copy_(((linear.bias.unflatten(0, (-1, len(mean))) - mean) @ white).flatten())


@torch.no_grad()
def reads_whitened(linear: nn.Linear, mean: Tensor, white: Tensor) -> None:
    """Gives for whitened embeddings what it gave for them as they were."""
    linear.bias.add_(linear.weight @ mean)
    linear.weight.copy_(torch.linalg.solve(white, linear.weight, left=False))


@torch.no_grad()
def freeze(state: Path) -> None:
    """Writes `frozen.pt`: the averaged encoder, whitened, with the read-out and the guess folded to match."""
    load_icons(state)
    encoder = load_average(VisionEncoder(), state, "encoder")
    readout = load_average(ReadOut(), state, "encoder", "readout")
    rng = random.Random(5)
    images = [render(random_scene(rng), rng.randrange(10**6)) for _ in range(256)]
    embeddings = torch.cat([encoder(patches(images[i : i + 16])) for i in range(0, 256, 16)])
    mean, white = whitening(embeddings.flatten(0, 1))
    guess = load_average(Guess(), state, "encoder", "guess")
    writes_whitened(encoder.merger.mlp[2], mean, white)
    writes_whitened(guess.head, mean, white)
    reads_whitened(readout.token[0], mean, white)
    print("frozen:", {k: round(v, 3) for k, v in accuracy(encoder, readout, 256).items()})
    save(state / "frozen.pt", {"encoder": encoder.state_dict(), "readout": readout.state_dict(), "guess": guess.state_dict()})


def load_guess(state: Path) -> Guess:
    """Labels to embeddings: before there is a transformer, this is what its predictions will be like."""
    guess = Guess()
    guess.load_state_dict(torch.load(state / "frozen.pt", map_location=torch.get_default_device())["guess"])
    return guess.eval().requires_grad_(False)


def load_frozen(state: Path) -> tuple[VisionEncoder, ReadOut]:
    data = torch.load(state / "frozen.pt", map_location=torch.get_default_device())
    encoder, readout = VisionEncoder(), ReadOut()
    encoder.load_state_dict(data["encoder"])
    readout.load_state_dict(data["readout"])
    return encoder.eval().requires_grad_(False), readout.eval().requires_grad_(False)
