"""What is said decides what is drawn: words resolve to their scene, answers are in the language of the words, refusals name what was asked."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano import conversations, describe, moods, outside, report, talk
from nano import words as w
from nano.edits import Edit
from nano.evaluation import ROWS, TALKS, Case, story_talks, twelve_turns
from nano.handwritten import accepts, prompts
from nano.instructions import instruction, refer
from nano.kinds import KIND_NAMES
from nano.noise import spoken
from nano.pictures import Picture, random_chain
from nano.questions import question
from nano.stages.language import MIX
from nano.world import Scene, Thing, arranged, random_scene

CAR, DOG = Thing.of("car"), Thing.of("dog")


class Descriptions(unittest.TestCase):
    def test_what_is_said_resolves_to_the_scene(self) -> None:
        rng = random.Random(1)
        for _ in range(1500):
            scene = random_scene(rng)
            self.assertEqual(describe.resolve(describe.spec_of(rng, scene)), scene)

    def test_unsaid_place_and_hour_are_the_documented_ones(self) -> None:
        def seen(kind: str) -> Scene:
            return describe.resolve(describe.Spec((describe.Group(Thing.of(kind), 1, kind == "moon"),)))

        self.assertEqual((seen("boat").place, seen("dog").place, seen("cactus").place), ("sea", "meadow", "desert"))
        self.assertEqual((seen("moon").time, seen("dog").time), ("night", "day"))

    def test_a_group_is_counted_in_both_languages(self) -> None:
        self.assertEqual(describe.counted(None, CAR, 2, "en"), "two red cars")
        self.assertEqual(describe.counted(None, CAR, 2, "zh"), "两辆红色的汽车")
        self.assertEqual(describe.counted(None, Thing.of("apple", "green"), 1, "en"), "a green apple")

    def test_a_caption_names_every_thing(self) -> None:
        rng = random.Random(2)
        for _ in range(200):
            scene = random_scene(rng)
            for language in w.LANGUAGES:
                text = describe.caption(scene, language).lower()
                for thing in scene.things:
                    names = [n for pair in w.NOUNS[thing.kind].en for n in pair] if language == "en" else w.NOUNS[thing.kind].zh
                    self.assertTrue(any(n in text for n in names), (text, thing))

    def test_every_kind_has_words(self) -> None:
        self.assertEqual(set(w.NOUNS), set(KIND_NAMES))

    def test_moods_stand_for_one_scene_each(self) -> None:
        said = [text for en, zh, _ in moods.MOODS for text in (*en, *zh)]
        self.assertEqual(len(said), len(set(said)))
        for _, _, spec in moods.MOODS:
            self.assertLessEqual(len(describe.resolve(spec).things), 4)


class Instructions(unittest.TestCase):
    def test_one_of_two_alike_is_singled_out(self) -> None:
        rng, scene = random.Random(3), arranged(Scene(), [(DOG, False, None), (DOG, False, None)])
        for _ in range(60):
            text = refer(rng, scene, (0,), "en")
            self.assertTrue(any(x in text for x in ("left", "first")), text)
            self.assertIn("左" if "左" in (said := refer(rng, scene, (0,), "zh")) else "第一", said)

    def test_both_of_two_are_named_together(self) -> None:
        rng, scene = random.Random(4), arranged(Scene(), [(DOG, False, None), (DOG, False, None)])
        text = instruction(rng, scene, Edit("recolour", (0, 1), value="blue"), "en")
        self.assertRegex(text, r"(dogs|puppies|doggies|pups)")


class Answers(unittest.TestCase):
    def test_replies_are_in_the_language_of_the_words(self) -> None:
        rng = random.Random(5)
        for kind in MIX:
            for _ in range(60):
                turns = conversations.conversation(rng, kind)
                self.assertEqual([t.role for t in turns], ["user", "assistant"] * (len(turns) // 2))
                if turns[-2].words not in (w.DESCRIBE, "?", "??", "...", "!", "!!!") and len(turns[-2].words) > 12:
                    self.assertEqual(w.language_of(turns[-2].words), w.language_of(turns[-1].words), turns)

    def test_mixed_words_are_of_the_language_of_most_of_them(self) -> None:
        rng, mixed = random.Random(12), 0
        for i in range(3000):
            language = w.LANGUAGES[i % 2]
            text = conversations.draw_words(rng, random_scene(rng), language)
            if any("\u4e00" <= c <= "\u9fff" for c in text) and any(c.isascii() and c.islower() for c in text):
                mixed += 1
                self.assertEqual(w.language_of(text), language, text)
        self.assertGreater(mixed, 10)

    def test_only_the_last_turn_carries_a_picture(self) -> None:
        rng = random.Random(6)
        for _ in range(300):
            turns = conversations.conversation(rng, rng.choice(("draw", "edit", "ask")))
            self.assertTrue(all(t.picture is None for t in turns[:-2]))
            self.assertLessEqual(len(turns), 2 * conversations.CONTEXT_TURNS + 2)

    def test_a_refusal_names_what_was_asked_and_two_things_near(self) -> None:
        self.assertEqual(talk.cannot("a dragon", ("frog", "robot"), "en"), "I can't draw a dragon. I could draw a frog or a robot.")
        self.assertEqual(talk.cannot("龙", ("frog", "robot"), "zh"), "我不会画龙。我可以画一只青蛙或一个机器人。")

    def test_nothing_of_the_world_is_refused(self) -> None:
        for language in w.LANGUAGES:
            refused = {noun for noun, _ in outside.common(language)}
            self.assertFalse(refused & outside.known(language), refused & outside.known(language))

    def test_questions_are_answered_from_the_scene(self) -> None:
        rng, scene = random.Random(7), arranged(Scene("beach", "night"), [(Thing.of("car", "blue"), False, None), (DOG, False, None), (DOG, False, None)])
        self.assertEqual(question(rng, scene, "en", "colour")[1], "The car is blue.")
        self.assertEqual(question(rng, scene, "en", "where")[1], "The car is on the left.")
        self.assertEqual(question(rng, scene, "en", "total")[1], "Three.")
        self.assertEqual(question(rng, scene, "en", "time")[1], "It is night.")
        board = arranged(Scene(), [(Thing.of("board", text="7-2="), False, None)])
        self.assertEqual(question(rng, board, "zh", "sum")[1], "5。")

    def test_words_may_name_which_picture_they_are_about(self) -> None:
        rng, night = random.Random(9), Edit("time", value="night")
        named = {conversations._pointed(rng, "make it night", "en", True) for _ in range(200)}
        self.assertIn("make the second picture night", named)
        self.assertTrue(all("make it" not in text for text in named))
        self.assertEqual({conversations._pointed(rng, "is there a cat?", "en")[-1] for _ in range(20)}, {"?"})
        self.assertTrue(all("把第" in t or "张" in t or "幅" in t for t in (conversations._pointed(rng, instruction(rng, Scene(), night, "zh"), "zh", True) for _ in range(50))))
        turns = [conversations.ask(rng, Picture(random_scene(rng)), language)[0].words for language in w.LANGUAGES for _ in range(300)]
        self.assertGreater(sum("picture" in t.lower() and any(o in t.lower() for o in ("second", "third")) for t in turns), 0)

    def test_an_instruction_about_it_follows_the_turn_before(self) -> None:
        rng = random.Random(8)
        for language in w.LANGUAGES:
            turns = conversations.follow_up(rng, language)
            self.assertEqual(len(turns), 4)
            self.assertIsInstance(turns[2].picture, Picture)


class Conversations(unittest.TestCase):
    def test_twelve_turns_each_want_a_picture_or_an_answer(self) -> None:
        for seed in range(12):
            turns = twelve_turns(random.Random(seed), w.LANGUAGES[seed % 2])
            self.assertEqual(len(turns), 12)
            self.assertIsNotNone(turns[0].scene)
            self.assertTrue(all((t.scene is None) != (t.answer is None) for t in turns))

    def test_every_row_has_half_of_its_cases_in_chinese(self) -> None:
        for row, (make, _) in ROWS.items():
            if row in ("hand-written", "unchanged-region", "foreign-picture"):  # these draw their pictures at once
                continue
            cases = list(make(8))
            self.assertEqual([c.language for c in cases], ["en", "zh"] * 4, row)
        self.assertEqual({*ROWS, *TALKS, "reply-language"}, set(report.PROMISED))

    def test_a_story_is_three_edits_of_one_picture(self) -> None:
        for told in story_talks(6):
            self.assertEqual(len(told.turns), 3)
            self.assertTrue(all(turn.scene for turn in told.turns))
            self.assertEqual([j.right for j in told.judged([True, False, True])], [False])

    def test_a_reply_that_is_no_sentence_is_wrong_in_every_row(self) -> None:
        case = Case("when-to-draw", "en", "hello", None, lambda words, picture: True, also=(("reply-language", lambda words, picture: True),))
        self.assertEqual([j.right for j in case.judged("Sorry, a dog and a blue balloon on the beach by day", None)], [False, False])
        self.assertEqual([j.right for j in case.judged("You are welcome!", None)], [True, True])
        self.assertEqual([j.right for j in case.judged("You are welcome!", None, good=False)], [False, False])


class Typing(unittest.TestCase):
    def test_text_on_a_sign_is_never_rewritten(self) -> None:
        rng = random.Random(9)
        self.assertTrue(all("AB" in spoken(rng, "a sign that says AB", "en", fixed=True) for _ in range(200)))

    def test_people_type_in_many_ways(self) -> None:
        rng = random.Random(10)
        said = [spoken(rng, "i'd love two dogs on the beach", "en") for _ in range(400)]
        for mark in ("I’D", "Two Dogs", "I’d", "!", "."):
            self.assertTrue(any(mark in s for s in said), mark)

    def test_texts_follow_the_seed(self) -> None:
        def texts() -> list[str]:
            rng = random.Random(11)
            return [conversations.edit_words(rng, random_chain(rng, 1), "en") or "" for _ in range(40)]

        self.assertEqual(texts(), texts())


class HandWritten(unittest.TestCase):
    def test_there_are_three_hundred_half_of_them_chinese(self) -> None:
        all_of_them = prompts()
        self.assertEqual((len(all_of_them), sum(p.language == "zh" for p in all_of_them)), (300, 150))
        self.assertEqual(len({p.words for p in all_of_them}), 300)

    def test_a_picture_is_right_when_it_has_what_was_said_and_nothing_else(self) -> None:
        beach = arranged(Scene("beach"), [(CAR, False, None)])
        self.assertTrue(accepts("red car | beach", beach))
        self.assertTrue(accepts("car", beach))
        self.assertTrue(accepts("words~car", beach))
        for wrong in ("2 car", "blue car", "car, dog", "words", "car | city", "car | beach | night", "big car", "car@left"):
            self.assertFalse(accepts(wrong, beach), wrong)
        self.assertTrue(accepts("words", None))
        self.assertFalse(accepts("car", None))
        two = arranged(Scene(), [(Thing.of("car", "blue"), False, None), (CAR, False, None)])
        self.assertTrue(accepts("red car, blue car", two))
        self.assertTrue(accepts("car*", two))
        self.assertFalse(accepts("car!red", beach))

    def test_intervals(self) -> None:
        low, high = report.interval(95, 100)
        self.assertTrue(0.88 < low < 0.9 and 0.97 < high < 0.99)


if __name__ == "__main__":
    unittest.main()
