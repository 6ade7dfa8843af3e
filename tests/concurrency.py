"""Concurrent calls for the tests of all apps: threads that start together, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

#: The usual number of concurrent calls.
AT_ONCE = 4
#: Threads that wait for each other; further calls follow as soon as a thread is free.
MOST_THREADS = 10


def call_at_once(
    work: Callable[[int], Any],
    times: int = AT_ONCE,
    *,
    refusals: tuple[type[Exception], ...] = (),
    most_threads: int = MOST_THREADS,
) -> list[Any]:
    """Call `work(0)`, `work(1)` and so on in threads that start together, and return the results in this order.

    An error that is one of `refusals` is the result of its call; any other is raised.
    """
    start = threading.Barrier(min(times, most_threads))

    def one(number: int) -> Any:
        try:
            if number < start.parties:
                start.wait(timeout=30)
            return work(number)
        except refusals as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(one, range(times)))
