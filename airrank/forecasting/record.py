"""The track record: the stored weekly forecasts, week by week, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting import scores
from airrank.forecasting.files import SCHEMA, forecast_json
from airrank.forecasting.outcomes import Outcome, outcome
from airrank.forecasting.result import Forecast
from airrank.panel import Panel
from airrank.periods import Period, parse_day
from airrank.ranking_table import Reading
from airrank.wording import Bilingual

WEEK = timedelta(days=7)
NEAR = timedelta(days=3)
"""A weekly run that came this much early or late still is that week's."""


@dataclass(frozen=True, eq=False)
class Week:
    """A stored forecast.

    Attributes
    ----------
    as_of : date
    content : dict
        Of ``forecast.json``.
    summary : DataFrame
        Of ``ranks.csv``, by city.
    distribution : DataFrame
        Probability of each rank, frame city × rank 1..n.
    """

    as_of: date
    content: dict[str, Any]
    summary: pd.DataFrame
    distribution: pd.DataFrame

    @classmethod
    def of(cls, forecast: Forecast, city: str) -> Week:
        """Give a forecast just made as a week of the record."""
        return cls(
            forecast.as_of,
            forecast_json(forecast, city),
            forecast.summary(),
            forecast.rank_distribution,
        )

    @property
    def year(self) -> int:
        """The year whose final rank was forecast."""
        return int(self.content["target_year"])

    @property
    def final(self) -> bool:
        """Whether nothing was left to forecast."""
        return (self.as_of.month, self.as_of.day) == (12, 31)

    def probability(self, city: str, goal: int) -> float:
        """Give P(final rank ≤ ``goal``) as forecast then."""
        row = self.distribution.loc[city].to_numpy(dtype=float)
        return float(row[:goal].sum().clip(0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Record:
    """The weeks that could be read, in order, and what is wrong with the others.

    Attributes
    ----------
    weeks : tuple of Week
    troubles : dict
        By day: why that week is not among them.
    """

    weeks: tuple[Week, ...]
    troubles: dict[date, str]

    def of_year(self, year: int) -> Record:
        """Give the part about one target year."""
        return Record(
            tuple(week for week in self.weeks if week.year == year),
            {day: why for day, why in self.troubles.items() if day.year == year},
        )


def read_record(folder: Path, cities: Sequence[str], *, before: date | None = None) -> Record:
    """Read the weekly forecasts ``folder/<day>/``.

    Parameters
    ----------
    folder : Path
    cities : sequence of str
        The ranking list's names; a forecast of another list is not part of the record.
    before : date, optional
        Only weeks before that day.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise InputError(
            f"cannot read the weekly forecasts in {folder}: {error}. Give the folder that "
            "airrank weekly --out or airrank track --replay wrote to."
        ) from error
    weeks: list[Week] = []
    troubles: dict[date, str] = {}
    for path in found:
        day = _day(path.name)
        if day is None or (before is not None and day >= before):
            continue
        try:
            weeks.append(read_week(path, cities))
        except InputError as error:
            troubles[day] = error.args[0]
    for day in _absent([week.as_of for week in weeks] + list(troubles)):
        troubles[day] = Bilingual("no forecast of this week", "本周没有预测")
    return Record(tuple(weeks), dict(sorted(troubles.items())))


def _day(name: str) -> date | None:
    try:
        return parse_day(name)
    except InputError:
        return None


def _absent(days: list[date]) -> list[date]:
    """Give the weekly days between the first and last of a year near which there is none."""
    absent = []
    for year in {day.year for day in days}:
        there = sorted(day for day in days if day.year == year)
        for one, other in pairwise(there):
            expected = one + WEEK
            while other - expected > NEAR:
                absent.append(expected)
                expected += WEEK
    return absent


def read_week(folder: Path, cities: Sequence[str]) -> Week:
    """Read one stored forecast.

    Raises
    ------
    InputError
        If a file is missing, damaged, or of another day or ranking list.
    """
    try:
        content = json.loads((folder / "forecast.json").read_text(encoding="utf-8"))
        summary = pd.read_csv(folder / "ranks.csv", index_col="city", encoding="utf-8-sig")
        table = pd.read_parquet(folder / "rank_distribution.parquet").set_index("city")
        of_the_list = all(
            len(part) == len(cities) and set(part.index) == set(cities) for part in (table, summary)
        )
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        raise InputError(
            Bilingual(f"{name} is missing in {folder}", f"{folder}中缺少{name}")
        ) from error
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise InputError(
            Bilingual(f"a file in {folder} is damaged: {error}", f"{folder}中有文件损坏：{error}")
        ) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        path = folder / "forecast.json"
        raise InputError(
            Bilingual(f"{path}: expected the schema {SCHEMA}", f"{path}：应为{SCHEMA}格式")
        )
    if content.get("as_of") != folder.name:
        path, day = folder / "forecast.json", content.get("as_of")
        raise InputError(
            Bilingual(
                f"{path} is as of {day}, the folder says {folder.name}",
                f"{path}截至{day}，与文件夹名{folder.name}不符",
            )
        )
    ranks = [str(k) for k in range(1, len(cities) + 1)]
    if not of_the_list:
        raise InputError(
            Bilingual(
                f"the forecast in {folder} is of another ranking list",
                f"{folder}中的预测属于另一排名名单",
            )
        )
    sums = table.sum(axis=1).to_numpy()
    if list(table.columns) != ranks or not np.allclose(sums, 1.0, atol=1e-6):
        path = folder / "rank_distribution.parquet"
        raise InputError(
            Bilingual(
                f"{path}: expected probabilities of the ranks 1 to {len(cities)} that add up to 1",
                f"{path}：应为第1至{len(cities)}名的概率，且合计为1",
            )
        )
    return Week(parse_day(folder.name), content, summary, table.loc[list(cities)])


def record_table(record: Record, city: str, goals: Sequence[int]) -> pd.DataFrame:
    """Give what each week said of a city.

    Returns
    -------
    DataFrame
        By as_of: ``target_year, rank`` (to date), ``median, lo80, hi80`` of the final rank and
        ``p_rank_le_<goal>``.
    """
    rows = []
    for week in record.weeks:
        said: Any = week.summary.loc[city]
        rows.append(
            {
                "target_year": week.year,
                "rank": said["ytd_rank"],
                "median": said["rank_median"],
                "lo80": said["rank_lo80"],
                "hi80": said["rank_hi80"],
                **{f"p_rank_le_{goal}": week.probability(city, goal) for goal in goals},
            }
        )
    index = pd.Index([week.as_of for week in record.weeks], name="as_of")
    columns = ["target_year", "rank", "median", "lo80", "hi80"]
    columns += [f"p_rank_le_{goal}" for goal in goals]
    return pd.DataFrame(rows, index=index, columns=columns)


def outcomes(record: Record, panel: Panel) -> tuple[dict[int, Outcome], dict[int, str]]:
    """Give the outcome of each target year, and why there is none of the others.

    The outcome is reckoned by the rules of the year's last stored week.
    """
    known: dict[int, Outcome] = {}
    open_: dict[int, str] = {}
    settings = {week.year: week.content["settings"] for week in record.weeks}
    for year, chosen in settings.items():
        weights = chosen["weights"]
        reading = Reading(
            chosen["edition"],
            chosen["dust"],
            chosen["rounding"],
            None if weights == "equal" else tuple(weights),
        )
        try:
            known[year] = outcome(panel, Period(date(year, 1, 1), date(year, 12, 31)), reading)
        except InsufficientDataError as error:
            open_[year] = str(error)
    return known, open_


def score_record(
    record: Record, known: dict[int, Outcome], city: str, goals: Sequence[int]
) -> pd.DataFrame:
    """Score the weeks whose outcome is known.

    Returns
    -------
    DataFrame
        By as_of: ``outcome`` (final rank), ``rank_error`` (median minus outcome), ``inside_80``,
        ``rps`` and ``brier_<goal>`` of the city; over all cities with a valid year ``mae_all``,
        ``rps_all`` and ``coverage_80_all``. A city without a valid year has only the latter.
    """
    rows = {}
    for week in record.weeks:
        if week.year not in known:
            continue
        truth = known[week.year]
        on = truth.scored
        here = week.distribution.index.get_loc(city)
        said = week.summary.loc[week.distribution.index]
        rps = scores.ranked_probability_score(week.distribution.to_numpy(), truth.rank)
        error = said["rank_median"].to_numpy() - truth.rank
        low, high = said["rank_lo80"].to_numpy(), said["rank_hi80"].to_numpy()
        inside = (low <= truth.rank) & (truth.rank <= high)
        row: dict[str, float] = {}
        if on[here]:
            row = {
                "outcome": float(truth.rank[here]),
                "rank_error": float(error[here]),
                "inside_80": float(inside[here]),
                "rps": float(rps[here]),
            }
            for goal in goals:
                p = np.array([week.probability(city, goal)])
                hit = np.array([truth.rank[here] <= goal])
                row[f"brier_{goal}"] = float(scores.brier_score(p, hit)[0])
        row["mae_all"] = float(np.abs(error)[on].mean())
        row["rps_all"] = float(rps[on].mean())
        row["coverage_80_all"] = float(inside[on].mean())
        rows[week.as_of] = row
    columns = ["outcome", "rank_error", "inside_80", "rps", *(f"brier_{g}" for g in goals)]
    columns += ["mae_all", "rps_all", "coverage_80_all"]
    index = pd.Index(list(rows), name="as_of")
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)
