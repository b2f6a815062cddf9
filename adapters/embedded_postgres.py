"""A PostgreSQL of the boutique's own, out of a Python package, for whoever names no database.

The server lives exactly as long as the process that started it: a pipe ties the two together, so
even `kill -9` of the boutique ends in an orderly shutdown of its database; and one that dies by
itself, for want of disk space for one, is started again. It listens on one Unix
socket in a folder only its owner may enter, and on no network address.
"""

import asyncio
import fcntl
import hashlib
import logging
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Never, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from adapters.postgres_process import (
    MAJOR_VERSION,
    AlreadyRunning,
    EmbeddedPostgresUnavailable,
    Owner,
    binaries,
    end,
    launch,
    owner_for,
    unavailable,
)

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedPostgresUnavailable",
    "create_database",
    "drop_database",
    "dsn_of",
    "keep_running",
    "running_dsn",
    "start",
]

DATABASE = "boutique"

_FREE_BYTES_MIN = 256 * 1024 * 1024  # A new cluster with its first write-ahead log takes 60 MB.
_SOCKET_PATH_MAX = 100  # The kernel takes 107 bytes, some systems 103.
_STOP_SECONDS_MAX = 30.0
_PAUSE_SECONDS, _PAUSE_SECONDS_MAX = 0.2, 5.0  # between two starts of a server that keeps dying
_STEADY_SECONDS = 30.0  # a server that ran for so long does not keep dying

_log = logging.getLogger(__name__)
_folders_in_use: set[Path] = set()


class EmbeddedPostgres:
    """A running server; `dsn` names its database `boutique`."""

    def __init__(
        self,
        *,
        folder: Path,
        socket_folder: Path,
        launch_again: Callable[[], subprocess.Popen[bytes]],
        server: subprocess.Popen[bytes],
        lock: IO[str],
    ) -> None:
        self.folder = folder
        self.dsn = dsn_of(socket_folder=socket_folder, database=DATABASE)
        self._socket_folder = socket_folder
        self._launch_again = launch_again
        self._server = server
        self._lock = lock
        self._changing = threading.Lock()  # nobody starts a server while somebody stops it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Shut down in order: every committed transaction is on disk afterwards."""
        with self._changing:
            if self._lock.closed:
                return
            end(self._server)
            with suppress(OSError):  # Not empty when the server is not quite gone yet: it stays.
                self._socket_folder.rmdir()
            _folders_in_use.discard(self.folder)
            self._lock.close()

    @property
    def has_died(self) -> bool:
        return not self._lock.closed and self._server.poll() is not None

    def revive(self) -> None:
        """Start the server again if it has died; it recovers what was committed.

        Raises:
            EmbeddedPostgresUnavailable: it cannot run now.
        """
        with self._changing:
            if self.has_died:
                self._server = self._launch_again()


async def keep_running(server: EmbeddedPostgres) -> Never:
    """Start the server again whenever it has died, with ever longer pauses, until cancelled."""
    pause = _PAUSE_SECONDS
    steady_at = time.monotonic()
    while True:
        await asyncio.sleep(pause)
        if not server.has_died:
            if time.monotonic() > steady_at:
                pause = _PAUSE_SECONDS
            continue
        _log.error("PostgreSQL in %s has died and is started again", server.folder)
        try:
            await asyncio.to_thread(server.revive)
        except (EmbeddedPostgresUnavailable, OSError) as error:
            _log.error("%s It is tried again in a moment.", error)
        pause = min(2 * pause, _PAUSE_SECONDS_MAX)
        steady_at = time.monotonic() + _STEADY_SECONDS


def start(folder: Path, *, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """Start the server whose files are in `folder`, making them first where there are none.

    `settings` are further server settings, such as `{"fsync": "off"}` in tests.

    Raises:
        EmbeddedPostgresUnavailable: with the reason, and what to do about it.
    """
    folder = folder.expanduser().resolve()
    lock: IO[str] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder)
        owner = owner_for(folder)
        data = folder / "data"
        _initialise(data, owner)
        socket_folder = _socket_folder(folder, owner)
        launch_again = partial(_launch_patiently, data, socket_folder, owner, settings or {})
        server = launch_again()
        try:
            _ensure_database(socket_folder)
        except BaseException:
            end(server)
            raise
        running = EmbeddedPostgres(
            folder=folder,
            socket_folder=socket_folder,
            launch_again=launch_again,
            server=server,
            lock=lock,
        )
    except PermissionError as error:
        _release(folder, lock)
        raise EmbeddedPostgresUnavailable(
            f"The boutique may not write {error.filename or folder}: "
            f"run it as the owner of that folder, or name a PostgreSQL in BOUTIQUE_DATABASE_URL."
        ) from error
    except OSError as error:
        _release(folder, lock)
        raise EmbeddedPostgresUnavailable(
            f"The database folder {folder} cannot be used: {error.strerror or error}."
        ) from error
    except BaseException:
        _release(folder, lock)
        raise
    return running


def running_dsn(folder: Path) -> str | None:
    """Where the boutique that runs the database in `folder` has it listen; None when none runs."""
    folder = folder.expanduser().resolve()
    try:
        if folder not in _folders_in_use and _is_free(folder):
            return None  # A server may still be shutting down there, and is no use to anybody.
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    dsn = dsn_of(socket_folder=Path(lines[4]), database=DATABASE)
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return None
    return dsn


