"""The small transformers that test the paper's claims: a naive one reads what it predicted before, a prefilled one does not; measured on both."""

import sys
import tempfile
import unittest
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.config import HIDDEN
from nano.paper import plots
from nano.paper.drawings import Drawings, gridded, ungridded
from nano.paper.runs import VARIANTS, Variant, measure, train
from nano.paper.transformer import SmallTransformer, fed
from nano.readout import ReadOut
from nano.tokens import Layout, Turn
from nano.world import LABELS

TOKENIZER = Tokenizer.from_file(str(Path(__file__).resolve().parents[2] / "public/models/nano/tokenizer.json"))


def drawings(count: int) -> Drawings:
    torch.set_default_device("cpu")
    torch.manual_seed(3)
    turns = [[Turn("user", f"a red car {i}"), Turn("assistant", "Here it is:", object())] for i in range(count)]
    return Drawings(turns, torch.randn(count, 81, HIDDEN), torch.zeros(count, LABELS, dtype=torch.long))


class Paper(unittest.TestCase):
    def test_only_a_naive_transformer_depends_on_its_own_predictions(self) -> None:
        some, layout = drawings(2), Layout(TOKENIZER, 4)
        given, truth = fed(layout, some.turns), gridded(some.embeddings, 4)
        for prefilled in (True, False):
            model = SmallTransformer(layout.size, 16, prefilled).eval()
            with torch.no_grad():
                forced, free = model.predicted(given, model(given, truth)[1]), model.imagine(given)
            self.assertEqual(free.shape, (2, 16, HIDDEN))
            self.assertTrue(torch.allclose(forced[:, 0], free[:, 0], atol=1e-5))
            self.assertEqual(torch.allclose(forced, free, atol=1e-4), prefilled)

    def test_fewer_tokens_are_means_and_more_lie_between(self) -> None:
        even = torch.arange(9.0).repeat(9)[None, :, None].repeat(1, 1, HIDDEN)
        for side in (4, 6, 12):
            grid = gridded(even, side)[0, :, 0].unflatten(0, (side, side))
            self.assertTrue((grid.diff(dim=1) > 0).all())
            self.assertAlmostEqual(grid.mean().item(), 4.0, places=3)
            self.assertEqual(ungridded(gridded(even, side), side).shape, even.shape)

    def test_what_is_measured_falls_with_learning(self) -> None:
        some, layout, readout = drawings(4), Layout(TOKENIZER, 4), ReadOut().requires_grad_(False)
        variant = Variant("quick", side=4, readout=0.0)
        learned = Drawings(some.turns * 4, some.embeddings.repeat(4, 1, 1), some.labels.repeat(4, 1))
        with tempfile.TemporaryDirectory() as folder:
            errors = []
            self.assertIsNone(train(Path(folder), variant, 0, layout, learned, readout, 0, 1), "one that was cut off is not measured")
            for steps in (1, 12):
                model = train(Path(folder), variant, 0, layout, learned, readout, 5, steps)
                row = measure(model, variant, 0, layout, some, some, readout)
                errors.append(sum(row["learned-use"]))
        self.assertLess(errors[1], errors[0])
        self.assertEqual(len({v.name for v in VARIANTS}), len(VARIANTS))

    def test_tables_and_figures_tell_what_was_measured(self) -> None:
        def row(variant: str, seed: int, error: float) -> dict:
            lists = {f"{name}-{how}": [error * (2 if how == "use" else 1)] * 81 for name in ("learned", "tested") for how in ("training", "use")}
            return {"variant": variant, "seed": seed, **lists, "tested-use-kinds": 0.5, "tested-use-right": 0.25, "tested-words": 1.0}

        rows = {name: [row(name, 0, 0.1), row(name, 1, 0.3)] for name in ("naive", "prefilled", "naive-plain", "prefilled-plain")}
        self.assertIn("| naive-plain | 2 | 0.200 (0.100–0.300) | 0.400 (0.200–0.600) | 50 (50–50) | 25 (25–25) | 100 (100–100) |", plots.table(rows))
        self.assertIn("| prefilled | 0.400 | 0.400 | 0.400 | 0.400 | 0.400 |", plots.grid_table(rows))
        labels = [text.get_text() for text in plots.figure_four(rows).axes[1].get_legend().get_texts()]
        self.assertEqual(labels, ["training, mean 0.200", "use, mean 0.400"])


if __name__ == "__main__":
    unittest.main()
