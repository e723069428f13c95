"""The modules against stored results of the published packages (folders of golden cases; skipped where they are absent)."""

import json
import os
import sys
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from nano.conditioning import Merger, editing_ids
from nano.dit import Dit
from nano.losses import equation_one

GOLDEN = Path(os.environ.get("GOLDEN", ROOT.parent / "../shared/golden")).resolve()
LOSSES = Path(os.environ.get("GOLDEN_TRAINING", ROOT.parent / "../shared/golden-training")).resolve()
PLAIN = ROOT.parent / "tests/fixtures/golden"


def case(name: str, root: Path = GOLDEN) -> tuple[dict, dict, dict]:
    folder = root / name if (root / name).exists() else PLAIN / name
    if not folder.exists():
        raise unittest.SkipTest(f"no case {name}")
    weights = load_file(folder / "weights.safetensors") if (folder / "weights.safetensors").exists() else {}
    return json.loads((folder / "case.json").read_text()), weights, load_file(folder / "io.safetensors")


class Reference(unittest.TestCase):
    def close(self, spec: dict, name: str, value: torch.Tensor, io: dict) -> None:
        apart = (value - io[f"out.{name}"]).abs().max().item()
        self.assertLessEqual(apart, spec["outputs"][name]["tolerance"]["maxAbs"], name)

    def test_dit(self) -> None:
        for name in ("dit-square", "dit-wide", "dit-two-times", "dit-editing"):
            spec, weights, io = case(name)
            model = Dit(spec["config"])
            model.load_state_dict({k.removeprefix("pipe.dit."): v for k, v in weights.items()})
            runs = [
                model(io["in.latents"], io["in.context"][None], io["in.text_ids"].float(), io["in.pooled"].reshape(1, -1), t.reshape(1), g.reshape(1))
                for t, g in zip(io["in.timestep"], io["in.guidance"], strict=True)
            ]
            self.close(spec, "velocity", torch.cat(runs).detach(), io)

    def test_merger(self) -> None:
        for name in ("merger-small", "merger-wide-reference", "merger-official"):
            spec, weights, io = case(name)
            model = Merger(spec["config"])
            model.load_state_dict({k.removeprefix("embedding_merger."): v for k, v in weights.items()})
            grids = [tuple(io[f"in.{g}"].tolist()) for g in ("target_grid", "reference_grid")]
            out = model(torch.cat((io["in.target"], io["in.reference"]))[None], grids)
            self.close(spec, "conditioning", out[0].detach(), io)

    def test_editing_ids(self) -> None:
        ids = editing_ids(16, 16, [(1, 18, 18), (1, 18, 18)])
        self.assertEqual(ids.shape, (162, 3))
        self.assertAlmostEqual(ids[81 + 10, 2].item(), 16 / 18, places=5)

    def test_losses(self) -> None:
        for name in ("losses-mixed", "losses-text-only"):
            spec, _, io = case(name, LOSSES)
            logits, pred = io["in.logits"].requires_grad_(), io["in.image_pred"].requires_grad_()
            loss = equation_one(lambda at, given=logits[None]: given[:, :-1][at], io["in.labels"].long()[None], pred[None], io.get("in.image_target"), spec["args"]["image_token_id"], spec["args"]["weights"])
            loss["total"].backward()
            for key in ("total", "ce", "mse", "cos"):
                self.close(spec, key, loss[key].detach().reshape(1), io)
            self.close(spec, "grad_logits", logits.grad, io)
            self.close(spec, "grad_image_pred", torch.zeros_like(pred) if pred.grad is None else pred.grad, io)


if __name__ == "__main__":
    unittest.main()
