"""Whatever bytes are sent are read or refused: no crash, at most 200 MB and two seconds."""

import importlib.util

import pytest

from tests.conftest import missing
from tests.fuzzing import fuzz

MEMORY_MB_MAX = 200
SECONDS_MAX = 2.0


def _fuzz_and_judge(runs: int, *, seed: int) -> None:
    if importlib.util.find_spec("atheris") is None:
        missing("atheris has no wheel for this machine")
    found = fuzz(runs, seed=seed)
    assert found.runs >= runs
    assert found.memory_mb <= MEMORY_MB_MAX
    assert found.slowest_seconds <= SECONDS_MAX
    # It does get behind the first bytes, and not everything is refused.
    assert min(found.outcomes[outcome] for outcome in ("read", "unreadable", "truncated")) > 50


def test_two_thousand_files_are_read_or_refused_with_a_reason() -> None:
    _fuzz_and_judge(2_000, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_files_are_read_or_refused_with_a_reason(seed: int) -> None:
    _fuzz_and_judge(10_000, seed=seed)
