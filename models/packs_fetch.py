"""Downloading one file of a pack: resumable, and only named when its size and SHA-256 are right.

The only module of the program that opens a connection, and only `models fetch` calls it. Proxies are those of the
environment (`https_proxy`, `no_proxy`, …), as the standard library reads them.
"""

from __future__ import annotations

import http.client
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import PackError
from models.catalogue import md5_of, sha256_of
from models.packs_archive import Step, copy_hashed

__all__ = ["Wanted", "download"]

TIMEOUT = 30.0  # seconds without a byte
ATTEMPTS = 5  # in a row without a new byte
_CHUNK = 1 << 18
_LARGEST = 16 << 30
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOST = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file: its name for messages, where it shall lie, size and SHA-256 (None: not known), addresses in order.

    An address may name a zip and, after `#`, the file in it; without `#` a zip is searched for the file's own name.
    """

    name: str
    target: Path
    size: int | None = None
    sha256: str | None = None
    urls: tuple[str, ...] = ()
    md5: str = ""

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")


def download(wanted: Wanted, archives: Path, step: Step, wait: Callable[[float], None] = time.sleep) -> None:
    """Get the file, from where an earlier attempt stopped. `archives`: a folder for zips that hold it.

    Raises `PackError` when no address gives the right bytes; what is right so far is kept for the next time.
    """
    wanted.target.parent.mkdir(parents=True, exist_ok=True)
    if wanted.target.is_file() and _right(wanted, wanted.target):
        return
    if not wanted.urls:
        raise PackError(
            f"There is no address for {wanted.name}.",
            "Make it as the pack's card says, and install it with `models pack ID --files FOLDER`.",
        )
    errors: list[PackError] = []
    for url in wanted.urls:
        try:
            _from(url, wanted, archives, step, wait)
        except PackError as error:
            errors.append(error)
        else:
            return
    raise errors[-1]


def _from(url: str, wanted: Wanted, archives: Path, step: Step, wait: Callable[[float], None]) -> None:
    address, member = _split(url, wanted.target.name)
    if member:
        archive = Wanted(wanted.name, archives / PurePosixPath(urllib.parse.urlsplit(address).path).name)
        archive.target.parent.mkdir(parents=True, exist_ok=True)
        if not archive.target.is_file():
            _get(address, archive, step, wait)
            archive.part.replace(archive.target)
        _take_out(archive.target, member, wanted, step)
    else:
        _get(address, wanted, step, wait)
    if not _right(wanted, wanted.part):
        size, digest = wanted.part.stat().st_size, sha256_of(wanted.part)
        wanted.part.unlink()  # to go on from wrong bytes would only give more of them
        raise PackError(
            f"What came for {wanted.name} is not that file: {size} bytes with the SHA-256 {digest}, "
            f"expected {wanted.size or 'any number of'} bytes with {wanted.sha256 or wanted.md5 or 'any'}.",
            "It was thrown away, nothing was installed. The publisher has changed it, or something on the way does.",
        )
    wanted.part.replace(wanted.target)


def _split(url: str, name: str) -> tuple[str, str]:
    """Address, and the member when the address is a zip."""
    address, _, member = url.partition("#")
    scheme = urllib.parse.urlsplit(address).scheme
    if scheme not in ("https", "http"):
        raise PackError(f"The address {address} is none that can be fetched.", "Only http and https are.")
    if not member and address.endswith(".zip") and not name.endswith(".zip"):
        member = name
    return address, member


def _right(wanted: Wanted, path: Path) -> bool:
    if wanted.size is not None and path.stat().st_size != wanted.size:
        return False
    if wanted.md5 and md5_of(path) != wanted.md5:
        return False
    return wanted.sha256 is None or sha256_of(path) == wanted.sha256


def _get(url: str, wanted: Wanted, step: Step, wait: Callable[[float], None]) -> None:
    """All bytes of `url` into the `.part`; a lost connection is taken up again where it was lost."""
    if wanted.sha256 is None:  # nothing could tell that the two halves belong to one file
        wanted.part.unlink(missing_ok=True)
    failed, furthest = 0, _length(wanted.part)
    while True:
        try:
            _ask(url, wanted, step)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code not in _PASSING:
                said = _plain(f"{error.code} {error.reason}")
                raise PackError(f"{_host(url)} does not give {wanted.name}: {said}.", _advice(error.code)) from error
            reason: object = f"{error.code} {error.reason}"
        except _LOST as error:
            reason = getattr(error, "reason", None) or error
        except OSError as error:
            raise PackError(
                f"{wanted.part} cannot be written: {error.strerror or error}.",
                "Nothing was installed, and what came so far is kept. Make room and do it again.",
            ) from error
        else:
            return
        come = _length(wanted.part)
        failed = 0 if come > furthest else failed + 1  # further than ever: a server that starts over is not progress
        furthest = max(furthest, come)
        if failed >= ATTEMPTS:
            raise PackError(
                f"{_host(url)} cannot be reached for {wanted.name}: {_plain(reason)}.",
                "Check the connection and the proxy (https_proxy), then do it again: it goes on where it was.",
            )
        step(wanted.name, _length(wanted.part), wanted.size)
        wait(min(8.0, 0.5 * 2**failed))


def _ask(url: str, wanted: Wanted, step: Step) -> None:
    """One request. Raises what `_get` takes for a passing trouble when it ends too early."""
    have = _length(wanted.part)
    if wanted.size is not None and have >= wanted.size:
        return
    request = urllib.request.Request(url, headers={"User-Agent": "asservat", "Accept-Encoding": "identity"})  # noqa: S310 - scheme was checked
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer = _opener().open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:
            wanted.part.unlink(missing_ok=True)
            error.close()
            raise ConnectionError("the file has another length than before") from error
        raise
    with answer:
        start = have if answer.status == 206 and _start(answer.headers.get("Content-Range")) == have else 0
        if answer.status == 206 and start != have:
            wanted.part.unlink(missing_ok=True)
            raise ConnectionError("the server sent another part than the one asked for")
        length = _told_length(answer.headers.get("Content-Length"))
        total = wanted.size if wanted.size is not None else (None if length is None else start + length)
        _is_the_file(answer, url, wanted, None if length is None else start + length)
        _receive(answer, wanted, start, total, step)


def _is_the_file(answer: http.client.HTTPResponse, url: str, wanted: Wanted, length: int | None) -> None:
    """Raises `PackError` when the answer cannot be the file, before anything of it is written: whatever answers in its
    place (the sign-in page of a network does) must not cost what has come so far."""
    if length is not None and wanted.size is not None and length != wanted.size:
        if answer.status == 206:  # the file has changed since the first part of it came
            wanted.part.unlink(missing_ok=True)
        raise PackError(
            f"{_host(url)} has {length} bytes for {wanted.name}, expected {wanted.size}.",
            "It is another file than the one that was checked for this program; nothing was installed.",
        )
    if (length is None or wanted.sha256 is None) and answer.headers.get_content_type() == "text/html":
        raise PackError(
            f"{_host(url)} answers with a web page instead of {wanted.name}.",
            "Maybe the network or the proxy wants you to sign in first. What came so far is kept.",
        )
    if length is None and wanted.size is None and wanted.sha256 is None and not answer.chunked:
        raise PackError(
            f"{_host(url)} does not say how long {wanted.name} is, and nobody has published its SHA-256.",
            "It could be cut off without anybody noticing; nothing was fetched.",
        )


def _receive(answer: http.client.HTTPResponse, wanted: Wanted, start: int, total: int | None, step: Step) -> None:
    done = start
    most = total if total is not None else _LARGEST
    with wanted.part.open("ab" if start else "wb") as out:
        while chunk := answer.read(_CHUNK):
            out.write(chunk)
            done += len(chunk)
            if done > most:
                break
            step(wanted.name, done, total)
        out.flush()
        os.fsync(out.fileno())
    if done > most:
        wanted.part.unlink()
        raise PackError(f"More bytes came for {wanted.name} than it has ({most}).", "They were thrown away.")
    if total is not None and done < total:
        raise ConnectionError(f"the connection was lost after {done} of {total} bytes")


def _take_out(archive: Path, member: str, wanted: Wanted, step: Step) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            found = [one for one in opened.infolist() if one.filename == member] or [
                one for one in opened.infolist() if PurePosixPath(one.filename).name == PurePosixPath(member).name
            ]
            if len(found) != 1:
                raise PackError(f"{archive.name} holds {len(found)} files called {member}.", "Nothing was installed.")
            with opened.open(found[0]) as source, wanted.part.open("wb") as out:
                copy_hashed(source, out, wanted.size or _LARGEST, wanted.name, step)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        archive.unlink()
        raise PackError(f"{archive.name} is no readable zip.", "It was thrown away; do it again.") from error


def _opener() -> urllib.request.OpenerDirector:
    """Only http and https, through the environment's proxies; not files or FTP, wherever a redirection points."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _start(content_range: str | None) -> int | None:
    found = re.match(r"bytes (\d+)-", content_range or "")
    return int(found[1]) if found else None


def _told_length(header: str | None) -> int | None:
    """Content-Length; None: not told, or not in digits."""
    return int(header) if header and header.strip().isascii() and header.strip().isdigit() else None


def _plain(reason: object) -> str:
    """A library's words in one line, without the dot that the sentence brings itself."""
    return " ".join(str(reason).split()).rstrip(".")[:200]


def _advice(code: int) -> str:
    if code == 407:
        return "The proxy wants a name and a password: put them into https_proxy, like http://NAME:PASSWORD@HOST:PORT."
    return "The address may have changed; see the pack's source and use `models pack ID --files FOLDER`."


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
