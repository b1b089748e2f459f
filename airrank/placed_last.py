"""Cities placed last by rule: known cases, cases of one's own, and whom they concern.

The ministry puts a city whose station was disturbed at the end of a ranking, whatever its index;
the others move up. What is known of it comes with airrank (``data/placed_last.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from airrank.arguments import several
from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.ingest.limits import parse_toml, read_text
from airrank.periods import Period, parse_period
from airrank.rules.choices import RANKINGS, PlacedLast, Rules, read_weights
from airrank.rules.standards import reference_folder
from airrank.words import Text

NATIONAL = 168
"""Cities of the list that the cases which come with airrank are about."""
_KEYS = {"period", "ranking", "city", "source"}


@cache
def known_cases() -> tuple[PlacedLast, ...]:
    """Give the cases that come with airrank."""
    return read_cases(reference_folder() / "placed_last.toml")


def read_cases(path: Path) -> tuple[PlacedLast, ...]:
    """Read cases from a TOML file: ``[[case]]`` with ``city``, ``ranking`` and ``period``.

    ``ranking`` is ``index`` (also without it) or ``change``. Without a ``period`` a case concerns
    every period asked for. The first case of a ranking stands last, the next before it.

    Raises
    ------
    InputError
        Naming file, case and key.
    """
    content = parse_toml(read_text(path, Text("the cities placed last")), Text("{path}", path=path))
    cases = content.get("case")
    if not isinstance(cases, list) or set(content) != {"case"}:
        raise InputError(
            "{path}: expected [[case]] entries with city, ranking and period, found {found}",
            path=path,
            found=", ".join(content) or "nothing",
        )
    return tuple(_case(path, number, case) for number, case in enumerate(cases, 1))


def _case(path: Path, number: int, case: dict[str, Any]) -> PlacedLast:
    unknown = [key for key in case if key not in _KEYS or not isinstance(case[key], str)]
    if unknown or not case.get("city"):
        raise InputError(
            "{path}, case {number}: expected texts for {keys}, at least city; found {found!r}",
            path=path,
            number=number,
            keys=", ".join(sorted(_KEYS)),
            found=unknown[0] if unknown else "no city",
        )
    period = parse_period(case["period"]) if "period" in case else None
    return PlacedLast(
        case["city"],
        case.get("ranking", RANKINGS[0]),
        None if period is None else period.start,
        None if period is None else period.end,
    )


def as_cases(text: str) -> tuple[PlacedLast, ...]:
    """Read what a person says: a city, ``city:change`` for the ranking by change, or a .toml file.

    Examples
    --------
    >>> as_cases("长沙:change")
    (PlacedLast(city='长沙', ranking='change', start=None, end=None),)
    """
    if not isinstance(text, str):
        raise InputError("placed_last: expected the name of a city, found {found!r}", found=text)
    if text.lower().endswith(".toml"):
        return read_cases(Path(text))
    city, _, ranking = text.replace("：", ":").partition(":")
    return (PlacedLast(city.strip(), ranking.strip() or RANKINGS[0]),)


def all_cases(texts: str | Iterable[str]) -> tuple[PlacedLast, ...]:
    """Read several of what :func:`as_cases` reads, or one."""
    return tuple(case for text in several("placed_last", texts) for case in as_cases(text))


def read_rules(
    edition: str,
    dust: str,
    rounding: str,
    weights: str | Sequence[float] | None,
    ties: str,
    placed_last: str | Iterable[str],
) -> Rules:
    """Read how the rules are to be read, as a person says it; see :class:`Rules`.

    Raises
    ------
    InputError
        If there is no such edition, mode or order, or weights or cases cannot be read.
    """
    cases = all_cases(placed_last)
    return Rules(edition, dust, rounding, read_weights(weights), cases, ties)


def placed_last(
    rules: Rules, ranking_list: RankingList, period: Period, ranking: str = "index", *, over: bool
) -> tuple[str, ...]:
    """Name the cities placed last in a ranking, the very last first.

    Parameters
    ----------
    rules : Rules
        With the cases given.
    ranking_list : RankingList
    period : Period
    ranking : {"index", "change"}
    over : bool
        Whether the period is over, so that the known cases of the national list count. A forecast
        knows of none.

    Raises
    ------
    UnknownCityError
        If a case given names no city of the list.

    Examples
    --------
    >>> from airrank.cities import load_ranking_list
    >>> year = Period.of_year(2023)
    >>> placed_last(Rules(), load_ranking_list("168"), year, "change", over=True)
    ('绵阳', '长沙')
    """
    given = [case.city for case in rules.placed_last if case.concerns(period, ranking)]
    names = [ranking_list.resolve(city).name for city in given]
    if over and len(ranking_list) == NATIONAL:
        known = (case.city for case in known_cases() if case.concerns(period, ranking))
        names += [city for city in known if ranking_list.find(city) is not None]
    return tuple(dict.fromkeys(names))


def columns_last(
    rules: Rules, ranking_list: RankingList, period: Period, ranking: str = "index", *, over: bool
) -> list[int]:
    """Give the positions of the cities of :func:`placed_last` in their list."""
    names = placed_last(rules, ranking_list, period, ranking, over=over)
    return [ranking_list.names.index(name) for name in names]
