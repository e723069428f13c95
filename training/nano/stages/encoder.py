"""Stage 1: the vision encoder; afterwards it is frozen.

Its embeddings are asked for four things, each what a later stage lives on: to tell what the scene is (the read-out), to redraw
their own patches coarsely (the picture decoders), to know their row and column (the generation decoder's text ids are all
zero), and to be guessed from the scene's labels by a small table (the transformer has to predict them).
The last linear layer is then shifted and scaled so that channels have mean 0 and the embeddings variance 1.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import HIDDEN
from ..readout import ReadOut
from ..renderer import load_icons, render
from ..training import Trainer, load_average, save, set_up
from ..vision import MERGED, TOKENS, VisionEncoder, patches
from ..world import COLOURS, KIND_NAMES, PLACES, labels, random_scene


class Guess(nn.Module):
    """Guesses all embeddings from the labels [batch, 8]."""

    def __init__(self) -> None:
        super().__init__()
        pairs = (len(KIND_NAMES) + 1) * (len(COLOURS) + 1)
        self.scene, self.cells = nn.Embedding(2 * len(PLACES), 256), nn.Embedding(3 * pairs, 256)
        self.pairs, self.out = pairs, nn.Sequential(nn.Linear(256, 256), nn.GELU(), nn.Linear(256, TOKENS * HIDDEN))

    def forward(self, labels: Tensor) -> Tensor:
        pair = labels[:, 2:5] * (len(COLOURS) + 1) + labels[:, 5:8] + self.pairs * torch.arange(3)
        state = self.scene(2 * labels[:, 0] + labels[:, 1]) + self.cells(pair).sum(1)
        return self.out(state).unflatten(1, (TOKENS, HIDDEN))


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
    """[batch, 324, 588] patches -> [batch, 81, 108]: every merged token's pixels at 6x6."""
    x = pixels.unflatten(1, (81, 2, 2)).unflatten(-1, (3, 14, 14)).permute(0, 1, 4, 2, 5, 3, 6).reshape(-1, 3, 28, 28)
    return F.adaptive_avg_pool2d(x, 6).reshape(pixels.shape[0], 81, 108)


def run(state: Path, minutes: float) -> None:
    set_up(1)
    load_icons(state)
    encoder, readout, redraw = VisionEncoder(), ReadOut(), nn.Linear(HIDDEN, 108)
    guess, place = Guess(), Place()
    modules = {"model": encoder, "readout": readout, "redraw": redraw, "guess": guess, "place": place}
    trainer = Trainer(state, "encoder", modules, 1.5e-3, horizon=4000, decay=0.99)
    rng = random.Random(trainer.seed)
    encoder.compile(dynamic=False)

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        scenes = [random_scene(rng) for _ in range(16)]
        pixels = patches([render(s) for s in scenes])
        pixels = pixels + 0.1 * torch.rand(16, 1, 1) * torch.randn_like(pixels)
        truth = torch.tensor([labels(s) for s in scenes])
        embeddings = encoder(pixels).float()
        # the read-out must live with the errors of predicted embeddings
        noisy = embeddings + 0.3 * torch.rand(16, 1, 1) * embeddings.detach().std() * torch.randn_like(embeddings)
        read = readout.loss(noisy, truth)
        redrawn = F.mse_loss(redraw(embeddings), _coarse(pixels))
        right = (readout.read(embeddings) == truth).float().mean().item()
        size, guessed, placed = embeddings.pow(2).mean(), F.mse_loss(guess(truth), embeddings), place.loss(noisy)
        total = read + redrawn + 0.5 * guessed + 0.3 * placed + 0.5 * (size - 1).pow(2)
        return total, {"read": read.item(), "redraw": redrawn.item(), "right": right, "guess": guessed.item(), "place": placed.item()}

    trainer.run(minutes, loss, every=25)
    freeze(state)


@torch.no_grad()
def freeze(state: Path) -> None:
    """Writes `frozen.pt`: the averaged encoder with centred channels, and the read-out folded to match."""
    load_icons(state)
    encoder = load_average(VisionEncoder(), state, "encoder")
    readout = load_average(ReadOut(), state, "encoder", "readout")
    rng = random.Random(5)
    scenes = [random_scene(rng) for _ in range(256)]
    embeddings = torch.cat([encoder(patches([render(s) for s in scenes[i : i + 16]])) for i in range(0, 256, 16)])
    mean, deviation = embeddings.mean((0, 1)), embeddings.std()
    last = encoder.merger.mlp[2]
    last.weight.div_(deviation)
    last.bias.sub_(mean).div_(deviation)
    for linear in (readout.token[0], readout.mean):
        linear.bias.add_(linear.weight @ mean)
        linear.weight.mul_(deviation)
    again = torch.cat([encoder(patches([render(s) for s in scenes[i : i + 16]])) for i in range(0, 64, 16)])
    truth = torch.tensor([labels(s) for s in scenes[:64]])
    print("frozen: variance", again.var().item(), "read-out", (readout.read(again) == truth).float().mean(0).tolist())
    save(state / "frozen.pt", {"encoder": encoder.state_dict(), "readout": readout.state_dict()})


def load_frozen(state: Path) -> tuple[VisionEncoder, ReadOut]:
    data = torch.load(state / "frozen.pt")
    encoder, readout = VisionEncoder(), ReadOut()
    encoder.load_state_dict(data["encoder"])
    readout.load_state_dict(data["readout"])
    return encoder.eval().requires_grad_(False), readout.eval().requires_grad_(False)
