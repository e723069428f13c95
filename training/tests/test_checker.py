"""The checker reads renderings, tolerates what a codec does to them, and is not fooled by blends."""

import os
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import checker, renderer
from nano.world import Scene, Thing, arranged

STATE = os.environ.get("NANO_STATE")


def scene(*things: Thing, place: str = "meadow", time: str = "day", **more: str) -> Scene:
    return arranged(Scene(place, time, **more), [(t, t.kind in ("bird", "sun", "balloon"), None) for t in things])


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


if __name__ == "__main__":
    unittest.main()
