"""What a backtest's folder says about the forecasts, for a report to show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.forecasting.backtest import MODELS, Backtest
from airrank.forecasting.scored import Scored
from airrank.forecasting.skill import best_baseline
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NEEDED = {"as_of", "model", "target_year", "lead_days", "draws", "rank_mae", "rps", "coverage_80"}
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
    scores = _scores(folder / "scores.csv")
    goals = tuple(int(m[1]) for column in scores if (m := _GOAL.fullmatch(str(column))))
    model = judged(scores)
    results = []
    for row in scores[scores["model"] == model].itertuples():
        path = folder / "distributions" / f"{row.as_of}_{model}.parquet"
        scored = _distribution(path)
        same = ("draws", "lead_days", "rps")
        if any(abs(float(scored.row[key]) - float(getattr(row, key))) > 1e-6 for key in same):
            raise _wrong(path, f"it is not the forecast that scores.csv lists as of {row.as_of}")
        if set(scored.table.index) != set(names.names):
            raise InputError(
                f"{path} ranks {len(scored.table)} cities that are not the {len(names)} of the "
                f"report's list {names.name!r}; give a backtest of the same list, made with "
                f"airrank backtest --panel {names.name}"
            )
        results.append(scored)
    return Backtest(results, scores, goals)


def judged(scores: pd.DataFrame) -> str:
    """Name the model that the evidence is about: the first that was run, ours before all."""
    run = set(scores["model"])
    return next(model for model in MODELS if model in run)


def evidence_makers(
    result: Backtest, lang: Lang
) -> dict[str, Callable[[], tuple[Figure, pd.DataFrame]]]:
    """Give the figures of a backtest; without a baseline there is none to be better than."""
    from airrank.plots.reliability import reliability_figure
    from airrank.plots.skill import skill_figure

    model = judged(result.scores)
    makers = {"reliability": lambda: reliability_figure(result, model, lang=lang)}
    if len(best_baseline(result.scores, "rps")):
        makers["skill"] = lambda: skill_figure(result.scores, lang=lang)
    return makers


def _scores(path: Path) -> pd.DataFrame:
    try:
        scores = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise _wrong(path, str(error)) from error
    lacking = sorted(_NEEDED - set(scores))
    if lacking:
        raise _wrong(path, f"it lacks {', '.join(lacking)}")
    unknown = sorted(set(map(str, scores["model"])) - set(MODELS))
    if unknown or scores.empty:
        raise _wrong(path, f"expected scores of {', '.join(MODELS)}, found {unknown or 'none'}")
    return scores


def _distribution(path: Path) -> Scored:
    try:
        arrow = pq.read_table(path)
        row = json.loads((arrow.schema.metadata or {})[b"row"])
        table = arrow.replace_schema_metadata().to_pandas().set_index("city")
    except (OSError, pa.ArrowInvalid, KeyError, ValueError) as error:
        raise _wrong(path, str(error)) from error
    return Scored(row, table)


def _wrong(path: Path, found: str) -> InputError:
    return InputError(
        f"cannot use the backtest file {path}: {found}. "
        "Expected a folder written by one run of airrank backtest --out; make it anew."
    )
