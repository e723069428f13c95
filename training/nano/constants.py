"""The two text constants of the decoders: tiny random CLIP and T5 encoders, read on the empty string.

FLUX is conditioned on CLIP's pooled vector of "" always, and on T5's tokens of the negative prompt when CFG is on. nano has
the same pieces at tiny sizes with random weights (fixed seed): they only supply constants the decoders are trained with.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from .config import DIT, NEGATIVE_LENGTH

CLIP_BOS, CLIP_EOS = 49406, 49407
CLIP_CONFIG = {
    "hidden_size": DIT["pooled"], "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": 128, "vocab_size": 49408,
    "max_position_embeddings": 77, "bos_token_id": CLIP_BOS, "eos_token_id": CLIP_EOS, "pad_token_id": CLIP_EOS, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5,
    "projection_dim": DIT["pooled"],
}
T5_CONFIG = {
    "d_model": DIT["context"], "d_kv": 32, "num_heads": 2, "d_ff": 128, "num_layers": 1, "vocab_size": 128, "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6, "feed_forward_proj": "gated-gelu", "pad_token_id": 0, "eos_token_id": 1,
}


def encoders() -> tuple[CLIPTextModel, T5EncoderModel]:
    """Both models, weights already rounded to bfloat16 (as they are saved)."""
    with torch.random.fork_rng(), torch.device("cpu"):
        torch.manual_seed(77)
        clip, t5 = CLIPTextModel(CLIPTextConfig(**CLIP_CONFIG)), T5EncoderModel(T5Config(**T5_CONFIG))
    for model in (clip, t5):
        for parameter in model.parameters():
            parameter.data = parameter.data.bfloat16().float()
    return clip.eval(), t5.eval()


@torch.no_grad()
def text_constants() -> tuple[Tensor, Tensor]:
    """(pooled [P], negative context [length, C]) of the empty string, the same on every device."""
    clip, t5 = encoders()
    with torch.device("cpu"):
        pooled = clip(torch.tensor([[CLIP_BOS] + [CLIP_EOS] * 76])).pooler_output[0]
        negative = t5(torch.tensor([[1] + [0] * (NEGATIVE_LENGTH - 1)])).last_hidden_state[0]
    return pooled, negative
