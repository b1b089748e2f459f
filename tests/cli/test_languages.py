"""The command line speaks the language it is asked for, help and errors included."""

from __future__ import annotations

import click
import pytest

from airrank.cli import COMMANDS, cli
from airrank.words import LANGS, Lang, Text
from tests.cli.conftest import Run
from tests.speech import foreign

WRONG = (
    ("forecast", "--nope"),
    ("forecast", "--draws", "many"),
    ("forecast", "--draws", "7"),
    ("forecast", "--dust", "some"),
    ("forecast", "--as-of", "2017-13-01"),
    ("forecast", "--city"),
    ("forecast", "--city", "驻马甸"),
    ("forecast", "--panel", "none"),
    ("forecast", "--data", "missing.csv"),
    ("rank", "--period", "2017-13"),
    ("rank", "more"),
    ("forecast", "--draws", "1e9"),
    ("forecast", "--seed", ""),
    ("update", "--pace", "slow"),
    ("status", "--threshold", "nan"),
    ("backtest", "--years", "x"),
    ("control", "--region", "河南"),
    ("weekly",),
    ("track",),
    ("nothing",),
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_help(run: Run, command: tuple[str, ...], lang: Lang) -> None:
    said = run(*command, "--lang", lang, "--help").out
    head = {"zh": "用法：", "en": "Usage:"}[lang]
    assert said.startswith(head)
    assert not foreign(said, lang)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_is_in_chinese(command: str) -> None:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    for option in found.params:
        said = " ".join((getattr(option, "help", None) or "").split())
        assert not said or Text(said).in_words("zh") != said, option.name


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("wrong", WRONG, ids=" ".join)
def test_wrong_usage(run: Run, wrong: tuple[str, ...], lang: Lang) -> None:
    result = run("--lang", lang, *wrong)
    assert (result.status, result.out) == (2, "")
    assert not foreign(result.err.replace("驻马店", ""), lang)


def test_the_language_is_chosen_before_or_after_the_command(run: Run) -> None:
    before, after = run("--lang", "zh", "rank", "--help"), run("rank", "--lang=zh", "--help")
    assert before.out == after.out


@pytest.mark.parametrize(
    ("variables", "head"),
    [
        ({"AIRRANK_LANG": "en", "LANG": "zh_CN.UTF-8"}, "Usage:"),
        ({"AIRRANK_LANG": "zh", "LANG": "en_GB.UTF-8"}, "用法："),
        ({"LANG": "en_GB.UTF-8"}, "Usage:"),
        ({"LANG": "zh_CN.UTF-8"}, "用法："),
        ({"LANG": "de_DE.UTF-8"}, "用法："),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "用法："),
    ],
)
def test_else_of_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], head: str
) -> None:
    for name in ("AIRRANK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run("--help").out.startswith(head)


def test_help_fits_the_window_in_chinese(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from airrank.cli.speech import columns

    monkeypatch.setenv("COLUMNS", "80")
    lines = run("forecast", "--lang", "zh", "--help").out.splitlines()
    assert max(map(columns, lines)) <= 80


def test_dates_and_shares_are_written_as_each_language_does(run: Run) -> None:
    asked = ("rank", "--period", "2017-01..2017-09", "--top", "1", "--lang")
    chinese, english = run(*asked, "zh").out, run(*asked, "en").out
    assert "2017年1—9月" in chinese
    assert "2017-01..2017-09" in english or "January to September 2017" in english
    assert "%" in chinese
    assert " %" not in chinese
    assert " %" in english
