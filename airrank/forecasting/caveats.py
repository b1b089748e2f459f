"""What the reader must know to judge a forecast's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np

from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.store import retrieved_by
from airrank.wording import Caveat, label

MUCH_MISSING = 0.02
"""Share of the year's city-days without all six pollutants that is told."""
EDITION_OPEN = date(2026, 3, 1)
"""From here on it is open which limits the ranking rule takes."""


def forecast_caveats(
    history: Panel,
    year: Period,
    rules: Rules,
    dust: Caveat | None,
    as_known_at: datetime | None,
) -> tuple[Caveat, ...]:
    """Give the caveats of a forecast.

    Parameters
    ----------
    history : Panel
        The days up to and including that of the forecast.
    year : Period
        The target year.
    rules : Rules
    dust : Caveat, optional
        What to tell of the dust days.
    as_known_at : datetime, optional
        Until when retrievals count, if that was chosen.
    """
    return (
        Caveat(
            "provisional real-time values; audited figures may differ",
            "实时发布数据，未经审核，与审核后数据可能不同",
        ),
        *((dust,) if dust is not None else ()),
        *_estimated(history),
        *_missing(history.between(year.start, history.last_day)),
        *_edition(year, rules),
        *_hindsight(history.last_day, as_known_at),
    )


def _estimated(history: Panel) -> Iterator[Caveat]:
    known = ~np.isnan(history.values)
    for k, pollutant in enumerate(POLLUTANTS):
        share = history.estimated[..., k].sum() / known[..., k].sum()
        if share > 0:
            percent = f"{100 * share:.0f}"
            yield Caveat(
                f"{label(pollutant, 'en')}: {percent} % of the values used are estimated",
                f"{label(pollutant, 'zh')}：所用数据中{percent} %为估算值",
            )


def _missing(year_so_far: Panel) -> Iterator[Caveat]:
    missing = np.isnan(year_so_far.values).any(axis=2).mean()
    if missing > MUCH_MISSING:
        yield Caveat(
            f"{100 * missing:.0f} % of the year's city-days so far lack a pollutant",
            f"今年以来{100 * missing:.0f} %的城市日数据不完整",
        )


def _edition(year: Period, rules: Rules) -> Iterator[Caveat]:
    if rules.edition == "auto" and year.end >= EDITION_OPEN:
        yield Caveat(
            "edition: whether the ranking rule follows the 2026 limits is open",
            "标准：排名办法是否采用2026年新限值尚不明确",
        )


def _hindsight(as_of: date, as_known_at: datetime | None) -> Iterator[Caveat]:
    """Warn where later retrievals count than those known right after ``as_of``."""
    if as_known_at is not None and as_known_at > retrieved_by(as_of):
        moment = as_known_at.isoformat()
        yield Caveat(
            f"uses values retrieved up to {moment}, later than the day after {as_of}: not what was "
            "known then",
            f"使用了截至{moment}获取的数据（含事后补录和修订），并非{as_of}次日已知的数据",
        )
