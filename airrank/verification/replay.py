"""Replay: a past year's weekly forecasts, each from what came before its day and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from threadpoolctl import threadpool_limits

from airrank.errors import InputError
from airrank.forecasting.files import read_week, versions, write_forecast
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.simulation.remainder import RemainderModel
from airrank.verification.backtest import origin_days
from airrank.verification.processes import in_processes


@dataclass(frozen=True)
class Wanted:
    """What decides the forecasts of a replay, besides the data."""

    year: int
    city: str
    goals: tuple[int, ...]
    draws: int = 10_000
    seed: int = 0
    rules: Rules = field(default_factory=Rules)


def replay(
    panel: Panel,
    wanted: Wanted,
    folder: Path,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[date]:
    """Write the forecasts of every Sunday of a year to ``folder/<day>/``.

    A week that is there, made with the same settings, data and versions, is kept; a run that was
    broken off goes on. The bytes depend on neither.

    Returns
    -------
    list of date
        The days, kept ones included.

    Raises
    ------
    InputError
        If the data do not span the year's Sundays, a folder cannot be written, or a week made by
        ``airrank weekly`` with other settings stands there.
    """
    days = [day for day in origin_days(wanted.year, "weekly") if day <= panel.last_day]
    if not days or days[0] < panel.first_day:
        raise InputError(
            "the data spans {first_day} … {last_day} and cannot replay {year}; choose a year "
            "inside",
            first_day=panel.first_day,
            last_day=panel.last_day,
            year=wanted.year,
        )
    todo = [day for day in days if not _kept(panel.until(day), wanted, folder / str(day))]
    for day in todo:
        if (folder / str(day) / "manifest.json").exists():
            raise InputError(
                "{folder} holds a weekly run with other settings, data or version; a replay "
                "does not replace it. Choose another folder with --out.",
                folder=folder / str(day),
            )
    done = len(days) - len(todo)
    calls = ((panel.until(day), wanted, folder / str(day)) for day in todo)
    if progress:
        progress(done, len(days))
    for _ in in_processes(_write, calls, jobs):
        done += 1
        if progress:
            progress(done, len(days))
    return days


def _kept(history: Panel, wanted: Wanted, folder: Path) -> bool:
    """Whether the forecast in a folder is the one wanted."""
    try:
        content = read_week(folder, history.cities).content
    except InputError:
        return False
    year = Period.of_year(wanted.year)
    settings = {
        **wanted.rules.as_dict(year),
        "model": RemainderModel.name,
        "draws": wanted.draws,
        "seed": wanted.seed,
    }
    if any(content["settings"].get(key) != value for key, value in settings.items()):
        return False
    expected = {
        "city": wanted.city,
        "panel": history.ranking_list.name,
        "data_fingerprint": history.fingerprint(),
        "versions": versions(),
    }
    goals = [goal["rank"] for goal in content["goals"]]
    return goals == list(wanted.goals) and all(content[k] == v for k, v in expected.items())


def _write(history: Panel, wanted: Wanted, folder: Path) -> None:
    """Make one forecast; its files are put in place whole."""
    with threadpool_limits(1, user_api="blas"):
        made = forecast_panel(
            history,
            history.last_day,
            draws=wanted.draws,
            seed=wanted.seed,
            rules=wanted.rules,
            goals=wanted.goals,
        )
    write_forecast(made, wanted.city, folder)
