"""A fitted model kept in a file: plain numbers as JSON, and a card that says what it is.

Kept are the parameters estimated over all cities (:class:`~airrank.simulation.levels.Parameters`);
where each city stands is always predicted from the data at hand. A fitted model is used only for
the data it was fitted to and for the weeks after.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank._version import __version__
from airrank.errors import InputError, writing
from airrank.ingest.foreign_json import Each, Maybe, parse_json
from airrank.ingest.limits import LARGEST_LIST, read_bytes, read_text
from airrank.panel import Panel
from airrank.rules.standards import POLLUTANTS, shipped_folder
from airrank.simulation.bands import BANDWIDTHS
from airrank.simulation.blocks import finite_array
from airrank.simulation.components import COMPONENTS
from airrank.simulation.correction import Correction
from airrank.simulation.levels import Parameters
from airrank.simulation.remainder import RemainderModel
from airrank.terms import DUST_MODES
from airrank.whole import write_whole
from airrank.words import Listed, Text

SCHEMA = "airrank/model/3"
DIVISIONS = ("months", "half_months")
MAX_AGE = 92
"""Days after which parameters are estimated afresh."""
WIDEST = 3.0
"""Standard deviation of a level's logarithm over cities and months that no data have; the bundled
model has up to 0.43."""
MODEL, CARD = "model.json", "card.md"
SHAPES = {
    "mix": (len(BANDWIDTHS) + 1, len(POLLUTANTS), len(POLLUTANTS)),
    "variances": (len(BANDWIDTHS) + 1, len(POLLUTANTS), len(COMPONENTS)),
}
"""Arrays of each division into blocks: by band and mix of pollutants."""


_ARRAYS = dict.fromkeys(SHAPES, list)
_SHAPE = {
    **dict.fromkeys(("schema", "airrank", "panel", "dust", "data_fingerprint"), str),
    **dict.fromkeys(("first", "until"), date.fromisoformat),
    **dict.fromkeys(("pollutants", "components"), Each(str)),
    **dict.fromkeys(DIVISIONS, _ARRAYS),
    "correction": Maybe({"coefficients": list, "ahead": list, "latest": int}),
}
_HASH = re.compile(rf"`{re.escape(MODEL)}` \(SHA-256\): `([0-9a-f]{{64}})`")


@dataclass(frozen=True, eq=False)
class Fitted:
    """Parameters of the remainder model, and the data they were estimated from.

    Attributes
    ----------
    panel : str
        Name of the ranking list.
    first, until : date
        First and last day of the data.
    dust : str
        Dust mode in which the data was read.
    fingerprint : str
        SHA-256 of the data, as :meth:`airrank.panel.Panel.fingerprint` gives it.
    version : str
        Of airrank.
    parameters : tuple of Parameters
        For months and half months.
    """

    panel: str
    first: date
    until: date
    dust: str
    fingerprint: str
    version: str
    parameters: tuple[Parameters, ...]

    @classmethod
    def of(cls, history: Panel, *, dust: str) -> Fitted:
        """Fit the model to a history."""
        return cls(
            panel=history.ranking_list.name,
            first=history.first_day,
            until=history.last_day,
            dust=dust,
            fingerprint=history.fingerprint(),
            version=__version__,
            parameters=RemainderModel(history.without_dust(dust)).parameters,
        )

    def misfit(self, history: Panel, *, dust: str) -> Text | None:
        """Say why the parameters do not serve a forecast from a history; None if they do."""
        if self.version != __version__:
            return Text(
                "was made by airrank {version}, this is {here}",
                version=self.version,
                here=__version__,
            )
        if self.dust != dust:
            return Text(
                "reads dust days as {own}, not {wanted}",
                own=DUST_MODES.get(self.dust, self.dust),
                wanted=DUST_MODES.get(dust, dust),
            )
        last = history.last_day
        if self.until > last:
            return Text("has seen data until {until}, after {last}", until=self.until, last=last)
        if (last - self.until).days > MAX_AGE:
            return Text(
                "ends on {until}, more than {days} days before {last}",
                until=self.until,
                days=MAX_AGE,
                last=last,
            )
        if (
            self.first < history.first_day
            or history.until(self.until).fingerprint() != self.fingerprint
        ):
            return Text("was fitted to other data")
        return None

    def as_text(self) -> str:
        """Give the file's content; the same fit gives the same text."""
        content: dict[str, Any] = {
            "schema": SCHEMA,
            "model": RemainderModel.name,
            "airrank": self.version,
            "panel": self.panel,
            "first": str(self.first),
            "until": str(self.until),
            "dust": self.dust,
            "data_fingerprint": self.fingerprint,
            "pollutants": list(POLLUTANTS),
            "components": list(COMPONENTS),
        }
        for name, part in zip(DIVISIONS, self.parameters, strict=True):
            content[name] = {key: getattr(part, key).tolist() for key in SHAPES}
        correction = self.parameters[0].correction
        content["correction"] = correction and correction.content()
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def digest(self) -> str:
        """SHA-256 of the file's content."""
        return hashlib.sha256(self.as_text().encode()).hexdigest()


