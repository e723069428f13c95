"""Stage 1: the vision encoder, trained by the read-out and by redrawing its own patches; afterwards it is frozen.

The last linear layer is then rescaled so that every channel of the embeddings has mean 0 and variance 1.
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
from ..vision import VisionEncoder, patches
from ..world import labels, random_scene


def _coarse(pixels: Tensor) -> Tensor:
    """[batch, 324, 588] patches -> [batch, 81, 108]: every merged token's pixels at 6x6."""
    x = pixels.unflatten(1, (81, 2, 2)).unflatten(-1, (3, 14, 14)).permute(0, 1, 4, 2, 5, 3, 6).reshape(-1, 3, 28, 28)
    return F.adaptive_avg_pool2d(x, 6).reshape(pixels.shape[0], 81, 108)


def run(state: Path, minutes: float) -> None:
    set_up(1)
    load_icons(state)
    encoder, readout, redraw = VisionEncoder(), ReadOut(), nn.Linear(HIDDEN, 108)
    trainer = Trainer(state, "encoder", {"model": encoder, "readout": readout, "redraw": redraw}, 1.5e-3, horizon=4000, decay=0.99)
    rng = random.Random(trainer.seed)

    def loss(step: int) -> tuple[Tensor, dict[str, float]]:
        scenes = [random_scene(rng) for _ in range(16)]
        pixels = patches([render(s) for s in scenes])
        pixels = pixels + 0.1 * torch.rand(16, 1, 1) * torch.randn_like(pixels)
        truth = torch.tensor([labels(s) for s in scenes])
        embeddings = encoder(pixels)
        # the read-out must live with the errors of predicted embeddings
        noisy = embeddings + 0.3 * torch.rand(16, 1, 1) * embeddings.detach().std() * torch.randn_like(embeddings)
        read = readout.loss(noisy, truth)
        redrawn = F.mse_loss(redraw(embeddings), _coarse(pixels))
        right = (readout.read(embeddings) == truth).float().mean().item()
        size = embeddings.pow(2).mean()
        return read + redrawn + 0.01 * (size - 1).pow(2), {"read": read.item(), "redraw": redrawn.item(), "right": right}

    trainer.run(minutes, loss, every=25)
    freeze(state)


@torch.no_grad()
def freeze(state: Path) -> None:
    """Writes `frozen.pt`: the averaged encoder with standardised channels, and the read-out folded to match."""
    load_icons(state)
    encoder = load_average(VisionEncoder(), state, "encoder")
    readout = load_average(ReadOut(), state, "encoder", "readout")
    rng = random.Random(5)
    scenes = [random_scene(rng) for _ in range(256)]
    embeddings = torch.cat([encoder(patches([render(s) for s in scenes[i : i + 16]])) for i in range(0, 256, 16)])
    mean, deviation = embeddings.mean((0, 1)), embeddings.std((0, 1))
    last = encoder.merger.mlp[2]
    last.weight.div_(deviation[:, None])
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
