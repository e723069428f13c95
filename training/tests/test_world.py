"""The world is decided by its data: the same scene and seed give the same bytes, edits do what they say, defaults are the documented ones."""

import hashlib
import os
import random
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import foreign, photographs, renderer
from nano.edits import SORTS, Edit, edit_of, moved
from nano.kinds import KINDS
from nano.layout import GROUND3, GROUND4, SKY3, SKY4
from nano.pictures import Picture, random_chain
from nano.world import EMPTY, MOST, Scene, Thing, arranged, colours_of, from_labels, held_out, labels, random_scene

STATE = os.environ.get("NANO_STATE")
CAR, DOG, TREE, BIRD, SUN = (Thing.of(k) for k in ("car", "dog", "tree", "bird", "sun"))


def ground(*things: Thing) -> Scene:
    return arranged(Scene(), [(t, False, None) for t in things])


class Defaults(unittest.TestCase):
    def test_one_thing_stands_in_the_middle_two_left_and_right_three_in_order(self) -> None:
        self.assertEqual(ground(CAR).placed, [(1, CAR)])
        self.assertEqual(ground(CAR, DOG).placed, [(0, CAR), (2, DOG)])
        self.assertEqual(ground(CAR, DOG, TREE).placed, [(0, CAR), (1, DOG), (2, TREE)])

    def test_four_in_a_row_have_four_columns(self) -> None:
        self.assertEqual([i for i, _ in ground(CAR, DOG, TREE, CAR).placed], list(GROUND4))

    def test_what_is_alone_in_the_sky_is_on_the_right_over_others_and_in_the_middle_over_nothing(self) -> None:
        self.assertEqual(arranged(Scene(), [(SUN, True, None)]).placed, [(SKY3[1], SUN)])
        self.assertEqual(arranged(Scene(), [(SUN, True, None), (DOG, False, None)]).placed, [(1, DOG), (SKY3[2], SUN)])

    def test_a_said_column_is_kept_and_the_others_take_what_is_free(self) -> None:
        self.assertEqual(arranged(Scene(), [(CAR, False, 2), (DOG, False, None)]).placed, [(0, DOG), (2, CAR)])

    def test_an_added_thing_moves_nothing_until_a_row_is_full(self) -> None:
        scene = ground(CAR).add(DOG, False)
        self.assertEqual(scene.placed, [(1, CAR), (2, DOG)])
        scene = scene.add(TREE, False).add(BIRD, True)
        self.assertEqual([i for i, _ in scene.placed], [0, 1, 2, SKY3[2]])
        self.assertIsNone(scene.add(CAR, False))
        self.assertEqual([i for i, _ in ground(CAR, DOG, TREE).add(CAR, False).placed], list(GROUND4))

    def test_a_colour_that_does_not_come_out_clean_is_not_offered(self) -> None:
        for kind, data in KINDS.items():
            self.assertTrue(set(data.never).isdisjoint(colours_of(kind)), kind)
            self.assertIn(data.colour, colours_of(kind))


class Scenes(unittest.TestCase):
    def test_labels_return(self) -> None:
        rng = random.Random(1)
        for _ in range(300):
            scene = random_scene(rng)
            if scene.style in ("plain", "pastel"):
                self.assertEqual(from_labels(labels(scene)), scene)

    def test_colours_are_not_read_off_a_picture_without_them(self) -> None:
        grey = from_labels(labels(arranged(Scene(style="greyscale"), [(Thing.of("car", "blue"), False, None)])))
        self.assertIsNone(grey.spots[1].colour)

    def test_a_foreign_picture_has_no_scene(self) -> None:
        self.assertIsNone(from_labels(Picture(None, 3).labels()))

    def test_held_out_scenes_stay_out(self) -> None:
        rng = random.Random(2)
        self.assertFalse(any(held_out(s) for _ in range(200) for s in random_chain(rng, 2).scenes))
        self.assertTrue(all(held_out(random_chain(rng, 1, unseen=True).scenes[0]) for _ in range(50)))

    def test_scenes_hold_one_to_four_things_and_kinds_repeat(self) -> None:
        rng, repeated = random.Random(3), 0
        for _ in range(500):
            scene = random_scene(rng)
            self.assertTrue(1 <= len(scene.things) <= MOST)
            self.assertFalse(any(scene.spots[i] for i in GROUND3) and any(scene.spots[i] for i in GROUND4))
            self.assertFalse(any(scene.spots[i] for i in SKY3) and any(scene.spots[i] for i in SKY4))
            self.assertFalse(any(KINDS[t.kind].heavenly for _, t in scene.row(False)))
            repeated += len({t.kind for t in scene.things}) < len(scene.things)
        self.assertGreater(repeated, 60)


