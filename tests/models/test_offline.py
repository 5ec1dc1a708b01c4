"""Libraries are told to stay offline before any of them is imported: in the program, its children and the self-test."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.offline import OFFLINE

ROOT = Path(__file__).resolve().parents[2]

MAIN = """
import app.cli.program, main, os, sys
def look(arguments, parts):
    libraries = {"huggingface_hub", "transformers", "openvino", "onnxruntime", "easyocr", "faster_whisper", "torch"}
    print(sorted(libraries & set(sys.modules)), [os.environ.get(name) for name in NAMES])
app.cli.program.run_command = look
main.main([])
"""

CHILD = """
import os, pickle
import models.isolated_child as child
import models.isolated_server as server
class Server:
    def __init__(self, *_):
        pass
    def serve(self):
        print([], [os.environ.get(name) for name in NAMES], flush=True)
server.Server = Server
child.run(pickle.dumps(None), None, None, None)
"""

APART = """
import os, sys
from models import apart
class Answers:
    def send(self, _answer):
        print([], [os.environ.get(name) for name in NAMES], flush=True)
apart._child(len, ("nothing",), Answers())
"""


@pytest.mark.parametrize("code", [MAIN, CHILD, APART], ids=["program", "inference child", "a question apart"])
def test_the_variables_are_set_before_anything_is_imported(code: str) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in OFFLINE}
    done = subprocess.run(
        [sys.executable, "-c", f"NAMES = {list(OFFLINE)}\n{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=bare,
        check=False,
    )
    assert done.stdout.strip() == f"[] {list(OFFLINE.values())}", done.stderr


def test_the_hub_library_hears_them() -> None:
    if importlib.util.find_spec("huggingface_hub") is None:
        pytest.skip("huggingface_hub is not installed")
    code = (
        "from models.offline import stay_offline; stay_offline();"
        "from huggingface_hub import constants; print(constants.HF_HUB_OFFLINE)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_the_inference_child_begins_before_numpy_reads_its_environment() -> None:
    """OpenBLAS makes its threads when numpy is imported; `main` is imported first by every spawned process."""
    code = "import sys, main, models.isolated_child; print(sorted({'numpy', 'cv2', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
