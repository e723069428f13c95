"""The small transformers that test the paper's claims: a naive one reads what it predicted before, a prefilled one does not; measured on both."""

import math
import random
import sys
import tempfile
import unittest
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import results
from nano.config import HIDDEN
from nano.paper import decoders, edited, plots
from nano.paper.drawings import Drawings, gridded, ungridded
from nano.paper.quantised import quantised, rounded
from nano.paper.runs import VARIANTS, Variant, measure, train
from nano.paper.transformer import SmallTransformer, fed
from nano.pictures import random_chain
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

    def test_a_run_that_was_cut_off_goes_on_behind_its_last_whole_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "paper" / "results.jsonl"
            self.assertEqual(results.done(path), set())
            results.append(path, {"variant": "naive", "seed": 0})
            with path.open("a") as file:
                file.write('{"variant": "naive", "seed": 1, "lear')
            self.assertEqual(results.done(path), {("naive", 0)})
            results.append(path, {"variant": "naive", "seed": 2})
            self.assertEqual(results.done(path), {("naive", 0), ("naive", 2)})


# levels and scales that model/bundle/quantise.ts gives for this row
ROW = [math.sin(i * 1.7) * 0.1 + i % 7 * 0.02 - 0.03 for i in range(64)]
LEVELS = {
    4: ([5, 10, 5, 3, 11, 13, 7, 2, 10, 8, 3, 8, 14, 10, 0, 7], 6, 0x2553),
    8: ([79, 177, 91, 53, 185, 227, 120, 29, 166, 145, 50, 133, 243, 169, 0, 125], 104, 0x1500),
}


class Quantised(unittest.TestCase):
    def test_weights_are_rounded_as_a_bundle_keeps_them(self) -> None:
        for bits, (levels, zero, pattern) in LEVELS.items():
            scale = torch.tensor([pattern], dtype=torch.int16).view(torch.float16).item()
            kept = rounded(torch.tensor([ROW]), bits)[0, :16]
            self.assertTrue(torch.allclose(kept, torch.tensor([(level - zero) * scale for level in levels]), atol=1e-7), bits)
        self.assertEqual(rounded(torch.zeros(2, 32), 4).abs().sum(), 0)

    def test_fewer_bits_are_further_off_but_not_where_it_is_felt_most(self) -> None:
        torch.set_default_device("cpu")
        torch.manual_seed(5)
        model = SmallTransformer(64, 16, True)
        eight, four = quantised(model, 8), quantised(model, 4)

        def off(copy: torch.nn.Module, name: str) -> float:
            return (copy.get_parameter(name) - model.get_parameter(name)).abs().max().item()

        inner = "layers.0.mlp.up_proj.weight"
        self.assertGreater(off(four, inner), 5 * off(eight, inner))
        self.assertGreater(off(eight, inner), 0)
        for name in ("vision_head.weight", "layers.1.self_attn.k_proj.weight", "embed.weight"):
            self.assertEqual(off(four, name), off(eight, name))
        self.assertEqual(off(four, "rows.weight"), 0)


class Edited(unittest.TestCase):
    def test_a_decoder_from_scratch_learns_from_the_reference_only_where_it_is_told_it(self) -> None:
        torch.set_default_device("cpu")
        torch.manual_seed(6)
        chains = [random_chain(random.Random(i), 1) for i in range(16)]
        some = edited.Edits(*(torch.randn(16, 81, HIDDEN) for _ in range(3)), torch.randn(16, 16, 24, 24), chains)
        with tempfile.TemporaryDirectory() as folder:
            self.assertIsNone(decoders.train(Path(folder), "merger", 0, some, 0, 1), "one that was cut off is not measured")
            for conditioned in decoders.CONDITIONED:
                model = decoders.train(Path(folder), conditioned, 0, some, 5, 2)
                self.assertIsNotNone(model)
                torch.nn.init.normal_(model.dit.final_proj_out.weight, std=0.1)
                code = type("Code", (), {"decode": staticmethod(lambda z: z[:, :3])})()
                paint = decoders.painter(model, conditioned, 0, code)
                one, other = paint(some.goals[:1], some.sources[:1]), paint(some.goals[:1], some.sources[1:2])
                self.assertEqual((one == other).all(), conditioned == "adapter")

    def test_tables_tell_decoders_by_what_differs_and_the_newest_weights_alone(self) -> None:
        def row(decoder: str, bits: int, seed: int, trained: int, db: float) -> dict:
            told = {f"{how}-{key}": value for how in ("seen", "told") for key, value in (("psnr", db), ("unchanged", db + 1), ("right", 0.5))}
            return {"decoder": decoder, "steps": 2, "bits": bits, "seed": seed, "trained": trained, "autoencoder": 5, **told}

        steps = [row("adapter", 32, 0, 100, 10.0), row("adapter", 32, 0, 200, 20.0), row("adapter", 32, 1, 200, 22.0), row("merger", 8, 0, 200, 25.0)]
        table = plots.drawings_table(plots.by_decoder(plots.newest(steps)))
        self.assertIn("| adapter, steps 2, bits 32 | 2 | 21.0 (20.0–22.0) | 22.0 (21.0–23.0) | 50 (50–50) |", table)
        self.assertIn("| merger, steps 2, bits 8 | 1 |", table)
        self.assertEqual(plots.steps_figure(plots.newest(steps)).axes[0].get_lines()[0].get_ydata().tolist(), [21.0])


if __name__ == "__main__":
    unittest.main()
