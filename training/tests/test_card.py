"""The model card says what was measured, what was missed, and what was not measured; its prose stays."""

from __future__ import annotations

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import card
from nano.report import Judged, rows
from nano.stages.card import CARD

BLOCKS = ("drawn", "gates", "failures", "checker", "sizes", "precision", "hours")


def judged(row: str, language: str, right: int, of: int) -> list[Judged]:
    return [Judged(row, language, i < right) for i in range(of)]


class Card(unittest.TestCase):
    def test_figures_are_put_between_their_marks_and_may_be_put_again(self) -> None:
        text = "# nano\n\n<!-- hours -->\nold\n<!-- /hours -->\n\nwritten by hand\n"
        once = card.filled(text, {"hours": r"new \1"})
        self.assertIn("new \\1", once)
        self.assertNotIn("old", once)
        self.assertTrue(once.endswith("written by hand\n"))
        self.assertEqual(card.filled(once, {"hours": r"new \1"}), once)
        with self.assertRaises(ValueError):
            card.filled(text, {"gates": ""})

    def test_the_projects_card_has_a_place_for_every_figure(self) -> None:
        told = card.filled(CARD.read_text(), dict.fromkeys(BLOCKS, "told"))
        self.assertEqual(told.count("\ntold\n"), len(BLOCKS))

    def test_a_missed_row_is_reported_as_missed(self) -> None:
        listed = rows(judged("draw", "en", 98, 100) + judged("draw", "zh", 90, 100) + judged("ask", "en", 100, 100) + judged("ask", "zh", 100, 100) + judged("edit:add", "en", 9, 10) + judged("edit:add", "zh", 9, 10))
        told = card.gates(listed)
        self.assertIn("| `draw` | 92 % | 97 % | 98.0 (93.0–99.5) of 100 | 90.0 (82.6–94.5) of 100 | **missed** |", told)
        self.assertIn("| `ask` | 96 % | 99 % | 100.00 (96.30–100.00) of 100 | 100.00 (96.30–100.00) of 100 | goal |", told)
        self.assertIn("| `edit` | 85 % | 93 % | 90.0 (59.6–98.2) of 10 | 90.0 (59.6–98.2) of 10 | floor |", told)
        self.assertIn("| – add |", told)
        self.assertIn("| `story` | 55 % | 75 % | – | – | – |", told)
        self.assertIn("has the floor -3: goal.", told)

    def test_breaks_are_no_hours(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            lines = [{"time": 0, "step": 10}, {"time": 800, "step": 20}, {"time": 9000, "step": 20, "seconds": 5}, {"time": 9800, "step": 30}]
            (Path(folder) / "encoder.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
            told = card.hours(Path(folder))
        self.assertIn("| encoder | 30 | 0.4 |", told)
        self.assertIn("| language | 0 | 0.0 |", told)

    def test_weights_of_four_bits_are_two_a_byte(self) -> None:
        tensors = [{"name": "a.q4", "shape": [1000, 32, 16]}, {"name": "a.scales", "shape": [1000, 32]}, {"name": "a.zeros", "shape": [1000, 16]}, {"name": "b", "shape": [976000]}]
        told = card.sizes({"precision": "q4", "shards": [{"part": "transformer", "bytes": 1_500_000, "tensors": tensors}], "files": [{"bytes": 1_500_000}, {"bytes": 500_000}]})
        self.assertIn("| transformer | 2.00 | 1.50 |", told)
        self.assertIn("| all, graphs and tokenizer too | 2.0 | 2.0 |", told)

    def test_failures_are_told_in_the_order_of_their_pictures(self) -> None:
        told = card.failures([("draw", "a | b", ""), ("edit:add", "add a dog", "Here:")], "failures.jpg")
        self.assertIn("1. `draw`: a \\| b → (a picture alone)\n2. `edit:add`: add a dog → Here:", told)


if __name__ == "__main__":
    unittest.main()
