"""nano's tokenizer (byte-level BPE in the shape of Qwen2's) and the token layout of a conversation."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from . import corpus
from .pictures import Picture
from .vision import MERGED, TOKENS

VOCABULARY = 4096
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
# Qwen2's pre-tokenizer pattern
PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
# image inputs; of a picture that is meant, only BOI stands there
GIVEN, PREFILLED, MEANT = "given", "prefilled", "meant"


def make_tokenizer(state: Path) -> Tokenizer:
    """Trains the tokenizer on sampled texts once; afterwards reads it."""
    path = state / "tokenizer.json"
    if path.exists():
        return Tokenizer.from_file(str(path))
    texts = [SYSTEM, "user", "assistant", *corpus.texts(random.Random(23), 30000)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - len(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), min_frequency=20, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.save(str(path))
    return tokenizer


@dataclass
class Turn:
    """A user's or the assistant's turn: words, with a picture before (user) or after them (assistant)."""

    role: str
    words: str
    picture: Picture | None = None
    space: bool = True  # between a given picture and the words


@dataclass
class Sequence:
    """Token ids with positions [3][S], labels, and where pictures lie: (start, picture, given, prefilled or meant)."""

    ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    positions: list[tuple[int, int, int]] = field(default_factory=list)
    pictures: list[tuple[int, Picture, str]] = field(default_factory=list)
    next: int = 0

    def before_drawing(self) -> Sequence:
        """Up to and with BOI, where the reply draws: its picture is meant."""
        at = next((start for start, _, how in self.pictures if how == PREFILLED), len(self.ids))
        pictures = [(start, picture, MEANT if how == PREFILLED else how) for start, picture, how in self.pictures]
        return Sequence(self.ids[:at], self.labels[:at], self.positions[:at], pictures, self.positions[at - 1][0] + 1)

    def telling(self) -> list[int]:
        """Of every picture the token whose state has to tell its scene: BOI before one that is drawn, EOI behind one that is given."""
        return [start + TOKENS if how == GIVEN else start - 1 for start, _, how in self.pictures]


class Layout:
    """Turns conversations into sequences as the app feeds them."""

    def __init__(self, tokenizer: Tokenizer, side: int = MERGED) -> None:
        self.tokenizer, self.side = tokenizer, side
        self.boi, self.eoi, self.image, self.end = (tokenizer.token_to_id(t) for t in ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|im_end|>"))
        self.start = tokenizer.token_to_id("<|im_start|>")
        self.size = tokenizer.get_vocab_size()

    def text(self, s: Sequence, text: str, trained: bool) -> None:
        for token in self.tokenizer.encode(text).ids:
            self.token(s, token, trained)

    def token(self, s: Sequence, token: int, trained: bool) -> None:
        s.ids.append(token)
        s.labels.append(token if trained else -100)
        s.positions.append((s.next,) * 3)
        s.next += 1

    def pixels(self, s: Sequence, picture: Picture, how: str) -> None:
        """9 x 9 image positions, or `side` squared; a prefilled picture is a target."""
        s.pictures.append((len(s.ids), picture, how))
        for i in range(self.side**2):
            s.ids.append(self.image)
            s.labels.append(self.image if how == PREFILLED else -100)
            s.positions.append((s.next, s.next + i // self.side, s.next + i % self.side))
        s.next += self.side

    def build(self, turns: list[Turn], open_reply: bool = False) -> Sequence:
        """Only the last two turns carry pictures: the one the words are about before the user's words, the reply's prefilled.

        Of the turns before, words alone are kept, and only the last reply is trained.
        """
        s = Sequence()
        self.text(s, SYSTEM, False)
        for index, turn in enumerate(turns):
            last = index == len(turns) - 1
            self.text(s, f"<|im_start|>{turn.role}\n", False)
            if turn.role == "user":
                if turn.picture:
                    self.token(s, self.boi, False)
                    self.pixels(s, turn.picture, GIVEN)
                    self.token(s, self.eoi, False)
                self.text(s, (" " if turn.picture and turn.space else "") + turn.words + "<|im_end|>\n", False)
                continue
            self.text(s, turn.words + (" " if turn.picture else ""), last)
            if turn.picture:
                self.token(s, self.boi, True)
                self.pixels(s, turn.picture, PREFILLED)
                self.token(s, self.eoi, False)
            self.token(s, self.end, last)
            if not last:
                self.text(s, "\n", False)
        if open_reply:
            self.text(s, "<|im_start|>assistant\n", False)
        return s


CHAT_TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' or 'image' in part or 'image_url' in part %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """tokenizer.json, tokenizer_config.json, vocab.json and merges.txt."""
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer.model.save(str(folder))
    added = {str(tokenizer.token_to_id(t)): {"content": t, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True} for t in SPECIAL}
    config = {
        "add_bos_token": False, "add_prefix_space": False, "added_tokens_decoder": added, "additional_special_tokens": SPECIAL[1:], "bos_token": None,
        "chat_template": CHAT_TEMPLATE, "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace", "model_max_length": 2048,
        "pad_token": "<|endoftext|>", "split_special_tokens": False, "tokenizer_class": "Qwen2Tokenizer", "unk_token": None,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False))
