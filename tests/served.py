"""The boutique as its users start it: a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from web.cli import command

STOP_SECONDS_MAX = 30


@dataclass(frozen=True)
class Served:
    address: str
    environment: Mapping[str, str]
    process: subprocess.Popen[str]

    def command(self, *arguments: str) -> str:
        """Run ``boutique`` on the same data; return what it prints.

        In this process, where all is loaded already, and in a thread: it has a loop of its own.
        """
        with ThreadPoolExecutor(1) as thread:
            ended = thread.submit(
                CliRunner().invoke, command(arguments[:1]), arguments, env=self.environment
            ).result()
        assert ended.exit_code == 0, ended.output
        return ended.stdout


@contextmanager
def serving(**settings: str) -> Iterator[Served]:
    """Serve the boutique with these settings; afterwards Ctrl-C must close it cleanly."""
    with serving_from(None, **settings) as served:
        yield served


@contextmanager
def serving_from(folder: Path | None, **settings: str) -> Iterator[Served]:
    """Serve it with packages that lie in a folder in the place of the project's."""
    environment = {
        **os.environ,
        "BOUTIQUE_PORT": "0",
        "BOUTIQUE_IMAGE_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "web", "serve"],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = list[str]()
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            process.kill()
            pytest.fail("the boutique did not open:\n" + "".join(said))
        try:
            yield Served(found[0], environment, process)
        except BaseException:
            process.kill()  # leaving the block waits for it
            raise
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=STOP_SECONDS_MAX) == 0, "Ctrl-C must close it cleanly"
