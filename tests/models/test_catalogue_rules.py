"""What every entry of the shipped catalogue has to say, whoever adds one."""

from __future__ import annotations

import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from models import catalogue
from models.catalogue import RESOURCES
from models.pack_entry import Entry
from models.packs_content import FORMATS

ENTRIES = [
    Entry.model_validate(one)
    for path in sorted((RESOURCES / "catalogue").glob("*.json"))
    for one in json.loads(path.read_text(encoding="utf-8"))["models"]
]
FLAGS = {"noncommercial", "agpl", "attribution"}
NEVER = ("68_face_landmarks", "main/", "/resolve/main", "/raw/master")
"""What may not be named: the landmarks that are non-commercial, and addresses whose content changes."""


def test_ids_are_told_once() -> None:
    assert [name for name, count in Counter(one.id for one in ENTRIES).items() if count > 1] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=[one.id for one in ENTRIES])
def test_an_entry_says_what_a_report_and_an_import_need(entry: Entry) -> None:
    assert entry.format in FORMATS
    assert entry.licence_code
    assert entry.licence_weights
    assert set(entry.licence_flags) <= FLAGS
    assert entry.publisher
    assert entry.version
    assert entry.source
    assert len(entry.card.en) > 20
    assert len(entry.card.de) > 20
    assert entry.card.en != entry.card.de
    assert re.fullmatch(r"[0-9a-f]{40}|", entry.revision)


@pytest.mark.parametrize("entry", ENTRIES, ids=[one.id for one in ENTRIES])
def test_every_file_is_named_once_and_vouched_for_as_far_as_it_can_be(entry: Entry) -> None:
    names = [file.name for file in entry.files]
    parts = [file.part for file in entry.files]
    assert len(set(names)) == len(names)
    assert len(set(parts)) == len(parts)  # a model name finds one file
    assert catalogue.MANIFEST not in names
    for file in entry.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256 or "0" * 64)
        assert file.hash_evidence in (("A", "B", "C") if file.sha256 else ("",))
        assert file.md5 == "" or re.fullmatch(r"[0-9a-f]{32}", file.md5)
        for url in file.urls:
            assert urlsplit(url).scheme == "https"
            assert not any(word in url for word in NEVER)
    if entry.package:
        assert all(file.sha256 and file.bytes for file in entry.files)


@pytest.mark.parametrize("entry", ENTRIES, ids=[one.id for one in ENTRIES])
def test_addresses_of_a_repository_name_the_revision(entry: Entry) -> None:
    for file in entry.files:
        for url in file.urls:
            if "huggingface.co/" in url:
                assert re.search(r"/resolve/[0-9a-f]{40}/", url), url
