"""One forecast of a backtest, scored: its row of scores, its distribution, its file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from airrank._version import __version__
from airrank.forecasting.files import parquet_bytes
from airrank.forecasting.result import INTERVALS, rank_probabilities
from airrank.ingest.foreign_json import parse_json
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.verification import scores
from airrank.verification.baselines import get_model
from airrank.verification.forecasters import told
from airrank.verification.outcomes import Outcome, draw_index
from airrank.whole import write_whole

FORMAT = 1
"""Raised when the content of the files changes: older ones are then made afresh."""
CODE = ("forecasting", "rules", "simulation", "verification")
"""Packages whose code decides the result; a forecast of other code is made afresh."""


@cache
def code_fingerprint() -> str:
    """SHA-256 of the code that makes a forecast: a model under work has no new version yet."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(p for name in CODE for p in (package / name).glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Task:
    """What determines a scored forecast, besides the data."""

    as_of: date
    model: str
    period: Period
    rules: Rules
    draws: int
    seed: int
    goals: tuple[int, ...]

    @property
    def file_name(self) -> str:
        """Name of its file of the distribution."""
        return f"{self.as_of}_{self.model}.parquet"

    def history(self, panel: Panel) -> Panel:
        """Give what the model may know of all that is known by now."""
        return told(panel, self.model, self.as_of, self.period)

    def key(self, data: str, truth: Outcome) -> str:
        """SHA-256 of all that determines the result.

        Parameters
        ----------
        data : str
            Fingerprint of the history.
        truth : Outcome
        """
        settings = {"format": FORMAT, "version": __version__, "data": data}
        settings |= {"code": code_fingerprint(), **asdict(self)}
        digest = hashlib.sha256(json.dumps(settings, default=str, sort_keys=True).encode())
        for array in (truth.index, truth.rank, truth.scored):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Scored:
    """A scored forecast.

    Attributes
    ----------
    row : dict
        One row of ``scores.csv``.
    table : DataFrame
        By city: ``outcome_rank``, ``outcome_index``, ``scored``, ``rank_median``,
        ``index_median``, ``pit`` and the probability of each rank, ``1`` … ``n``.
    """

    row: dict[str, Any]
    table: pd.DataFrame

    def probability(self, rank: int) -> pd.Series[float]:
        """P(rank ≤ ``rank``) of each scored city."""
        columns = [str(k) for k in range(1, rank + 1)]
        return self.table.loc[self.table["scored"], columns].sum(axis=1)


def score_task(history: Panel, truth: Outcome, task: Task) -> Scored:
    """Draw one forecast from the history alone, and score it.

    Bytes do not depend on where it runs: linear algebra keeps to one thread.
    """
    with threadpool_limits(1, user_api="blas"):
        model = get_model(task.model)
        index = draw_index(model, history, task.period, task.rules, task.draws, task.seed)
    ranks = rank_array(index, ties=task.rules.ties)
    on = truth.scored
    n = ranks.shape[1]
    probabilities = rank_probabilities(ranks, n)
    middle = scores.median(ranks)
    row: dict[str, Any] = {
        "as_of": str(task.as_of),
        "model": task.model,
        "period": str(task.period),
        "lead_days": (task.period.end - task.as_of).days,
        "cities": int(on.sum()),
        "draws": task.draws,
        "rank_mae": float(np.abs(middle - truth.rank)[on].mean()),
        "rps": float(scores.ranked_probability_score(probabilities, truth.rank)[on].mean()),
        "crps": float(scores.sample_crps(index[:, on] / 100, truth.index[on] / 100).mean()),
    }
    for goal in task.goals:
        p, hit = probabilities[:, :goal].sum(axis=1)[on], (truth.rank <= goal)[on]
        row[f"log_score_{goal}"] = float(scores.log_score(p, hit, task.draws).mean())
        row[f"brier_{goal}"] = float(scores.brier_score(p, hit).mean())
    for level in INTERVALS:
        row[f"coverage_{level}"] = float(scores.covered(ranks, truth.rank, level)[on].mean())
    low, high = scores.interval(ranks, 80)
    row["width_80"] = float((high - low)[on].mean())
    head = pd.DataFrame(
        {
            "outcome_rank": truth.rank,
            "outcome_index": truth.index / 100,
            "scored": on,
            "rank_median": middle,
            "index_median": scores.median(index) / 100,
            "pit": scores.randomised_pit(ranks, truth.rank, task.seed),
        },
        index=pd.Index(history.cities, name="city"),
    )
    names = [str(k) for k in range(1, n + 1)]
    body = pd.DataFrame(probabilities, index=head.index, columns=names)
    return Scored(row, pd.concat([head, body], axis=1))


def write_scored(result: Scored, path: Path, key: str) -> None:
    """Write a scored forecast; the file is there whole or not at all."""
    arrow = pa.Table.from_pandas(result.table.reset_index(), preserve_index=False)
    arrow = arrow.replace_schema_metadata({"key": key, "row": json.dumps(result.row)})
    write_whole(path, parquet_bytes(arrow))


ROW = {
    **dict.fromkeys(("as_of", "model", "period"), str),
    **dict.fromkeys(("lead_days", "cities", "draws"), int),
    **dict.fromkeys(("rank_mae", "rps", "crps"), float),
}
"""Shape of the row of scores that a file keeps; further scores depend on the goals."""


def read_row(arrow: pa.Table, path: Path) -> dict[str, Any]:
    """Give the row of scores of a file of :func:`write_scored`.

    Raises
    ------
    InputError
        If it has none, or a damaged one.
    """
    kept = (arrow.schema.metadata or {}).get(b"row", b"")
    row: dict[str, Any] = parse_json(kept, path, ROW)
    return row


def read_scored(path: Path, key: str) -> Scored | None:
    """Read a scored forecast; None if there is none of these settings and this data."""
    if not path.is_file():
        return None
    try:
        arrow = pq.read_table(path)
        metadata = arrow.schema.metadata or {}
        if metadata.get(b"key") != key.encode():
            return None
        table = arrow.replace_schema_metadata().to_pandas().set_index("city")
        return Scored(read_row(arrow, path), table)
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException):
        return None  # damaged: it is made afresh


def scores_frame(results: Sequence[Scored]) -> pd.DataFrame:
    """Give one row per as_of × model, in that order, with the unrest of the forecast.

    ``median_change`` is the mean absolute change of the cities' median rank since the origin
    before of the same year and model (stability; NaN at the first).
    """
    ordered = sorted(results, key=lambda r: (r.row["as_of"], r.row["model"]))
    rows = []
    before: dict[tuple[str, int], pd.Series[int]] = {}
    for result in ordered:
        medians = result.table.loc[result.table["scored"], "rank_median"]
        same = (result.row["model"], result.row["period"])
        change = float((medians - before[same]).abs().mean()) if same in before else float("nan")
        before[same] = medians
        rows.append({**result.row, "median_change": change})
    return pd.DataFrame(rows)
