"""Embeddings are whitened when the encoder is frozen, and what reads them reads what it did."""

import sys
import unittest
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.stages.encoder import reads_whitened, whitening, writes_whitened


class Whitening(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        strong = torch.cat((torch.tensor([7.0, 4.0]), torch.full((6,), 0.5)))
        self.embeddings = 3 + torch.randn(4000, 8) * strong @ torch.linalg.qr(torch.randn(8, 8))[0]
        self.mean, self.white = whitening(self.embeddings)

    def test_every_direction_varies_alike(self) -> None:
        whitened = (self.embeddings - self.mean) @ self.white
        self.assertLess(whitened.mean(0).abs().max().item(), 1e-4)
        variances = torch.linalg.eigvalsh(whitened.T @ whitened / len(whitened))
        self.assertGreater(variances.min().item(), 0.4)
        self.assertLess(variances.max().item(), 1.01)

    def test_a_direction_that_hardly_varies_is_not_blown_up(self) -> None:
        _, white = whitening(torch.cat((self.embeddings, self.embeddings[:, :1]), 1))
        self.assertLess(torch.linalg.matrix_norm(white, 2).item(), 4)

    @torch.no_grad()
    def test_what_reads_them_reads_the_same(self) -> None:
        writer, several, reader = nn.Linear(5, 8), nn.Linear(5, 24), nn.Linear(8, 3)
        x = torch.randn(10, 5)
        before = reader(writer(x)), reader(several(x).unflatten(1, (3, 8)))
        writes_whitened(writer, self.mean, self.white)
        writes_whitened(several, self.mean, self.white)
        reads_whitened(reader, self.mean, self.white)
        after = reader(writer(x)), reader(several(x).unflatten(1, (3, 8)))
        for old, new in zip(before, after, strict=True):
            self.assertLess((old - new).abs().max().item(), 1e-4)


if __name__ == "__main__":
    unittest.main()
