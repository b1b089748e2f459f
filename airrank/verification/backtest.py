"""Backtest: forecast past years as they could have been forecast then, and score the forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.arguments import MOST_PROCESSES, check_whole
from airrank.errors import InputError, check_choice, writing
from airrank.forecasting.run import check_draws
from airrank.panel import Panel
from airrank.periods import Period, month_ends
from airrank.rules.choices import Rules
from airrank.verification.baselines import BASELINES, RIVALS, get_model
from airrank.verification.forecasters import Hindsight, RemainderForecaster
from airrank.verification.outcomes import Outcome, outcome
from airrank.verification.processes import in_processes
from airrank.verification.scored import (
    Scored,
    Task,
    code_fingerprint,
    read_scored,
    score_task,
    scores_frame,
    write_scored,
)
from airrank.verification.targets import targets
from airrank.whole import write_whole
from airrank.words import Text

MODELS = (RemainderForecaster.name, *BASELINES)
"""All models, ours first."""

ORIGINS = ("monthly", "weekly")

CONNECT_SECONDS = 20
"""How long a Dask scheduler, and its first worker, are waited for [s]."""

Job = tuple[Task, Outcome, str]


@dataclass(frozen=True, eq=False)
class Backtest:
    """Scored forecasts.

    Attributes
    ----------
    results : list of Scored
        By as_of and model.
    scores : DataFrame
        One row per as_of × model: ``rank_mae``, ``rps`` [1], ``crps`` of the index, ``log_score``
        and ``brier`` of each goal, ``coverage_50/80/95``, ``width_80``, ``median_change``.
    goals : tuple of int
    """

    results: list[Scored]
    scores: pd.DataFrame
    goals: tuple[int, ...]


def backtest(
    panel: Panel,
    years: Iterable[int],
    *,
    origins: str = "monthly",
    period: str = "year",
    models: Sequence[str] | None = None,
    draws: int = 2000,
    seed: int = 0,
    goals: Sequence[int] | None = None,
    rules: Rules | None = None,
    out: Path | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Forecast past years from many days within them, and score the forecasts.

    A model is handed the days up to ``as_of`` and nothing else (but for ``hindsight``, which is no
    forecast). Each forecast uses the seed as it is, so that ``airrank forecast`` as of that day
    with that seed gives the same ranks.

    Parameters
    ----------
    panel : Panel
    years : iterable of int
        Years to forecast; all must be over in the data.
    origins : {"monthly", "weekly"}
        ``monthly``: every month's end from January to November; ``weekly``: every Sunday.
    period : {"year", "month", "quarter", "next", "next2"}
        What is forecast of each year, see :func:`airrank.verification.targets.targets`.
    models : sequence of str, optional
        ``remainder`` and baselines; all that fit the kind of period without it. ``hindsight`` is
        the same model told the years after: what no forecast of its kind can beat.
    draws, seed : int
    goals : sequence of int, optional
        Ranks whose probability is scored; half the list without them.
    rules : Rules, optional
    out : Path, optional
        Folder for ``scores.csv`` and ``distributions/``. Forecasts found there that were made with
        the same settings, data and version are not made again.
    jobs : int
        Processes; the results do not depend on it.
    scheduler : str, optional
        Address of a Dask scheduler to run on (extra ``airrank[dask]``) instead of processes.
    progress : callable, optional
        Called with the number of forecasts done and in all.

    Returns
    -------
    Backtest

    Raises
    ------
    InputError
        If an option cannot be used or ``out`` cannot be written.
    InsufficientDataError
        If a year is not over in the data, or a model cannot forecast it.
    """
    rules = rules or Rules()
    chosen = _goals(panel, goals)
    if models is None:
        models = (RemainderForecaster.name, *RIVALS.get(period, ()))
    for name in models:
        get_model(name)
    check_draws(draws, seed)
    check_whole("jobs", jobs, 1, MOST_PROCESSES)
    if not models:
        raise InputError("models: expected one or several, found none")
    pairs = [
        pair
        for year in sorted(set(years))
        for pair in targets(year, period, lambda of: origin_days(of, origins))
        if pair[0] >= panel.first_day
    ]
    truths = {target: outcome(panel, target, rules) for target in {pair[1]: None for pair in pairs}}
    tasks = [
        (Task(as_of, name, target, rules, draws, seed, chosen), truths[target])
        for as_of, target in pairs
        for name in models
    ]
    if not tasks:
        raise InputError(
            "no year to backtest: the data begin on {first}. Give years since, such as 2016-2017.",
            first=panel.first_day,
        )
    folder = out / "distributions" if out else None
    total, results = len(tasks), dict[tuple[date, str], Scored]()
    pending = list(_pending(panel, tasks, folder, results))
    if progress:
        progress(len(results), total)
    runner = _on_dask(scheduler) if scheduler else _local(jobs)
    for (task, _, key), result in runner(panel, pending):
        results[task.as_of, task.model] = result
        if folder:
            with writing(Text("the backtest"), folder):
                write_scored(result, folder / task.file_name, key)
        if progress:
            progress(len(results), total)
    ordered = [results[place] for place in sorted(results)]
    scores = scores_frame(ordered)
    if out:
        with writing(Text("the backtest"), out):
            write_scores(scores, out / "scores.csv")
    return Backtest(ordered, scores, chosen)


