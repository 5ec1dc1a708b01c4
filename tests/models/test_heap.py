"""The heap of the process that holds the models: pages that are asked for again and again are not made anew."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys, threading
from models import heap
if sys.argv[1] == "kept":
    heap.keep_pages()
def look():
    blocks = [b"x" * 9_000_000 for _ in range(12)]
def work():
    look()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(4):
        look()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
worker = threading.Thread(target=work)
worker.start()
worker.join()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the setting is one of glibc")
def test_the_same_blocks_cost_no_new_pages() -> None:
    def faults(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True)
        return int(done.stdout)

    left_alone, kept = faults("left alone"), faults("kept")
    assert left_alone > 20_000
    assert kept < left_alone / 5
