"""Strangers' pictures are opened in processes that may die, hang and lie without harm."""

import asyncio
import contextlib
import ctypes
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from adapters.fresh_process import Cost
from adapters.image_worker import (
    MEMORY_BYTES_MAX,
    OPENING_MEMORY_BYTES_MAX,
    ImageWorkers,
)
from adapters.worker_pool import ImageJobFailed, ImageWorkersUnavailable, WorkerPool
from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES
from imaging.decoding import ImageRefused
from imaging.encoding import from_png, to_png
from imaging.networks import LANDMARKS
from tests.benchmarks.extraction import models
from tests.conftest import missing
from tests.hostile_jobs import ANSWERS

ROOT = Path(__file__).parent.parent
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these walls")


def hostile(*, count: int = 1, timeout_seconds: float = 1.0, jobs_max: int = 50) -> WorkerPool:
    return WorkerPool(
        count=count,
        jobs="tests.hostile_jobs",
        answers=ANSWERS,
        memory_bytes_max=MEMORY_BYTES_MAX,
        timeout_seconds=timeout_seconds,
        jobs_max=jobs_max,
    )


def fresh(*, timeout_seconds: float = 20.0, costs: list[Cost] | None = None) -> WorkerPool:
    """A pool as strangers' files are opened in: a process for each job."""
    return WorkerPool(
        count=1,
        jobs="tests.hostile_jobs",
        answers=ANSWERS,
        memory_bytes_max=OPENING_MEMORY_BYTES_MAX,
        timeout_seconds=timeout_seconds,
        fresh_seconds=1.0,
        observe=None if costs is None else costs.append,
    )


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[WorkerPool]:
    pool = hostile()
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture(scope="module")
async def openers() -> AsyncIterator[WorkerPool]:
    pool = fresh()
    await pool.start()
    yield pool
    await pool.close()


async def reason_of(pool: WorkerPool, job: str) -> str:
    with pytest.raises(ImageRefused) as refused:
        await pool.run(job)
    return refused.value.reason


async def test_a_picture_comes_back_as_our_own_png(workers: WorkerPool) -> None:
    picture = (np.arange(300 * 240 * 3) % 251).astype(np.uint8).reshape(300, 240, 3)
    np.testing.assert_array_equal(from_png(await workers.run("clean", to_png(picture))), picture)
    with pytest.raises(ImageRefused, match="not a picture") as refused:
        await workers.run("clean", b"hello")
    assert refused.value.reason == "not-an-image"


async def test_a_refusal_crosses_the_boundary_and_the_worker_stays(workers: WorkerPool) -> None:
    before = workers.process_ids
    with pytest.raises(ImageRefused, match="It moves") as refused:
        await workers.run("refuse")
    assert refused.value.reason == "animated"
    assert workers.process_ids == before


async def test_a_crash_is_refused_and_the_worker_replaced(workers: WorkerPool) -> None:
    before = workers.process_ids
    assert await reason_of(workers, "crash") == "unreadable"
    assert await workers.run("echo", "again") == "again"
    assert workers.process_ids.isdisjoint(before)


async def test_too_much_memory_is_refused_and_the_worker_replaced(workers: WorkerPool) -> None:
    before = workers.process_ids
    assert await reason_of(workers, "eat_memory") == "unreadable"
    assert await workers.run("echo", "again") == "again"
    assert workers.process_ids.isdisjoint(before)


async def test_a_hanging_worker_is_ended_and_replaced(workers: WorkerPool) -> None:
    (before,) = workers.process_ids
    assert await reason_of(workers, "hang") == "took-too-long"
    assert await workers.run("echo", "again") == "again"
    assert not is_running(before)


async def test_an_answer_of_another_type_is_not_believed(workers: WorkerPool) -> None:
    assert await reason_of(workers, "answer_nonsense") == "unreadable"


async def test_a_fault_of_ours_is_not_blamed_on_the_picture(workers: WorkerPool) -> None:
    with pytest.raises(ImageJobFailed, match="a fault of ours"):
        await workers.run("fail")


