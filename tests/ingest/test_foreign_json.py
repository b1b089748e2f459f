"""The door for JSON: what comes through has its shape, whatever was in the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from airrank.errors import InputError
from airrank.ingest.foreign_json import DEEPEST, Each, Every, Maybe, parse_json, read_json
from airrank.periods import parse_period

SHAPE = {
    "name": str,
    "count": int,
    "share?": float,
    "final": bool,
    "days": Each(dt.date.fromisoformat),
    "periods": Every(parse_period),
    "until": Maybe(dt.date.fromisoformat),
    "value": (float, str),
}
GOOD = (
    '{"name": "a", "count": 3, "final": true, "days": ["2017-01-01"], "periods": {"x": "2017"},'
    ' "until": null, "value": 1, "more": [[1]]}'
)


def test_what_has_its_shape_comes_through() -> None:
    found = parse_json("\ufeff".encode() + GOOD.encode(), "a.json", SHAPE)
    assert found["count"] == 3
    assert found["more"] == [[1]]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"name": "a"', '"name": null', "expected a text as name, found None"),
        ('"name": "a", ', "", "name is missing"),
        ('"count": 3', '"count": true', "expected a whole number as count, found True"),
        ('"count": 3', '"count": 3.0', "expected a whole number as count"),
        ('"count": 3', f'"count": {"9" * 5000}', "not valid JSON"),
        ('"count": 3', '"count": 3, "share": NaN', "NaN is no number"),
        ('"count": 3', '"count": 3, "share": 1e999', "expected a number as share, found inf"),
        ('"count": 3', f'"count": 3, "share": {"9" * 400}', "expected a number as share"),
        ('"count": 3', '"count": 3, "count": 4', "'count' occurs twice"),
        ('"final": true', '"final": 1', "expected true or false as final"),
        ('["2017-01-01"]', '["2017-01-01", "soon"]', r"days\[1\]"),
        ('["2017-01-01"]', "{}", "expected a list as days, found an object"),
        ('{"x": "2017"}', '{"x": 2017}', "expected a text as periods.x"),
        ('{"x": "2017"}', '{"x": "2017-13"}', "periods.x: "),
        ('"until": null', '"until": "2017-02-29"', "until: "),
        ('"value": 1', '"value": null', "expected a number as value"),
        (GOOD, "[1]", "expected an object, found a list"),
        (GOOD, "{", "not valid JSON"),
        (GOOD, "[" * 100_000, "nested too deeply"),
        ("[[1]]", "[" * DEEPEST + "]" * DEEPEST, "nested too deeply"),
        (GOOD, "", "not valid JSON"),
    ],
)
def test_another_shape_is_said(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=said):
        parse_json(GOOD.replace(old, new), "a.json", SHAPE)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_json(tmp_path / "none.json", dict)
    (tmp_path / "long.json").write_text(GOOD)
    with pytest.raises(InputError, match="has more than"):
        read_json(tmp_path / "long.json", SHAPE, largest=20)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not valid JSON"):
        read_json(tmp_path / "bytes.json", dict)