def dsn_of(*, socket_folder: Path, database: str) -> str:
    """Everything is said, so that no PG* variable of the person starting leads elsewhere."""
    host = quote(str(socket_folder), safe="")
    return f"postgresql:///{quote(database)}?host={host}&port=5432&user=postgres"


async def create_database(dsn: str, name: str, *, template: str = "template1") -> None:
    """Create a database beside the one `dsn` names, as a copy of `template`."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


async def drop_database(dsn: str, name: str) -> None:
    """Drop a database beside the one `dsn` names, whoever is still connected to it."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


# --- whose folder it is -------------------------------------------------------------------------


def _locked(folder: Path) -> IO[str]:
    """Take the folder for this process; the kernel gives it back however the process ends."""
    if folder in _folders_in_use:
        raise EmbeddedPostgresUnavailable(f"This boutique already runs the database in {folder}.")
    lock = (folder / "lock").open("a+")
    deadline = time.monotonic() + 0.5  # longer than anybody holds it to see whether it is free
    while not _is_taken(lock):
        if time.monotonic() > deadline:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise EmbeddedPostgresUnavailable(
                f"Another boutique (process {holder}) already runs the database in {folder}: "
                f"stop it first, or give this one a folder or BOUTIQUE_DATABASE_URL of its own."
            )
        time.sleep(0.02)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    _folders_in_use.add(folder)
    return lock


def _is_taken(lock: IO[str]) -> bool:
    """Take the lock when nobody has it. A POSIX lock, for a forked worker must not inherit it."""
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # POSIX leaves the system the choice
        return False
    return True


def _is_free(folder: Path) -> bool:
    """Whether no other process runs the folder. Never for our own: closing would unlock it."""
    with (folder / "lock").open("r+") as lock:
        return _is_taken(lock)


def _release(folder: Path, lock: IO[str] | None) -> None:
    if lock is not None:
        _folders_in_use.discard(folder)
        lock.close()


# --- the files ----------------------------------------------------------------------------------


def _initialise(data: Path, owner: Owner) -> None:
    version_file = data / "PG_VERSION"
    if version_file.exists():
        version = version_file.read_text().strip()
        if version != str(MAJOR_VERSION):
            raise EmbeddedPostgresUnavailable(
                f"The database in {data} was made by PostgreSQL {version}, and this boutique "
                f"carries {MAJOR_VERSION}: dump it with the older boutique and restore it here, "
                f"or move the folder aside to begin afresh."
            )
        return
    free = shutil.disk_usage(data.parent).free
    if free < _FREE_BYTES_MIN:
        raise EmbeddedPostgresUnavailable(
            f"The disk of {data.parent} has {free // 2**20} MB free, and a new database needs "
            f"{_FREE_BYTES_MIN // 2**20} MB: free some space and start again."
        )
    # Made beside its place and moved in whole, so that a kill half-way leaves no half database.
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    made = owner.run(
        binaries() / "initdb",
        *("--pgdata", draft, "--username", "postgres", "--encoding", "UTF8"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
        *("--auth", "trust", "--no-instructions"),
    )
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise unavailable(made.stderr, where=data.parent)
    draft.rename(data)


def _socket_folder(folder: Path, owner: Owner) -> Path:
    """A private folder for the socket: in `folder`, or, its path being too long, in /tmp."""
    socket_folder = folder / "socket"
    if len(os.fsencode(socket_folder / ".s.PGSQL.5432")) > _SOCKET_PATH_MAX:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        temporary = Path(tempfile.gettempdir())
        if len(os.fsencode(temporary)) > _SOCKET_PATH_MAX // 2:
            temporary = Path("/tmp")  # noqa: S108 (the folder made in it is private and checked)
        socket_folder = temporary / f"boutique-{digest}"
    try:
        socket_folder.mkdir(mode=0o700)
        if owner.uid is not None and owner.gid is not None:
            os.chown(socket_folder, owner.uid, owner.gid)
    except FileExistsError:
        pass
    found = socket_folder.lstat()
    expected_uid = os.geteuid() if owner.uid is None else owner.uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected_uid or found.st_mode & 0o077:
        raise EmbeddedPostgresUnavailable(
            f"The folder {socket_folder} for the database's socket belongs to somebody else "
            f"or is open to others: remove it and start again."
        )
    return socket_folder


# --- the process --------------------------------------------------------------------------------


def _launch_patiently(
    data: Path, socket_folder: Path, owner: Owner, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Launch; wait for the server of a boutique that was just killed to finish its shutdown."""
    deadline = time.monotonic() + _STOP_SECONDS_MAX
    orphan_after = time.monotonic() + 3.0
    while True:
        try:
            return launch(data, socket_folder, owner, settings)
        except AlreadyRunning:
            if time.monotonic() > deadline:
                raise EmbeddedPostgresUnavailable(
                    f"A PostgreSQL of an earlier run still holds {data}: end that process first."
                ) from None
        if time.monotonic() > orphan_after:
            # We hold the folder's lock, so nobody is left who could want that server.
            owner.run(binaries() / "pg_ctl", "stop", "-D", data, "-m", "fast", "-t", "20")
        time.sleep(0.1)


def _ensure_database(socket_folder: Path) -> None:
    maintenance = dsn_of(socket_folder=socket_folder, database="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
