"""Equation 1 of the paper: 0.1 CE + 0.5 MSE + 0.5 (1 - cosine)."""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

WEIGHTS = {"ce": 0.1, "mse": 0.5, "cos": 0.5}
# The published training script amounts to 3, 1.5, 1.5: the same as here, times three
SCRIPT_WEIGHTS = {"ce": 1.0, "mse": 0.5, "cos": 0.5}
IGNORE = -100


def equation_one(logits: Callable[[Tensor], Tensor], labels: Tensor, image_pred: Tensor, image_target: Tensor | None, image_token: int,
                 weights: dict[str, float] = WEIGHTS) -> dict[str, Tensor]:
    """Position t predicts label t + 1: words by cross-entropy, image tokens by MSE and cosine.

    logits gives [n, vocab] for a mask [batch, S - 1] of positions, so that a head as large as the vocabulary runs only where a word follows;
    labels [batch, S] (image_token where an embedding is due, -100 for none),
    image_pred [batch, S, hidden], image_target [N, hidden] in the order of the image labels.
    Returns total and the unweighted ce, mse, cos; without words or without image labels their terms are 0.
    """
    following = labels[:, 1:]
    words = (following != IGNORE) & (following != image_token)
    zero = image_pred.sum() * 0
    ce = F.cross_entropy(logits(words), following[words]) if words.any() else zero
    places = following == image_token
    if places.any() and image_target is not None:
        drawn = image_pred[:, :-1][places]
        mse = F.mse_loss(drawn, image_target)
        cos = 1 - F.cosine_similarity(drawn, image_target, dim=-1).mean()
    else:
        mse = cos = zero
    return {"total": weights["ce"] * ce + weights["mse"] * mse + weights["cos"] * cos, "ce": ce, "mse": mse, "cos": cos}
