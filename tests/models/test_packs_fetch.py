"""Fetching from a real server on this machine: whole, resumed, cut off, wrong, through a proxy, and never by itself."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.control import Control
from core.errors import PackError, Stopped
from core.packs import PackProgress, PackState
from models import catalogue, packs, packs_fetch, packs_install, packs_selftest
from tests.models.pack_making import TENSORS, TOY, Place, entry, sha, toy_graph
from tests.models.pack_server import Server

TRY_OUT = packs_selftest.try_out


@pytest.fixture
def server(loopback: str) -> Iterator[Server]:
    made = Server(loopback)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[Place]:
    """The toy's files are on the server; no proxy, no pause between attempts, no self-test unless asked for."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Place(tmp_path, monkeypatch)
    made.list(listed(made, server))
    for name in ("model.onnx", "words.txt"):
        server.files[f"/{name}"] = (made.files / name).read_bytes()
    monkeypatch.setattr(packs_selftest, "try_out", lambda root, pack: "not tried")
    monkeypatch.setattr(packs_fetch.download, "__defaults__", (lambda _seconds: None,))
    yield made
    catalogue.forget()


def listed(place: Place, server: Server, **changes: Any) -> dict[str, Any]:
    told = entry(place.files, **changes)
    for file in told["files"]:
        file["urls"] = [f"{server.url}/{file['name']}"]
    return told


def parts(place: Place) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (place.packs / ".fetch" / TOY).rglob("*") if path.is_file()}


def test_a_pack_is_fetched_checked_tried_and_installed(
    place: Place, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs_selftest, "try_out", TRY_OUT)
    told: list[PackProgress] = []
    done = packs.fetch(TOY, tell=told.append)
    assert done.state is PackState.INSTALLED
    assert packs.verify(TOY)[0].ok
    assert {one.doing for one in told} == {"fetching", "checking", "testing"}
    assert any(one.done == one.total == len(server.files["/model.onnx"]) for one in told)
    assert not (place.packs / ".fetch" / TOY).exists()
    asked = len(server.seen)
    assert packs.fetch(TOY).state is PackState.INSTALLED
    assert len(server.seen) == asked  # what is there and right is not asked for again


def test_a_lost_connection_is_taken_up_where_it_was_lost(place: Place, server: Server) -> None:
    server.cuts = [1000, 700]
    packs.fetch(TOY)
    assert [asked for path, asked in server.seen if path == "/model.onnx"] == [None, "bytes=1000-", "bytes=1700-"]
    assert server.sent == sum(map(len, server.files.values()))
    assert packs.verify(TOY)[0].ok


def test_an_interrupted_fetch_goes_on_at_the_next_command(place: Place, server: Server) -> None:
    control = Control()

    def stop(said: PackProgress) -> None:
        if said.doing == "fetching" and said.done:
            control.cancel()

    server.cuts = [1000]
    with pytest.raises(Stopped):
        packs.fetch(TOY, tell=stop, control=control)
    assert parts(place) == {"model.onnx.part": 1000}
    assert packs.show(TOY).state is PackState.MISSING
    packs.fetch(TOY)
    assert server.seen[1] == ("/model.onnx", "bytes=1000-")
    assert packs.verify(TOY)[0].ok


def test_a_server_without_ranges_is_asked_from_the_beginning(place: Place, server: Server) -> None:
    server.ranges = False
    server.cuts = [1000]
    packs.fetch(TOY)
    assert packs.verify(TOY)[0].ok


def test_a_server_that_is_away_for_a_moment(place: Place, server: Server) -> None:
    server.codes = [503, 429, 500]
    packs.fetch(TOY)
    assert packs.verify(TOY)[0].ok


def test_a_server_that_stays_away_is_given_up_in_words(place: Place, server: Server) -> None:
    server.codes = [503] * 99
    with pytest.raises(PackError, match="503"):
        packs.fetch(TOY)
    assert len(server.seen) == packs_fetch.ATTEMPTS
    assert packs.show(TOY).state is PackState.MISSING


def test_nobody_listens(place: Place, server: Server) -> None:
    told = listed(place, server)
    for file in told["files"]:
        file["urls"] = ["http://127.0.0.1:1/x"]
    place.list(told)
    with pytest.raises(PackError, match="cannot be reached"):
        packs.fetch(TOY)


