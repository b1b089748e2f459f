"""Runs the command line in this process, as the console script does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from airrank.cli import main

GOOD_DAYS = {
    "id": "good",
    "indicator": "good_day_ratio",
    "comparison": "ge",
    "value": 50,
    "unit": "%",
    "decimals": 1,
}
"""A goal of the small plans, see :func:`tests.goals.conftest.write_plan`."""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands speak English where a test does not ask for another language."""
    monkeypatch.setenv("AIRRANK_LANG", "en")


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
