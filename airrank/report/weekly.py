"""The weekly run: status, forecast, assessment and report of a day in one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.columns import write_table
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.files import versions, write_forecast
from airrank.forecasting.record import Record, read_record
from airrank.forecasting.result import Forecast
from airrank.ingest.foreign_json import Every, read_json
from airrank.own_json import to_json
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.report.briefing import Briefing, evidence_of, make_briefing, refuse_ahead
from airrank.report.compared import Compared
from airrank.report.files import TEXT, check_kinds, write_report
from airrank.report.index import page_of, write_index
from airrank.report.outline import Outline
from airrank.report.why import Worlds
from airrank.request import Request
from airrank.rules.standards import POLLUTANTS
from airrank.whole import clear_unfinished, write_whole
from airrank.words import language, said

STEPS = ("status", "forecast", "assess", "report")
DONE, FAILED, STARTED = "done", "failed", "started"
LIBRARIES = ("scikit-learn", "matplotlib", "jinja2", "openpyxl", "python-docx", "python-pptx")
"""Those that decide how a report looks, besides those that decide a forecast's numbers."""
_SHAPE = {"steps": Every({"state": str, "files?": Every(str)})}
"""Of ``manifest.json``; which files a step wrote, with their hashes."""
Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Outcome:
    """Where the files are, what the manifest says, and the text of the report."""

    folder: Path
    manifest: dict[str, Any]
    text: str = ""


def weekly(request: Request, out: Path, tell: Tell = lambda _step, _state: None) -> Outcome:
    """Run what is not yet done of a week, and write its manifest after every step.

    The same settings, data and versions give the same bytes. A step whose files are there
    unchanged is not run again; one that failed, or was broken off, is, and all after it.

    Parameters
    ----------
    request : Request
    out : Path
        The week's folder is made in it, named by the day.
    tell : callable, optional
        Called with step and state (``started``, ``done``, ``kept``, ``failed``).

    Raises
    ------
    AirrankError
        If a step fails for an expected reason; the manifest then says which and why.
    """
    check_kinds()
    common = Common(request)
    outcome = run_steps(request, common, out, tell)
    write_index(
        read_record(out, common.source.panel.cities, city=request.unit.name),
        common.source.panel,
        request.unit.name,
        common.goals(request),
        out,
        request.lang or language(),
    )
    return outcome


class Common:
    """What the weeks of several cities share, each made once, when first asked for."""

    def __init__(self, request: Request) -> None:
        self.request, source = request, request.load()
        self.day, self.period = request.day(source), request.span(source)
        refuse_ahead(self.period, self.day)
        self.source = replace(source, panel=source.panel.until(self.day))
        self.backtest = evidence_of(request, source)

    @cached_property
    def made(self) -> Forecast:
        """The forecast, for no city yet."""
        return self.request.forecast_of_all(self.source)

    @cached_property
    def compared(self) -> Compared:
        """The comparisons of all cities."""
        return Compared.of(self.source.panel, self.made)

    @cached_property
    def worlds(self) -> Worlds:
        """What changed since the forecasts of a week ago."""
        return Worlds(self.request, self.source, self.made)

    @cached_property
    def fingerprint(self) -> str:
        """Of the data."""
        return self.source.panel.fingerprint()

    def goals(self, request: Request) -> tuple[int, ...]:
        """Give a city's ranks to reach."""
        return request.ranks(self.source, self.to_date)[0]

    @cached_property
    def to_date(self) -> pd.DataFrame | None:
        """The standings of the period to date; None where there are none."""
        so_far = self.period.to_date(self.day)
        if so_far is None:
            return None
        try:
            return standings(self.source.panel, so_far, self.request.rules)
        except InsufficientDataError:
            return None


def run_steps(
    request: Request, common: Common, out: Path, tell: Tell, *, several: bool = False
) -> Outcome:
    """Run what is not yet done of one city's week.

    Parameters
    ----------
    request : Request
        Of one city.
    common : Common
    out, tell
        See :func:`weekly`.
    several : bool
        Whether the city has a folder of its own in the week's.
    """
    week = _Week(request, common, out, several=several)
    folder = week.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            "cannot make the folder {folder}: {error}; see --out", folder=folder, error=error
        ) from error
    clear_unfinished(folder)
    manifest = week.manifest()
    before = _read(folder / "manifest.json")
    same = all(before.get(key) == value for key, value in manifest.items())
    steps: dict[str, dict[str, Any]] = {}
    manifest["steps"] = steps
    for step in STEPS:
        old = before.get("steps", {}).get(step, {}) if same else {}
        files = old.get("files")
        done = old.get("state") == DONE and files is not None
        if done and _hashes(folder, files) == files:
            steps[step] = old
            tell(step, "kept")
            continue
        same = False  # what follows rests on it
        steps[step] = {"state": STARTED}
        write_whole(folder / "manifest.json", to_json(manifest))
        tell(step, STARTED)
        try:
            files, facts = getattr(week, step)(folder)
        except Exception as error:
            steps[step] = {"state": FAILED, "error": str(error)}
            write_whole(folder / "manifest.json", to_json(manifest))
            tell(step, FAILED)
            raise
        steps[step] = {"state": DONE, **facts, "files": _hashes(folder, files)}
        write_whole(folder / "manifest.json", to_json(manifest))
        tell(step, DONE)
    write_whole(folder / "manifest.json", to_json(manifest))
    path = folder / TEXT
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return Outcome(folder, manifest, text)


