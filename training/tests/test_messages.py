"""Conversations in the paper's message format: written, read back the same, drawn by table 1's ratios; a damaged line is named."""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import table_one
from nano.language import LanguageModel
from nano.messages import DamagedLineError, FilePicture, Shards, ShardWriter, task_of
from nano.stages import table_one as stage
from nano.tokens import Layout, Turn
from nano.vision import VisionEncoder

TOKENIZER = Path(__file__).resolve().parents[2] / "public/models/nano/tokenizer.json"


class Made:
    """A picture of one colour."""

    def __init__(self, level: int) -> None:
        self.level = level

    def pixels(self) -> np.ndarray:
        return np.full((24, 32, 3), self.level, np.uint8)


def conversations() -> list[list[Turn]]:
    out = []
    for i in range(10):
        out += [
            [Turn("user", f"what is {i}?", Made(i), i % 2 == 0), Turn("assistant", "A colour.")],
            [Turn("user", f"draw {i}"), Turn("assistant", "Here is it:", Made(100 + i))],
            [Turn("user", "hello"), Turn("assistant", "Hi."), Turn("user", f"lighter by {i}", Made(i)), Turn("assistant", "Done:", Made(50 + i))],
        ]
    return out


class Messages(unittest.TestCase):
    def setUp(self) -> None:
        torch.set_default_device("cpu")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        writer = ShardWriter(self.folder, 7)
        for turns in conversations():
            writer.add(turns)
        writer.close()

    def test_what_is_written_is_read_back(self) -> None:
        self.assertEqual(len(list(self.folder.glob("*.jsonl"))), 5)
        shards, rng = Shards(self.folder), random.Random(1)
        self.assertEqual([shards.count(task) for task in table_one.TASKS], [10, 10, 10])
        known = {tuple((t.role, t.words, t.picture and t.picture.level) for t in turns) for turns in conversations()}
        read = {tuple((t.role, t.words, t.picture and int(t.picture.pixels()[0, 0, 0])) for t in shards.draw(rng, (1, 1, 1))) for _ in range(400)}
        self.assertEqual(read, known)

    def test_tasks_come_in_the_ratio_of_table_1(self) -> None:
        shards, rng = Shards(self.folder), random.Random(2)
        for number, chosen in table_one.TRANSFORMER.items():
            shares = [0, 0, 0]
            for _ in range(3000):
                turns = shards.draw(rng, chosen.ratio)
                shares[0 if not turns[-1].picture else 2 if turns[-2].picture else 1] += 1
            for share, wanted in zip(shares, chosen.ratio, strict=True):
                self.assertAlmostEqual(share / 3000, wanted / sum(chosen.ratio), delta=0.04, msg=f"stage {number}")

    def test_a_damaged_line_is_named(self) -> None:
        for line, reason in (("{", "Expecting"), ('{"messages": []}', "index"), ("[1]", "indices")):
            (self.folder / "late.jsonl").write_text('{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n' + line + "\n")
            with self.assertRaisesRegex(DamagedLineError, f"late.jsonl, line 2: .*{reason}"):
                Shards(self.folder)
        lone = {"messages": [{"role": "user", "content": "<image>a"}, {"role": "assistant", "content": "b"}], "images": []}
        for path in self.folder.glob("*.jsonl"):
            path.unlink()
        (self.folder / "late.jsonl").write_text(json.dumps(lone))
        with self.assertRaisesRegex(DamagedLineError, "late.jsonl, line 1: more <image> than images"):
            Shards(self.folder).draw(random.Random(1), (1, 0, 0))

    def test_an_empty_folder_says_what_it_lacks(self) -> None:
        with tempfile.TemporaryDirectory() as empty, self.assertRaisesRegex(FileNotFoundError, "no conversations"):
            Shards(Path(empty))
        self.assertEqual(task_of('{"messages": [{"role": "user", "content": "<image>a"}, {"role": "assistant", "content": "b"}]}'), "understanding")

    def test_a_stage_learns_from_the_files(self) -> None:
        torch.manual_seed(1)
        torch.set_num_threads(1)
        layout = Layout(Tokenizer.from_file(str(TOKENIZER)))
        model, encoder = LanguageModel(layout.size), VisionEncoder().eval().requires_grad_(False)
        quick = table_one.Stage(1e-3, 2, 3, 2, (1, 1, 1))
        with mock.patch.dict("os.environ", {"NANO_MICRO": "1"}), mock.patch("nano.training.Trainer._log") as log:
            stage.train(self.folder, 2, quick, Shards(self.folder), layout, model, encoder, 2, 10)
        kept = torch.load(self.folder / "table-one-2.pt")
        self.assertEqual(kept["step"], 3)
        self.assertIn("model.vision_head.weight", kept["model"])
        self.assertTrue(log.called)
        self.assertIsInstance(Shards(self.folder).draw(random.Random(0), (1, 0, 0))[0].picture, FilePicture)


if __name__ == "__main__":
    unittest.main()
