"""Calls in several processes, which end with the one that started them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

R = TypeVar("R")

LOOK_EVERY = 1.0
"""How often a process looks whether its parent lives [s]."""


def in_processes(
    function: Callable[..., R], arguments: Iterable[tuple[Any, ...]], jobs: int
) -> Iterator[R]:
    """Call a function with each of some arguments; give the results in their order.

    Parameters
    ----------
    function : callable
        Importable, as other processes must find it.
    arguments : iterable of tuple
    jobs : int
        Processes; 1 is this one. They end soon after this one, even if it is killed (on POSIX).
    """
    from joblib import Parallel, delayed  # type: ignore[import-untyped,unused-ignore]

    parent = os.getpid()
    calls = (delayed(_child_of)(parent, function, given) for given in arguments)
    results: Iterator[R] = Parallel(n_jobs=jobs, return_as="generator")(calls)
    return results


def _child_of(parent: int, function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    if os.getpid() != parent:
        end_with(parent)
    return function(*arguments)


@cache
def end_with(parent: int) -> None:
    """End this process soon after its parent does (on POSIX), watched from a thread of its own."""
    if os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(1)  # a call that is under way must not go on
