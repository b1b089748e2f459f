"""What only a terminal shows: bars on standard error, gone when they are done."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr

import pytest

from airrank.cli import render, update_command
from airrank.words import Text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    return Terminal()


def test_a_bar_moves_and_goes_away(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with redirect_stderr(terminal), render.Progress(Text("backtest")) as progress:
        for done in range(1, 4):
            progress.update(done, 3)
            progress.bar.refresh()
    shown = terminal.getvalue()
    assert "backtest" in shown
    assert "100%" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # its line is erased
    assert capsys.readouterr().out == ""


def test_the_bar_of_an_update_names_what_is_next(terminal: Terminal) -> None:
    with redirect_stderr(terminal), update_command._progress() as report:
        report(1, 4, "2020-07-01")
        time.sleep(0.15)  # ten pictures a second
        report(4, 4, "2020-07-04")
    shown = terminal.getvalue()
    assert "2020-07-04" in shown
    assert "4/4" in shown


def test_nothing_of_it_in_a_log() -> None:
    log = io.StringIO()
    with redirect_stderr(log), render.Progress(Text("backtest")) as progress:
        progress.update(1, 3)
    with redirect_stderr(log), update_command._progress() as report:
        report(1, 4, "2020-07-01")
    assert log.getvalue() == ""
