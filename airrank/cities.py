"""Cities and ranking lists: who is ranked with whom, and under which names they are met."""

from __future__ import annotations

import csv
import difflib
import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from airrank.arguments import is_whole
from airrank.errors import InputError, UnknownCityError
from airrank.ingest.limits import parse_toml, read_text
from airrank.rules.standards import reference_folder, shipped_tables
from airrank.showable import unshowable
from airrank.spreadsheet import runs
from airrank.tables.records import Record, read_list
from airrank.words import Lang, Listed, Name, Text

if TYPE_CHECKING:
    import pandas as pd


PROVINCES_EN = {
    "北京": "Beijing",
    "天津": "Tianjin",
    "上海": "Shanghai",
    "重庆": "Chongqing",
    "河北": "Hebei",
    "山西": "Shanxi",
    "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "黑龙江": "Heilongjiang",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Tibet",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
}
"""English names of the provinces that ``data/cities.csv`` names."""


@dataclass(frozen=True)
class City:
    """One unit of a ranking list.

    ``name`` is the Chinese short name (郑州) under which records and results are kept. ``region``
    groups neighbours that share weather; ``lon`` and ``lat`` are degrees east and north [°], or
    None where a user's list gives none.
    """

    name: str
    name_en: str = ""
    code: str = ""
    province: str = ""
    region: str = ""
    lon: float | None = None
    lat: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def province_en(self) -> str:
        """English name of the province; the name as it is given where there is none."""
        return PROVINCES_EN.get(self.province, self.province)

    def in_words(self, lang: Lang) -> str:
        """Give the name by which a reader of a language knows it."""
        return Name(self.name, self.name_en or self.name).in_words(lang)

    def names(self) -> Iterator[str]:
        """Give every spelling that means this city."""
        yield self.name
        yield from (text for text in (self.name_en, self.code, *self.aliases) if text)


def _key(name: str) -> str:
    """Give a name without case, width, spaces and ways to write one letter."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold().replace("’", "'")


@dataclass(frozen=True)
class RankingList:
    """Units that are ranked together (a *panel* in the sense of ``--panel``).

    Raises
    ------
    InputError
        If the list is empty, names a city twice or not at all, or gives a name that spreadsheets
        would run.
    """

    name: str
    title_zh: str
    title_en: str
    cities: tuple[City, ...]
    _by_key: dict[str, tuple[City, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, tuple[City, ...]] = {}
        seen: set[str] = set()
        for city in self.cities:
            if not city.name.strip():
                raise InputError(
                    "ranking list {name!r} holds an empty name; drop it", name=self.name
                )
            if unshowable("".join(city.names())):
                raise InputError(
                    "ranking list {name!r}: the name {city!r} holds a control character; type "
                    "it again",
                    name=self.name,
                    city=city.name,
                )
            if city.name in seen:
                raise InputError(
                    "ranking list {name!r} names {city} twice; drop one",
                    name=self.name,
                    city=city.name,
                )
            seen.add(city.name)
            for text in (*city.names(), city.province, city.region):
                if runs(text):
                    raise InputError(
                        "ranking list {name!r}: expected a name, found {text!r}, which a "
                        "spreadsheet would run as a formula; remove the sign at its beginning",
                        name=self.name,
                        text=text,
                    )
            for text in dict.fromkeys(map(_key, city.names())):
                by_key[text] = (*by_key.get(text, ()), city)
        if not self.cities:
            raise InputError("ranking list {name!r} holds no city", name=self.name)
        object.__setattr__(self, "_by_key", by_key)

    def __len__(self) -> int:
        return len(self.cities)

    @property
    def title(self) -> Name:
        """What the list is called."""
        return Name(self.title_zh, self.title_en)

    def check_ranks(self, ranks: Iterable[int]) -> None:
        """Refuse goals that are no rank of the list.

        Raises
        ------
        InputError
            Naming those that are not.
        """
        wrong = [r for r in ranks if not is_whole(r) or not 1 <= r <= len(self)]
        if wrong:
            raise InputError(
                "goals are ranks between 1 and {number}, the number of cities ranked; found "
                "{wrong}. Give others, or the --panel they are meant for.",
                number=len(self),
                wrong=Listed(map(repr, wrong)),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Short names in the list's own order."""
        return tuple(city.name for city in self.cities)

    def find(self, name: str) -> City | None:
        """Give the city that ``name`` means here, or None; see :meth:`resolve`."""
        found = self._by_key.get(_key(str(name)), ())
        if len(found) > 1:
            found = tuple(city for city in found if city.name == name) or found
        if len(found) > 1:
            raise UnknownCityError(
                "{name!r} names more than one city of the ranking list {panel!r}: {found}. "
                "Use one of these names.",
                name=name,
                panel=self.name,
                found=Listed(city.name for city in found),
            )
        return found[0] if found else None

    def resolve(self, name: str) -> City:
        """Give the city that ``name`` means: short or full Chinese name, English name, or code.

        Raises
        ------
        UnknownCityError
            If no city bears the name, or more than one does.
        """
        city = self.find(name)
        if city is None:
            near = difflib.get_close_matches(_key(str(name)), self._by_key, n=3, cutoff=0.6)
            hint = tuple(dict.fromkeys(city for key in near for city in self._by_key[key]))
            if hint:
                raise UnknownCityError(
                    "no city {name!r} in the ranking list {panel!r} ({number} cities). Did you "
                    "mean {hint}? Give its Chinese short name (郑州), full name, English name or "
                    "6-digit code.",
                    name=name,
                    panel=self.name,
                    number=len(self),
                    hint=Listed(hint),
                )
            raise UnknownCityError(
                "no city {name!r} in the ranking list {panel!r} ({number} cities). Give its "
                "Chinese short name (郑州), full name, English name or 6-digit code.",
                name=name,
                panel=self.name,
                number=len(self),
            )
        return city

    def select(self, names: Iterable[str]) -> tuple[City, ...]:
        """Resolve several names, in the order given."""
        return tuple(self.resolve(name) for name in names)


