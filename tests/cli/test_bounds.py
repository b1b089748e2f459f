"""Bounds of options: each has one home, and is checked before anything is fetched or drawn."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from airrank.arguments import FEWEST_DRAWS, LARGEST_SEED, MOST_DRAWS, MOST_PROCESSES
from airrank.cli import COMMANDS, cli
from airrank.errors import InputError
from airrank.forecasting.run import check_draws
from tests.cli.conftest import Run

BOUNDS = {
    "draws": (FEWEST_DRAWS, MOST_DRAWS),
    "seed": (0, LARGEST_SEED),
    "jobs": (1, MOST_PROCESSES),
}
NEEDED = {"fit": ("--out", "x"), "weekly": ("--out", "x"), "backtest": ("--years", "2017")}


def options_of(command: str) -> list[click.Option]:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    return [option for option in found.params if isinstance(option, click.Option)]


OPTIONS = [(command, option) for command in COMMANDS for option in options_of(command)]


@pytest.mark.parametrize(
    ("command", "option"), OPTIONS, ids=lambda part: getattr(part, "name", part)
)
def test_every_number_has_bounds_at_both_ends(command: str, option: click.Option) -> None:
    kind = option.type
    assert type(kind) not in {click.types.IntParamType, click.types.FloatParamType}
    if option.name in BOUNDS:
        assert isinstance(kind, click.IntRange)
        assert (kind.min, kind.max) == BOUNDS[option.name]


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        *((c, o, v) for c, o in OPTIONS if o.name in BOUNDS
          for v in (BOUNDS[o.name][0] - 1, BOUNDS[o.name][1] + 1, "nan", "1e5")),
        *(("update", o, v) for c, o in OPTIONS if c == "update"
          if o.name in {"pace", "timeout", "wait"} for v in ("nan", "inf", "-1")),
        *(("track", o, v) for c, o in OPTIONS if c == "track"
          if o.name in {"year", "replay"} for v in ("0", "9" * 9, "soon")),
    ],
)  # fmt: skip
def test_a_number_outside_is_refused_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, option: click.Option, value: object
) -> None:
    monkeypatch.setattr("airrank.request.Request.check", lambda _: pytest.fail("too late"))
    given = NEEDED.get(command, ())
    done = run(command, *given, option.opts[0], value)
    assert done.status == 2
    assert option.opts[0] in done.err


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (command, wrong)
        for command in ("rank", "forecast", "outlook", "assess", "control", "report", "weekly")
        for wrong in (("--weights", "1,2"), ("--edition", "1999"), ("--city", "Atlantis"),
                      ("--panel", "none"), ("--placed-last", "Atlantis:when"))
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_before_data_are_loaded(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, wrong: tuple[str, str]
) -> None:
    def loaded(*_: object, **__: object) -> None:
        pytest.fail("too late")

    monkeypatch.setattr("airrank.inputs.load_panel", loaded)
    monkeypatch.setattr("airrank.cli.weekly_command._update", loaded)
    given = ("--period", "2017") if command == "rank" else ()
    given = ("--year", "2017") if command == "assess" else given
    given = ("--out", str(tmp_path)) if command == "weekly" else given
    done = run(command, *given, *wrong)
    assert done.status == 2
    assert done.err


@pytest.mark.parametrize("draws", [0, MOST_DRAWS + 1, True, 1.5, None])
def test_functions_refuse_draws_too(draws: object) -> None:
    with pytest.raises(InputError, match="draws: expected a whole number from 1 to"):
        check_draws(draws, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1, True, 1.5, None])
def test_functions_refuse_seeds_too(seed: object) -> None:
    with pytest.raises(InputError, match="seed: expected a whole number from 0 to"):
        check_draws(1, seed)  # type: ignore[arg-type]
