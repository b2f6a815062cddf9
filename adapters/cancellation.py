"""Works that go on until they are cancelled, and libraries that forget that they were."""

import asyncio


def heed_cancellation() -> None:
    """End a loop whose cancellation was swallowed by what it awaited.

    ``asyncio.wait_for`` of Python 3.11, which psycopg and its pool wait by, drops a cancellation
    that comes in the same moment as what it waits for; a loop that goes on after that never ends.

    Raises:
        CancelledError: this task was cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
