"""nano's own modules against the published classes of `transformers`, on random weights at nano's sizes."""

import sys
import unittest
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from nano.config import LANGUAGE, VISION
from nano.language import LanguageModel
from nano.vision import VisionEncoder, patches


class Published(unittest.TestCase):
    def test_vision_encoder(self) -> None:
        from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
        from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel

        torch.manual_seed(0)
        ours = VisionEncoder().eval()
        keys = ("depth", "hidden_size", "num_heads", "intermediate_size", "out_hidden_size", "fullatt_block_indexes", "window_size", "in_channels", "hidden_act")
        theirs = Qwen2_5_VisionTransformerPretrainedModel(Qwen2_5_VLVisionConfig(**{k: VISION[k] for k in keys})).eval()
        theirs.load_state_dict(ours.state_dict())
        x = patches([np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)])
        twice = x[0].reshape(324, 3, 1, 196).expand(-1, -1, 2, -1).reshape(324, 1176)
        with torch.no_grad():
            out = theirs(twice, torch.tensor([[1, 18, 18]]))
            published = out.pooler_output if hasattr(out, "pooler_output") else out
            published = published if isinstance(published, torch.Tensor) else torch.cat(list(published))
            self.assertLess((published - ours(x)[0]).abs().max().item(), 1e-4)

    def test_transformer(self) -> None:
        from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLTextConfig
        from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VLTextModel

        torch.manual_seed(0)
        ours = LanguageModel(64).eval()
        keys = ("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "intermediate_size", "hidden_act", "rms_norm_eps", "max_position_embeddings")
        rope = {"rope_type": "default", "rope_theta": LANGUAGE["rope_theta"], "mrope_section": LANGUAGE["mrope_section"]}
        theirs = Qwen2_5_VLTextModel(Qwen2_5_VLTextConfig(vocab_size=64, **{k: LANGUAGE[k] for k in keys}, rope_parameters=rope)).eval()
        theirs.load_state_dict(ours.model.state_dict())
        inputs = torch.randn(1, 30, LANGUAGE["hidden_size"])
        text = torch.arange(10)
        image = torch.stack((torch.full((9,), 10), 10 + torch.arange(9) // 3, 10 + torch.arange(9) % 3))
        positions = torch.cat((text.expand(3, -1), image, (13 + torch.arange(11)).expand(3, -1)), 1)
        with torch.no_grad():
            mask = torch.ones(1, 30, dtype=torch.long)
            published = theirs(inputs_embeds=inputs, position_ids=positions[:, None], attention_mask=mask, use_cache=False).last_hidden_state
            self.assertLess((published - ours.hidden(inputs, positions[None])).abs().max().item(), 1e-4)


if __name__ == "__main__":
    unittest.main()
