"""The embedded PostgreSQL, on real folders and real processes."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.embedded_postgres import (
    EmbeddedPostgresUnavailable,
    keep_running,
    running_dsn,
    start,
)

PROJECT = Path(__file__).parents[1]

WRITE_AND_WAIT = """
import sys, time
from pathlib import Path
import psycopg
from adapters.embedded_postgres import start
server = start(Path(sys.argv[1]))
with psycopg.connect(server.dsn, autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (round int)")
    connection.execute("INSERT INTO kept VALUES (%s)", [int(sys.argv[2])])
print("written", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of a short name: pytest's own are private, which root's PostgreSQL would open."""
    parent = Path(tempfile.mkdtemp(prefix="boutique-"))
    yield parent / "postgres"
    wait_for_no_server(parent / "postgres")
    shutil.rmtree(parent)


def writer(folder: Path, *, number: int) -> subprocess.Popen[str]:
    """A boutique in a process of its own that has written one row and waits."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and words)
        [sys.executable, "-c", WRITE_AND_WAIT, str(folder), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    process.stdout.close()
    return process


def servers_in(folder: Path) -> list[int]:
    """The ids of the PostgreSQL servers whose files are in the folder."""
    return [
        int(line.split()[0])
        for line in processes("-e", "-o", "pid=,args=")
        if f"postgres -D {folder}/data" in line and "/bin/sh" not in line
    ]


def processes(*options: str) -> list[str]:
    listed = subprocess.run(  # noqa: S603 (constant words and ids)
        ["ps", "-ww", *options],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
    )
    return listed.stdout.splitlines()


def wait_for_no_server(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while servers_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def test_a_database_is_there_again_after_a_stop_and_a_start(folder: Path) -> None:
    with start(folder) as server, psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'Kleid, größe 38' AS words")

    with start(folder) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT words FROM kept").fetchone() == ("Kleid, größe 38",)


def test_a_killed_boutique_loses_nothing_and_blocks_nothing(folder: Path) -> None:
    for number in (1, 2, 3):
        process = writer(folder, number=number)
        process.send_signal(signal.SIGKILL)
        process.wait()

    with start(folder) as server, psycopg.connect(server.dsn) as connection:
        found = connection.execute("SELECT round FROM kept ORDER BY round").fetchall()

    assert found == [(1,), (2,), (3,)]


def test_a_server_whose_boutique_was_killed_is_offered_to_nobody(folder: Path) -> None:
    process = writer(folder, number=1)
    assert running_dsn(folder) is not None
    for pid in servers_in(folder):
        os.kill(pid, signal.SIGSTOP)  # as one that takes its time to shut down
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert running_dsn(folder) is None

    for pid in servers_in(folder):
        os.kill(pid, signal.SIGCONT)


def test_a_killed_boutique_leaves_no_server_behind(folder: Path) -> None:
    process = writer(folder, number=1)
    assert servers_in(folder)
    process.send_signal(signal.SIGKILL)
    process.wait()

    wait_for_no_server(folder)

    assert servers_in(folder) == []


def test_a_server_that_outlived_its_boutique_is_replaced_without_loss(folder: Path) -> None:
    process = writer(folder, number=1)
    (supervisor,) = processes("-o", "pid=", "--ppid", str(process.pid))
    children = processes("-o", "pid=,comm=", "--ppid", supervisor.strip())
    helpers = [line.split()[0] for line in children if line.endswith("sh")]
    for pid in (*helpers, supervisor, str(process.pid)):
        os.kill(int(pid), signal.SIGKILL)
    process.wait()
    assert servers_in(folder), "the orphan this test is about"

    with start(folder) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT round FROM kept").fetchone() == (1,)

    assert servers_in(folder) == []


def test_a_server_killed_outright_recovers_what_was_committed(folder: Path) -> None:
    server = start(folder)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS round")
    for pid in servers_in(folder):
        os.kill(pid, signal.SIGKILL)
    server.stop()

    with start(folder) as again, psycopg.connect(again.dsn) as connection:
        assert connection.execute("SELECT round FROM kept").fetchone() == (7,)


async def test_a_server_that_dies_is_started_again_with_all_that_was_committed(
    folder: Path,
) -> None:
    with start(folder) as server:
        watch = asyncio.create_task(keep_running(server))
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS round")
        os.kill(int(data_file(folder, "postmaster.pid").split()[0]), signal.SIGKILL)
        async with await reconnected(server.dsn) as found:
            cursor = await found.execute("SELECT round FROM kept")
            assert await cursor.fetchone() == (7,)
        watch.cancel()

    assert servers_in(folder) == []


async def test_a_server_that_cannot_start_again_is_tried_until_it_can(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with start(folder) as server:
        watch = asyncio.create_task(keep_running(server))
        control = folder / "data" / "global" / "pg_control"
        control.rename(folder / "pg_control")
        os.kill(int(data_file(folder, "postmaster.pid").split()[0]), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while "tried again" not in caplog.text and time.monotonic() < deadline:  # noqa: ASYNC110 (a log)
            await asyncio.sleep(0.05)
        assert "It is tried again" in caplog.text
        (folder / "pg_control").rename(control)
        await (await reconnected(server.dsn)).close()
        watch.cancel()


def data_file(folder: Path, name: str) -> str:
    return (folder / "data" / name).read_text()


async def reconnected(dsn: str) -> psycopg.AsyncConnection:
    """Connect to a server that is on its way back."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return await psycopg.AsyncConnection.connect(dsn)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server does not come back"
            await asyncio.sleep(0.05)


def test_a_very_long_folder_with_odd_letters_serves_too(folder: Path) -> None:
    deep = folder.parent / ("it's a long & odd name " * 5) / ("ü" * 60) / "postgres"

    with start(deep) as server:
        assert len(str(deep)) > 150
        assert running_dsn(deep) == server.dsn

    assert running_dsn(deep) is None


def test_a_set_up_that_was_cut_short_is_begun_afresh(folder: Path) -> None:
    half = folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with start(folder) as server:
        psycopg.connect(server.dsn).close()

    assert not half.exists()


def test_a_second_boutique_on_the_same_folder_is_told_who_is_there(folder: Path) -> None:
    process = writer(folder, number=1)

    with pytest.raises(EmbeddedPostgresUnavailable, match=rf"boutique \(process {process.pid}\)"):
        start(folder)

    dsn = running_dsn(folder)
    assert dsn is not None
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT round FROM kept").fetchone() == (1,)
    process.kill()
    process.wait()


def test_the_same_boutique_starts_a_folder_only_once(folder: Path) -> None:
    with start(folder), pytest.raises(EmbeddedPostgresUnavailable, match="already runs"):
        start(folder)

    with start(folder):
        pass


def test_files_of_another_major_version_are_named(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedPostgresUnavailable, match="made by PostgreSQL 16"):
        start(folder)


def test_a_damaged_database_is_reported_with_its_log(folder: Path) -> None:
    with start(folder):
        pass
    (folder / "data" / "global" / "pg_control").unlink()

    with pytest.raises(EmbeddedPostgresUnavailable, match=r"see .*postgres\.log: .*pg_control"):
        start(folder)


def test_a_file_where_the_folder_should_be_is_named(folder: Path) -> None:
    folder.write_text("not a folder")

    with pytest.raises(EmbeddedPostgresUnavailable, match="cannot be used: File exists"):
        start(folder)


def test_the_database_is_closed_to_other_users_of_the_machine(folder: Path) -> None:
    with start(folder) as server, psycopg.connect(server.dsn) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        modes = {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}

    assert modes["data"] == 0
    assert modes["socket"] == 0


def test_variables_for_other_postgres_servers_do_not_steer_this_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")

    with start(folder) as server:
        psycopg.connect(server.dsn).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts disks and changes users")
class TestAsRoot:
    def test_a_disk_without_room_is_named(self, folder: Path) -> None:
        folder.mkdir()
        mounted = subprocess.run(  # noqa: S603 (constant words and our own path)
            ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)],  # noqa: S607
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip("this container may not mount a small disk")
        try:
            with pytest.raises(EmbeddedPostgresUnavailable, match=r"has \d+ MB free"):
                start(folder)
        finally:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607

    def test_below_a_private_home_only_passing_through_is_opened(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        home = folder.parent
        home.chmod(0o700)

        with start(home / "boutique" / ".boutique" / "postgres") as server:
            psycopg.connect(server.dsn).close()

        assert home.stat().st_mode & 0o777 == 0o701
        assert f"pass through {home}" in caplog.text

    def test_a_folder_one_may_not_write_is_named(self, folder: Path) -> None:
        folder.parent.chmod(0o755)
        words = said_by_nobody_starting(folder)

        assert words == (
            f"The boutique may not write {folder}: run it as the owner of that folder, "
            "or name a PostgreSQL in BOUTIQUE_DATABASE_URL."
        )


def said_by_nobody_starting(folder: Path) -> str:
    """What a user without rights is told; forked, for that user may not read our interpreter."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        words = "started"
        try:
            os.setuid(65534)
            start(folder)
        except EmbeddedPostgresUnavailable as unavailable:
            words = str(unavailable)
        finally:
            os.write(writes, words.encode())
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        words = answer.read()
    os.waitpid(child, 0)
    return words
