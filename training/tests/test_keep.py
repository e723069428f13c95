"""The state that is kept: what goes on from it is where it was, and nothing of another encoder stays beside it."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import road
from nano.predictor import DRAWS_FROM
from nano.stages import keep


def _weights(*names: str) -> dict[str, torch.Tensor]:
    return {name: torch.linspace(-1, 1, 12).reshape(3, 4) for name in names}


def _trained(state: Path, stage: str, step: int) -> None:
    torch.save({"model": _weights("a.weight"), "average": _weights("a.weight"), "optimizers": [_weights("b")], "step": step}, state / f"{stage}.pt")
    (state / "curves").mkdir(exist_ok=True)
    (state / "curves" / f"{stage}.jsonl").write_text(f'{{"step": {step}}}\n')


def _frozen(state: Path) -> None:
    torch.save({"encoder": _weights("c.weight"), "guess": _weights("table.weight")}, state / "frozen.pt")


class Keep(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state, self.kept, self.other = (Path(folder.name) / name for name in ("state", "kept", "other"))
        self.state.mkdir()

    def _files(self) -> set[str]:
        return {file.relative_to(self.kept).as_posix() for file in self.kept.rglob("*") if file.is_file()}

    def test_an_encoder_under_way_goes_on_where_it_was(self) -> None:
        _trained(self.state, "encoder", 1234)
        keep.run(self.state, 1, self.kept)
        keep.resume(self.other, self.kept)
        data = torch.load(self.other / "encoder.pt")
        self.assertEqual(data["step"], 1234)
        for weights in (data["model"], data["average"]):
            torch.testing.assert_close(weights, _weights("a.weight"), atol=1e-3, rtol=0)
        self.assertEqual(road.step_of(self.other, "encoder"), 1234)

    def test_what_the_state_lacks_does_not_stay(self) -> None:
        for stage in ("encoder", "decoders"):
            _trained(self.state, stage, 10)
        keep.run(self.state, 1, self.kept)
        (self.state / "decoders.pt").unlink()
        (self.state / "curves" / "decoders.jsonl").unlink()
        _frozen(self.state)
        keep.run(self.state, 1, self.kept)
        self.assertEqual(self._files(), {"frozen.safetensors", "curves/encoder.jsonl"})

    def test_the_guess_serves_until_a_transformer_draws(self) -> None:
        _frozen(self.state)
        for step, guess in ((None, True), (1, True), (DRAWS_FROM, False)):
            if step:
                _trained(self.state, "language", step)
            keep.run(self.state, 1, self.kept)
            resumed = self.other / str(step)
            keep.resume(resumed, self.kept)
            self.assertEqual("guess" in torch.load(resumed / "frozen.pt"), guess)

    def test_a_state_that_is_there_is_left_alone(self) -> None:
        _trained(self.state, "encoder", 7)
        keep.run(self.state, 1, self.kept)
        before = (self.state / "encoder.pt").read_bytes()
        with self.assertRaisesRegex(SystemExit, "nothing was changed"):
            keep.resume(self.state, self.kept)
        self.assertEqual((self.state / "encoder.pt").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
