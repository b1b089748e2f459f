"""The files of a forecast: the same input, seed and version give the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank._version import __version__
from airrank.errors import InputError, writing
from airrank.forecasting.chance import share_as_chance
from airrank.forecasting.result import INTERVALS, Forecast
from airrank.ingest.foreign_json import Each, Every, check_shape, read_json
from airrank.own_json import to_json
from airrank.periods import Period, as_period, parse_day, parse_period
from airrank.rules.choices import Rules
from airrank.rules.ranking import TIE_RULES
from airrank.whole import write_whole
from airrank.words import Chance, Text, said

SCHEMA = "airrank/forecast/2"
"""Of ``forecast.json``; the first had ``target_year`` for ``period``."""
FIRST_SCHEMA = "airrank/forecast/1"
FORECAST = "forecast.json"
LIBRARIES = ("numpy", "pandas", "scipy")
_RANKS = ("rank_median", "rank_lo80", "rank_hi80")
_COLUMNS = ("ytd_rank", "ytd_index", *_RANKS)
"""Of ``ranks.csv``: what is read of a stored forecast."""
_SHAPE = {
    **dict.fromkeys(("city", "panel", "data_fingerprint"), str),
    "as_of": parse_day,
    "period": parse_period,
    "goals": Each({"rank": int, "probability": float}),
    "settings": Every((str, float, Each(float))),
    "versions": Every(str),
}
_READING = {
    **dict.fromkeys(("edition", "dust", "rounding"), str),
    "weights": (str, Each(float)),
    "ties?": str,
    "draws": int,
}
"""Of the settings: how the rules were read."""


def versions(more: Sequence[str] = ()) -> dict[str, str]:
    """Give the versions of airrank, of the libraries that decide its numbers, and of some more."""
    return {"airrank": __version__, **{name: version(name) for name in (*LIBRARIES, *more)}}


def _count(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def forecast_json(forecast: Forecast, city: str) -> dict[str, Any]:
    """Give the forecast of one city with all that made it, as JSON content."""
    row = forecast.of_city(city)
    return {
        "schema": SCHEMA,
        "city": city,
        "panel": forecast.ranking_list.name,
        "cities": len(forecast.cities),
        "as_of": str(forecast.as_of),
        "period": str(forecast.period),
        "year_to_date": {
            "rank": _count(row["ytd_rank"]),
            "tied": _count(forecast.year_to_date["tied"].get(city)),
            "index": None if math.isnan(row["ytd_index"]) else row["ytd_index"],
            **(
                {"rank_dust_kept": _count(row["ytd_rank_dust_kept"])}
                if "ytd_rank_dust_kept" in row
                else {}
            ),
        },
        "rank": {
            "median": int(row["rank_median"]),
            "intervals": {
                str(level): [int(row[f"rank_lo{level}"]), int(row[f"rank_hi{level}"])]
                for level in INTERVALS
            },
        },
        "index": {
            "median": row["index_median"],
            "intervals": {
                str(level): [row[f"index_lo{level}"], row[f"index_hi{level}"]]
                for level in INTERVALS
            },
        },
        "goals": [
            {
                "rank": goal,
                "probability": row[f"p_rank_le_{goal}"],
                "shown": Chance(row[f"p_rank_le_{goal}"], forecast.final).in_words("en"),
            }
            for goal in forecast.goals
        ],
        "settings": {key: said(value, "en") for key, value in forecast.settings.items()},
        "caveats": [caveat.in_words("en") for caveat in forecast.caveats],
        "data_fingerprint": forecast.fingerprint,
        "versions": versions(),
    }


def parquet_bytes(table: pa.Table) -> bytes:
    """Give a table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_forecast(forecast: Forecast, city: str, folder: Path) -> list[str]:
    """Write ``forecast.json``, ``ranks.csv`` and ``rank_distribution.parquet``.

    Returns
    -------
    list of str
        The names of the files written.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    with writing(Text("the forecast"), folder):
        ranks = forecast.summary().to_csv(lineterminator="\n", float_format="%.6g")
        write_whole(folder / "ranks.csv", "\ufeff" + ranks)
        table = forecast.rank_distribution
        table.columns = [str(rank) for rank in table.columns]
        arrow = pa.Table.from_pandas(table.reset_index(), preserve_index=False)
        content = parquet_bytes(arrow.replace_schema_metadata())
        write_whole(folder / "rank_distribution.parquet", content)
        # The last: where it is, the others are whole and of the same forecast.
        write_whole(folder / FORECAST, to_json(forecast_json(forecast, city)))
    return [FORECAST, "ranks.csv", "rank_distribution.parquet"]


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
    def period(self) -> Period:
        """The days whose final ranks were forecast."""
        return as_period(self.content["period"])

    @property
    def rules(self) -> Rules:
        """How the forecast read the rules."""
        chosen = self.content["settings"]
        weights = chosen["weights"]
        return Rules(
            chosen["edition"],
            chosen["dust"],
            chosen["rounding"],
            None if weights == "equal" else tuple(weights),
            ties=chosen.get("ties", TIE_RULES[0]),
        )

    @property
    def made_by(self) -> str:
        """What decides the forecast of all cities: weeks of several cities that agree are one."""
        keys = ("as_of", "period", "panel", "settings", "data_fingerprint", "versions")
        return json.dumps([self.content.get(key) for key in keys], sort_keys=True)

    @property
    def final(self) -> bool:
        """Whether nothing was left to forecast."""
        return self.as_of >= self.period.end

    def probability(self, city: str, goal: int) -> float:
        """Give P(final rank ≤ ``goal``) as forecast then."""
        row = self.distribution.loc[city].to_numpy(dtype=float)
        draws = int(self.content["settings"]["draws"])
        return float(share_as_chance(row[:goal].sum() * draws, draws, final=self.final))


def _read_content(path: Path) -> dict[str, Any]:
    """Read ``forecast.json``; one of the first schema becomes one of today's."""
    content: dict[str, Any] = read_json(path, {"schema": str})
    if content["schema"] == FIRST_SCHEMA:
        check_shape(content, path, {"target_year": int})
        content = {**content, "schema": SCHEMA, "period": str(content["target_year"])}
    if content["schema"] != SCHEMA:
        raise InputError("{path}: expected the schema {schema}", path=path, schema=SCHEMA)
    check_shape(content, path, _SHAPE)
    check_shape(content["settings"], path, _READING, "settings")
    if content["settings"]["draws"] < 1:
        raise InputError(
            "{path}: expected at least one draw, found {found}",
            path=path,
            found=content["settings"]["draws"],
        )
    return content


