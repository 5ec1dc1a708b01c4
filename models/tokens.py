"""Sentences to token numbers, with the tokenizer file of a pack. The only importer of `tokenizers`.

The file (`tokenizer.json`) holds the vocabulary, how text is cleaned, and which tokens stand at beginning and end;
length and padding belong to the model and are set here. Nothing is fetched: the path is local.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError

__all__ = ["Tokens"]


class Tokens:
    """A tokenizer with a fixed length. Thread-safe: it is not changed after it was made."""

    def __init__(self, path: Path, length: int, pad: int, *, lower_case: bool = False) -> None:
        """`length` in tokens, the ending token included: longer sentences are cut before it. `pad`: the number that
        fills the rest. Raises `ModelError` when the file is no tokenizer."""
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises plain Exception
            raise ModelError(f"{path.name} is not a tokenizer.", str(error)[:300]) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)
        self._length = length
        self._pad = pad
        self._lower_case = lower_case

    def encode(self, sentences: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Token numbers and mask (1 where a token stands), each int64 [sentences, length]."""
        ids = np.full((len(sentences), self._length), self._pad, np.int64)
        mask = np.zeros((len(sentences), self._length), np.int64)
        for row, sentence in enumerate(sentences):
            text = sentence.lower() if self._lower_case else sentence
            found = self._tokenizer.encode(text).ids[: self._length]
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return ids, mask
