"""The world is decided by its data: the same scene gives the same bytes, the same seed the same texts, edits do what they say."""

import hashlib
import os
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import conversations, grammar, polish, renderer  # noqa: E402
from nano.stages.embeddings import random_chain  # noqa: E402
from nano.world import Edit, Scene, Thing, from_labels, held_out, labels, random_scene  # noqa: E402

STATE = os.environ.get("NANO_STATE")


class World(unittest.TestCase):
    def test_labels_return(self) -> None:
        rng = random.Random(1)
        for _ in range(200):
            scene = random_scene(rng)
            self.assertEqual(from_labels(labels(scene)), scene)

    def test_held_out_scenes_stay_out(self) -> None:
        rng = random.Random(2)
        self.assertFalse(any(held_out(s) for _ in range(200) for s in random_chain(rng)[0]))
        self.assertTrue(all(held_out(random_chain(rng, True)[0][0]) for _ in range(50)))

    def test_edits(self) -> None:
        car, tree = Thing.of("car"), Thing.of("tree")
        scene = Scene("beach", False, (car, None, tree))
        self.assertEqual(Edit("add", thing=Thing.of("dog")).apply(scene).cells[1], Thing.of("dog"))
        self.assertEqual(Edit("remove", thing=tree).apply(scene).cells, (car, None, None))
        self.assertEqual(Edit("recolour", thing=car, other=Thing.of("car", "blue")).apply(scene).cells[0].colour, "blue")
        self.assertTrue(Edit("time", night=True).apply(scene).night)

    def test_texts_follow_the_seed(self) -> None:
        def texts() -> list[str]:
            rng = random.Random(3)
            return [grammar.ask_to_draw(rng, random_scene(rng), rng.choice(("en", "zh"))) for _ in range(50)]

        self.assertEqual(texts(), texts())

    def test_a_polished_description_is_a_whole_scene_that_has_what_was_asked(self) -> None:
        rng = random.Random(5)
        for language in ("en", "zh"):
            for _ in range(100):
                scene = random_scene(rng)
                asked, answer = polish.polish(rng, scene, language)
                if answer == grammar.SORRY[language]:
                    continue
                self.assertEqual(polish.scene_of(answer, language), scene)
                for place in (p for p in grammar.PLACE_EN if p != scene.place):
                    self.assertNotIn(grammar.PLACE_EN[place][0], asked)
        self.assertIsNone(polish.scene_of(grammar.SORRY["en"], "en"))

    def test_an_instruction_of_two_edits_draws_what_both_make(self) -> None:
        rng = random.Random(6)
        for _ in range(200):
            chain = random_chain(rng)
            asked, answer = conversations.edit_twice(rng, chain, 0, "en", True)
            index, place = answer.picture
            self.assertNotEqual(chain[0][place], chain[0][0])
            self.assertIn(place, (1, 2))

    def test_long_conversations_end_in_an_answer(self) -> None:
        rng = random.Random(7)
        for _ in range(200):
            turns = conversations.long(rng, [(i, random_chain(rng)) for i in range(7)], "zh")
            self.assertEqual([t.role for t in turns], ["user", "assistant"] * (len(turns) // 2))
            self.assertLessEqual(len(turns), 2 * conversations.LONGEST)

    @unittest.skipUnless(STATE, "NANO_STATE names the folder with the icons")
    def test_renderer_is_deterministic(self) -> None:
        renderer.load_icons(Path(STATE))
        rng = random.Random(4)
        scenes = [random_scene(rng) for _ in range(20)]
        first = [hashlib.sha256(renderer.render(s).tobytes()).hexdigest() for s in scenes]
        renderer.sprite.cache_clear()
        renderer.background.cache_clear()
        self.assertEqual(first, [hashlib.sha256(renderer.render(s).tobytes()).hexdigest() for s in scenes])
        self.assertEqual(len(set(first)), len(set(scenes)))


if __name__ == "__main__":
    unittest.main()
