"""Editions of the national standards, read from one TOML file each.

A new edition is a new file in ``data/standards``, a named set of weights a new file in
``data/standards/weights``; neither needs a change of code. Files are read when first asked for.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from airrank.errors import InputError
from airrank.words import Listed, Text

POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3_8h")
"""The pollutant keys, in the order used for every last axis of length six."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the standards: limits, AQI nodes, published decimals.

    Attributes
    ----------
    name, title : str
        The key (``2012``) and the documents it stands for.
    in_force_from, in_force_to : date
        First and last day in force; ``in_force_to`` is None while no successor is known.
    clauses : mapping
        The document and clause of each group of numbers.
    limits : mapping
        ``limits["grade_2"]["year"]["pm25"]`` [µg/m³, co mg/m³]; also ``grade_1`` where known and
        ``day``. The day limit of ``o3_8h`` is that of the daily maximum 8-h mean.
    index_limits : mapping
        The divisors of the composite index [µg/m³, co mg/m³].
    iaqi_levels : tuple of int
        The IAQI at each node.
    iaqi_nodes : mapping
        Daily concentrations [µg/m³, co mg/m³] of each pollutant's nodes; above its last node a
        pollutant keeps that node's IAQI.
    decimals : mapping
        Published decimals of a daily value, by pollutant.
    period_decimals_since : tuple
        Pairs of a date and the decimals of period statistics that changed on it.
    """

    name: str
    title: str
    in_force_from: dt.date
    in_force_to: dt.date | None
    clauses: Mapping[str, str]
    limits: Mapping[str, Mapping[str, Mapping[str, float]]]
    index_limits: Mapping[str, float]
    iaqi_levels: tuple[int, ...]
    iaqi_nodes: Mapping[str, tuple[float, ...]]
    decimals: Mapping[str, int]
    period_decimals_since: tuple[tuple[dt.date, Mapping[str, int]], ...]

    def period_decimals(self, on: dt.date | None = None) -> dict[str, int]:
        """Return the published decimals of the statistics of a period that ends on `on`.

        Without a date: those of the day the edition came into force.
        """
        last_day = self.in_force_from if on is None else on
        decimals = dict(self.decimals)
        for since, changed in self.period_decimals_since:
            if since <= last_day:
                decimals.update(changed)
        return decimals

    def in_force(self, on: dt.date) -> bool:
        """Whether the edition is in force on a day."""
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


def shipped_folder(name: str) -> Path:
    """Return a folder that comes with airrank: inside the package, in a checkout beside it."""
    package = _package(__file__)
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


@cache
def _package(module: str) -> Path:
    return Path(module).resolve().parents[1]


def reference_folder() -> Path:
    """Return the folder of the reference tables."""
    return shipped_folder("data")


def shipped_tables(folder: str) -> dict[str, Path]:
    """Return the TOML files of a folder of reference tables, by their names."""
    return {path.stem: path for path in sorted((reference_folder() / folder).glob("*.toml"))}


def table_path(folder: str, name: str | Path, what: Text) -> Path:
    """Give the path of a table of :func:`shipped_tables`, or of a ``.toml`` file of one's own.

    Raises
    ------
    InputError
        If it is neither; ``what`` says what such a table is of.
    """
    known = shipped_tables(folder)
    path = known.get(str(name), Path(str(name)))
    if path.suffix.lower() != ".toml":
        raise InputError(
            "no {what} {name!r}; there are {known}, or give the path of a .toml file of your own",
            what=what,
            name=str(name),
            known=Listed(known),
        )
    return path


def get_edition(edition: str | Edition, on: dt.date | None = None) -> Edition:
    """Return the edition of a name, or with ``auto`` the one in force on a day.

    Parameters
    ----------
    edition : str or Edition
        The name of a file in ``data/standards``, ``auto``, or an edition, returned as it is.
    on : date, optional
        The last day of the evaluated period; ``auto`` needs it.

    Returns
    -------
    Edition

    Raises
    ------
    InputError
        If the name is unknown, `on` is missing for ``auto``, or no edition is in force on it.

    Examples
    --------
    >>> import datetime as dt
    >>> get_edition("auto", dt.date(2026, 3, 31)).name
    '2026-transition'
    """
    if isinstance(edition, Edition):
        return edition
    editions = load_editions(reference_folder() / "standards")
    if edition == "auto":
        return _edition_in_force(editions, on)
    if not isinstance(edition, str) or edition not in editions:
        raise InputError(
            "Unknown edition {edition!r}: expected one of {editions}, or auto where the period "
            "is known.",
            edition=edition,
            editions=Listed(editions),
        )
    return editions[edition]


def _edition_in_force(editions: Mapping[str, Edition], on: dt.date | None) -> Edition:
    if on is None:
        raise InputError(
            "Edition auto needs the last day of the evaluated period: give it, or name one of "
            "{editions}.",
            editions=Listed(editions),
        )
    for candidate in editions.values():
        if candidate.in_force(on):
            return candidate
    raise InputError(
        "No edition was in force on {on}: the earliest began on {earliest}. Choose a later "
        "period, or name the edition to rank by: {editions}.",
        on=on,
        earliest=min(e.in_force_from for e in editions.values()),
        editions=Listed(editions),
    )


@cache
def load_editions(folder: Path) -> dict[str, Edition]:
    """Read every edition of a folder, one TOML file each, the oldest first.

    Raises
    ------
    InputError
        If the folder has no edition or a file does not describe one.
    """
    editions = [_read_edition(path) for path in sorted(folder.glob("*.toml"))]
    if not editions:
        raise InputError(
            "No edition of the standards in {folder}: expected TOML files there. Reinstall "
            "airrank, or restore the folder.",
            folder=folder,
        )
    return {e.name: e for e in sorted(editions, key=lambda e: e.in_force_from)}


@cache
def named_weights(name: str) -> dict[str, float]:
    """Read a named set of pollutant weights for the composite index.

    Raises
    ------
    InputError
        If there is no set of that name.
    """
    known = shipped_tables("standards/weights")
    if name not in known:
        raise InputError(
            "Unknown weights {name!r}: expected one of {known}.", name=name, known=Listed(known)
        )
    table = tomllib.loads(known[name].read_bytes().decode())
    return {p: table["weights"][p] for p in POLLUTANTS}


def _read_edition(path: Path) -> Edition:
    try:
        table = tomllib.loads(path.read_bytes().decode())
        edition = _parse_edition(table)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            "{path} does not describe an edition of the standards ({error!r}). Compare it with "
            "2012.toml beside it.",
            path=path,
            error=error,
        ) from error
    for pollutant, nodes in edition.iaqi_nodes.items():
        rising = all(low < high for low, high in pairwise(nodes))
        if not rising or len(nodes) > len(edition.iaqi_levels):
            raise InputError(
                "{path}: expected rising iaqi.nodes of {pollutant}, at most as many as "
                "iaqi.levels, found {nodes}.",
                path=path,
                pollutant=pollutant,
                nodes=list(nodes),
            )
    return edition


def _parse_edition(table: dict[str, Any]) -> Edition:
    return Edition(
        name=table["name"],
        title=table["title"],
        in_force_from=table["in_force_from"],
        in_force_to=table.get("in_force_to"),
        clauses=table["clauses"],
        limits=table["limits"],
        index_limits={p: table["index_limits"][p] for p in POLLUTANTS},
        iaqi_levels=tuple(table["iaqi"]["levels"]),
        iaqi_nodes={p: tuple(table["iaqi"]["nodes"][p]) for p in POLLUTANTS},
        decimals={p: table["decimals"][p] for p in POLLUTANTS},
        period_decimals_since=tuple(
            (change["date"], {p: change[p] for p in POLLUTANTS if p in change})
            for change in table.get("period_decimals_since", [])
        ),
    )