async def test_an_abandoned_job_does_not_answer_the_next_question(workers: WorkerPool) -> None:
    abandoned = asyncio.create_task(workers.run("hang"))
    await asyncio.sleep(0.1)
    abandoned.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await abandoned
    assert await workers.run("echo", "mine") == "mine"


async def test_a_worker_that_died_idle_is_replaced_unnoticed(workers: WorkerPool) -> None:
    (before,) = workers.process_ids
    os.kill(before, signal.SIGKILL)
    # Blocking on purpose: the event loop must not hear of it before the next job comes.
    wait_until_gone(before)
    assert await workers.run("echo", "alive") == "alive"


async def test_a_worker_is_replaced_after_its_last_job() -> None:
    pool = hostile(jobs_max=1)
    await pool.start()
    before = pool.process_ids
    await pool.run("echo", "first")
    await pool.run("echo", "second")
    assert pool.process_ids.isdisjoint(before)
    await pool.close()


async def test_the_event_loop_goes_on_while_a_worker_works(workers: WorkerPool) -> None:
    turns = 0
    job = asyncio.create_task(reason_of(workers, "hang"))
    while not job.done():
        await asyncio.sleep(0.02)
        turns += 1
    assert turns > 25


@on_linux
async def test_a_worker_can_neither_write_nor_call_nor_read_secrets(
    workers: WorkerPool, tmp_path: Path
) -> None:
    spot = tmp_path / "written"
    with socket.create_server(("127.0.0.1", 0)) as server:
        can = await workers.run("probe", server.getsockname()[1], str(spot))
    assert not can["environment"]
    assert not spot.exists() or spot.stat().st_size == 0
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")
    assert can == dict.fromkeys(can, False)


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("refuse", "animated"),
        ("crash", "unreadable"),
        ("spin", "took-too-long"),
        ("eat_memory", "too-much-memory"),
        ("eat_memory_bit_by_bit", "too-much-memory"),
        ("babble", "unreadable"),
    ],
)
async def test_what_ends_the_process_of_a_picture_costs_no_worker(
    openers: WorkerPool, job: str, reason: str
) -> None:
    before = openers.process_ids
    assert await reason_of(openers, job) == reason
    assert await openers.run("echo", "again") == "again"
    assert openers.process_ids == before


async def test_a_picture_that_waits_for_ever_is_ended_with_its_worker() -> None:
    pool = fresh(timeout_seconds=0.5)
    await pool.start()
    (before,) = pool.process_ids
    assert await reason_of(pool, "hang") == "took-too-long"
    assert await pool.run("echo", "again") == "again"
    wait_until_gone(before)
    assert not children_of(before)
    await pool.close()


async def test_no_picture_meets_what_another_one_left_behind(
    workers: WorkerPool, openers: WorkerPool
) -> None:
    notes = [await pool.run("leave_a_note", "one") for pool in (workers, openers)]
    assert notes == [["one"], ["one"]]
    assert await workers.run("leave_a_note", "two") == ["one", "two"]
    assert await openers.run("leave_a_note", "two") == ["two"]


async def test_what_a_picture_took_is_told() -> None:
    costs: list[Cost] = []
    pool = fresh(costs=costs)
    await pool.start()
    await pool.run("echo", "x")
    await reason_of(pool, "spin")
    await pool.close()
    cheap, dear = costs
    assert 5 * 2**20 < cheap.memory_bytes < 120 * 2**20
    assert cheap.cpu_seconds < 0.9 < dear.cpu_seconds < 2


@on_linux
async def test_the_process_of_a_picture_can_compute_and_nothing_else(
    openers: WorkerPool, tmp_path: Path
) -> None:
    spot = tmp_path / "written"
    with socket.create_server(("127.0.0.1", 0)) as server:
        can = await openers.run("probe", server.getsockname()[1], str(spot))
    can |= await openers.run("probe_computing")
    if "calls" in openers.missing_walls:
        pytest.skip("no filter of calls for this machine")
    assert can == dict.fromkeys(can, False)
    assert not spot.exists()