class Edits(unittest.TestCase):
    def test_each_does_what_it_says(self) -> None:
        scene = ground(CAR, TREE)
        self.assertEqual(Edit("add", thing=DOG).apply(scene).spots[1], DOG)
        self.assertEqual(Edit("remove", (2,)).apply(scene).things, [CAR])
        self.assertEqual(Edit("recolour", (0,), value="blue").apply(scene).spots[0].colour, "blue")
        self.assertEqual(Edit("resize", (0,), value="big").apply(scene).spots[0].size, "big")
        self.assertEqual(Edit("replace", (0,), thing=DOG).apply(scene).spots[0], DOG)
        self.assertEqual(Edit("time", value="night").apply(scene).time, "night")
        self.assertEqual(Edit("wear", (1,), value="hat").apply(ground(DOG)).spots[1].worn, "hat")

    def test_moving_to_a_taken_place_swaps(self) -> None:
        self.assertEqual(moved(ground(CAR, TREE), 0, 2).placed, [(0, TREE), (2, CAR)])

    def test_what_cannot_stand_there_goes_where_it_would_be_added(self) -> None:
        after = Edit("replace", (1,), thing=SUN).apply(ground(CAR))
        self.assertEqual(after.placed, [(SKY3[1], SUN)])

    def test_every_sort_comes_up_changes_the_scene_and_leaves_something(self) -> None:
        rng, seen = random.Random(4), set()
        for _ in range(800):
            chain = random_chain(rng, 1)
            seen.add(chain.edits[0].sort)
            self.assertNotEqual(chain.scenes[0], chain.scenes[1])
            self.assertNotEqual(chain.scenes[1].spots, EMPTY)
        self.assertEqual(seen, set(SORTS))
        self.assertIsNone(edit_of(rng, ground(CAR), "undress"))


@unittest.skipUnless(STATE, "NANO_STATE names the folder with the icons")
class Rendering(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        renderer.load_icons(Path(STATE))
        photographs.load(Path(STATE))

    def test_a_scene_and_a_seed_decide_every_byte(self) -> None:
        rng = random.Random(5)
        pictures = [Picture(random_scene(rng), i) for i in range(12)] + [Picture(None, 3)]
        first = [hashlib.sha256(p.pixels().tobytes()).hexdigest() for p in pictures]
        renderer.patch.cache_clear()
        self.assertEqual(first, [hashlib.sha256(p.pixels().tobytes()).hexdigest() for p in pictures])
        self.assertEqual(len(set(first)), len(pictures))

    def test_two_seeds_differ_as_much_as_the_page_promises(self) -> None:
        rng = random.Random(6)
        for _ in range(12):
            scene = random_scene(rng)
            if scene.style != "plain" or scene.weather == "fog":
                continue
            apart = np.square(renderer.render(scene, 1).astype(float) - renderer.render(scene, 2)).mean()
            self.assertLess(-10 * np.log10(apart / 255**2), 28, scene)

    def test_every_family_of_foreign_pictures_is_a_picture(self) -> None:
        for number in range(60):
            self.assertEqual(foreign.random_foreign(random.Random(number)).shape, (192, 192, 3))
        for family in foreign.TESTED:
            for number in range(4):
                picture = Picture(None, number, family)
                self.assertEqual((picture.pixels().shape, picture.pixels().dtype), ((192, 192, 3), np.uint8), family)
                self.assertTrue((picture.pixels() == picture.pixels()).all(), "the seed decides it")

    def test_no_photograph_is_both_in_training_and_in_the_suite(self) -> None:
        self.assertTrue(set(photographs.TRAINED).isdisjoint({*photographs.TESTED, *photographs.DRAWN}))
        known = {name for files in photographs.IN_WHEELS.values() for name in files}
        self.assertLessEqual(known, {*photographs.TRAINED, *photographs.TESTED, *photographs.DRAWN})
        shown = {photographs.whole(name).tobytes() for name in (*photographs.TRAINED, *photographs.TESTED, *photographs.DRAWN)}
        self.assertEqual(len(shown), 26)


if __name__ == "__main__":
    unittest.main()
