"""Sequences of a batch run in two parts give what they give together."""

import random
import sys
import unittest
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.config import HIDDEN
from nano.language import LanguageModel, parted
from nano.pictures import Picture
from nano.tokens import Layout, Turn

TOKENIZER = Path(__file__).resolve().parents[2] / "public/models/nano/tokenizer.json"


class Padding(unittest.TestCase):
    @torch.no_grad()
    def test_two_parts_are_the_whole_with_less_padding(self) -> None:
        torch.manual_seed(0)
        layout = Layout(Tokenizer.from_file(str(TOKENIZER)))
        model, rng = LanguageModel(layout.size).eval(), random.Random(3)
        pictures = [Picture(None, i) for i in range(12)]
        turns = [[Turn("user", "draw " + "a dog " * rng.randrange(1, 30)), Turn("assistant", "Here it is:", picture)] for picture in pictures]
        embeddings = {picture: torch.randn(81, HIDDEN) for picture in pictures}

        parts = parted([layout.build(t) for t in turns])
        together = [s for part in parts for s in part]
        self.assertEqual(sorted(s.ids for s in together), sorted(layout.build(t).ids for t in turns))
        lengths = [max(len(s.ids) for s in part) for part in parts]
        self.assertLess(lengths[0], lengths[1])

        hidden, labels, _ = model.hidden_of(parts, embeddings)
        inputs, positions, expected, _ = model.batch(together, embeddings)
        self.assertTrue(torch.equal(labels, expected))
        learned = labels != -100
        self.assertLess((hidden - model.hidden(inputs, positions))[learned].abs().max().item(), 1e-4)


if __name__ == "__main__":
    unittest.main()
