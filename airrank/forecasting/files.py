"""The files of a forecast: the same input, seed and version give the same bytes."""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank._version import __version__
from airrank.errors import InputError
from airrank.forecasting.result import INTERVALS, Forecast
from airrank.wording import probability_text

SCHEMA = "airrank/forecast/1"
"""Of ``forecast.json``."""
LIBRARIES = ("numpy", "pandas", "scipy")


def versions() -> dict[str, str]:
    """Give the versions of airrank and of the libraries that decide a forecast's numbers."""
    return {"airrank": __version__, **{name: version(name) for name in LIBRARIES}}


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
        "target_year": forecast.target_year,
        "year_to_date": {
            "rank": _count(row["ytd_rank"]),
            "tied": _count(forecast.year_to_date["tied"].get(city)),
            "index": None if math.isnan(row["ytd_index"]) else row["ytd_index"],
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
                "shown": probability_text(row[f"p_rank_le_{goal}"], final=forecast.final),
            }
            for goal in forecast.goals
        ],
        "settings": forecast.settings,
        "caveats": list(forecast.caveats),
        "data_fingerprint": forecast.fingerprint,
        "versions": versions(),
    }


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps(forecast_json(forecast, city), ensure_ascii=False, indent=2)
        (folder / "forecast.json").write_text(content + "\n", encoding="utf-8")
        forecast.summary().to_csv(
            folder / "ranks.csv", encoding="utf-8-sig", lineterminator="\n", float_format="%.6g"
        )
        table = forecast.rank_distribution
        table.columns = [str(rank) for rank in table.columns]
        arrow = pa.Table.from_pandas(table.reset_index(), preserve_index=False)
        pq.write_table(
            arrow.replace_schema_metadata(),
            folder / "rank_distribution.parquet",
            compression="zstd",
        )
    except OSError as error:
        raise InputError(
            f"cannot write the forecast to {folder}: {error}. Choose another folder with --out."
        ) from error
    return ["forecast.json", "ranks.csv", "rank_distribution.parquet"]
