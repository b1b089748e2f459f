"""The outline of a briefing: which sections it has, in which order, and what each holds.

Page, deck, workbook, notebook and terminal render it; none of them has words of its own on the
forecast. A section is data: a new format reads it, a new section is one more function here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from airrank.amounts import Place
from airrank.errors import InputError
from airrank.forecasting.files import Week
from airrank.forecasting.record import Record
from airrank.goals.odds import Curve, rank_curves
from airrank.plots import draw
from airrank.plots.labels import end_of, status
from airrank.report import sentences, tables, why
from airrank.report.evidence import evidence_figures
from airrank.report.outlook_table import outlook_table, together
from airrank.report.prospects import priorities
from airrank.report.section import DECK, EVERYWHERE, FIGURES, PAGE, WORKBOOK, Picture, Section
from airrank.words import Text

if TYPE_CHECKING:
    from airrank.report.briefing import Briefing


class Outline:
    """What a briefing says, whatever the format and language."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.forecast, self.city, self.goal = briefing.forecast, briefing.city, briefing.goal
        self.ahead, self.end = not self.forecast.final, end_of(self.forecast)
        self.footer = status(self.forecast)
        self._pictures: dict[tuple[str, int | None], Picture] = {}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections that the data allow, in order."""
        found = (
            self._summary(),
            self._goals(),
            self._path(),
            self._ranks(),
            self._why_odds(),
            self._why_index(),
            self._odds_over_time(),
            self._outlook(),
            self._around(),
            self._odds(),
            self._control(),
            self._measures(),
            self._pm25(),
            self._shares(),
            self._history(),
            self._map(),
            self._calendar(),
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
    def figures(self) -> dict[str, Picture]:
        """All figures by name."""
        return {name: make for s in self.sections for name, make in s.figures.items()}

    @property
    def title(self) -> Text:
        """Name of the document."""
        title = Text("{city}: air quality rank of {period}")
        if self.ahead:
            title = Text("{city}: forecast of the air quality rank of {period}")
        city = self.forecast.ranking_list.resolve(self.city)
        return title.with_values(city=city, period=self.forecast.period)

    @property
    def subtitle(self) -> Text:
        """Whose ranking, and up to which day."""
        title = self.forecast.ranking_list.title
        return Text("{list}, data to {as_of}", list=title, as_of=self.forecast.as_of)

    @property
    def headline(self) -> sentences.Fitting:
        """The conclusion."""
        return sentences.headline(self.forecast, self.city, self.goal)

    @property
    def origin(self) -> tuple[Any, ...]:
        """Where the data are from, and what to know of them."""
        source = Text("Source: {source}", source=self.briefing.source.description)
        return (source, *self.forecast.caveats)

    @property
    def sources(self) -> tuple[Any, ...]:
        """What stands behind every statement."""
        source = self.briefing.source.description
        return (
            Text("Made by airrank from {source}; {footer}", source=source, footer=self.footer),
            Text("data fingerprint: {fingerprint}", fingerprint=self.forecast.fingerprint),
            *self.forecast.caveats,
        )

    def picture(self, name: str, **more: Any) -> Picture:
        """Give a figure of the forecast, drawn once when it is first shown."""
        key = (name, more.get("rank"))
        if key not in self._pictures:
            self._pictures[key] = Picture(partial(draw, name, self.forecast, self.city, **more))
        return self._pictures[key]

    def _drawn(self, name: str, **more: Any) -> dict[str, Picture]:
        return {name: self.picture(name, **more)}

    def _of_panel(self, name: str, **more: Any) -> dict[str, Picture]:
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
        if self.briefing.left_out:
            told = Text(
                "The plan's goals on concentrations and days are of the year {year}; {period} "
                "does not decide them.",
                year=self.forecast.period.end.year,
                period=self.forecast.period,
            )
            table = replace(table, notes=(*table.notes, told))
        return Section("goals", table.title, facts=odds, table=table)

    def _path(self) -> Section:
        title, shown_in = Text("The path to {end}", end=self.end), EVERYWHERE - {WORKBOOK}
        said = tuple(sentences.expected(self.forecast, self.city))
        return Section("path", title, shown_in, said, figures=self._of_panel("path"))

    def _ranks(self) -> Section | None:
        if not self.ahead:
            return None
        title, shown_in = Text("Rank at {end}", end=self.end), EVERYWHERE - {WORKBOOK}
        said = tuple(sentences.odds(self.forecast, self.city))
        return Section("ranks", title, shown_in, said, figures=self._drawn("ranks"))

    def _why_odds(self) -> Section | None:
        change = self.briefing.change
        if change is None:
            return None
        table = why.odds_table(change)
        said = tuple(why.largest_cause(change, self.goal))
        return Section("why_odds", table.title, said=said, table=table)

    def _why_index(self) -> Section | None:
        table = None if self.forecast.ahead else why.index_table(self.briefing)
        if table is None:
            return None
        said = tuple(why.index_words(self.briefing))
        return Section("why_index", table.title, said=said, table=table)

    def _odds_over_time(self) -> Section | None:
        record, goals = self.briefing.record, self.forecast.goals
        if not record or not record.weeks or not goals:
            return None
        from airrank.plots.odds_over_time import odds_over_time_figure

        whole = Record((*record.weeks, Week.of(self.forecast, self.city)), record.troubles)
        final = None if self.ahead else int(self.forecast.of_city(self.city)["rank_median"])
        panel = self.briefing.source.panel
        make = partial(odds_over_time_figure, whole, panel, self.city, goals, outcome=final)
        title, figures = Text("Odds week by week"), {"odds_over_time": Picture(make)}
        return Section("odds_over_time", title, FIGURES, figures=figures)

    def _outlook(self) -> Section | None:
        odds = self.briefing.outlook
        if odds is None:
            return None
        from airrank.plots.outlook import outlook_figure

        table, said = outlook_table(odds), tuple(together(odds))
        figures = {"outlook": Picture(partial(outlook_figure, odds))}
        return Section(
            "outlook", Text("The years of the plan"), EVERYWHERE, said, (), table, figures
        )

    def _around(self) -> Section | None:
        if self.briefing.requirements is None or self.goal is None:
            return None
        table = tables.around_table(self.briefing.requirements, self.goal)
        said = [sentences.to_pass(self.forecast, self.city, self.goal)]
        if any(isinstance(rank, Place) and rank.shared for rank, *_ in table.rows):
            said.append(Text("= rank shared with others."))
        figures = self._drawn("around", rank=self.goal)
        return Section("around", table.title, said=tuple(said), table=table, figures=figures)

    @cached_property
    def curves(self) -> dict[int, Curve]:
        """P(goal | remaining PM2.5 mean) of each goal, where it can be told."""
        goals, panel = self.forecast.goals, self.briefing.source.panel
        if self.briefing.requirements is None:
            return {}
        try:
            found = rank_curves(panel, self.forecast, self.city, goals, "pm25")
        except InputError:  # too few draws
            return {}
        return dict(zip(goals, found, strict=True))

    def _odds(self) -> Section | None:
        if not self.curves:
            return None
        said = Text(
            "Conditional odds: the neighbours then had the same weather; not the effect of "
            "measures."
        )
        title, figures = Text("Remaining PM2.5 mean and odds"), self._of_panel("odds")
        return Section("odds", title, FIGURES, (said,), figures=figures, curves=self.curves)

    def _control(self) -> Section | None:
        if self.briefing.requirements is None:
            return None
        table = tables.control_table(self.briefing.requirements)
        return Section("control", table.title, table=table)

    def _measures(self) -> Section | None:
        if self.briefing.requirements is None:
            return None
        table = tables.places_table(self.briefing.requirements)
        return Section("measures", table.title, said=tuple(priorities(self.briefing)), table=table)

    def _pm25(self) -> Section | None:
        if self.forecast.ahead:
            return None
        known, goal = self.briefing.requirements, self.goal
        even = self.curves[goal].even if goal in self.curves else None
        figures = self._of_panel(
            "pm25",
            control=known.control.loc["pm25"] if known else None,
            even=None if even is None else (goal, even),
        )
        return Section("pm25", Text("PM2.5 to date"), FIGURES, figures=figures)

    def _shares(self) -> Section | None:
        if self.forecast.ahead:
            return None
        title, shown_in = Text("What makes up the index"), EVERYWHERE - {WORKBOOK}
        said = tuple(sentences.largest_part(self.forecast, self.city))
        return Section("shares", title, shown_in, said, figures=self._of_panel("shares"))

    def _calendar(self) -> Section | None:
        if self.forecast.ahead:
            return None
        return Section("calendar", Text("Calendar"), FIGURES, figures=self._of_panel("calendar"))

    def _history(self) -> Section:
        # A period that is over has nothing to expect: in the deck the past years stand in.
        shown_in = FIGURES if self.ahead else FIGURES | {DECK}
        return Section("history", Text("By year"), shown_in, figures=self._of_panel("history"))

    def _map(self) -> Section | None:
        if self.forecast.ahead:
            return None
        return Section("map", Text("Map"), FIGURES, figures=self._drawn("map"))

    def _change(self) -> Section | None:
        if self.forecast.year_to_date["places_gained"].isna().all():
            return None
        title = Text("Map of the change on last year")
        return Section("change", title, FIGURES, figures=self._drawn("change"))

    def _skill(self) -> Section | None:
        backtest = self.briefing.backtest
        if backtest is None:
            return None
        table, said = tables.skill_table(backtest), tuple(sentences.skill(backtest))
        figures = evidence_figures(backtest)
        return Section("skill", table.title, FIGURES, said, table=table, figures=figures)

    def _cities(self) -> Section:
        table = tables.cities_table(self.forecast, self.city, self.goal)
        return Section("cities", table.title, frozenset({PAGE, WORKBOOK}), table=table)

    def _status(self) -> Section:
        table = tables.status_table(self.forecast, self.briefing.source)
        return Section("status", table.title, table=table)
