"""The rows of the quality suite: languages and sorts apart, intervals, and Chinese beside English."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.report import COMPARED, Judged, rows


def judged(row: str, language: str, right: int, of: int) -> list[Judged]:
    return [Judged(row, language, i < right) for i in range(of)]


class Report(unittest.TestCase):
    def test_rows_are_told_by_language_and_sort_with_floor_and_goal(self) -> None:
        listed = rows(judged("ask", "en", 99, 100) + judged("edit:add", "zh", 1, 2) + judged("edit:remove", "zh", 2, 2))
        self.assertEqual([row["name"] for row in listed], ["edit-zh", "edit:add-zh", "edit:remove-zh", "ask"])
        edit, add, _, ask = listed
        self.assertEqual((edit["value"], edit["count"], edit["floor"], edit["goal"], edit["unit"]), (75, 4, 85, 93, "%"))
        self.assertEqual((add["value"], add["floor"]), (50, None))
        self.assertEqual((ask["low"], ask["high"]), (94.55, 99.82))

    def test_decibels_are_a_mean_of_the_pictures_that_came(self) -> None:
        told = [Judged("unchanged-region", "en", True, 26.0), Judged("unchanged-region", "en", True, 28.0), Judged("unchanged-region", "en", False, None)]
        (row,) = rows(told)
        self.assertEqual((row["value"], row["unit"], row["count"], row["low"]), (27, "dB", 2, 25.04))
        self.assertEqual(rows(told[2:])[0]["value"], "absent")

    def test_chinese_is_behind_only_beyond_the_interval(self) -> None:
        def ends(chinese: int) -> dict[str, object]:
            return rows(judged("draw", "en", 95, 100) + judged("draw", "zh", chinese, 100) + judged("ask", "en", 5, 10) + judged("ask", "zh", 10, 10))[-1]
        near, far = ends(90), ends(70)
        self.assertEqual([near["name"], near["count"], near["floor"]], [COMPARED, 2, -3])
        self.assertGreater(near["value"], -3)
        self.assertLess(far["value"], -3)


if __name__ == "__main__":
    unittest.main()