class _Week:
    """The steps; what several of them need is made once, when first asked for."""

    def __init__(self, request: Request, common: Common, out: Path, *, several: bool) -> None:
        self.request, self.common, self.several = request, common, several
        self.day, self.period, self.source = common.day, common.period, common.source
        self.city = request.unit.name
        week = out / str(self.day)
        self.folder = week / self.city if several else week
        self.earlier = Record((), {})
        if out.is_dir():
            names = self.source.panel.cities
            self.earlier = read_record(out, names, before=self.day, city=self.city)
        own = [one for one in self.earlier.weeks[-1:] if one.content["city"] == self.city]
        page = page_of(out, own[0].as_of, self.city) if own else None
        self.previous_page = ("../../" if several else "../") + page if page else None

    def manifest(self) -> dict[str, Any]:
        known = self.request.as_known_at
        given = asdict(self.request).items()
        chosen = {key: list(v) if isinstance(v, tuple) else v for key, v in given} | {
            "as_of": str(self.day),
            "as_known_at": known and known.isoformat(),
            "city": self.city,
            "period": str(self.period),
            "data": said(self.source.origin, "en"),
            "store": None if self.request.store is None else str(self.request.store),
        }
        del chosen["backtest"]
        if self.request.backtest is not None:
            scores = self.request.backtest / "scores.csv"
            chosen["backtest"] = hashlib.sha256(scores.read_bytes()).hexdigest()
        return {
            "schema": "airrank/weekly/1",
            "settings": chosen,
            "data_fingerprint": self.common.fingerprint,
            "earlier": {
                "page": self.previous_page,
                "weeks": {
                    str(week.as_of): _digest(week.content)
                    for week in self.earlier.of_period(self.period).weeks
                },
            },
            "versions": versions(LIBRARIES),
        }

    @cached_property
    def result(self) -> Forecast:
        return self.request.forecast(self.source, made=self.common.made)

    @cached_property
    def briefing(self) -> Briefing:
        return make_briefing(
            self.request,
            self.source,
            self.result,
            self.common.backtest,
            record=self.earlier,
            previous_page=self.previous_page,
            one_of_several=self.several,
            compared=self.common.compared,
            worlds=self.common.worlds,
        )

    def status(self, folder: Path) -> tuple[list[str], dict[str, Any]]:
        panel = self.source.panel
        elapsed = Period(self.period.start, min(self.day, self.period.end))
        so_far = panel.between(elapsed.start, elapsed.end)
        own = so_far.values[:, panel.cities.index(self.city)]
        content = {
            "schema": "airrank/status/1",
            "first_day": str(panel.first_day),
            "last_day": str(panel.last_day),
            "as_of": str(self.day),
            "cities": len(panel.cities),
            "complete_city_days": round(float(so_far.coverage().mean()), 4),
            "days_of_period": elapsed.days,
            "missing_days": {
                name: int(pd.isna(own[:, k]).sum()) for k, name in enumerate(POLLUTANTS)
            },
            "estimated_share": {
                name: round(float(so_far.estimated[..., k].mean()), 4)
                for k, name in enumerate(POLLUTANTS)
            },
        }
        write_whole(folder / "status.json", to_json(content))
        return ["status.json"], {}

    def forecast(self, folder: Path) -> tuple[list[str], dict[str, Any]]:
        return write_forecast(self.result, self.city, folder), {}

    def assess(self, folder: Path) -> tuple[list[str], dict[str, Any]]:
        judged = self.briefing.assessment
        if self.period.kind != "year":
            return [], {"note": "an assessment is of a year"}
        if judged is None:
            return [], {"note": "no goal applies to this city"}
        write_whole(folder / "assessment.json", to_json(judged.as_dict()))
        write_table(judged.to_table(), folder / "assessment.csv")
        return ["assessment.json", "assessment.csv"], {"exit_status": judged.exit_status}

    def report(self, folder: Path) -> tuple[list[str], dict[str, Any]]:
        return write_report(Outline(self.briefing), folder, lang=self.request.lang), {}


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read_json(path, _SHAPE)
    except InputError:
        return {}  # none, or damaged: every step is made afresh
    return found


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _hashes(folder: Path, names: Any) -> dict[str, str]:
    found = {}
    for name in names:
        path = folder / name
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
