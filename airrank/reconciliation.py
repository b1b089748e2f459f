"""Our figures beside the official ones: what the data and the rules get right, and where they err.

The official figures are those that come with airrank (``data/official``) and the tables that the
user imported with ``airrank update --source official``; of two the imported one counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from airrank.cities import load_ranking_list
from airrank.errors import AirrankError, InsufficientDataError
from airrank.ingest.official import parse_official
from airrank.panel import Panel
from airrank.periods import Period, parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.composite import round_statistics
from airrank.rules.evaluation import required_days, statistics_array
from airrank.rules.standards import POLLUTANTS, reference_folder
from airrank.store import Store

THRESHOLD = 6.0
"""Difference of two means above which they contradict each other [µg/m³]."""
MEANS = ("pm25", "pm10")
COLUMNS = ("period", "quantity", "of", "city", "official", "ours", "difference", "valid",
           "contradicts", "doubt", "source", "note")  # fmt: skip
IMPORTED = "imported"

_KEYS = ["period", "city", "quantity", "of"]


def reference_figures() -> pd.DataFrame:
    """Give the official figures that come with airrank.

    Returns
    -------
    DataFrame
        ``period`` (text), ``city``, ``quantity`` (``pm25``, ``pm10`` [µg/m³], ``rank``,
        ``change_rank``, ``index``), ``value``, ``of`` (cities in the list, as text), ``doubt`` (why
        the figure itself is in doubt, see ``data/official/README.md``) and ``source``.
    """
    path = reference_folder() / "official" / "figures.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    return table.assign(value=table["value"].astype("float64"))


def official_figures(store: Store | None = None) -> pd.DataFrame:
    """Give the official figures, with a store also those imported into it.

    Returns
    -------
    DataFrame
        As of :func:`reference_figures`; imported ones have the source ``imported``.
    """
    shipped = reference_figures()
    if store is None:
        return shipped
    tables = [
        parse_official(store.read_raw(entry.sha256), entry.extra["name"], entry.origin)
        for entry in store.entries("official")
        if entry.sha256 is not None
    ]
    parts = [shipped]
    for table in tables:
        for quantity in ("rank", "index"):
            told = table[table[quantity].notna()]
            rows = told[["period", "city"]].assign(
                quantity=quantity,
                value=told[quantity],
                of="168",
                doubt=told["status"].where(told["status"].isin(["low"]), ""),
                source=IMPORTED,
            )
            parts.append(rows)
    both = pd.concat(parts, ignore_index=True)
    return both.drop_duplicates(_KEYS, keep="last", ignore_index=True)


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """Ours beside theirs.

    Attributes
    ----------
    rows : DataFrame
        A row per official figure: ``period, quantity, of, city, official, ours, difference`` (ours
        less official), ``valid`` (whether our period has enough days), ``contradicts``, ``doubt``,
        ``source`` and ``note``, why ours is missing.
    threshold : float
        Difference of means above which they contradict [µg/m³].
    """

    rows: pd.DataFrame
    threshold: float

    def by_period(self) -> pd.DataFrame:
        """Give a row per period, quantity and list that both have figures of.

        Columns: ``period, quantity, of, compared, mean`` and ``largest`` absolute difference,
        ``beyond`` (contradicting means; ranks more than two places off), ``enough`` (whether every
        city has enough days) and ``doubt``, of the official figures.
        """
        known = self.rows[self.rows["difference"].notna()]
        found = []
        for (period, quantity, of), part in known.groupby(["period", "quantity", "of"]):
            size = part["difference"].abs()
            beyond = part["contradicts"] if quantity in MEANS else size > 2
            found.append(
                {
                    "period": period,
                    "quantity": quantity,
                    "of": of,
                    "compared": len(part),
                    "mean": size.mean(),
                    "largest": size.max(),
                    "beyond": int(beyond.sum()),
                    "enough": bool(part["valid"].mean() >= 0.5),
                    "doubt": _all_of(part["doubt"]),
                }
            )
        return pd.DataFrame(found)

    def contradictions(self) -> pd.DataFrame:
        """Give a row per city, year and mean that contradicts in some month.

        Columns: ``city, year, quantity, months`` (those that contradict, with the difference),
        ``doubtful`` (the same where the official figure is the one to doubt), ``compared`` months
        of the year, ``least, mean`` and ``largest`` difference in them [µg/m³].
        """
        means = self.rows[self.rows["quantity"].isin(MEANS) & self.rows["valid"]]
        found = []
        for (city, year, quantity), part in means.groupby(
            ["city", means["period"].str[:4], "quantity"]
        ):
            beyond = part[part["contradicts"]].set_index("period")
            if beyond.empty:
                continue
            difference, sure = part["difference"], beyond["doubt"] == ""
            found.append(
                {
                    "city": city,
                    "year": year,
                    "quantity": quantity,
                    "months": beyond.loc[sure, "difference"].to_dict(),
                    "doubtful": beyond.loc[~sure, "difference"].to_dict(),
                    "compared": len(part),
                    "least": difference.min(),
                    "mean": difference.mean(),
                    "largest": difference.max(),
                }
            )
        return pd.DataFrame(found)


def reconcile(
    observations: pd.DataFrame,
    official: pd.DataFrame | None = None,
    *,
    rules: Rules | None = None,
    threshold: float = THRESHOLD,
) -> Reconciliation:
    """Compare our figures with official ones.

    Parameters
    ----------
    observations : DataFrame
        City-days.
    official : DataFrame, optional
        As :func:`official_figures` gives them; those that come with airrank without it.
    rules : Rules, optional
        How the rules are read.
    threshold : float
        Difference of two means above which they contradict each other [µg/m³].

    Raises
    ------
    InsufficientDataError
        If no record is of a city of the lists.

    Examples
    --------
    >>> import airrank
    >>> found = reconcile(airrank.load_observations()).rows
    >>> row = found.set_index(["period", "quantity", "city"]).loc[("2017-05", "pm25", "北京")]
    >>> float(row["official"]), float(row["ours"])
    (60.0, 59.0)
    """
    rules, theirs = rules or Rules(), reference_figures() if official is None else official
    panels = {
        name: Panel.from_observations(observations, load_ranking_list(name))
        for name in ("168", "74")
    }
    parts = [
        _beside(panels["74" if of == "74" else "168"], str(period), str(quantity), part, rules)
        for (period, quantity, of), part in theirs.groupby(["period", "quantity", "of"], sort=True)
    ]
    both = pd.concat(parts, ignore_index=True)
    both["difference"] = both["ours"] - both["official"]
    beyond = both["difference"].abs() > threshold
    both["contradicts"] = beyond & both["quantity"].isin(MEANS) & both["valid"]
    return Reconciliation(both[list(COLUMNS)], threshold)


def _beside(
    panel: Panel, text: str, quantity: str, part: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Put our figures, whether they have enough days, or why there are none, beside some."""
    rows = part.rename(columns={"value": "official"})
    try:
        period = parse_period(text)
        if quantity in MEANS:
            table = _means(panel, period, quantity, rules)
        else:
            table = standings(panel, period, rules)
    except AirrankError as error:
        return rows.assign(ours=np.nan, valid=False, note=str(error))
    table = table.reindex(list(part["city"]))
    ours, valid = table[quantity].astype("float64"), table["valid"].eq(other=True)
    return rows.assign(ours=ours.to_numpy(), valid=valid.to_numpy(), note="")


def _means(panel: Panel, period: Period, quantity: str, rules: Rules) -> pd.DataFrame:
    """Give a period's means of a pollutant as published, and whether it has enough days."""
    start, end = period.start, period.end
    measured = panel.between(start, end).values[..., POLLUTANTS.index(quantity)]
    if np.isnan(measured).all():
        raise InsufficientDataError(
            "no city has {quantity} in {period}", quantity=quantity, period=period
        )
    values = panel.without_dust(rules.during(period).dust).between(start, end).values
    index = pd.Index(panel.cities, name="city")
    table = pd.DataFrame(statistics_array(values), index=index, columns=list(POLLUTANTS))
    enough = np.isfinite(measured).sum(axis=0) >= required_days(start, end)
    return round_statistics(table, rules.on(period), on=end).assign(valid=enough)


def _all_of(doubts: pd.Series[str]) -> str:
    """Give the doubt that most of the figures share, or none."""
    counts = doubts.value_counts()
    return str(counts.index[0]) if counts.iloc[0] > len(doubts) / 2 else ""
