"""Muon in float32 takes torch's steps, up to what torch rounds away."""

import sys
import unittest
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import muon
from nano.muon import Muon, orthogonalised

COEFFICIENTS = (3.4445, -4.775, 2.0315)


class Orthogonal(unittest.TestCase):
    def test_the_singular_values_come_near_one_and_the_directions_stay(self) -> None:
        torch.manual_seed(0)
        for shape in ((64, 160), (160, 64)):
            matrix = torch.randn(shape)
            left, _, right = torch.linalg.svd(matrix, full_matrices=False)
            inner = left.T @ orthogonalised(matrix, COEFFICIENTS, 5, 1e-7) @ right.T
            values = inner.diag()
            self.assertGreater(values.min().item(), 0.5)
            self.assertLess(values.max().item(), 1.5)
            self.assertLess((inner - values.diag()).abs().max().item(), 1e-4)

    def test_a_wide_matrix_comes_out_the_same_by_its_gram_matrix(self) -> None:
        torch.manual_seed(0)
        left, _, right = torch.linalg.svd(torch.randn(64, 160), full_matrices=False)
        # gradients are like this: a few directions are strong, most are a ten thousandth of them
        x = left * torch.logspace(0, -4, 64) @ right
        x = x / x.norm()
        torch.testing.assert_close(muon._by_gram(x, COEFFICIENTS, 5), muon._iterated(x, COEFFICIENTS, 5), atol=2e-4, rtol=0)

    def test_a_step_is_torchs_step(self) -> None:
        torch.manual_seed(0)
        ours, theirs = nn.Linear(96, 160, bias=False), nn.Linear(96, 160, bias=False)
        theirs.load_state_dict(ours.state_dict())
        before = ours.weight.detach().clone()
        pairs = ((ours, Muon(ours.parameters(), 0.01, weight_decay=0.1)), (theirs, torch.optim.Muon(theirs.parameters(), 0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")))
        for model, optimizer in pairs:
            model.weight.grad = torch.randn(160, 96, generator=torch.Generator().manual_seed(1))
            optimizer.step()
        step = (theirs.weight - before).norm()
        self.assertLess(((ours.weight - theirs.weight).norm() / step).item(), 0.02)
        self.assertGreater(step.item(), 0)
        self.assertEqual(pairs[0][1].state_dict()["state"].keys(), pairs[1][1].state_dict()["state"].keys())


if __name__ == "__main__":
    unittest.main()