def _read_frames(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the summary and the distribution: numbers by city."""
    path = folder / "ranks.csv"
    try:
        summary = pd.read_csv(path, index_col="city", encoding="utf-8-sig")
        summary = summary.astype(dict.fromkeys(_COLUMNS, float))
        path = folder / "rank_distribution.parquet"
        table = pd.read_parquet(path).set_index("city").astype(float)
        table.index = table.index.map(str)
    except FileNotFoundError as error:
        raise InputError("{name} is missing in {folder}", name=path.name, folder=folder) from error
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
        raise InputError("{path} is damaged: {error}", path=path, error=error) from error
    if not np.isfinite(summary[[*_RANKS]].to_numpy()).all():
        raise InputError("{path} is damaged: {error}", path=path, error=Text("ranks are missing"))
    return summary, table


def read_week(folder: Path, cities: Sequence[str], day: date | None = None) -> Week:
    """Read one stored forecast, of a day or of that which names the folder.

    Raises
    ------
    InputError
        If a file is missing, damaged, or of another day or ranking list.
    """
    path = folder / FORECAST
    if not path.is_file():
        raise InputError("{name} is missing in {folder}", name=path.name, folder=folder)
    content = _read_content(path)
    summary, table = _read_frames(folder)
    named = folder.name if day is None else str(day)
    if content["as_of"] != named:
        raise InputError(
            "{path} is as of {day}, the folder says {folder}",
            path=path,
            day=content["as_of"],
            folder=named,
        )
    ranks = [str(k) for k in range(1, len(cities) + 1)]
    if any(sorted(map(str, part.index)) != sorted(cities) for part in (table, summary)):
        raise InputError("the forecast in {folder} is of another ranking list", folder=folder)
    share = table.to_numpy()
    sound = list(table.columns) == ranks and ((share >= 0) & (share <= 1)).all()
    if not (sound and np.allclose(share.sum(axis=1), 1.0, atol=1e-6)):
        path = folder / "rank_distribution.parquet"
        raise InputError(
            "{path}: expected probabilities of the ranks 1 to {number} that add up to 1",
            path=path,
            number=len(cities),
        )
    week = Week(parse_day(named), content, summary, table.loc[list(cities)])
    try:
        week.rules.on(week.period)
    except InputError as error:
        raise InputError("{path}: {error}", path=folder / FORECAST, error=error) from error
    return week