def read_fitted(folder: Path) -> Fitted:
    """Read a fitted model that :func:`write_fitted` wrote.

    Raises
    ------
    InputError
        If there is none, or the file is not as expected.
    """
    path = folder / MODEL
    try:
        kept = read_bytes(path, LARGEST_LIST)
    except InputError as error:
        raise InputError(
            "no fitted model at {path}: {error}. Make one with airrank fit --out DIR.",
            path=folder,
            error=error,
        ) from error
    try:
        content = parse_json(kept, path, _SHAPE)
        _check_kind(content)
        months, half_months = (_parameters(content[name], name) for name in DIVISIONS)
        months = replace(months, correction=Correction.read(content["correction"]))
        _check_card(folder / CARD, kept)
        return Fitted(
            panel=content["panel"],
            first=date.fromisoformat(content["first"]),
            until=date.fromisoformat(content["until"]),
            dust=content["dust"],
            fingerprint=content["data_fingerprint"],
            version=content["airrank"],
            parameters=(months, half_months),
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            "{path} is no fitted model of airrank: {error}. Make it anew with airrank fit.",
            path=path,
            error=error,
        ) from error


def _check_card(path: Path, model: bytes) -> None:
    """Refuse a model that is not the one its card describes."""
    described = _HASH.search(read_text(path, Text("the card")))
    if described is None or hashlib.sha256(model).hexdigest() != described[1]:
        raise InputError(
            "it is not the model that {path} describes: its SHA-256 differs", path=path
        )


def _check_kind(content: dict[str, Any]) -> None:
    if content["schema"] != SCHEMA:
        raise InputError("expected the schema {schema}", schema=SCHEMA)
    if content["pollutants"] != list(POLLUTANTS) or content["components"] != list(COMPONENTS):
        raise InputError("it has other pollutants or components than this version")


def _parameters(content: dict[str, Any], name: str) -> Parameters:
    arrays = {
        key: finite_array(content[key], f"{name}.{key}", shape) for key, shape in SHAPES.items()
    }
    if (arrays["variances"] <= 0).any():
        raise InputError("{name} are not all positive", name=f"{name}.variances")
    if (np.linalg.cond(arrays["mix"]) > 1e12).any():
        raise InputError("{name} cannot be inverted", name=f"{name}.mix")
    spread = np.einsum("bmk,bmp->p", arrays["variances"], np.linalg.inv(arrays["mix"]) ** 2)
    if not (spread <= WIDEST**2).all():
        raise InputError(
            "{name}: levels would differ by more than a factor of {factor}",
            name=name,
            factor=f"{np.exp(WIDEST):.0f}",
        )
    return Parameters(arrays["mix"], arrays["variances"])


@cache
def bundled() -> Fitted | None:
    """Give the fitted model that comes with airrank, for the bundled data; None without one."""
    folder = shipped_folder("models") / "remainder_168"
    return read_fitted(folder) if (folder / MODEL).is_file() else None


def write_fitted(fitted: Fitted, folder: Path, scores: pd.DataFrame | None) -> list[str]:
    """Write ``model.json`` and ``card.md``.

    Parameters
    ----------
    fitted : Fitted
    folder : Path
        Made if missing.
    scores : DataFrame, optional
        ``scores.csv`` of a backtest, for the card.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    description = card(fitted, scores)
    with writing(Text("the fitted model"), folder):
        write_whole(folder / MODEL, fitted.as_text())
        write_whole(folder / CARD, description)
    return [MODEL, CARD]


def card(fitted: Fitted, scores: pd.DataFrame | None) -> str:
    """Describe a fitted model: what, on which data, how good, since when."""
    today = datetime.now(tz=UTC).date()
    lines = [
        f"# Fitted model: {RemainderModel.name}, ranking list {fitted.panel}",
        "",
        "The variance components and mixes of pollutants of airrank's remainder model, estimated",
        "over all cities. Where a city stands is predicted from the data of the forecast.",
        "",
        f"- fitted on {today} by airrank {fitted.version}",
        f"- data: {fitted.first} to {fitted.until}, dust days: {fitted.dust}",
        f"- data fingerprint (SHA-256): `{fitted.fingerprint}`",
        f"- `{MODEL}` (SHA-256): `{fitted.digest()}`",
        f"- serves forecasts from the same data as of {fitted.until} and the {MAX_AGE} days after",
        "",
        "## Scores",
        "",
    ]
    if scores is None:
        lines.append("Not scored: give `airrank fit --scores` the scores.csv of a backtest.")
    else:
        lines += [
            "Of the same method in a backtest that fitted it afresh at every origin, never seeing",
            "later days; means over the origins. RPS: ranked probability score of the rank.",
            "",
            *_score_table(scores),
        ]
    return "\n".join(lines) + "\n"


def _score_table(scores: pd.DataFrame) -> list[str]:
    columns = {"rank_mae": "rank MAE", "rps": "RPS", "coverage_80": "80 % interval covers"}
    missing = {"as_of", "model", *columns} - set(scores.columns)
    if missing:
        raise InputError(
            "these are no scores of a backtest: columns {missing} are missing. Give --scores "
            "the scores.csv that airrank backtest wrote.",
            missing=Listed(sorted(missing)),
        )
    lines = [
        f"| year | model | origins | {' | '.join(columns.values())} |",
        "|---|---|---|" + "---|" * len(columns),
    ]
    years = scores["as_of"].astype(str).str[:4].rename("year")
    for (year, model), group in scores.groupby([years, "model"]):
        row = group[list(columns)].mean()
        lines.append(
            f"| {year} | {model} | {len(group)} | {row['rank_mae']:.2f} | "
            f"{row['rps']:.4f} | {row['coverage_80']:.0%} |"
        )
    return lines