@cache
def all_cities() -> tuple[City, ...]:
    """Give every city of ``data/cities.csv``."""
    path = reference_folder() / "cities.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(
            City(
                name=row["name_zh"],
                name_en=row["name_en"],
                code=row["adcode"],
                province=row["province"],
                region=row["region"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                aliases=tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in csv.DictReader(handle)
        )


@cache
def registry() -> RankingList:
    """Give every city of ``data/cities.csv`` as one list, to find the city a name means."""
    return RankingList("all", "", "", all_cities())


def short_names(names: pd.Series[str]) -> pd.Series[str]:
    """Give the short names of cities of the registry, other names as they are."""
    cities = {name: registry().find(name) for name in names.unique()}
    return names.map({name: city.name if city else name for name, city in cities.items()})


def load_ranking_list(name: str | Path = "168") -> RankingList:
    """Load a ranking list by name (``168``, ``henan17``) or from the user's own file.

    A file is TOML with ``title_zh``, ``title_en`` and ``select = "all"``,
    ``select = { province = "河南" }`` or ``units = ["郑州", ...]``; or a table
    with a column ``city`` and optional ``name_en, code, province, region, lon, lat``: counties and
    townships that airrank has never heard of are welcome.

    Raises
    ------
    InputError
        If there is no such list, or the file is not as described.
    """
    if str(name) in shipped_tables("panels"):
        return _shipped(str(name))
    path = Path(str(name))
    if path.suffix.lower() in {".csv", ".xlsx", ".xls", ".txt"}:
        return _from_table(path)
    if path.suffix.lower() == ".toml":
        return _from_toml(path)
    raise InputError(
        "no ranking list {name!r}; there are {ranking_list_names}, or give the path of a .toml, "
        ".csv or .xlsx file of your own",
        name=str(name),
        ranking_list_names=Listed(shipped_tables("panels")),
    )


_HEADINGS = {
    "CITY": "city", "城市": "city", "城市名称": "city", "县区": "city", "区县": "city",
    "县市区": "city", "乡镇": "city", "NAMEEN": "name_en", "英文名": "name_en",
    "英文名称": "name_en", "CODE": "code", "编码": "code", "代码": "code", "行政区划代码": "code",
    "PROVINCE": "province", "省份": "province", "省": "province", "REGION": "region",
    "区域": "region", "LON": "lon", "经度": "lon", "LAT": "lat", "纬度": "lat",
}  # fmt: skip
"""Headings of a list of one's own, see :func:`~airrank.tables.records.read_records`."""


@cache
def _shipped(name: str) -> RankingList:
    return _from_toml(shipped_tables("panels")[name])


def _from_toml(path: Path) -> RankingList:
    table = parse_toml(
        read_text(path, Text("the ranking list")), Text("ranking list {path}", path=path)
    )
    select, units = table.get("select"), table.get("units")
    if isinstance(units, list) and all(isinstance(unit, str) for unit in units):
        cities = tuple(registry().find(unit) or City(unit.strip()) for unit in units)
    elif select == "all":
        cities = all_cities()
    elif isinstance(select, dict) and set(select) <= {"province", "region"}:
        cities = tuple(
            city
            for city in all_cities()
            if all(getattr(city, column) == wanted for column, wanted in select.items())
        )
    else:
        raise InputError(
            'ranking list {path}: expected select = "all", select = {{ province = … }}, select '
            "= {{ region = … }} or units = [names], found select = {select!r}, units = "
            "{units!r}",
            path=path,
            select=select,
            units=units,
        )
    title = str(table.get("title_zh", path.stem))
    return RankingList(path.stem, title, str(table.get("title_en", title)), cities)


def _from_table(path: Path) -> RankingList:
    expected = Text("a column 'city' (城市)")
    cities = []
    for record in read_list(path, _HEADINGS, lambda columns: "city" in columns, expected).rows:
        name = record.text("city")
        if not name:
            raise InputError(
                "{origin}, {place}: the column 'city' is empty", origin=path, place=record.place
            )
        cities.append(_unit(path, name, record, registry().find(name)))
    return RankingList(path.stem, path.stem, path.stem, tuple(cities))


def _unit(origin: Path, name: str, record: Record, known: City | None) -> City:
    def degrees(column: str, most: int, default: float | None) -> float | None:
        text = record.text(column)
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not -most <= value <= most:
            raise InputError(
                "{origin}, {place} ({city}): {column} should be degrees as a number from -{most} "
                "to {most}, found {found!r}",
                origin=origin,
                place=record.place,
                city=name,
                column=column,
                most=most,
                found=text,
            )
        return value

    base = known or City(name)
    return City(
        name=base.name,
        name_en=record.text("name_en") or base.name_en,
        code=record.text("code") or base.code,
        province=record.text("province") or base.province,
        region=record.text("region") or base.region,
        lon=degrees("lon", 180, base.lon),
        lat=degrees("lat", 90, base.lat),
        aliases=base.aliases,
    )
