"""What a backtest's folder says about the forecasts, for a report to show."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.forecasting.result import INTERVALS
from airrank.periods import as_period
from airrank.report.section import Picture
from airrank.verification.backtest import MODELS, Backtest
from airrank.verification.scored import Scored, read_row
from airrank.verification.skill import best_baseline
from airrank.words import Listed, Text

_NUMBERS = {"lead_days", "draws", "rank_mae", "rps", "crps", "median_change"}
_NUMBERS |= {f"coverage_{level}" for level in INTERVALS}
_GOAL = re.compile(r"log_score_(\d+)")


def read_backtest(folder: Path, names: RankingList) -> Backtest:
    """Read what ``airrank backtest --out`` wrote.

    Parameters
    ----------
    folder : Path
        Holds ``scores.csv`` and ``distributions/``.
    names : RankingList
        The report's list; forecasts of other cities say nothing about it.

    Returns
    -------
    Backtest
        With all scores, and the distributions of the model that is judged: ours if it was run,
        else the first.

    Raises
    ------
    InputError
        If a file is missing or cannot be read, belongs to another run, or ranks other cities.
    """
    path = folder / "scores.csv"
    scores = _scores(path)
    goals = tuple(int(m[1]) for column in scores if (m := _GOAL.fullmatch(str(column))))
    if not all(1 <= goal <= len(names) for goal in goals):
        wrong = Text(
            "its goals {goals} are not ranks of {number} cities", goals=goals, number=len(names)
        )
        raise _wrong(path, wrong)
    model = judged(scores)
    results = []
    for row in scores[scores["model"] == model].itertuples():
        path = folder / "distributions" / f"{row.as_of}_{model}.parquet"
        scored = _distribution(path, names)
        same = ("draws", "lead_days", "rps")
        if any(abs(float(scored.row[key]) - float(getattr(row, key))) > 1e-6 for key in same):
            wrong = Text(
                "it is not the forecast that scores.csv lists as of {as_of}", as_of=row.as_of
            )
            raise _wrong(path, wrong)
        results.append(scored)
    return Backtest(results, scores, goals)


def judged(scores: pd.DataFrame) -> str:
    """Name the model that the evidence is about: the first that was run, ours before all."""
    run = set(scores["model"])
    return next(model for model in MODELS if model in run)


def evidence_figures(result: Backtest) -> dict[str, Picture]:
    """Give the figures of a backtest; without a baseline there is none to be better than."""
    from airrank.plots.reliability import reliability_figure
    from airrank.plots.skill import skill_figure

    made = {
        "reliability": Picture(partial(reliability_figure, result, judged(result.scores))),
    }
    if len(best_baseline(result.scores, "rps")):
        made["skill"] = Picture(partial(skill_figure, result.scores))
    return made


def _scores(path: Path) -> pd.DataFrame:
    try:
        texts = dict.fromkeys(("as_of", "model", "period", "target_year"), str)
        scores = pd.read_csv(path, dtype=texts).rename(columns={"target_year": "period"})  # of 0.1
        numbers = sorted(_NUMBERS)
        scores[numbers] = scores[numbers].astype(float)
        for day in scores["as_of"]:
            date.fromisoformat(day)
        for period in scores["period"]:
            as_period(period)
        unknown = set(scores["model"]) - set(MODELS)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _wrong(path, error) from error
    if unknown or scores.empty:
        wrong = Text(
            "expected scores of {models}, found {found}",
            models=Listed(MODELS),
            found=Listed(sorted(map(str, unknown))),
        )
        raise _wrong(path, wrong)
    return scores


def _distribution(path: Path, names: RankingList) -> Scored:
    """Read the file of one forecast, and check that it ranks the cities of the report."""
    try:
        arrow = pq.read_table(path)
        row = read_row(arrow, path)
        table = arrow.replace_schema_metadata().to_pandas().set_index("city")
        ranked = set(table.index)
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
        raise _wrong(path, error) from error
    if ranked != set(names.names):
        raise InputError(
            "{path} ranks {ranked} cities that are not the {number} of the report's list "
            "{panel!r}; give a backtest of the same list: airrank backtest --panel",
            path=path,
            ranked=len(table),
            number=len(names),
            panel=names.name,
        )
    wanted = {"scored", "outcome_rank", *map(str, range(1, len(names) + 1))}
    if not wanted <= set(table):
        raise _wrong(path, Text("it lacks columns"))
    return Scored(row, table)


def _wrong(path: Path, found: Text | Exception) -> InputError:
    return InputError(
        "cannot use the backtest file {path}: {found}. Expected a folder written by one run of "
        "airrank backtest --out; make it anew.",
        path=path,
        found=found,
    )
