"""Runs the command line in this process, as the console script does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from airrank.cli import main

SMALL_PLAN = """
title_zh = "小"
title_en = "small"
city = "甲"
panel = "{panel}"
years = [2016, 2018]
[[goal]]
id = "good"
title_zh = "优良天数比率"
title_en = "good days"
indicator = "good_day_ratio"
comparison = "ge"
value = 50
unit = "%"
decimals = 1
year = 2017
strength = "duty"
assessed = "computed"
"""
"""A plan of one goal for city 甲 of a list of the user's own."""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call ``run("rank", "--period", "2017")``; gives exit status and what was printed."""

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["airrank", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call
