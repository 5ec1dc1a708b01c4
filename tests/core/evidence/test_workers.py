"""The pool returns every job, in order, whatever happens to a child."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.evidence.workers import BatchDone, HashPool, Job, batches


def job(key: int, path: Path) -> Job:
    found = path.stat()
    return Job(key, str(path), found.st_size, found.st_mtime_ns)


def results(pool: HashPool, seconds: float = 150.0) -> list[BatchDone]:
    finished: list[BatchDone] = []
    end = time.monotonic() + seconds
    while pool.unfinished:
        assert time.monotonic() < end, "the pool did not come to an end"
        finished += pool.poll(0.5)
    return finished


@pytest.fixture(scope="module")
def pool() -> Iterator[HashPool]:
    with HashPool(2) as pool:
        yield pool


def test_batches_are_hashed_and_typed(pool: HashPool, tmp_path: Path) -> None:
    jobs = []
    for key in range(50):
        path = tmp_path / f"{key}.jpg"
        path.write_bytes(b"GIF89a" + bytes([key]) * key)
        jobs.append(job(key, path))
    one, two = pool.submit(jobs[:30]), pool.submit(jobs[30:])
    found = {done.batch: done.results for done in results(pool)}
    assert [done.key for done in found[one]] == list(range(30))
    assert [done.key for done in found[two]] == list(range(30, 50))
    for done in found[one] + found[two]:
        data = b"GIF89a" + bytes([done.key]) * done.key
        assert (done.code, done.size) == ("", len(data))
        assert done.sha256 == hashlib.sha256(data).hexdigest()
        assert done.md5 == hashlib.md5(data).hexdigest()
        assert done.sha1 == hashlib.sha1(data).hexdigest()
        assert (done.mime, done.kind, done.mismatch) == ("image/gif", "image", "image/jpeg")


def test_one_bad_file_costs_only_itself(pool: HashPool, tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(b"x")
    gone = job(1, good)._replace(path=str(tmp_path / "gone"))
    changed = job(2, good)._replace(size=2)
    folder = job(3, good)._replace(path=str(tmp_path))
    pool.submit([job(0, good), gone, changed, folder, job(4, good)])
    (done,) = results(pool)
    assert [result.code for result in done.results] == ["", "vanished", "changed", "special", ""]
    assert all(result.message.endswith(".") for result in done.results if result.code)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX")
def test_names_that_are_not_text(pool: HashPool, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\n"
    with open(name, "wb") as file:
        file.write(b"x")
    found = os.stat(name)
    pool.submit([Job(0, os.fsdecode(name), found.st_size, found.st_mtime_ns)])
    (done,) = results(pool)
    assert done.results[0].sha256 == hashlib.sha256(b"x").hexdigest()


def test_room_and_an_empty_batch(pool: HashPool) -> None:
    assert pool.room() == 4
    number = pool.submit([])
    assert pool.room() == 3
    assert pool.poll(0) == [BatchDone(number, ())]
    assert pool.room() == 4


def test_many_long_names_at_once_do_not_block_the_submitter(pool: HashPool, tmp_path: Path) -> None:
    missing = [Job(key, f"{tmp_path}/{'n' * 200}/" * 15 + str(key), 1, 1) for key in range(400)]
    before = time.monotonic()
    for _ in range(3):
        pool.submit(missing)
    assert time.monotonic() - before < 10
    assert [len(done.results) for done in results(pool)] == [400, 400, 400]


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_a_child_that_dies_costs_at_most_the_file_it_held(tmp_path: Path) -> None:
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    small = tmp_path / "small"
    small.write_bytes(b"x")
    with HashPool(1) as pool:
        pool.submit([job(0, small), job(1, path), job(2, small)])
        pool.submit([job(3, small)])
        deadline = time.monotonic() + 60
        while not pool._children[0].ready and time.monotonic() < deadline:
            pool.poll(0.2)
        pool._children[0].process.kill()
        found = {result.key: result for done in results(pool) for result in done.results}
    assert sorted(found) == [0, 1, 2, 3]
    assert [found[key].code for key in range(4)] == ["", "", "", ""]  # the retry went well: the file was innocent


def test_a_file_that_kills_every_reader_is_the_culprit_and_alone(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"x")
    with HashPool(2) as pool:
        for child in (pool._start(), pool._start()):
            assert child.process.is_alive()
        poison = _Poison(1, str(small), 1, 1)
        pool.submit([job(0, small), poison, job(2, small)])
        pool.submit([job(key, small) for key in range(3, 9)])
        found = {result.key: result for done in results(pool) for result in done.results}
    assert sorted(found) == list(range(9))
    assert found.pop(1).code == "reader-crashed"
    assert {result.code for result in found.values()} == {""}


class _Poison(Job):
    """Ends the process that receives it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (41,)


def test_a_reader_that_hangs_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"x")
    with HashPool(1, stuck_seconds=0.7) as pool:
        pool.submit([job(0, small)])
        results(pool)
        pool.submit([job(1, small), _Sleeper(2, str(small), 1, 1)])
        pool.submit([job(3, small)])
        found = {result.key: result for done in results(pool) for result in done.results}
    assert {key: result.code for key, result in found.items()} == {1: "", 2: "reader-stuck", 3: ""}
    assert "seconds" in found[2].message


class _Sleeper(Job):
    """Hangs in the process that receives it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return time.sleep, (600,)


def test_children_end_with_the_pool(tmp_path: Path) -> None:
    pool = HashPool(2)
    pool.submit([])
    small = tmp_path / "small"
    small.write_bytes(b"x")
    pool.submit([job(0, small)])
    processes = [child.process for child in pool._children]
    pool.close()
    pool.close()
    assert all(process._closed for process in processes)  # type: ignore[attr-defined]  # the library's own mark of a closed process
    with pytest.raises(RuntimeError):
        pool.submit([])


def test_batches_by_number_and_by_bytes() -> None:
    small = [Job(key, "p", 10, 0) for key in range(1000)]
    assert [len(batch) for batch in batches(small)] == [192] * 5 + [40]
    sizes = [8_000_000, 8_000_000, 8_000_000, 100_000_000, 1]
    mixed = [Job(key, "p", size, 0) for key, size in enumerate(sizes)]
    assert [[j.key for j in batch] for batch in batches(mixed)] == [[0, 1, 2], [3], [4]]
    assert list(batches([])) == []


def test_the_child_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'pydantic', 'sqlalchemy', 'PIL', 'psutil', 'av', 'core.records'} & set(sys.modules)"
    code = f"import sys, core.evidence.workers; print({heavy})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
