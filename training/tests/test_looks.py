"""What the first heads of the picture decoders are shown: where the embeddings of their patch lie."""

import sys
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.dit import Dit
from nano.stages.decoders import Decoders, corners


class Looks(unittest.TestCase):
    def test_corners_are_the_embeddings_that_a_patch_overlaps(self) -> None:
        where = corners(4, 3)
        self.assertEqual(where.shape, (4, 16))
        # patches of 4 columns begin and end in these of 3
        first, last = [0, 0, 1, 2], [0, 1, 2, 2]
        for head, (rows, columns) in enumerate(((first, first), (first, last), (last, first), (last, last))):
            self.assertEqual(where[head].tolist(), [3 * r + c for r in rows for c in columns])

    @torch.no_grad()
    def test_looks_are_what_the_first_block_attends_to(self) -> None:
        torch.manual_seed(0)
        dit = Dit()
        given = torch.randn(2, 16, 4, 4), torch.randn(2, 5, 256), torch.zeros(5, 3), torch.randn(2, 64), torch.tensor([10.0, 900.0]), torch.ones(2)
        told: list[torch.Tensor] = []
        attn = dit.blocks[0].attn
        attn.register_forward_hook(lambda _, inputs, __: told.append(attn.looks(*inputs, 3)))
        dit(*given)
        looks = dit.looks(*given, 3)
        self.assertEqual(looks.shape, (2, 3, 4, 9))
        self.assertLess((looks - told[0]).abs().max().item(), 1e-5)
        self.assertLess((looks.exp().sum(-1) - 1).abs().max().item(), 1e-5)

    def test_a_head_that_is_shown_finds_its_place(self) -> None:
        torch.manual_seed(0)
        model, where = Decoders(), corners()
        target, reference = torch.randn(2, 81, 256), torch.randn(2, 81, 256)
        optimizer = torch.optim.Adam(model.parameters(), 1e-2)
        for editing in (None, reference):
            losses = []
            for _ in range(10):
                optimizer.zero_grad()
                context, ids = model.condition(target, editing)
                losses.append(model.sought(context, ids, torch.randn(2, 16, 24, 24), torch.tensor([500.0, 900.0]), where))
                losses[-1].backward()
                optimizer.step()
            self.assertLess(losses[-1].item(), losses[0].item() - 0.5)


if __name__ == "__main__":
    unittest.main()
