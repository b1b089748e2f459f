"""The outline of a briefing: which sections it has, in which order, and what each says.

Page, deck, workbook, notebook and terminal render it; none of them has words of its own on the
forecast. A section is data: a new format reads it, a new section is one more function here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.amounts import Number
from airrank.errors import InputError
from airrank.forecasting.files import Week
from airrank.forecasting.record import Record
from airrank.goals.odds import Curve, rank_curve
from airrank.goals.rivals import must_pass
from airrank.plots import draw
from airrank.plots.labels import (
    end_of,
    status,
)
from airrank.report import tables
from airrank.report.evidence import evidence_figures, judged
from airrank.report.tables import Fact, Table
from airrank.terms import MODELS as MODEL_NAMES
from airrank.terms import STATISTICS
from airrank.verification.backtest import MODELS, Backtest
from airrank.verification.skill import summary
from airrank.words import Chance, Lang, Listed, Percent, Text, counted, language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.report.briefing import Briefing

Drawer = Callable[[], "tuple[Figure, pd.DataFrame]"]
PAGE, DECK, WORKBOOK, SLIDES = "page", "deck", "workbook", "slides"
EVERYWHERE = frozenset({PAGE, DECK, WORKBOOK, SLIDES})
FIGURES = frozenset({PAGE, SLIDES})
"""Formats of sections that are a figure without a native chart."""
HEADLINE = 40
"""Characters that the conclusion may have."""


@dataclass(frozen=True)
class Section:
    """A part of a briefing.

    Attributes
    ----------
    id : str
        Names it in addresses and tests.
    title : Text
    shown_in : frozenset of str
        Formats that show it.
    sentences : tuple of Text
        What it says, the main thing first.
    facts : tuple of Fact
        Numbers to see first.
    table : Table, optional
    figures : dict
        Drawers by the figure's name.
    curves : dict
        Odds of each goal by the remaining mean, for a slider.
    """

    id: str
    title: Text
    shown_in: frozenset[str] = EVERYWHERE
    sentences: tuple[Text, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    figures: Mapping[str, Drawer] = field(default_factory=dict)
    curves: Mapping[int, Curve] = field(default_factory=dict)


@dataclass(frozen=True)
class Fitting:
    """The first of some wordings that is short enough; the last one is cut."""

    wordings: tuple[Text, ...]
    limit: int

    def in_words(self, lang: Lang) -> str:
        """Give it."""
        said = [text.in_words(lang) for text in self.wordings]
        fit = next((words for words in said if len(words) <= self.limit), said[-1])
        return fit if len(fit) <= self.limit else fit[: self.limit - 1] + "…"


class Outline:
    """What a briefing says, whatever the format and language."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.forecast, self.city, self.goal = briefing.forecast, briefing.city, briefing.goal
        self.ahead = not self.forecast.final
        self.name, self.end = self.forecast.ranking_list.resolve(self.city), end_of(self.forecast)
        self.footer = status(self.forecast)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections that the data allow, in order."""
        found = (
            self._summary(),
            self._goals(),
            self._path(),
            self._ranks(),
            self._odds_over_time(),
            self._around(),
            self._odds(),
            self._control(),
            self._pm25(),
            self._shares(),
            self._calendar(),
            self._history(),
            self._map(),
            self._change(),
            self._skill(),
            self._cities(),
            self._status(),
        )
        return tuple(section for section in found if section is not None)

    def shown_in(self, form: str) -> Iterator[Section]:
        """Give the sections of a format."""
        return (section for section in self.sections if form in section.shown_in)

    @property
    def figures(self) -> dict[str, Drawer]:
        """All figures by name."""
        return {name: make for s in self.sections for name, make in s.figures.items()}

    @property
    def title(self) -> Text:
        """Name of the document."""
        known: dict[str, Any] = {"city": self.name, "period": self.forecast.period}
        if self.ahead:
            return Text("{city}: forecast of the air quality rank of {period}", **known)
        return Text("{city}: air quality rank of {period}", **known)

    @property
    def subtitle(self) -> Text:
        """Whose ranking, and up to which day."""
        return Text(
            "{list}, data to {as_of}",
            list=self.forecast.ranking_list.title,
            as_of=self.forecast.as_of,
        )

    @property
    def sources(self) -> tuple[Any, ...]:
        """What stands behind every statement."""
        source = self.briefing.source.description
        return (
            Text("Made by airrank from {source}; {footer}", source=source, footer=self.footer),
            Text("data fingerprint: {fingerprint}", fingerprint=self.forecast.fingerprint),
            *self.forecast.caveats,
        )

    @property
    def headline(self) -> Fitting:
        """The conclusion in one sentence."""
        row = self.forecast.of_city(self.city)
        wordings: tuple[Text, ...]
        known: dict[str, Any] = {"city": self.name, "rank": Number(row["rank_median"])}
        if not self.ahead:
            period = self.forecast.period
            wordings = (Text("{city}, {period}: final rank {rank}", **known, period=period),)
        elif self.goal is None or pd.isna(row["ytd_rank"]):
            wordings = (Text("{city}: median rank {rank} at {end}", **known, end=self.end),)
        else:
            chance = Chance(self.forecast.probability(self.city, self.goal))
            known |= {"goal": self.goal, "chance": chance, "rank": Number(row["ytd_rank"])}
            wordings = (
                Text("{city}: P(top {goal}) {chance}, now {rank}", **known),
                Text("P(top {goal}) {chance}", **known),
            )
        return Fitting(wordings, HEADLINE)

    def _drawn(self, name: str, **more: Any) -> dict[str, Drawer]:
        """Give a figure of the forecast, to be drawn when it is shown, once a language."""
        return {name: _kept(partial(draw, name, self.forecast, self.city, **more))}

    def _of_panel(self, name: str, **more: Any) -> dict[str, Drawer]:
        return self._drawn(name, panel=self.briefing.source.panel, **more)

    def _summary(self) -> Section:
        facts = tables.headline_facts(self.forecast, self.city, self.briefing.week_before)
        return Section("summary", Text("Now"), facts=tuple(facts))

    def _goals(self) -> Section | None:
        table = tables.goals_table(self.briefing.assessment, final=not self.ahead)
        if not table.rows:
            return None
        facts = tables.headline_facts(self.forecast, self.city)
        odds = tuple(fact for fact in facts if fact.chance is not None)
        return Section("goals", table.title, facts=odds, table=table)

    def _path(self) -> Section:
        row = self.forecast.of_city(self.city)
        sentences: tuple[Text, ...] = ()
        if self.ahead and not pd.isna(row["ytd_rank"]):
            said = Text(
                "Rank {rank} to date; at {end} most likely between {low} and {high} ({level}), "
                "median {median}.",
                rank=Number(row["ytd_rank"]),
                end=self.end,
                low=Number(row["rank_lo80"]),
                high=Number(row["rank_hi80"]),
                level=Percent(80),
                median=Number(row["rank_median"]),
            )
            sentences = (said,)
        title, shown_in = Text("The path to {end}", end=self.end), EVERYWHERE - {WORKBOOK}
        return Section("path", title, shown_in, sentences, figures=self._of_panel("path"))

    def _ranks(self) -> Section | None:
        if not self.ahead:
            return None
        chances = Listed(
            Text(
                "top {goal} {chance}",
                goal=goal,
                chance=Chance(self.forecast.probability(self.city, goal)),
            )
            for goal in self.forecast.goals
        )
        said = (Text("Odds: {chances}.", chances=chances),) if self.forecast.goals else ()
        title = Text("Rank at {end}", end=self.end)
        figures = self._drawn("ranks")
        return Section("ranks", title, EVERYWHERE - {WORKBOOK}, said, figures=figures)

    def _odds_over_time(self) -> Section | None:
        record, goals = self.briefing.record, self.forecast.goals
        if not record or not record.weeks or not goals:
            return None
        from airrank.plots.odds_over_time import odds_over_time_figure

        whole = Record((*record.weeks, Week.of(self.forecast, self.city)), record.troubles)
        final = None if self.ahead else int(self.forecast.of_city(self.city)["rank_median"])
        panel = self.briefing.source.panel
        make = partial(odds_over_time_figure, whole, panel, self.city, goals, outcome=final)
        figures = {"odds_over_time": _kept(make)}
        return Section("odds_over_time", Text("Odds week by week"), FIGURES, figures=figures)

    def _around(self) -> Section | None:
        requirements, goal = self.briefing.requirements, self.goal
        if requirements is None or goal is None:
            return None
        said = Text("Among the top {rank} today.")
        if n := must_pass(self.forecast, self.city, goal):
            said = counted(
                "{n} city to pass for rank {rank}.", "{n} cities to pass for rank {rank}.", n
            )
        table = tables.around_table(requirements, goal)
        figures = self._drawn("around", rank=goal)
        return Section(
            "around",
            table.title,
            sentences=(said.with_values(rank=goal),),
            table=table,
            figures=figures,
        )

    def _odds(self) -> Section | None:
        if not self.curves:
            return None
        note = Text(
            "Conditional odds: the neighbours then had the same weather; not the effect of "
            "measures."
        )
        title = Text("Remaining PM2.5 mean and odds")
        figures = self._of_panel("odds")
        return Section("odds", title, FIGURES, (note,), figures=figures, curves=self.curves)

    @cached_property
    def curves(self) -> dict[int, Curve]:
        """P(goal | remaining PM2.5 mean) of each goal, where it can be told."""
        found = {}
        for goal in self.forecast.goals if self.briefing.requirements else ():
            panel = self.briefing.source.panel
            try:
                found[goal] = rank_curve(panel, self.forecast, self.city, goal, "pm25")
            except InputError:  # too few draws
                continue
        return found

    def _control(self) -> Section | None:
        if self.briefing.requirements is None:
            return None
        table = tables.control_table(self.briefing.requirements)
        return Section("control", table.title, table=table)

    def _pm25(self) -> Section:
        requirements, goal = self.briefing.requirements, self.goal
        even = None if goal not in self.curves else self.curves[goal].even
        more: dict[str, Any] = {
            "control": requirements.control.loc["pm25"] if requirements else None,
            "even": None if even is None else (goal, even),
        }
        return Section(
            "pm25", Text("PM2.5 to date"), FIGURES, figures=self._of_panel("pm25", **more)
        )

    def _shares(self) -> Section:
        row = self.forecast.year_to_date.loc[self.city]
        parts: dict[str, Any] = {p: row[f"share_{p}"] for p in STATISTICS}
        said: tuple[Text, ...] = ()
        if not any(map(pd.isna, parts.values())):
            largest = max(parts, key=parts.__getitem__)
            text = Text("{pollutant} makes up {share} of the index, the largest part.")
            share = Percent(100 * parts[largest])
            said = (text.with_values(pollutant=STATISTICS[largest], share=share),)
        title, figures = Text("What makes up the index"), self._of_panel("shares")
        return Section("shares", title, EVERYWHERE - {WORKBOOK}, said, figures=figures)

    def _calendar(self) -> Section:
        return Section("calendar", Text("Calendar"), FIGURES, figures=self._of_panel("calendar"))

    def _history(self) -> Section:
        # A period that is over has nothing to expect: on the slides the past years stand in.
        shown_in = FIGURES if self.ahead else FIGURES | {DECK}
        figures = self._of_panel("history")
        return Section("history", Text("By year"), shown_in, figures=figures)

    def _map(self) -> Section:
        return Section("map", Text("Map"), FIGURES, figures=self._drawn("map"))

    def _change(self) -> Section | None:
        if self.forecast.year_to_date["places_gained"].isna().all():
            return None
        title, figures = Text("Map of the change on last year"), self._drawn("change")
        return Section("change", title, FIGURES, figures=figures)

    def _skill(self) -> Section | None:
        backtest = self.briefing.backtest
        if backtest is None:
            return None
        table = tables.skill_table(backtest)
        figures = {name: _kept(make) for name, make in evidence_figures(backtest).items()}
        said = tuple(skill_sentences(backtest))
        return Section("skill", table.title, FIGURES, said, table=table, figures=figures)

    def _cities(self) -> Section:
        table = tables.cities_table(self.forecast, self.city, self.goal)
        return Section("cities", table.title, frozenset({PAGE, WORKBOOK}), table=table)

    def _status(self) -> Section:
        table = tables.status_table(self.forecast, self.briefing.source)
        return Section("status", table.title, table=table)


def skill_sentences(backtest: Backtest) -> Iterator[Text]:
    """Say how good the forecasts were in a backtest."""
    scores = backtest.scores
    model = judged(scores)
    row: Any = summary(scores).loc[model]
    yield Text(
        "Backtest of {model} over {years}: in {origins} forecasts the median rank was on average "
        "{error} places off, and the {level} interval held the final rank in {held} of the cases.",
        model=MODEL_NAMES[model],
        years=Listed(sorted(scores["period"].unique())),
        origins=scores["as_of"].nunique(),
        error=Number(row["rank_mae"], 1),
        level=Percent(80),
        held=Percent(100 * row["coverage_80"]),
    )
    ratio = row["rps_ratio"]
    if pd.isna(ratio) or model != MODELS[0]:
        return
    share = Percent(100 * abs(1 - ratio))
    if ratio < 1:
        yield Text(
            "The error of the probabilities (RPS) was {share} below that of the best baseline of "
            "the day.",
            share=share,
        )
    else:
        yield Text(
            "The error of the probabilities (RPS) was {share} above that of the best baseline of "
            "the day.",
            share=share,
        )


def _kept(make: Drawer) -> Drawer:
    """Draw a figure once in each language, for all formats that show it."""
    drawn: dict[Lang, tuple[Figure, pd.DataFrame]] = {}

    def once() -> tuple[Figure, pd.DataFrame]:
        lang = language()
        if lang not in drawn:
            drawn[lang] = make()
        return drawn[lang]

    return once
