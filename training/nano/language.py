"""The transformer with vision projector and prefill rows, by the published tensor names (`visual.` apart)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .conditioning import QwenLayer, multimodal_rotary
from .config import HIDDEN, LANGUAGE
from .pictures import Picture
from .tokens import GIVEN, MEANT, PREFILLED, Layout, Sequence
from .vision import TOKENS, RMSNorm

# the layer behind which the scene head reads: the layers above it turn the scene into embeddings and words
SCENE_LAYER = 4
LAYER = {
    "hidden": HIDDEN, "heads": LANGUAGE["num_attention_heads"], "kvHeads": LANGUAGE["num_key_value_heads"],
    "headDim": HIDDEN // LANGUAGE["num_attention_heads"], "intermediate": LANGUAGE["intermediate_size"], "eps": LANGUAGE["rms_norm_eps"],
}


def padded(sequences: list[Sequence]) -> tuple[Tensor, Tensor, Tensor]:
    """ids [batch, S], labels [batch, S] and positions [batch, 3, S], padded on the right."""
    length = max(len(s.ids) for s in sequences)
    ids = torch.tensor([s.ids + [0] * (length - len(s.ids)) for s in sequences])
    labels = torch.tensor([s.labels + [-100] * (length - len(s.ids)) for s in sequences])
    positions = torch.tensor([s.positions + [(0, 0, 0)] * (length - len(s.ids)) for s in sequences]).transpose(1, 2)
    return ids, labels, positions


def parted(sequences: list[Sequence]) -> list[list[Sequence]]:
    """Shorter and longer ones, of two or more each, so that padding costs least."""
    ordered = sorted(sequences, key=lambda s: len(s.ids))
    lengths = [len(s.ids) for s in ordered]
    short = min(range(2, len(ordered) - 1), key=lambda k: k * lengths[k - 1] + (len(ordered) - k) * lengths[-1])
    return [ordered[:short], ordered[short:]]


class Decoder(nn.Module):
    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, HIDDEN)
        self.layers = nn.ModuleList(QwenLayer(LAYER, causal=True) for _ in range(LANGUAGE["num_hidden_layers"]))
        self.norm = RMSNorm(HIDDEN)


class LanguageModel(nn.Module):
    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.model = Decoder(vocabulary)
        self.lm_head, self.vision_head = nn.Linear(HIDDEN, vocabulary, bias=False), nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.image_prefill_embeds = nn.Embedding(TOKENS, HIDDEN)
        for module in self.modules():
            if isinstance(module, nn.Embedding | nn.Linear):
                nn.init.normal_(module.weight, std=0.5 if isinstance(module, nn.Embedding) else 0.05)
        for layer in self.model.layers:  # a layer adds nothing until it has learned what to add
            nn.init.zeros_(layer.self_attn.o_proj.weight)
            nn.init.zeros_(layer.mlp.down_proj.weight)

    @torch.no_grad()
    def expect(self, means: Tensor) -> None:
        """Begins with what is expected of any picture, its embeddings' means [81, hidden]: position t predicts what stands at t + 1."""
        self.image_prefill_embeds.weight.copy_(means.roll(-1, 0))
        self.vision_head.weight.copy_(torch.eye(HIDDEN) * means.square().mean().sqrt())

    def hidden(self, inputs: Tensor, positions: Tensor) -> Tensor:
        """[batch, S, hidden] inputs, [batch, 3, S] positions -> final-norm hidden states."""
        return self.states(inputs, positions)[1]

    def states(self, inputs: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
        """(states behind layer `SCENE_LAYER`, final-norm hidden states), [batch, S, hidden] each."""
        cos, sin = (x[:, None] for x in multimodal_rotary(positions, LANGUAGE["mrope_section"], LANGUAGE["rope_theta"]))
        x = middle = inputs
        for number, layer in enumerate(self.model.layers, 1):
            x = layer(x, cos, sin)
            middle = x if number == SCENE_LAYER else middle
        return middle, self.model.norm(x)

    def hidden_of(self, parts: list[list[Sequence]], embeddings: dict[Picture, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """(hidden states [batch, S, hidden], labels [batch, S], states that tell the scene of every picture [pictures, hidden]) of all parts in order,
        each run at its own length and padded behind."""
        hidden, wanted, telling = [], [], []
        length = max(len(s.ids) for part in parts for s in part)
        for part in parts:
            inputs, positions, labels, _ = self.batch(part, embeddings)
            middle, last = self.states(inputs, positions)
            hidden.append(F.pad(last, (0, 0, 0, length - inputs.shape[1])))
            wanted.append(F.pad(labels, (0, length - labels.shape[1]), value=-100))
            telling += [middle[row, s.telling()] for row, s in enumerate(part)]
        return torch.cat(hidden), torch.cat(wanted), torch.cat(telling)

    def batch(self, sequences: list[Sequence], embeddings: dict[Picture, Tensor]) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """(inputs [batch, S, hidden], positions [batch, 3, S], labels [batch, S], targets [81, hidden] in order), padded on the right."""
        ids, labels, positions = padded(sequences)
        inputs, targets = [], []
        for row, s in zip(self.model.embed_tokens(ids), sequences, strict=True):
            parts, at = [], 0
            for start, picture, how in s.pictures:
                if how == MEANT:
                    continue
                parts += [row[at:start], embeddings[picture] if how == GIVEN else self.image_prefill_embeds.weight]
                at = start + TOKENS
                if how == PREFILLED:
                    targets.append(embeddings[picture])
            inputs.append(torch.cat([*parts, row[at:]]))
        return torch.stack(inputs), positions, labels, targets

    @torch.no_grad()
    def reply(self, layout: Layout, sequence: Sequence, embeddings: dict[Picture, Tensor], limit: int = 120) -> tuple[str, Tensor | None]:
        """Greedy words and, when the model emits BOI, its 81 embeddings. Runs the whole sequence for every token: for evaluation only."""
        words: list[int] = []
        for _ in range(limit):
            inputs, positions, _, _ = self.batch([sequence], embeddings)
            logits = self.lm_head(self.hidden(inputs, positions)[:, -1])[0]
            logits[layout.eoi] = -torch.inf
            token = int(logits.argmax())
            layout.token(sequence, token, False)
            if token == layout.end:
                break
            if token == layout.boi:
                drawn_here = Picture(None, -1)
                layout.pixels(sequence, drawn_here, PREFILLED)
                inputs, positions, _, _ = self.batch([sequence], {**embeddings, drawn_here: torch.zeros(TOKENS, HIDDEN)})
                drawn = self.vision_head(self.hidden(inputs, positions)[0, -TOKENS - 1 : -1])
                return layout.tokenizer.decode(words), drawn
            words.append(token)
        return layout.tokenizer.decode(words), None
