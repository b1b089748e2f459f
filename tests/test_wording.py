"""What people read."""

from __future__ import annotations

import pickle
import string

import pytest

from airrank.wording import (
    LABELS,
    Bilingual,
    Caveat,
    label,
    line,
    probability_text,
    settings_text,
)


@pytest.mark.parametrize(
    ("probability", "text"),
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
def test_nothing_is_certain_before_year_end(probability: float, text: str) -> None:
    assert probability_text(probability) == text


def test_at_year_end_it_may_be() -> None:
    assert probability_text(0.0, final=True) == "0 %"
    assert probability_text(1.0, final=True) == "100 %"


def test_both_languages_have_the_same_fields() -> None:
    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, (zh, en) in LABELS.items():
        assert fields(zh) == fields(en), key
    assert label("goal", "zh", goal=105) == "进入前105名的概率"


def test_a_caveat_speaks_both() -> None:
    caveat = Caveat("provisional", "未经审核")
    assert caveat == "provisional"
    assert caveat.text("zh") == "未经审核"
    assert caveat.text("en") == "provisional"


def test_a_text_in_two_languages_survives_copies() -> None:
    copy = pickle.loads(pickle.dumps(Caveat("provisional", "未经审核")))
    assert (type(copy), str(copy), copy.zh) == (Caveat, "provisional", "未经审核")


def test_settings_are_told_in_both_languages() -> None:
    settings = {
        "dust": "proxy",
        "rounding": "index_only",
        "weights": [1.0, 0.5],
        "fit": Bilingual("afresh", "重新拟合"),
        "seed": 3,
    }
    assert line("settings", settings_text(settings, "zh"), "zh") == (
        "设置：沙尘 按代用判据扣除，修约 只修约指数，权重 1/0.5，拟合 重新拟合，随机种子 3"
    )
    assert line("settings", settings_text(settings, "en"), "en") == (
        "settings: dust deducted by proxy, rounding index only, weights 1/0.5, fit afresh, seed 3"
    )
