"""What nano may say: everything that training says, and nothing that is broken."""

from __future__ import annotations

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.conversations import conversation
from nano.sentences import sensible
from nano.stages.language import MIX
from nano.words import DRAWN


class Sentences(unittest.TestCase):
    def test_every_reply_of_training_is_one(self) -> None:
        rng = random.Random(5)
        for kind in MIX:
            for _ in range(400):
                reply = conversation(rng, kind)[-1]
                self.assertTrue(sensible(reply.words, reply.picture is not None), f"{kind}: {reply.words}")

    def test_a_broken_reply_is_none(self) -> None:
        for words in (
            "", "Sorry, a dog and a blue balloon on the beach by day", "A dog a dog a dog in a meadow by day.", "A dog and a dog and a dog and a dog and a dog in a meadow by day.", "A red car on the",
            "I can't draw a dragon. I could draw a frog.", "I can't draw a dragon. I could draw a dragon or a dragon.", "There is no in the picture.", "The dog is is brown.", "Here is the image:", "Yes. Yes.",
            "草地上，白天，有", "草地上，白天，有一只狗一只狗。", "我不会画龙。我可以画龙或龙。", "图里没有。", "You are welcome! You are welcome!", DRAWN["en"],
        ):
            self.assertFalse(sensible(words, False), words)
        self.assertFalse(sensible("A dog in a meadow by day.", True))
        self.assertFalse(sensible(DRAWN["en"] + " " + DRAWN["en"], True))
        self.assertTrue(sensible(DRAWN["zh"] + " ", True))


if __name__ == "__main__":
    unittest.main()