LIKE_A_CONTAINER = """
import asyncio, json, socket
from adapters import syscall_filter
from tests.test_image_worker import fresh, hostile

async def main():
    assert syscall_filter.refuse(["unshare"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        for pool in (hostile(timeout_seconds=20), fresh()):
            await pool.start()
            can = await pool.run("probe", server.getsockname()[1], "/nowhere/at/all")
            print(json.dumps([can["connect"], sorted(pool.missing_walls)]), flush=True)
            await pool.close()

asyncio.run(main())
"""


@on_linux
def test_where_no_namespace_is_allowed_there_is_still_no_network() -> None:
    if not is_known_machine():
        pytest.skip("no filter of calls for this machine")
    told = subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, "-c", LIKE_A_CONTAINER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert [connects for connects, _ in found] == [False, False], told.stderr
    assert all("network" not in missing_walls for _, missing_walls in found)


async def test_a_missing_wall_is_told(caplog: pytest.LogCaptureFixture) -> None:
    pool = hostile()
    pool.missing_walls = frozenset({"files"})
    await pool.start()
    await pool.close()
    assert "image workers lack a wall (files): the kernel has no Landlock" in caplog.text


@pytest.mark.data
async def test_a_photograph_becomes_a_person_in_the_body_frame(sample_data: Path) -> None:
    if not (models() / LANDMARKS).exists():
        missing(f"no networks below {models()}: run `make install`")
    pool = ImageWorkers(count=1, models=models())
    await pool.start()
    photograph = sample_data / "people" / "ccp" / "0226.jpg"
    opened = await pool.open(photograph.read_bytes())
    answer = await pool.run("extract_user_image", opened)
    wall = await pool.open(to_png(np.full((400, 300, 3), 200, np.uint8)))
    with pytest.raises(ImageRefused, match="cannot find a person") as refused:
        await pool.run("extract_user_image", wall)
    await pool.close()
    assert from_png(answer["person"]).shape == (BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)
    assert set(answer["joints"]) == set(JOINT_NAMES)
    assert answer["quality"]["is_frontal"]
    assert answer["thumbnail"][8:12] == b"WEBP"
    assert refused.value.reason == "no-person-found"


async def test_missing_networks_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ImageWorkersUnavailable, match="is missing: run `make install`"):
        await ImageWorkers(count=1, models=tmp_path).start()


SERVER = """
import asyncio
from tests.test_image_worker import hostile

async def main():
    pool = hostile(timeout_seconds=60)
    await pool.start()
    print(*pool.process_ids, flush=True)
    await pool.run("hang")

asyncio.run(main())
"""


def test_a_killed_server_leaves_no_orphan() -> None:
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(  # noqa: S603 (our own words)
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        assert is_running(worker)
        time.sleep(0.2)
        server.kill()
    wait_until_gone(worker)
    assert not is_running(worker)


def wait_until_gone(process_id: int) -> None:
    deadline = time.monotonic() + 5
    while is_running(process_id) and time.monotonic() < deadline:
        time.sleep(0.02)


def children_of(process_id: int) -> list[str]:
    found = subprocess.run(  # noqa: S603 (a number)
        ["ps", "-o", "pid=,stat=", "--ppid", str(process_id)],  # noqa: S607 (whichever there is)
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()


def is_known_machine() -> bool:
    return platform.machine() in {"x86_64", "aarch64"}


def has_landlock() -> bool:
    """Ask the kernel for the version of Landlock (create a rule set without rules, flag 1)."""
    return bool(ctypes.CDLL(None).syscall(444, None, 0, 1) > 0)


def is_running(process_id: int) -> bool:
    """A process that ended but was not yet collected by its parent does not count."""
    state = Path(f"/proc/{process_id}/stat")
    if not Path("/proc/self/stat").exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, 0)
            return True
        return False
    try:
        return state.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False
