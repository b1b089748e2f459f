"""Who is ranked with whom, and the names they are met under."""

from __future__ import annotations

from pathlib import Path

import pytest

from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InputError, UnknownCityError
from airrank.rules.standards import shipped_tables


@pytest.mark.parametrize(
    "name", ["驻马店", "驻马店市", "Zhumadian", "ZHUMADIAN", "411700", " 驻马店 ", "４１１７００"]
)
def test_every_spelling_means_zhumadian(name: str) -> None:
    assert load_ranking_list().resolve(name).name == "驻马店"


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("襄樊", "襄阳"),
        ("Xi'an", "西安"),
        ("Xi’an", "西安"),
        ("Lüliang", "吕梁"),
        ("Lu\u0308liang", "吕梁"),
        ("Urumqi", "乌鲁木齐"),
    ],
)
def test_former_and_other_spellings(name: str, city: str) -> None:
    assert load_ranking_list("168").resolve(name).name == city


def test_the_lists_have_their_sizes() -> None:
    assert len(load_ranking_list("168")) == 168
    assert len(load_ranking_list("henan17")) == 17
    assert "济源" not in load_ranking_list("henan17").names
    assert set(shipped_tables("panels")) >= {"168", "henan17"}


def test_an_ambiguous_name_is_refused_with_both_cities() -> None:
    with pytest.raises(UnknownCityError, match=r"苏州, 宿州"):
        load_ranking_list().resolve("Suzhou")
    assert load_ranking_list().resolve("Suzhou-Anhui").name == "宿州"


def test_a_short_name_means_its_city_whatever_others_are_called_too() -> None:
    pair = RankingList("pair", "", "", (City("甲", name_en="B"), City("B")))
    assert pair.resolve("B").name == "B"
    with pytest.raises(UnknownCityError, match=r"more than one city .*: 甲, B"):
        pair.resolve("b")


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UnknownCityError, match="Did you mean Zhumadian"):
        load_ranking_list().resolve("Zhumadien")
    with pytest.raises(UnknownCityError, match="'Atlantis'"):
        load_ranking_list().resolve("Atlantis")


def test_a_name_outside_the_list_is_not_found() -> None:
    assert load_ranking_list("henan17").find("北京") is None


def test_users_list_of_counties_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "counties.csv"
    path.write_text("city,region,lon,lat\n遂平县,驻马店,113.99,33.15\n驻马店市,,,\n", "utf-8")
    counties = load_ranking_list(path)
    assert counties.names == ("遂平县", "驻马店")
    assert counties.resolve("遂平县").lon == 113.99
    assert counties.resolve("411700").lat == pytest.approx(33.0, abs=0.1)


def test_users_list_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "pair.toml"
    path.write_text('title_zh = "两市"\nunits = ["驻马店", "Xinyang"]\n', "utf-8")
    assert load_ranking_list(path).names == ("驻马店", "信阳")
    path2 = tmp_path / "henan.toml"
    path2.write_text('select = { province = "河南" }\n', "utf-8")
    assert load_ranking_list(path2).names == load_ranking_list("henan17").names


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.toml", "units = 3", "expected select"),
        ("b.toml", "units = [", "not valid TOML"),
        ("c.toml", 'select = { colour = "red" }', "expected select"),
        ("d.csv", "name\n驻马店\n", "expected a column 'city'"),
        ("e.csv", "city,lon\n遂平县,east\n", "row 2 \\(遂平县\\): lon should be degrees"),
        ("f.csv", "city,province\n\n,河南\n", "row 3: the column 'city' is empty"),
        ("g.csv", "city\n", "holds no city"),
        ("i.csv", "city,lat\n遂平县,113.9\n", "lat should be .* from -90 to 90, found '113.9'"),
        ("j.csv", "city,city\n遂平县,西平县\n", "each once; found city, city"),
        ("k.csv", "city,lon\n遂平县,113.9,33.1\n", "row 2: expected 2 cells, found also '33.1'"),
        ("l.csv", 'city\n"遂\n平县"\n', "holds a control character"),
        ("m.csv", "city\n遂\x85平县\n", "holds a control character"),
        ("n.toml", 'units = ["遂平县", " "]', "holds an empty name"),
        ("h.csv", "city\n驻马店\n驻马店市\n", "names 驻马店 twice"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        load_ranking_list(path)


def test_a_list_of_ones_own_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "units.toml"
    for name in ("遂平县", "西平县"):
        path.write_text(f'units = ["{name}"]', "utf-8")
        assert load_ranking_list(path).names == (name,)


def test_an_unknown_list_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="henan17"):
        load_ranking_list("337")
    with pytest.raises(InputError, match="cannot read"):
        load_ranking_list("nowhere.toml")


def test_a_list_without_names_still_resolves() -> None:
    assert RankingList("x", "", "", (City("甲"),)).resolve("甲") == City("甲")
