"""Make the ONNX file of a classifier whose publisher offers safetensors only, on a connected build machine.

    python packaging/export_nsfw.py nsfw-graded-448 model.safetensors OUT/model.onnx

The two such packs are `nsfw-graded-448` (Freepik/nsfw_image_detector) and `nsfw-tiny-384`
(Marqo/nsfw-image-detection-384). Needs torch, timm, safetensors, onnx and onnxruntime; the program itself
needs the first three for nothing. The weights are read as plain tensors, must fit the architecture to the last name,
and the file that comes out must answer as the network does, or it is not written. Its SHA-256 is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

ARCHITECTURES = {
    "nsfw-graded-448": ("eva02_base_patch14_448", 4, 448),
    "nsfw-tiny-384": ("vit_tiny_patch16_384", 2, 384),
}
"""Pack to timm's name of the architecture, number of labels, side of the picture."""
PREFIX = "timm_model."  # of the wrapper in transformers
TOLERANCE = 1e-3
OPSET = 16


def export(pack: str, weights: Path, out: Path) -> float:
    """Write `out`; the largest difference of a logit between the network and the file. Raises `ValueError`."""
    import numpy as np
    import onnxruntime
    import timm
    import torch
    from safetensors.torch import load_file

    name, labels, side = ARCHITECTURES[pack]
    network = timm.create_model(name, pretrained=False, num_classes=labels)
    state = {key.removeprefix(PREFIX): value.float() for key, value in load_file(str(weights)).items()}
    network.load_state_dict(state, strict=True)
    network.eval()
    names = {"input_names": ["pixel_values"], "output_names": ["logits"]}
    free = {"pixel_values": {0: "pictures"}, "logits": {0: "pictures"}}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.onnx"
        torch.onnx.export(
            network, torch.zeros(1, 3, side, side), str(made), **names, dynamic_axes=free, opset_version=OPSET
        )
        session = onnxruntime.InferenceSession(str(made), providers=["CPUExecutionProvider"])
        worst = 0.0
        for seed in range(2):
            pictures = np.random.default_rng(seed).normal(0, 1, (1 + seed, 3, side, side)).astype(np.float32)
            with torch.no_grad():
                expected = network(torch.from_numpy(pictures)).numpy()
            worst = max(worst, float(np.abs(session.run(None, {"pixel_values": pictures})[0] - expected).max()))
        if not worst <= TOLERANCE:
            raise ValueError(f"the exported file answers otherwise than the network: {worst:g} > {TOLERANCE:g}")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(made.read_bytes())
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", choices=sorted(ARCHITECTURES))
    parser.add_argument("weights", type=Path, help="the publisher's model.safetensors")
    parser.add_argument("out", type=Path, help="where the ONNX file is to lie")
    arguments = parser.parse_args()
    worst = export(arguments.pack, arguments.weights, arguments.out)
    sys.stdout.write(f"{hashlib.sha256(arguments.out.read_bytes()).hexdigest()}  {arguments.out}\n")
    sys.stdout.write(f"largest difference to the network: {worst:.2g}\n")


if __name__ == "__main__":
    main()
