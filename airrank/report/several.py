"""Several cities' weeks from one forecast: a folder each, and an overview of them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.errors import AirrankError
from airrank.forecasting.files import read_week
from airrank.report.files import check_kinds
from airrank.report.index import write_overview, write_weeks
from airrank.report.weekly import Common, run_steps
from airrank.request import Request
from airrank.verification.processes import end_with
from airrank.words import language

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

TellCity = Callable[[str, str, str], None]
"""Told city, step and state."""


@dataclass(frozen=True)
class CityOutcome:
    """What came of one city: the text of its report, or why there is none.

    Attributes
    ----------
    city : str
        Short name; what was asked for where the list has no such city.
    text : str
    trouble : str, optional
    exit_status : int
        Of the trouble; 0 without one.
    """

    city: str
    text: str = ""
    trouble: str | None = None
    exit_status: int = 0


def weekly_of_several(
    request: Request,
    cities: Sequence[str],
    out: Path,
    tell: TellCity = lambda _city, _step, _state: None,
    jobs: int = 1,
) -> tuple[Path, tuple[CityOutcome, ...]]:
    """Run what is not yet done of several cities' weeks, from one forecast.

    A city that the list does not have, or of which too little is known, does not stop the others.
    After the first city, which makes what all share, ``jobs`` processes go on.

    Parameters
    ----------
    request : Request
        Of no city.
    cities : sequence of str
        In any spelling; one named twice counts once.
    out : Path
        As for :func:`airrank.report.weekly.weekly`; the cities' folders are in the week's.
    tell : callable, optional
        Called with city, step and state.
    jobs : int
        Processes; one where the system cannot fork.

    Returns
    -------
    folder : Path
        The week's.
    outcomes : tuple of CityOutcome
        In the order asked for.

    Raises
    ------
    AirrankError
        If the data, the list or the settings cannot be used for any city.
    """
    check_kinds()
    common, found = Common(request), dict[str, CityOutcome]()
    asked: dict[str, Request | None] = {}
    for name in cities:
        own = replace(request, city=name)
        try:
            asked.setdefault(own.unit.name, own)
        except AirrankError as error:
            asked[name] = None
            found[name] = _failed(name, error)
    waiting = {name: own for name, own in asked.items() if own is not None}

    def run(name: str) -> CityOutcome:
        own = waiting[name]
        try:
            done = run_steps(
                own, common, out, lambda step, state: tell(name, step, state), several=True
            )
        except AirrankError as error:
            return _failed(name, error)
        return CityOutcome(name, done.text)

    names = list(waiting)
    for name in names[:1]:
        found[name] = run(name)
    rest = names[1:]
    forked = jobs > 1 and len(rest) > 1 and "fork" in get_all_start_methods()
    for made in _in_processes(run, rest, jobs) if forked else map(run, rest):
        found[made.city] = made
    outcomes = tuple(found[name] for name in asked)
    folder = out / str(common.day)
    _write_pages(request, common, outcomes, out)
    return folder, outcomes


def _failed(city: str, error: AirrankError) -> CityOutcome:
    return CityOutcome(city, trouble=str(error), exit_status=error.exit_status)


def _write_pages(
    request: Request, common: Common, outcomes: Sequence[CityOutcome], out: Path
) -> None:
    """Write the overview of the week's cities and the list of all weeks."""
    panel, day = common.source.panel, common.day
    rows = []
    for made in outcomes:
        place = out / str(day) / made.city
        stored = read_week(place, panel.cities, day) if made.trouble is None else None
        rows.append((made.city, stored, made.trouble))
    lang = request.lang or language()
    write_overview(panel.ranking_list, common.period, day, rows, out, lang)
    write_weeks(panel.ranking_list, out, lang)


def _in_processes(
    run: Callable[[str], CityOutcome], names: Sequence[str], jobs: int
) -> list[CityOutcome]:
    """Share names out among forked processes, which have all that was made so far.

    They end with their parent.

    Raises
    ------
    AirrankError
        If a process ended before its cities were done.
    """
    context, parent = get_context("fork"), os.getpid()

    def work(own: Sequence[str], end: Connection) -> None:
        end_with(parent)
        with suppress(KeyboardInterrupt, BrokenPipeError):
            for name in own:
                end.send(run(name))

    running = []
    for part in (names[k::jobs] for k in range(min(jobs, len(names)))):
        ours, theirs = context.Pipe(duplex=False)
        process: Any = context.Process(target=work, args=(part, theirs), daemon=True)
        process.start()
        theirs.close()  # so that ours ends with the process
        running.append((process, ours, list(part)))
    found = list[CityOutcome]()
    try:
        left = {ours: own for _, ours, own in running}
        while left:
            ready = wait(list(left))
            for end in [one for one in left if one in ready]:
                found.append(_received(end, left[end].pop(0)))
            left = {end: own for end, own in left.items() if own}
    finally:
        for process, ours, _ in running:
            ours.close()
            if len(found) < len(names):
                process.terminate()
            process.join()
    return found


def _received(end: Connection, city: str) -> CityOutcome:
    """Take the outcome of a city from its process.

    Raises
    ------
    AirrankError
        If the process ended before the city was done.
    """
    try:
        made: CityOutcome = end.recv()
    except (EOFError, OSError) as error:  # OSError: it ended in the middle of its message
        raise AirrankError(
            "the process that made the week of {city} ended before it was done; it may have been "
            "killed, or the machine be out of memory. Run the same command again: what is done is "
            "kept. If it happens again take fewer processes, --jobs 1.",
            city=city,
        ) from error
    return made