def test_wrong_bytes_never_get_the_name(place: Place, server: Server) -> None:
    spoilt = bytearray(server.files["/model.onnx"])
    spoilt[500] ^= 1
    server.files["/model.onnx"] = bytes(spoilt)
    with pytest.raises(PackError, match="is not that file"):
        packs.fetch(TOY)
    assert parts(place) == {}
    assert packs.show(TOY).state is PackState.MISSING


@pytest.mark.parametrize("lengths", [True, False])
@pytest.mark.parametrize("change", [b"more bytes than there should be", None])
def test_other_sizes_are_refused(place: Place, server: Server, change: bytes | None, lengths: bool) -> None:
    body = server.files["/model.onnx"]
    server.files["/model.onnx"] = body + change if change else body[:-10]
    server.lengths = lengths
    with pytest.raises(PackError, match=r"expected 1727|More bytes came|cannot be reached"):
        packs.fetch(TOY)
    assert "model.onnx" not in parts(place)
    assert len(server.seen) < 20


@pytest.mark.parametrize("lengths", [True, False])
def test_a_sign_in_page_costs_nothing_of_what_has_come(place: Place, server: Server, lengths: bool) -> None:
    begun = place.packs / ".fetch" / TOY / "model.onnx.part"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(server.files["/model.onnx"][:900])
    server.page, server.lengths = b"<html>Please sign in</html>", lengths
    with pytest.raises(PackError, match=r"a web page instead|has 27 bytes"):
        packs.fetch(TOY)
    assert begun.read_bytes() == server.files["/model.onnx"][:900]
    server.page, server.lengths = None, True
    assert packs.fetch(TOY).state is PackState.INSTALLED
    assert ("/model.onnx", "bytes=900-") in server.seen[1:]


def test_a_sign_in_page_is_no_file_that_could_be_trusted_at_first_sight(place: Place, server: Server) -> None:
    told = listed(place, server)
    for file in told["files"]:
        file |= {"sha256": None, "bytes": None, "hash_evidence": ""}
    place.list(told)
    server.page = b"<html>Please sign in</html>"
    with pytest.raises(PackError, match="a web page instead"):
        packs.fetch(TOY, trust_first=True)


def test_a_length_that_is_no_number_is_not_believed(place: Place, server: Server) -> None:
    server.told = "many"
    assert packs.fetch(TOY).state is PackState.INSTALLED


def test_a_redirection_in_a_circle_is_said_in_one_line(place: Place, server: Server) -> None:
    server.redirects["/model.onnx"] = "/model.onnx"
    with pytest.raises(PackError, match=r"does not give model\.onnx: 302") as caught:
        packs.fetch(TOY)
    assert "\n" not in caught.value.message


def test_a_proxy_that_wants_a_password_is_told_apart(place: Place, server: Server) -> None:
    server.codes = [407]
    with pytest.raises(PackError) as caught:
        packs.fetch(TOY)
    assert "https_proxy" in caught.value.advice


def test_a_second_address_is_tried_when_the_first_fails(place: Place, server: Server) -> None:
    told = listed(place, server)
    told["files"][0]["urls"] = [f"{server.url}/gone", f"{server.url}/model.onnx"]
    place.list(told)
    packs.fetch(TOY)
    assert packs.verify(TOY)[0].ok


def test_a_missing_page_is_said_at_once(place: Place, server: Server) -> None:
    server.files.pop("/words.txt")
    with pytest.raises(PackError, match=r"does not give words\.txt: 404"):
        packs.fetch(TOY)
    assert parts(place) == {"model.onnx": len(server.files["/model.onnx"])}  # what is right is kept


def test_redirections_are_followed_but_not_to_files(place: Place, server: Server) -> None:
    server.redirects["/model.onnx"] = f"{server.url}/elsewhere"
    server.files["/elsewhere"] = server.files["/model.onnx"]
    packs.fetch(TOY)
    packs.remove(TOY)
    server.redirects["/model.onnx"] = f"file://{place.files / 'model.onnx'}"
    with pytest.raises(PackError):
        packs.fetch(TOY)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/x", "data:,x"])
def test_only_web_addresses_are_fetched(place: Place, server: Server, address: str) -> None:
    told = listed(place, server)
    told["files"][0]["urls"] = [address]
    place.list(told)
    with pytest.raises(PackError, match="Only http and https"):
        packs.fetch(TOY)


