"""The checker reads renderings, tolerates what a codec does to them, and is not fooled by blends."""

import os
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import cells, checker, renderer
from nano.stages.checker import PROMISED, scenes, summed, verdicts
from nano.world import Scene, Thing, arranged

STATE = os.environ.get("NANO_STATE")


def scene(*things: Thing, place: str = "meadow", time: str = "day", **more: str) -> Scene:
    return arranged(Scene(place, time, **more), [(t, t.kind in ("bird", "sun", "moon", "balloon"), None) for t in things])


@unittest.skipUnless(STATE, "NANO_STATE names the folder with the icons")
class Checker(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        renderer.load_icons(Path(STATE))

    def reads(self, wanted: Scene, picture: np.ndarray) -> bool:
        return checker.alike(checker.read(picture), wanted)

    def test_it_reads_renderings(self) -> None:
        for i, wanted in enumerate((
            scene(Thing.of("car", "blue"), Thing.of("dog", worn="hat"), place="beach"), scene(Thing.of("sign", text="42"), Thing.of("balloon", "green"), place="city"),
            scene(*[Thing.of("cow")] * 4, place="snow"),
        )):
            with self.subTest(i):
                self.assertTrue(self.reads(wanted, renderer.render(wanted, 5 + i)))

    def test_dark_glasses_on_a_light_face_and_thin_lines_are_found(self) -> None:
        for wanted, seed in (
            (scene(Thing.of("cat", "yellow", worn="sunglasses"), place="beach"), 777001), (scene(Thing.of("pig", "yellow", worn="sunglasses"), *[Thing.of("robot")] * 3), 5),
            (scene(Thing.of("flower"), Thing.of("ball", "pink"), Thing.of("cactus", size="small"), place="room", weather="snowfall", style="sketch"), 777026),
            (scene(Thing.of("moon"), Thing.of("moon"), time="sunset", weather="fog", style="sketch"), 23),
        ):
            with self.subTest(wanted.things[0].kind):
                self.assertTrue(self.reads(wanted, renderer.render(wanted, seed)))

    def test_a_coarser_picture_is_still_read(self) -> None:
        wanted = scene(Thing.of("frog"), Thing.of("gift"), place="city")
        picture = renderer.render(wanted, 3).astype(np.float32)
        soft = picture.reshape(96, 2, 96, 2, 3).mean((1, 3)).repeat(2, 0).repeat(2, 1)
        self.assertTrue(self.reads(wanted, np.rint(soft).astype(np.uint8)))

    def test_a_bare_place_holds_nothing_and_a_blend_is_neither(self) -> None:
        self.assertEqual(checker.read(renderer.render(Scene("desert"), 2)).things, [])
        one, two = scene(Thing.of("bear")), scene(Thing.of("bus", "green"))
        blend = ((renderer.render(one, 1).astype(int) + renderer.render(two, 1)) // 2).astype(np.uint8)
        self.assertFalse(self.reads(one, blend) or self.reads(two, blend))

    def test_unseen_compositions_are_read_and_do_not_pass_for_others(self) -> None:
        told = [verdicts("renderings", renderer.render(asked[0], asked[3]), asked) for asked in scenes(12)]
        self.assertEqual([one["wanted"] + " was read as " + one["read"] for one in told if not one["renderings"]], [])
        self.assertFalse(any(one["another-scene"] or one["one-edit-away"] for one in told))

    def test_noise_passes_for_nothing(self) -> None:
        noise = np.random.default_rng(7).integers(0, 256, (192, 192, 3)).astype(np.uint8)
        self.assertFalse(any(self.reads(asked[0], noise) for asked in scenes(10)))


class Trust(unittest.TestCase):
    def test_shares_are_told_with_intervals_and_what_was_promised(self) -> None:
        read = [{"of": "renderings", "number": i, "renderings": i != 3, "another-scene": False, "one-edit-away": i == 5} for i in range(100)]
        rows = {row["name"]: row for row in summed([*read, {"of": "cells", "number": 0, "drawn-cells": [True] * 5 + [False]}])}
        self.assertEqual((rows["renderings"]["value"], rows["renderings"]["count"], rows["renderings"]["kept"]), (99, 100, True))
        self.assertEqual((rows["one-edit-away"]["value"], rows["one-edit-away"]["kept"]), (1, True))
        self.assertEqual((rows["drawn-cells"]["count"], rows["drawn-cells"]["kept"]), (6, False))
        self.assertNotIn("coded", rows)
        self.assertLessEqual(set(rows), set(PROMISED))


class Cells(unittest.TestCase):
    def test_a_cell_agrees_where_a_person_and_the_checker_see_the_same(self) -> None:
        seen = scene(Thing.of("car"), Thing.of("dog", "white"))
        self.assertEqual(cells.agreement(["car", "-", "white dog", "-", "-", "-"], seen), [True] * 6)
        self.assertEqual(cells.agreement(["blue car", "?", "dog", "-", "sun", "-"], seen), [False, True, False, True, False, True])
        self.assertEqual(cells.agreement(["?", "cat", "cat", "-", "-", "-"], seen), [False, False, False, True, True, True])

    def test_a_sheet_is_cut_into_what_it_was_joined_of(self) -> None:
        shown = [np.full((192, 192, 3), value, np.uint8) for value in range(8)]
        self.assertEqual([int(picture[0, 0, 0]) for picture in cells.cut(cells.joined(shown))], [*range(8), 0, 0, 0, 0])


if __name__ == "__main__":
    unittest.main()
