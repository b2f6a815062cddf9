"""Which browser the tests and benchmarks drive."""

import os
import shutil
from pathlib import Path


def chromium() -> Path | None:
    """Find a Chromium for Playwright's `executable_path`."""
    named = os.environ.get("BOUTIQUE_TEST_CHROMIUM")
    for name in (named, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return Path(found)
    return None
