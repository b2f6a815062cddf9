"""When Python looks for garbage: seldom, because hardly anything here is in a cycle.

What the boutique keeps for long, facts above all, is hundreds of thousands of small objects. By
default each of them is looked at again for every few made anew.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager

YOUNG_MAX = 50_000
"""Objects made, less those freed, before the youngest are looked at; Python's own is 700."""


def collect_seldom() -> None:
    """Take all there is for permanent, and look at what comes after it only now and then.

    To be called once, when a process has loaded what it needs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 50)


@contextmanager
def uncollected() -> Generator[None]:
    """Keep the garbage collector out while a page is in memory.

    A page is a hundred thousand small objects and no garbage: looking for some in it again and
    again doubles the time.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()
