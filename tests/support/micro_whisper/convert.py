"""Make the folder that faster-whisper loads from the weights that `train.py` wrote. No torch here.

`python -m tests.support.micro_whisper.convert WEIGHTS.npz FOLDER`. CTranslate2's own specification of Whisper is filled
and written by CTranslate2, matrices as int8.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.micro_whisper import language

HEADS, DEC_HEADS = 4, 2
ALIGNMENT_HEADS = [(1, 0), (2, 0)]  # the heads that were shown the word to come: layer, head

Weights = dict[str, NDArray[np.float32]]


def _norm(spec: object, weights: Weights, name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]  # type: ignore[attr-defined]  # specs get their fields from their own kind


def _linear(spec: object, weights: Weights, *names: str) -> None:
    """One matrix from one or several that see the same input; keys have no bias."""
    matrices = [weights[f"{name}.weight"] for name in names]
    biases = [weights.get(f"{n}.bias", np.zeros(len(m), np.float32)) for n, m in zip(names, matrices, strict=True)]
    spec.weight, spec.bias = np.concatenate(matrices), np.concatenate(biases)  # type: ignore[attr-defined]  # specs get their fields from their own kind


def _layer(spec: object, weights: Weights, name: str, crossed: bool) -> None:
    own, ffn = spec.self_attention, spec.ffn  # type: ignore[attr-defined]  # specs get their fields from their own kind
    _norm(own.layer_norm, weights, f"{name}.norm1")
    _linear(own.linear[0], weights, *(f"{name}.attention.{part}" for part in ("query", "key", "value")))
    _linear(own.linear[1], weights, f"{name}.attention.out")
    if crossed:
        cross = spec.attention  # type: ignore[attr-defined]  # specs get their fields from their own kind
        _norm(cross.layer_norm, weights, f"{name}.norm_cross")
        _linear(cross.linear[0], weights, f"{name}.cross.query")
        _linear(cross.linear[1], weights, f"{name}.cross.key", f"{name}.cross.value")
        _linear(cross.linear[2], weights, f"{name}.cross.out")
    _norm(ffn.layer_norm, weights, f"{name}.norm2")
    _linear(ffn.linear_0, weights, f"{name}.up")
    _linear(ffn.linear_1, weights, f"{name}.down")


def convert(weights: Weights, folder: Path) -> None:
    """Write model.bin, config.json, vocabulary.json, tokenizer.json and preprocessor_config.json into the folder."""
    from ctranslate2.specs import whisper_spec

    layers = [
        len({name.split(".")[1] for name in weights if name.startswith(side)}) for side in ("encoder.", "decoder.")
    ]
    spec = whisper_spec.WhisperSpec(layers[0], HEADS, layers[1], DEC_HEADS)
    for conv in ("conv1", "conv2"):
        getattr(spec.encoder, conv).weight = weights[f"{conv}.weight"]
        getattr(spec.encoder, conv).bias = weights[f"{conv}.bias"]
    spec.encoder.position_encodings.encodings = weights["position"]
    spec.decoder.position_encodings.encodings = weights["text_position"]
    for side, part, crossed in ((spec.encoder, "encoder", False), (spec.decoder, "decoder", True)):
        _norm(side.layer_norm, weights, f"{part}_norm")
        for number, layer in enumerate(side.layer):
            _layer(layer, weights, f"{part}.{number}", crossed)
    spec.decoder.embeddings.weight = weights["embedding"]
    spec.decoder.projection.weight = weights["embedding"]
    spec.register_vocabulary(language.write_tokenizer(folder))
    spec.config.suppress_ids = [token for token in range(language.START, language.TIME) if token != language.NO_SPEECH]
    spec.config.suppress_ids_begin = [language.text_vocabulary()[0]["Ġ"], language.END]
    spec.config.lang_ids = list(range(language.FIRST_LANGUAGE, language.TRANSLATE))
    spec.config.alignment_heads = ALIGNMENT_HEADS
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    texts = json.loads((folder / "vocabulary.json").read_text("utf-8"))
    (folder / "vocabulary.json").write_text(json.dumps(texts, ensure_ascii=False, separators=(",", ":")), "utf-8")
    features = {"chunk_length": 30, "feature_size": 80, "hop_length": 160, "n_fft": 400, "sampling_rate": 16000}
    (folder / "preprocessor_config.json").write_text(json.dumps(features, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    convert(dict(np.load(sys.argv[1])), Path(sys.argv[2]))
