"""What was judged is kept under names that stay, so that a run of the quality suite goes on; bundles are compared on the cases that both have judged."""

from __future__ import annotations

import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.evaluation import FOREIGN, ROWS
from nano.foreign import TESTED
from nano.kept import Kept, named
from nano.report import Judged, paired
from nano.stages import bundle
from nano.stages.precision import compared

DECLINED = "I can't draw a dragon. I could draw a frog or a duck."


class Names(unittest.TestCase):
    def test_a_case_has_one_name_whatever_the_number_of_cases(self) -> None:
        for row in ("draw", "hand-written", "ask", "foreign-picture", "seeds-differ"):
            few, more = dict(named(row, 10)), dict(named(row, 30))
            self.assertEqual(len(few), 10)
            self.assertEqual(len(more), 30, f"{row}: every case has a name of its own")
            self.assertLessEqual(set(few), set(more), row)

    def test_the_foreign_pictures_are_of_every_family_in_both_languages(self) -> None:
        cases = [case for _, case in named("foreign-picture", None)]
        self.assertEqual((len(cases), ROWS["foreign-picture"][1]), (400, 400))
        shown = [(case.picture.family, case.language) for case in cases if case.picture and not case.picture.scene]
        self.assertEqual(len(shown), 200)
        self.assertEqual(set(shown), {(family, language) for family in TESTED for language in ("en", "zh")})
        self.assertGreater(sum(family == "photograph" for family, _ in shown), 50)
        self.assertEqual(set(FOREIGN), set(TESTED))


class Files(unittest.TestCase):
    def test_a_run_goes_on_behind_the_last_whole_line(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept" / "bundle.jsonl"
            kept = Kept(path)
            kept.add("draw-0000-0", [Judged("draw", "en", True), Judged("reply-language", "en", False)], "Here you are:")
            with path.open("ab") as file:
                file.write('{"name": "draw-0001-0", "rows": [["draw", "zh", true]], "said": "好'.encode()[:-1])
            again = Kept(path)
            self.assertEqual(again.known, {"draw-0000-0": [Judged("draw", "en", True), Judged("reply-language", "en", False)]})
            again.add("draw-0002-0", [Judged("draw", "zh", True)], "一\u2028行")
            self.assertEqual(list(Kept(path).known), ["draw-0000-0", "draw-0002-0"])

    def test_a_row_begun_anew_leaves_the_other_rows(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bundle.jsonl"
            kept = Kept(path)
            names = {row: named(row, 2)[1][0] for row in ("draw", "read", "edit", "seeds-differ")}
            for row, name in names.items():
                kept.add(name, [Judged(row, "en", True)], "")
            kept.forget(["read", "seeds-differ"])
            self.assertEqual(list(kept.known), [names["draw"], names["edit"]])
            self.assertEqual(list(Kept(path).known), [names["draw"], names["edit"]])

    def test_bundles_are_compared_case_by_case(self) -> None:
        self.assertEqual([round(100 * end, 1) for end in paired([True] * 99 + [False], [True] * 100)], [-3.7, 1.7])
        self.assertLess(paired([True] * 60 + [False] * 40, [True] * 100)[1], -0.25)
        with tempfile.TemporaryDirectory() as folder:
            q8, float32 = Kept(Path(folder) / "q8.jsonl"), Kept(Path(folder) / "float32.jsonl")
            names = [f"draw-{i:04}" for i in range(300)]
            for i, name in enumerate(names):
                float32.add(name, [Judged("draw", "en", i % 10 > 0)], "")
                if i < 290:
                    q8.add(name, [Judged("draw", "en", i % 10 > 0 and i > 50)], "")
            row = compared("q8", q8, float32, names)
            self.assertEqual((row["count"], row["float32"], row["right"], row["kept"]), (290, 261, 216, None))
            for name in names[290:]:
                q8.add(name, [Judged("draw", "en", False)], "")
            self.assertIs(compared("q8", q8, float32, names)["kept"], False)
            self.assertTrue(compared("float32", float32, float32, names)["kept"])

    def test_a_row_is_judged_in_an_empty_folder_and_goes_on_and_a_loop_is_wrong(self) -> None:
        asked: list[int] = []

        def answers(arguments: list[str], lines: list[str], expected: int) -> Iterator[dict]:
            asked.append(expected)
            yield from ({"ok": True, "text": DECLINED if i % 2 else "a dog a dog a dog a dog"} for i in range(expected))

        with tempfile.TemporaryDirectory() as empty, mock.patch.object(bundle, "terminal", answers):
            folder = Path(empty) / "bundle-evaluation"
            for count in (4, 6, 6):
                kept = Kept(folder / "bundle.jsonl")
                bundle.judge("", {"draw": named("draw", count)}, kept, folder, time.time() + 60)
            self.assertEqual(asked, [4, 2], "what was judged is not asked again")
            self.assertEqual([rows[0].right for rows in kept.known.values()], [False] * 6)
            hand = [item for item in named("hand-written", None) if item[1].right(DECLINED, None)][:4]
            bundle.judge("", {"hand-written": hand}, kept, folder, time.time() + 60)
            self.assertEqual([kept.known[name][0].right for name, _ in hand], [False, True, False, True], "words are right where words are wanted, a loop never")


if __name__ == "__main__":
    unittest.main()
