"""A real Apache Kafka as one process on 127.0.0.1, for tests and for `make kafka`."""

import argparse
import base64
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
POM = Path(__file__).with_name("pom.xml")
BUILD = PROJECT / "build" / "kafka"
START_SECONDS_MAX = 60.0

# The watcher ends the broker when standard input closes, so it never outlives whoever started it.
SUPERVISOR = """
exec 3<&0
"$@" </dev/null 3<&- &
broker=$!
{ read -r _ <&3; kill $broker; } 2>/dev/null &
watcher=$!
exec 3<&-
wait $broker
kill $watcher 2>/dev/null
"""


class KafkaUnavailable(Exception):
    """No broker can run here; the message says why and how to change that."""


def missing_tools() -> str | None:
    """Why no broker can run on this machine, or None when it can."""
    missing = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if not missing:
        return None
    return (
        f"a real Apache Kafka needs {' and '.join(missing)}: "
        "apt install default-jre-headless maven (or brew install openjdk maven)"
    )


@dataclass(frozen=True)
class Broker:
    bootstrap: str
    process_group: int

    @contextmanager
    def away(self) -> Iterator[None]:
        """The broker stands still, as behind a broken network, and then goes on."""
        os.killpg(self.process_group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process_group, signal.SIGCONT)


@contextmanager
def broker(*, port: int | None = None) -> Iterator[Broker]:
    """Run a fresh, empty broker on 127.0.0.1, by default on whichever port is free."""
    reason = missing_tools()
    if reason is not None:
        raise KafkaUnavailable(reason)
    if port is not None and _is_answered(port):
        raise KafkaUnavailable(f"another program already listens on 127.0.0.1:{port}")
    libraries = _libraries()
    BUILD.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="broker-", dir=BUILD))
    listens = port if port is not None else _free_port()
    bootstrap = f"127.0.0.1:{listens}"
    properties = folder / "server.properties"
    properties.write_text(_properties(folder, bootstrap, controller_port=_free_port()))
    java = ["java", "-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-Dlog4j2.level=WARN"]
    java += ["-cp", f"{libraries}/*"]
    _format(java, properties)
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (constant words and our own paths)
            ["/bin/sh", "-c", SUPERVISOR, "boutique-kafka", *java, "kafka.Kafka", str(properties)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us, and we end the broker in order.
        )
    try:
        _wait_until_listening(process, listens, folder / "broker.log")
        yield Broker(bootstrap, process.pid)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(30)
        (folder / "broker.log").replace(BUILD / "last-broker.log")
        shutil.rmtree(folder, ignore_errors=True)


def _libraries() -> Path:
    """The folder with Kafka's jars, fetched once for each content of pom.xml."""
    digest = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    libraries = BUILD / f"libraries-{digest}"
    if libraries.is_dir():
        return libraries
    BUILD.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="libraries-", dir=BUILD))
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM)]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={draft}"]
    fetched = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if fetched.returncode != 0:
        shutil.rmtree(draft)
        raise KafkaUnavailable(f"Maven could not fetch Apache Kafka: {fetched.stdout.strip()}")
    try:
        draft.rename(libraries)
    except OSError:  # Another run was faster.
        shutil.rmtree(draft)
    return libraries


def _properties(folder: Path, bootstrap: str, *, controller_port: int) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{bootstrap},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{bootstrap}",
        "log.dirs": str(folder / "data"),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _format(java: list[str], properties: Path) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise KafkaUnavailable(f"Kafka's storage could not be made: {done.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_answered(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while process.poll() is None and time.monotonic() < deadline:
        if _is_answered(port):
            return
        time.sleep(0.05)
    last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
    raise KafkaUnavailable(
        f"Kafka did not start on port {port}; see {BUILD}/last-broker.log: {last}"
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=9092)
    port = arguments.parse_args().port
    begun = time.monotonic()
    try:
        with broker(port=port) as running:
            seconds = time.monotonic() - begun
            sys.stdout.write(
                f"Apache Kafka listens on {running.bootstrap} ({seconds:.1f} s); Ctrl-C ends it\n"
            )
            sys.stdout.flush()
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return 0
    except KafkaUnavailable as unavailable:
        sys.stderr.write(f"{unavailable}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
