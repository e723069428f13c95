"""Writes the newest moving averages as a checkpoint in the official layout: `state/export/{Nexus-GenV2,FLUX.1-dev}`.

Can be run at any time beside the training stages: it only reads their checkpoints.
"""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from ..config import ADAPTER, DIT, GUIDANCE, HIDDEN, LANGUAGE, MERGER, NEGATIVE_LENGTH, STEPS, VAE, VISION
from ..constants import CLIP_CONFIG, T5_CONFIG, encoders
from ..conversations import CONTEXT_TURNS
from ..language import LanguageModel
from ..layout import SIDE
from ..patch_code import PatchCode, pictures
from ..renderer import load_icons, render
from ..tokens import Layout, make_tokenizer, save_tokenizer
from ..training import load_average, set_up
from ..world import random_scene
from .decoders import Decoders, autoencoder
from .encoder import load_frozen

MIN_PIXELS, MAX_PIXELS, REFERENCE_SIDE = 60000, 66000, 252


def preview(state: Path) -> dict[str, list]:
    """The best linear map from latents to colour at an eighth of the size, red, green, blue in 0..1."""
    rng = random.Random(31)
    x = pictures([render(random_scene(rng), rng.randrange(10**6)) for _ in range(300)])
    z = PatchCode(state).encode(x).permute(0, 2, 3, 1).reshape(-1, VAE["latent"])
    colour = torch.nn.functional.avg_pool2d(x / 2 + 0.5, 8).permute(0, 2, 3, 1).reshape(-1, 3)
    solved = torch.linalg.lstsq(torch.cat((z, torch.ones(len(z), 1)), 1), colour).solution
    return {"matrix": solved[:-1].tolist(), "bias": solved[-1].tolist()}


def configuration(layout: Layout, state: Path) -> dict:
    token = layout.tokenizer.token_to_id
    return {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl", "torch_dtype": "float32", "attention_dropout": 0.0,
        "vocab_size": layout.size, "tie_word_embeddings": False, "initializer_range": 0.02, "use_cache": True, "use_sliding_window": False, "sliding_window": 2048,
        "max_window_layers": LANGUAGE["num_hidden_layers"], **{k: v for k, v in LANGUAGE.items() if k != "mrope_section"},
        "rope_scaling": {"type": "mrope", "rope_type": "default", "mrope_section": LANGUAGE["mrope_section"]},
        "bos_token_id": token("<|endoftext|>"), "pad_token_id": token("<|endoftext|>"), "eos_token_id": token("<|im_end|>"), "im_start_token_id": token("<|im_start|>"),
        "vision_start_token_id": token("<|vision_start|>"), "vision_end_token_id": token("<|vision_end|>"), "vision_token_id": token("<|vision_pad|>"),
        "image_token_id": token("<|image_pad|>"), "video_token_id": token("<|video_pad|>"), "vision_config": VISION,
        "adapter": ADAPTER, "merger": MERGER, "dit": DIT, "vae": VAE,
        "nexus_gen": {
            "id": "nano", "name": "Nexus-Gen nano", "version": 2, "image": {"min_pixels": MIN_PIXELS, "max_pixels": MAX_PIXELS, "reference_side": REFERENCE_SIDE, "drawn_grid": [1, 18, 18]},
            "forms": "plain", "context": "turn", "context_turns": CONTEXT_TURNS, "sizes": [[SIDE, SIDE]], "seeds_differ": True, "context_length": LANGUAGE["max_position_embeddings"], "negative_length": NEGATIVE_LENGTH, "preview": preview(state),
            "defaults": {"width": SIDE, "height": SIDE, "steps": STEPS, "guidance": GUIDANCE, "cfg": 1, "negative": "", "strength": 1.0},
            "licences": ["MIT: Fluent Emoji 3D, Copyright (c) Microsoft Corporation"],
            "sources": ["npm:@lobehub/fluent-emoji-3d@1.1.0", "training/ of this repository"],
        },
    }


def write_json(path: Path, data: dict) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False))


def write_language(state: Path, folder: Path) -> None:
    layout = Layout(make_tokenizer(state))
    encoder, _ = load_frozen(state)
    model = load_average(LanguageModel(layout.size), state, "language")
    shards = [{f"visual.{k}": v.contiguous() for k, v in encoder.state_dict().items()}, {k: v.contiguous() for k, v in model.state_dict().items()}]
    index, total = {}, 0
    for number, shard in enumerate(shards, 1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file(shard, folder / name, metadata={"format": "pt"})
        index.update(dict.fromkeys(shard, name))
        total += sum(v.numel() * v.element_size() for v in shard.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": index})
    write_json(folder / "config.json", configuration(layout, state))
    end, pad = layout.end, layout.tokenizer.token_to_id("<|endoftext|>")
    write_json(folder / "generation_config.json", {"bos_token_id": pad, "pad_token_id": pad, "eos_token_id": [end, pad], "do_sample": False, "repetition_penalty": 1.0, "temperature": 1.0, "top_k": 50, "top_p": 1.0})
    write_json(folder / "preprocessor_config.json", {
        "min_pixels": MIN_PIXELS, "max_pixels": MAX_PIXELS, "patch_size": 14, "temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711], "image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2_5_VLProcessor",
    })
    save_tokenizer(layout.tokenizer, folder)


def write_decoders(state: Path, folder: Path) -> None:
    for file, stage, kind in (("generation_decoder.bin", "decoders", "adapter"), ("edit_decoder.bin", "decoders", "merger")):
        model = load_average(Decoders(), state, stage)
        prefix = "adapter" if kind == "adapter" else "embedding_merger"
        tensors = {f"{prefix}.{k}": v for k, v in getattr(model, kind).state_dict().items()}
        torch.save(tensors | {f"pipe.dit.{k}": v for k, v in model.dit.state_dict().items()}, folder / file)


def write_painter(state: Path, folder: Path) -> None:
    vae = {k: v.contiguous() for k, v in autoencoder(state).state_dict().items()}
    save_file(vae, folder / "ae.safetensors", metadata={"format": "pt"})
    for name, model, config in zip(("text_encoder", "text_encoder_2"), encoders(), (CLIP_CONFIG, T5_CONFIG), strict=True):
        (folder / name).mkdir()
        tensors = {k if name != "text_encoder" or k.startswith("text_model.") else f"text_model.{k}": v.bfloat16().contiguous() for k, v in model.state_dict().items()
                   if not k.endswith("position_ids") and k != "encoder.embed_tokens.weight"}
        save_file(tensors, folder / name / "model.safetensors", metadata={"format": "pt"})
        kind, architecture = ("clip_text_model", "CLIPTextModel") if name == "text_encoder" else ("t5", "T5EncoderModel")
        write_json(folder / name / "config.json", {"model_type": kind, "architectures": [architecture], "torch_dtype": "bfloat16", **config})


def run(state: Path, minutes: float) -> None:
    set_up(6)
    load_icons(state)
    assert HIDDEN == VISION["out_hidden_size"]
    fresh = state / "export.part"
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("Nexus-GenV2", "FLUX.1-dev"):
        (fresh / part).mkdir(parents=True)
    write_language(state, fresh / "Nexus-GenV2")
    write_decoders(state, fresh / "Nexus-GenV2")
    write_painter(state, fresh / "FLUX.1-dev")
    shutil.rmtree(state / "export", ignore_errors=True)
    fresh.rename(state / "export")
    for path in sorted((state / "export").rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:>10} {path.relative_to(state)}")
