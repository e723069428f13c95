"""The shipped bundle with Python's packages: every graph passes onnx.checker and loads in onnxruntime; a reply decoded
here, from the bundle's files alone, is word for word the terminal's.

NANO_BUNDLE names another bundle.
"""

from __future__ import annotations

import json
import os
import subprocess
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from tokenizers import Tokenizer

PROJECT = Path(__file__).resolve().parents[2]
BUNDLE = Path(os.environ.get("NANO_BUNDLE", PROJECT / "public" / "models" / "nano"))
QUESTION = "what can you draw?"
SLOTS, LIMIT = 256, 80
SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"


def open_graph(name: str) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(BUNDLE / name), providers=["CPUExecutionProvider"])


def table(manifest: dict, part: str, name: str) -> np.ndarray:
    """An 8-bit table of the bundle in float32: value = (level - zero) * scale, in blocks of 32."""
    shard = next(s for s in manifest["shards"] if s["part"] == part)
    data = (BUNDLE / shard["file"]).read_bytes()
    kinds = {"uint8": np.uint8, "float16": np.float16}
    stored = {
        t["name"]: np.frombuffer(data, kinds[t["type"]], int(np.prod(t["shape"])), t["offset"]).reshape(t["shape"]) for t in shard["tensors"]
    }
    levels, scales, zeros = (stored[f"{name}.{kind}"].astype(np.float32) for kind in ("q8", "scales", "zeros"))
    return ((levels - zeros[..., None]) * scales[..., None]).reshape(len(levels), -1)


class Bundle(unittest.TestCase):
    def test_every_graph_is_whole_and_loads(self) -> None:
        graphs = sorted(BUNDLE.glob("*.onnx"))
        self.assertGreater(len(graphs), 20)
        for path in graphs:
            with self.subTest(path.name):
                onnx.checker.check_model(str(path), full_check=True)
                open_graph(path.name)

    def test_a_reply_is_the_terminals(self) -> None:
        asked = subprocess.run(
            ["node", "cli/bin.mjs", "chat", "--bundle", str(BUNDLE), "--quiet", "--form", "typed"], cwd=PROJECT, input=f"{QUESTION}\n", capture_output=True, text=True, check=True
        )
        self.assertEqual(self.reply(), asked.stdout.strip())

    def reply(self) -> str:
        manifest = json.loads((BUNDLE / "bundle.json").read_text())
        config = manifest["config"]
        tokenizer = Tokenizer.from_file(str(BUNDLE / "tokenizer.json"))
        rows = table(manifest, "token_embeddings", "model.embed_tokens.weight")
        transformer, projector = open_graph("transformer.float32.onnx"), open_graph("text_projector.float32.onnx")
        layers, heads = config["num_hidden_layers"], config["num_key_value_heads"]
        width = config["hidden_size"] // config["num_attention_heads"]
        frequency = config["rope_theta"] ** (-np.arange(width // 2) / (width // 2))
        cache = {f"past.{i}.{kind}": np.zeros((1, heads, SLOTS, width), np.float32) for i in range(layers) for kind in ("key", "value")}
        ids = tokenizer.encode(f"{SYSTEM}<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n").ids
        fed, written = 0, []
        for _ in range(LIMIT):
            angles = (np.arange(fed, fed + len(ids))[:, None] * frequency)[None].astype(np.float32)
            feeds = {
                "embeddings": rows[ids], "cosines": np.cos(angles), "sines": np.sin(angles),
                "last_index": np.array([fed + len(ids) - 1], np.int32), "total": np.array(fed + len(ids), np.int32), **cache,
            }
            outputs = dict(zip((o.name for o in transformer.get_outputs()), transformer.run(None, feeds), strict=True))
            cache = {name.replace("present", "past"): value for name, value in outputs.items() if name.startswith("present")}
            fed += len(ids)
            token = int(projector.run(None, {"hidden": outputs["hidden"][-1:]})[0][0].argmax())
            if token == tokenizer.token_to_id("<|im_end|>"):
                break
            written.append(token)
            ids = [token]
        return tokenizer.decode(written)


if __name__ == "__main__":
    unittest.main()
