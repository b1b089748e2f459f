"""Texts, and values that word themselves."""

from __future__ import annotations

import errno
import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError
from airrank.periods import parse_period
from airrank.rules.rounding import round_half_even
from airrank.terms import settings_text
from airrank.words import (
    Chance,
    Clauses,
    Listed,
    Percent,
    Text,
    counted,
    language,
    number,
    said,
    speaking,
)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "<1 %"),
        (0.0099, "<1 %"),
        (0.01, "1 %"),
        (0.5, "50 %"),
        (0.99, "99 %"),
        (0.9901, ">99 %"),
        (1.0, ">99 %"),
        (float("nan"), "–"),
    ],
)
def test_nothing_is_certain_before_the_end(probability: float, words: str) -> None:
    assert Chance(probability).in_words("en") == words
    assert Chance(probability).in_words("zh") == words.replace(" ", "")


def test_at_the_end_it_may_be() -> None:
    assert Chance(0.0, final=True).in_words("en") == "0 %"
    assert Chance(1.0, final=True).in_words("zh") == "100%"


def test_a_text_is_worded_where_it_is_shown() -> None:
    text = Text("{city} {year}", city=load_ranking_list().resolve("Xinyang"), year=2017)
    with speaking("zh"):
        assert str(text) == "信阳 2017年"
        with speaking("en"):
            assert str(text) == "Xinyang 2017"
        assert language() == "zh"


def test_an_error_is_worded_when_it_is_read() -> None:
    error = InputError("{origin}, key {key!r}: expected {expected}, found {found}", origin="a.toml",
                       key="n", expected=Text("a number"), found=Text("nothing"))  # fmt: skip
    assert str(error) == "a.toml, key 'n': expected a number, found nothing"
    with speaking("zh"):
        assert str(error) == "a.toml，键'n'：应为数字，实为没有"


def test_the_plural_follows_the_number() -> None:
    text = [counted("rounded to {n} decimal", "rounded to {n} decimals", n) for n in (1, 2)]
    assert [t.in_words("en") for t in text] == ["rounded to 1 decimal", "rounded to 2 decimals"]
    assert [t.in_words("zh") for t in text] == ["修约至1位小数", "修约至2位小数"]


def test_texts_and_errors_survive_a_copy_to_another_process() -> None:
    text = Text("no records of {unit} in {year}", unit="某县", year=2017)
    assert pickle.loads(pickle.dumps(text)) == text
    error = pickle.loads(pickle.dumps(InputError(text)))
    assert error.text == text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2017, 9, 4), "2017年9月4日", date(2017, 9, 4)),
        (parse_period("2017-01..2017-09"), "2017年1—9月", "January to September 2017"),
        (Percent(82.46, 1), "82.5%", "82.5 %"),
        (Percent(-0.04, 1, signed=True), "0.0%", "0.0 %"),
        (Listed([]), "无", "none"),
        (Clauses(["a", Text("no figure")]), "a；无数据", "a; no figure"),
        (PermissionError(errno.EACCES, "Permission denied"), "没有权限", "Permission denied"),
        ("as it is", "as it is", "as it is"),
    ],
)
def test_values_word_themselves(value: object, zh: object, en: object) -> None:
    assert (said(value, "zh"), said(value, "en")) == (zh, en)


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA])
def test_a_missing_number_is_a_dash(missing: object) -> None:
    assert number(missing, 1) == "–"


def test_numbers() -> None:
    assert number(Fraction(1, 3), 2) == "0.33"
    assert number(np.int64(3), signed=True) == "+3"
    assert number(-0.001, 2) == "0.00"


def test_settings_are_told_in_both_languages() -> None:
    settings = {
        "dust": "proxy",
        "rounding": "index_only",
        "weights": [1.0, 0.5],
        "fit": Text("afresh"),
        "seed": 3,
    }
    assert settings_text(settings).in_words("zh") == (
        "按经验判据扣除沙尘，修约 只修约指数，权重 1/0.5，拟合 重新拟合，随机种子 3"
    )
    assert settings_text(settings).in_words("en") == (
        "dust deducted by proxy, rounding index only, weights 1/0.5, fit afresh, seed 3"
    )


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_numbers_are_rounded_half_to_even_on_their_decimal_value(decimals: int) -> None:
    for step in range(-205, 2000, 10):
        value = step * 10.0 ** -(decimals + 1)
        said = float(number(value, decimals))
        assert said == round_half_even(Decimal(step).scaleb(-decimals - 1), decimals)
        assert float(number(100 * (value / 100), decimals)) == said  # whatever the float's last bit


@pytest.mark.parametrize(("draws", "said"), [(1090, "54 %"), (1110, "56 %"), (1, "<1 %")])
def test_a_chance_is_rounded_as_all_numbers(draws: int, said: str) -> None:
    assert Chance(draws / 2000).in_words("en") == said
