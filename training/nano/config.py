"""Every size of nano, in the shapes the exported config.json uses."""

# goes with every kept state: kinds, labels and sizes must be those it was trained with
WORLD = "1"
HIDDEN = 256
VISION = {
    "depth": 4, "hidden_size": 128, "num_heads": 4, "intermediate_size": 352, "out_hidden_size": HIDDEN,
    "fullatt_block_indexes": [1, 3], "window_size": 112, "patch_size": 14, "spatial_patch_size": 14,
    "temporal_patch_size": 2, "spatial_merge_size": 2, "in_chans": 3, "in_channels": 3, "hidden_act": "silu",
    "tokens_per_second": 2, "model_type": "qwen2_5_vl",
}
LANGUAGE = {
    "hidden_size": HIDDEN, "num_hidden_layers": 6, "num_attention_heads": 8, "num_key_value_heads": 2,
    "intermediate_size": 688, "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
    "mrope_section": [4, 6, 6], "max_position_embeddings": 2048,
}
CONDITIONING = 256
ADAPTER = {"input": HIDDEN, "output": CONDITIONING, "eps": 1e-5}
MERGER = {
    "hidden": HIDDEN, "heads": 8, "kvHeads": 2, "headDim": 32, "mropeSection": [4, 6, 6], "intermediate": 688,
    "out": CONDITIONING, "expand": 4, "theta": 10000.0, "eps": 1e-6, "baseGrid": 72, "spatialMerge": 2,
}
DIT = {
    "hidden": 192, "heads": 6, "headDim": 32, "axes": [4, 14, 14], "theta": 10000, "inFeatures": 64, "latentChannels": 16,
    "patch": 2, "context": CONDITIONING, "pooled": 64, "joint": 2, "single": 4, "mlpRatio": 4, "sinusoid": 256, "eps": 1e-6,
}
VAE = {
    "base": 16, "mult": [1, 2, 4, 4], "groups": 8, "latent": 16, "eps": 1e-6,
    "resBlocksPerLevel": {"encoder": 1, "decoder": 2}, "scale": 0.3611, "shift": 0.1159,
}
GUIDANCE = 3.5
NEGATIVE_LENGTH = 32
STEPS = 2