def origin_days(year: int, origins: str) -> list[date]:
    """Give the days from which a year is forecast.

    Raises
    ------
    InputError
        If ``origins`` is neither monthly nor weekly.

    Examples
    --------
    >>> [str(day) for day in origin_days(2016, "monthly")][:2]
    ['2016-01-31', '2016-02-29']
    >>> str(origin_days(2017, "weekly")[0])
    '2017-01-01'
    """
    first = date(year, 1, 1)
    if check_choice("origins", origins, ORIGINS) == "monthly":
        return list(month_ends(first, Period.of_year(year).end))
    days = [first + timedelta(days=k) for k in range(364)]
    return [day for day in days if day.isoweekday() == 7]


def write_scores(scores: pd.DataFrame, path: Path) -> None:
    """Write ``scores.csv``: the same scores give the same bytes."""
    text = scores.to_csv(index=False, lineterminator="\n", float_format="%.8g")
    write_whole(path, text)


def _goals(panel: Panel, goals: Sequence[int] | None) -> tuple[int, ...]:
    n = len(panel.cities)
    if goals is None:
        goals = (max(1, n // 2),)
    panel.ranking_list.check_ranks(goals)
    return tuple(dict.fromkeys(goals))


def _pending(
    panel: Panel,
    tasks: Sequence[tuple[Task, Outcome]],
    folder: Path | None,
    results: dict[tuple[date, str], Scored],
) -> Iterator[Job]:
    """Take what is there already into ``results``; give the rest."""
    fingerprints: dict[tuple[date, bool], str] = {}
    for task, truth in tasks:
        seen = task.as_of, task.model == Hindsight.name
        if folder and seen not in fingerprints:
            fingerprints[seen] = task.history(panel).fingerprint()
        key = task.key(fingerprints[seen], truth) if folder else ""
        found = read_scored(folder / task.file_name, key) if folder else None
        if found is None:
            yield task, truth, key
        else:
            results[task.as_of, task.model] = found


Runner = Callable[[Panel, Sequence[Job]], Iterator[tuple[Job, Scored]]]


def _local(jobs: int) -> Runner:
    def run(panel: Panel, pending: Sequence[Job]) -> Iterator[tuple[Job, Scored]]:
        calls = ((job[0].history(panel), job[1], job[0]) for job in pending)
        yield from zip(pending, in_processes(score_task, calls, jobs), strict=True)

    return run


def _on_dask(address: str) -> Runner:
    def run(panel: Panel, pending: Sequence[Job]) -> Iterator[tuple[Job, Scored]]:
        try:
            import dask
            from distributed import as_completed
        except ImportError:
            raise InputError(
                "a scheduler needs the extra dask: pip install 'airrank[dask]'"
            ) from None
        with _dask_client(address) as client:
            # A task of its own: a worker that dies takes its copy along, and Dask makes another.
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
                shared = client.submit(_itself, panel, pure=False)
            code = code_fingerprint()
            jobs: dict[Any, Job] = {}
            for job in pending:
                task, truth, _ = job
                jobs[client.submit(_score_on_worker, shared, truth, task, code, pure=False)] = job
            for future in as_completed(jobs):
                yield jobs.pop(future), future.result()

    return run


def _dask_client(address: str) -> Any:
    """Connect to a scheduler that has workers."""
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            "no Dask scheduler answers at {address!r}: {error}. Expected an address such as "
            "tcp://127.0.0.1:8786; start one with: dask scheduler",
            address=address,
            error=error,
        ) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        client.close()
        raise InputError(
            "the Dask scheduler at {address} has no worker after {seconds} s; start "
            "one with: dask worker {address}",
            address=address,
            seconds=CONNECT_SECONDS,
        ) from error
    return client


def _itself(panel: Panel) -> Panel:
    return panel


def _score_on_worker(panel: Panel, truth: Outcome, task: Task, code: str) -> Scored:
    """Score a task on a machine that must run the same code."""
    if code_fingerprint() != code:
        raise InputError(
            "a Dask worker runs another version of airrank than this machine; install the same "
            "on all, or the results would not be those of one process"
        )
    return score_task(task.history(panel), truth, task)
