"""How the command line ends: every kind of error has its status and its words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from airrank import cli
from airrank.cli import rank_command, status_command, update_command, weekly_command
from airrank.errors import SourceError
from airrank.request import Request
from tests.cli.conftest import Run


def ends_with(error: BaseException) -> Callable[..., None]:
    def command(*_args: object, **_options: object) -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "airrank: stopped"),
        (click.Abort(), 130, "airrank: stopped"),
        (click.ClickException("no such thing"), 1, "Error: no such thing"),
        (OSError(28, "No space left on device"), 2, "cannot read or write: No space left"),
        (SourceError("the server answered 500"), SourceError.exit_status, "airrank: the server"),
    ],
)
def test_every_kind_of_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, said: str
) -> None:
    monkeypatch.setattr(rank_command.command, "callback", ends_with(error))
    done = run("rank")
    assert (done.status, done.out) == (status, "")
    assert said in done.err


def test_a_fault_of_ours_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rank_command.command, "callback", ends_with(ZeroDivisionError("ours")))
    with pytest.raises(ZeroDivisionError, match="ours"):
        run("rank")


def test_an_unknown_command_is_wrong_usage(run: Run) -> None:
    done = run("rankk")
    assert done.status == 2
    assert "rankk" in done.err


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error() -> None:
    """As ``airrank rank | head -1``."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from airrank.cli import main; main()", "rank", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(1) == b"{"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0
    process.stderr.close()


@pytest.mark.parametrize(
    ("end", "got_all", "said"),
    [
        (SystemExit(0), True, ""),
        (SystemExit(1), False, "update: failed (exit status 1); going on"),
        (SourceError("the platform is down"), False, "failed (the platform is down)"),
        (click.UsageError("no --since"), False, "failed (no --since)"),
    ],
)
def test_the_update_of_a_weekly_run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    end: BaseException,
    got_all: bool,
    said: str,
) -> None:
    asked = []

    def update(arguments: list[str], **_: object) -> None:
        asked.append(arguments)
        click.echo("new days")
        raise end

    monkeypatch.setattr(update_command.command, "main", update)
    assert weekly_command._update(Request(store=tmp_path, lang="en")) is got_all
    printed = capsys.readouterr()
    assert asked == [["--store", str(tmp_path)]]
    assert printed.out == ""  # the folder alone goes to standard output
    assert "new days" in printed.err
    assert said in printed.err


def test_ctrl_c_in_the_update_stops_the_weekly_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_command.command, "main", ends_with(SystemExit(130)))
    with pytest.raises(click.Abort):
        weekly_command._update(Request())


def test_track_names_the_folder_it_cannot_make(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    place = tmp_path / "file" / "weeks"
    done = run("track", "--replay", "2017", "--panel", "henan17", "--out", place)
    assert done.status == 2
    assert f"cannot write the forecasts to {place}" in " ".join(done.err.split())


def test_a_station_list_that_is_not_there(run: Run, tmp_path: Path) -> None:
    files = ("--from", tmp_path, "--stations", tmp_path / "none.csv", "--store", tmp_path / "s")
    done = run("update", *files)
    assert done.status == 2
    assert f"cannot read {tmp_path / 'none.csv'}" in " ".join(done.err.split())


def test_scores_that_are_not_there(run: Run, tmp_path: Path) -> None:
    done = run("fit", "--panel", "henan17", "--scores", tmp_path / "no.csv", "--out", tmp_path)
    assert done.status == 2
    assert "cannot read the scores" in done.err
    assert list(tmp_path.glob("*.json")) == []


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["weekly", "--no-update", "--as-of", "2031-09-24", "--out", "@"], 2, "outside the data"),
        (["fit", "--as-of", "2031-01-01", "--out", "@"], 2, "outside the data"),
        (["assess", "--year", "2017", "--goals", "20"], 2, "goals are ranks between 1 and 17"),
        (["assess", "--year", "2017", "--goals", "0"], 2, "goals are ranks between 1 and 17"),
        (["control", "--as-of", "2017-09-24", "--region", "河南"], 2, "give --scale too"),
        (
            ["control", "--as-of", "2017-09-24", "--scale", "pm25=-5%", "--from", "2018-01-01"],
            2,
            "expected a day of 2017",
        ),
        (["control", "--replay", "2013"], 3, "known for 0 of 17 cities"),
        (["control", "--replay", "2020"], 3, "the data ends on 2020-06-30"),
        (["rank", "--period", "2017", "--out", "@/file/sub"], 2, "give another path"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    given = [word.replace("@", str(tmp_path)) for word in arguments]
    done = run(*given, "--panel", "henan17")
    assert done.status == status, done.err
    assert said in " ".join(done.err.split())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_data_and_store_together_are_refused(run: Run, tmp_path: Path) -> None:
    done = run("rank", "--data", tmp_path / "a.csv", "--store", tmp_path)
    assert done.status == 2
    assert "give --data or --store, not both" in done.err


def test_status_says_who_writes_and_how_many_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    gaps = [f"2020-01-{day:02d}" for day in range(1, status_command.SHOWN + 4)]
    source = {
        "answers": 3, "absent": 1, "last_retrieval": "2020-02-01", "records": 5,
        "first_day": "2020-01-01", "last_day": "2020-01-31", "days_since": 2, "cities": 1,
        "coverage_168": None, "gaps": gaps, "thin_days": [],
        "listed": {"city_days": 4, "first_day": "2020-01-02", "last_day": "2020-01-03"},
    }  # fmt: skip
    content = {
        "store": "/s", "disk_bytes": {"raw": 1_500_000}, "writer": "process 7 on h since t",
        "sources": {"archive": source},
    }  # fmt: skip
    status_command._print(content)
    said = capsys.readouterr().out
    assert "writer: process 7 on h since t" in said
    assert "/s (1.5 MB: raw 1.5)" in said
    assert "of the 168" not in said
    assert gaps[status_command.SHOWN - 1] + " and 3 more" in " ".join(said.split())
    assert gaps[-1] not in said
    assert "dust: 4 city-days, 2020-01-02 … 2020-01-03" in said


def test_the_commands_are_known_without_being_loaded() -> None:
    code = "import sys; from airrank.cli import COMMANDS; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"
    assert set(cli.COMMANDS) >= {"rank", "forecast", "assess", "control", "update"}
