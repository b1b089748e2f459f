"""The names that tables give cities: today's short name, what was changed, what no list knows."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from airrank.cities import PROVINCES_EN, registry
from airrank.rules.standards import reference_folder
from airrank.tables.cells import plain
from airrank.tables.sheets import Cell
from airrank.words import Text

_CODE = re.compile(r"(\d{6})(?:0{6})?(?:\.0+)?")
_ENGLISH_CITY = re.compile(r"\s+(?:city|prefecture)$", re.IGNORECASE)
_PROVINCE = re.compile(
    f"(?:中国)?({'|'.join(PROVINCES_EN)})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?(?P<rest>.+)"
)


@dataclass(frozen=True)
class Named:
    """A name as it is kept, and what has to be told of it (a code for scripts, and the text)."""

    name: str
    code: str = ""
    told: Text | None = None


@cache
def _renamed() -> dict[str, dict[str, str]]:
    """Give former names and codes with today's name, empty for a city that is none any more."""
    with (reference_folder() / "renamed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: row for row in rows for key in (row["old"], row["code"]) if key}


@cache
def named(text: str) -> Named:
    """Give what a table's name of a place means.

    Parameters
    ----------
    text : str
        As :func:`airrank.tables.cells.plain` gives it.

    Examples
    --------
    >>> named("河南省驻马店市").name, named("411700.0").name, named("襄樊市").name
    ('驻马店', '驻马店', '襄阳')
    >>> named("驻马甸").told.in_words("en")
    "'驻马甸' is in no national list; the nearest name is 驻马店"
    """
    code = _CODE.fullmatch(text)
    known = registry().find(code[1] if code else _ENGLISH_CITY.sub("", text))
    within = _PROVINCE.fullmatch(text)
    rest = within["rest"] if within else text
    if known is None and within and (own := registry().find(rest)) is not None:
        known = own if own.province == within[1] else None
    old = _renamed().get(code[1] if code else rest.removesuffix("市"))
    if old is not None and old["now"]:
        told = Text("{text} is called {now} since {since}", text=text, **_told(old))
        return Named(old["now"], "renamed", told)
    if known is not None:
        return Named(known.name)
    if old is not None:
        told = Text("{text} ({old}) is in no list since {since}", text=text, **_told(old))
        return Named(old["old"], "unknown", told)
    near = difflib.get_close_matches(text, registry().names, n=1, cutoff=0.6)
    if near:
        told = Text(
            "{name!r} is in no national list; the nearest name is {near}", name=text, near=near[0]
        )
    else:
        told = Text("{name!r} is in no national list; a list of your own can have it", name=text)
    return Named(text, "unknown", told)


def _told(old: dict[str, str]) -> dict[str, str]:
    return {key: old[key] for key in ("old", "now", "since")}


def place_of(cell: Cell) -> str:
    """Give a cell's name of a place, without the spaces some put into it; empty for none.

    Examples
    --------
    >>> place_of(" 驻 马 店"), place_of(411700.0), place_of("Hong  Kong")
    ('驻马店', '411700', 'Hong Kong')
    """
    text = re.sub(r"\s+", " ", plain(cell))
    return text if text.isascii() else re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", text)


def cities_of(texts: Iterable[str]) -> Iterator[str]:
    """Give the cities that titles or headings are about: alone, or with 市 after the name.

    Examples
    --------
    >>> list(cities_of(["河南省信阳市空气质量日报", "周口", "周口路监测数据", "吉林省"]))
    ['信阳', '周口']
    """
    for text in texts:
        for name in registry().names:
            if name in text and (text == name or f"{name}市" in text):
                yield name
