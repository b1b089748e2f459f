"""Rebuild ``cities.csv`` from a table of the key cities and the aliases kept here.

Run from the repository: ``python data/build_registry.py ../shared/data/cities168.csv``.

The input needs the columns name_zh, name_en, province, key_region_2024, region_2018, adcode, lon
and lat. What is added are the aliases: the official name with 市, spellings with apostrophes and
umlauts, former names, and the spellings that archives of the national platform use.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

# Former names, and spellings other than the table's. A bare 'Suzhou' or 'Taizhou' names two of the
# 168 cities and is an alias of both: the registry then asks which one is meant.
ALIASES: dict[str, tuple[str, ...]] = {
    "西安": ("Xi'an",),
    "六安": ("Lu'an", "Liuan"),
    "淮安": ("Huai'an", "淮阴"),
    "泰安": ("Tai'an",),
    "雅安": ("Ya'an",),
    "广安": ("Guang'an",),
    "马鞍山": ("Ma'anshan",),
    "吕梁": ("Lüliang", "Lyuliang", "Luliang"),
    "乌鲁木齐": ("Ürümqi", "Wulumuqi"),
    "呼和浩特": ("Huhehaote",),
    "哈尔滨": ("Ha'erbin", "Haerbin"),
    "拉萨": ("Lasa",),
    "襄阳": ("襄樊", "Xiangfan"),
    "达州": ("达川",),
    "苏州": ("Suzhou",),
    "宿州": ("Suzhou",),
    "台州": ("Taizhou",),
    "泰州": ("Taizhou",),
    "福州": ("Fuzhou",),
    "宜春": ("Yichun",),
}

COLUMNS = ("adcode", "name_zh", "name_en", "province", "region", "key_region", "lon", "lat")


def rows(source: Path) -> list[dict[str, str]]:
    """Read the table and give the registry's rows, ordered by adcode."""
    with source.open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle))
    unknown = set(ALIASES) - {row["name_zh"] for row in table}
    if unknown:
        raise SystemExit(f"aliases for cities that {source} does not hold: {sorted(unknown)}")
    result = []
    for row in sorted(table, key=lambda r: r["adcode"]):
        renamed = dict(row, region=row["region_2018"], key_region=row["key_region_2024"])
        aliases = (row["name_zh"] + "市", *ALIASES.get(row["name_zh"], ()))
        result.append({**{c: renamed[c] for c in COLUMNS}, "aliases": "|".join(aliases)})
    return result


def main(source: str) -> None:
    """Write ``cities.csv`` beside this script."""
    target = Path(__file__).with_name("cities.csv")
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, [*COLUMNS, "aliases"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
