"""The transformer reads before it draws: where a reply stops, which states tell a scene, and what is drawn before anything is learned."""

import random
import sys
import unittest
from pathlib import Path

import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.config import HIDDEN
from nano.language import LanguageModel, parted
from nano.pictures import Picture
from nano.readout import SceneHead, agrees
from nano.stages.language import first_read
from nano.tokens import GIVEN, MEANT, PREFILLED, Layout, Sequence, Turn
from nano.world import LABELS, labels, random_scene

LAYOUT = Layout(Tokenizer.from_file(str(Path(__file__).resolve().parents[2] / "public/models/nano/tokenizer.json")))
BEFORE, AFTER = Picture(None, 1), Picture(None, 2)
EDIT = [Turn("user", "draw a dog"), Turn("assistant", "Here it is:"), Turn("user", "make it blue", BEFORE), Turn("assistant", "Here it is:", AFTER)]


def told(sequence: Sequence) -> list[int]:
    return [sequence.ids[at] for at in sequence.telling()]


class Reading(unittest.TestCase):
    def test_a_scene_is_told_where_its_picture_ended_and_where_one_begins(self) -> None:
        whole = LAYOUT.build(EDIT)
        self.assertEqual(told(whole), [LAYOUT.eoi, LAYOUT.boi])

    def test_what_would_be_drawn_is_left_out(self) -> None:
        whole = LAYOUT.build(EDIT)
        read = whole.before_drawing()
        self.assertEqual([how for _, _, how in whole.pictures], [GIVEN, PREFILLED])
        self.assertEqual([(picture, how) for _, picture, how in read.pictures], [(BEFORE, GIVEN), (AFTER, MEANT)])
        self.assertEqual((read.ids, read.labels), (whole.ids[: len(read.ids)], whole.labels[: len(read.ids)]))
        self.assertEqual(told(read), told(whole))
        self.assertEqual(read.labels[-1], LAYOUT.boi)

    def test_a_reply_in_words_is_read_whole(self) -> None:
        answer = LAYOUT.build([Turn("user", "what is it?", BEFORE), Turn("assistant", "A dog.")])
        self.assertEqual(answer.before_drawing(), answer)

    def test_the_request_is_read_alone_and_with_the_picture_it_is_about(self) -> None:
        self.assertEqual(first_read(LAYOUT, EDIT, "edit"), LAYOUT.build(EDIT[-2:]).before_drawing())
        self.assertEqual([how for _, _, how in first_read(LAYOUT, EDIT, "draw").pictures], [MEANT])

    @torch.no_grad()
    def test_states_of_a_batch_are_those_of_each_conversation(self) -> None:
        torch.manual_seed(0)
        model, embeddings = LanguageModel(LAYOUT.size).eval(), {p: torch.randn(81, HIDDEN) for p in (BEFORE, AFTER)}
        for layer in model.model.layers:
            torch.nn.init.normal_(layer.mlp.down_proj.weight, std=0.05)
        conversations = [EDIT, EDIT[:2], EDIT[2:], [Turn("user", "hi"), Turn("assistant", "Hello.")], [Turn("user", "a cat"), Turn("assistant", "Here:", AFTER)]]
        parts = parted([LAYOUT.build(c).before_drawing() for c in conversations])
        _, _, states = model.hidden_of(parts, embeddings)
        alone = []
        for sequence in [s for part in parts for s in part]:
            inputs, positions, _, _ = model.batch([sequence], embeddings)
            alone.append(model.states(inputs, positions)[0][0, sequence.telling()])
        self.assertLess((states - torch.cat(alone)).abs().max().item(), 1e-4)

    @torch.no_grad()
    def test_what_is_drawn_at_first_is_what_any_picture_looks_like(self) -> None:
        torch.manual_seed(0)
        model, means = LanguageModel(LAYOUT.size).eval(), torch.randn(81, HIDDEN)
        model.expect(means)
        sequence = LAYOUT.build([Turn("user", "a cat"), Turn("assistant", "Here:", AFTER)])
        inputs, positions, wanted, _ = model.batch([sequence], {AFTER: means})
        drawn = model.vision_head(model.hidden(inputs, positions))[:, :-1][wanted[:, 1:] == LAYOUT.image]
        # the first is predicted by BOI, which knows nothing yet
        self.assertLess((drawn - means)[1:].square().mean().item(), 0.05)

    def test_a_scene_head_learns_what_it_is_told(self) -> None:
        torch.manual_seed(0)
        rng, head, states = random.Random(1), SceneHead(), torch.randn(4, HIDDEN)
        truth = torch.tensor([labels(random_scene(rng)) for _ in states])
        optimizer = torch.optim.Adam(head.parameters(), 3e-3)
        for _ in range(80):
            optimizer.zero_grad()
            head.loss(states, truth).backward()
            optimizer.step()
        self.assertEqual(head.read(states).shape, (4, LABELS))
        self.assertTrue(agrees(head.read(states), truth).all())
        self.assertTrue(head.right(states, truth).all())


if __name__ == "__main__":
    unittest.main()