def test_the_environment_s_proxy_is_used(place: Place, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told = listed(place, server)
    for file in told["files"]:
        file["urls"] = [f"http://models.invalid/{file['name']}"]
    place.list(told)
    monkeypatch.setenv("http_proxy", server.url)
    packs.fetch(TOY)
    assert [path for path, _ in server.seen] == [
        "http://models.invalid/model.onnx",
        "http://models.invalid/words.txt",
    ]


def test_a_file_inside_a_zip_is_taken_out(place: Place, server: Server) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("deep/model.onnx", server.files["/model.onnx"])
        made.writestr("deep/words.txt", server.files["/words.txt"])
        made.writestr("deep/other.onnx", b"not wanted")
    server.files["/bundle.zip"] = stream.getvalue()
    told = listed(place, server)
    told["files"][0]["urls"] = [f"{server.url}/bundle.zip#deep/model.onnx"]
    told["files"][1]["urls"] = [f"{server.url}/bundle.zip"]
    place.list(told)
    packs.fetch(TOY)
    assert packs.verify(TOY)[0].ok
    assert [path for path, _ in server.seen] == ["/bundle.zip"]
    assert sorted(path.name for path in (place.packs / TOY).iterdir()) == ["model.onnx", "pack.json", "words.txt"]
    assert not (place.packs / ".fetch" / f"{TOY}.archives").exists()


def test_unpublished_hashes_need_a_word(place: Place, server: Server) -> None:
    told = listed(place, server)
    told["files"][1] |= {"sha256": None, "bytes": None}
    place.list(told)
    with pytest.raises(PackError, match="--trust-first"):
        packs.fetch(TOY)
    assert server.seen == []
    server.cuts = [10**6, 3]  # the words are cut off once; without a hash they are fetched anew, not pieced together
    done = packs.fetch(TOY, trust_first=True)
    assert done.files[1].sha256 == sha(place.files / "words.txt")
    assert [(file.name, file.hash_evidence) for file in done.files] == [("model.onnx", "A"), ("words.txt", "tofu")]


def test_a_published_md5_is_held_against_what_comes(place: Place, server: Server) -> None:
    told = listed(place, server)
    right = hashlib.md5(server.files["/words.txt"]).hexdigest()
    told["files"][1] |= {"sha256": None, "bytes": None, "md5": "0" * 32}
    place.list(told)
    with pytest.raises(PackError, match="is not that file"):
        packs.fetch(TOY, trust_first=True)
    with pytest.raises(PackError, match="is not the file"):
        packs.pack(TOY, place.root / "x", files=place.files, trust_first=True)
    told["files"][1]["md5"] = right
    place.list(told)
    assert packs.fetch(TOY, trust_first=True).state is PackState.INSTALLED


def test_without_length_and_hash_nothing_is_taken(place: Place, server: Server) -> None:
    told = listed(place, server)
    told["files"][1] |= {"sha256": None, "bytes": None}
    place.list(told)
    server.lengths = False
    with pytest.raises(PackError, match="does not say how long"):
        packs.fetch(TOY, trust_first=True)


def test_what_was_fetched_but_is_refused_is_not_installed_and_not_deleted(place: Place, server: Server) -> None:
    toy_graph(place.files / "model.onnx", name="image")
    server.files["/model.onnx"] = (place.files / "model.onnx").read_bytes()
    told = listed(place, server)
    assert told["files"][0]["inputs"] == TENSORS["inputs"]
    place.list(told)
    with pytest.raises(PackError, match="has the inputs image"):
        packs.fetch(TOY)
    assert packs.show(TOY).state is PackState.MISSING
    assert set(parts(place)) == {"model.onnx", "words.txt"}


def test_removing_clears_away_what_an_interrupted_fetch_has_left(place: Place, server: Server) -> None:
    server.files.pop("/words.txt")
    with pytest.raises(PackError):
        packs.fetch(TOY)
    assert parts(place)
    packs.remove(TOY)
    assert parts(place) == {}
    with pytest.raises(PackError, match="not installed"):
        packs.remove(TOY)


def test_two_fetches_of_the_same_pack_at_once(place: Place) -> None:
    with packs_install.alone(f"fetch-{TOY}"), pytest.raises(PackError, match="under way"):
        packs.fetch(TOY)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_while_fetching_is_said(place: Place) -> None:
    folder = place.packs / ".fetch" / TOY
    folder.mkdir(parents=True)
    (folder / "model.onnx.part").symlink_to("/dev/full")
    with pytest.raises(PackError, match="cannot be written: No space left"):
        packs.fetch(TOY)
    assert packs.show(TOY).state is PackState.MISSING
