"""Request: what a command was asked for, from the data to the last draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    import pandas as pd

    from airrank.cities import City
    from airrank.forecasting.result import Forecast
    from airrank.goals.aims import Aims
    from airrank.goals.plan_odds import PlanOdds
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.rules.choices import Rules
    from airrank.simulation.fitted import Fitted
    from airrank.words import Lang, Text


@dataclass(frozen=True)
class Request:
    """What the commands can be told in common.

    Attributes
    ----------
    as_of : date, optional
        The last day whose data is used; the data's last complete day without it.
    as_known_at, data, store : optional
        See :func:`airrank.inputs.load_known`.
    city, panel, plan : str, optional
        See :meth:`airrank.goals.aims.Aims.of`.
    period : Period, optional
        The days whose ranks are forecast; the year of ``as_of`` without it.
    goals : tuple of int
        Ranks to reach, the first the headline's; without them see
        :meth:`airrank.goals.aims.Aims.ranks`.
    edition, dust, rounding, weights, ties : optional
        See :class:`airrank.rules.choices.Rules`.
    placed_last : tuple of str
        Cities placed last by rule, see :func:`airrank.placed_last.as_cases`.
    draws, seed : int
        See :func:`airrank.forecasting.run.forecast_panel`.
    accept : tuple of str
        Rules of :mod:`airrank.ingest.plausible` whose finds in ``data`` are let through.
    lang : str, optional
        The reader's language; see :func:`airrank.words.language` without it.
    backtest : Path, optional
        Folder of ``airrank backtest --out``, shown in reports.
    """

    as_of: date | None = None
    as_known_at: datetime | None = None
    city: str | None = None
    data: Path | None = None
    store: Path | None = None
    panel: str | None = None
    plan: str | None = None
    period: Period | None = None
    goals: tuple[int, ...] = ()
    edition: str = "auto"
    dust: str = "auto"
    rounding: str = "single_index"
    weights: str | None = None
    ties: str = "competition"
    placed_last: tuple[str, ...] = ()
    draws: int = 10_000
    seed: int = 0
    lang: Lang | None = None
    backtest: Path | None = None
    accept: tuple[str, ...] = ()

    # The command line knows its options before it loads anything heavy.

    @cached_property
    def rules(self) -> Rules:
        """How the rules are read."""
        from airrank.placed_last import read_rules

        return read_rules(
            self.edition, self.dust, self.rounding, self.weights, self.ties, self.placed_last
        )

    @cached_property
    def aims(self) -> Aims:
        """City, ranking list and plan."""
        from airrank.goals.aims import Aims

        return Aims.of(self.city, panel=self.panel, plan=self.plan)

    @property
    def unit(self) -> City:
        """The city asked for, or the one that the plan is of."""
        return self.aims.city

    def check(self) -> None:
        """Refuse what cannot be read, before anything is fetched, loaded or drawn.

        Raises
        ------
        InputError
            If there is no such edition, list, plan or city, or no such weights.
        """
        _ = self.rules, self.unit

    def load(self) -> Source:
        """Load the data, see :func:`airrank.inputs.load_panel`."""
        from airrank.inputs import load_panel

        self.check()
        return load_panel(
            self.data,
            self.aims.ranking_list,
            store=self.store,
            as_of=self.as_of,
            as_known_at=self.as_known_at,
            city=self.city,
            accept=self.accept,
        )

    def day(self, source: Source) -> date:
        """Give the day that a forecast is as of.

        Raises
        ------
        InputError, InsufficientDataError
            If the data do not reach it, or there is no complete day.
        """
        from airrank.errors import InputError
        from airrank.forecasting.run import check_day

        day = self.as_of or source.last_complete_day()
        if source.of_store and self.as_known_at is None and day > source.panel.last_day:
            raise InputError(
                "{origin}: what had been retrieved by the end of the day after {day} ends on "
                "{last}. Choose an earlier day; or, if the days were fetched later, say with "
                "--as-known-at now that they count all the same.",
                origin=source.origin,
                day=day,
                last=source.panel.last_day,
            )
        check_day(source.panel, day)
        return day

    def span(self, source: Source) -> Period:
        """Give the period that is forecast.

        Raises
        ------
        InputError
            If it was over before the data begin.
        """
        from airrank.forecasting.sufficiency import refuse_before
        from airrank.periods import Period

        period = self.period or Period.of_year(self.day(source).year)
        refuse_before(source.panel, period)
        return period

    def of_month(self) -> Self:
        """Give the same request about the month of its day.

        Raises
        ------
        InputError
            If it names a period already.
        """
        from airrank.errors import InputError
        from airrank.periods import Period

        if self.period is not None:
            raise InputError(
                "expected --kind monthly or --period, found both; the month is that of --as-of"
            )
        day = self.day(self.load())
        return replace(self, period=Period.of_month(day.year, day.month))

    def ranks(
        self,
        source: Source,
        table: pd.DataFrame | None = None,
        made: Forecast | None = None,
    ) -> tuple[tuple[int, ...], Text | None]:
        """Give the ranks to reach, and what to tell of where they come from.

        ``table`` are the standings of the period to date, if they are made already; ``made`` a
        forecast that has those of the year before.
        """
        from airrank.goals.aims import place_of

        period = self.span(source)
        found, note = self.aims.ranks(period, None, self.goals)
        so_far = period.to_date(self.day(source))
        if found or so_far is None:
            return found, note
        if table is None:
            place = self._place(source, so_far, self.rules)
        else:
            place = place_of(table, self.unit.name)
        rules = self.rules.of_other_periods()
        before = self._place(source, period.year_earlier(), rules, made)
        return self.aims.ranks(period, place, before=before)

    def forecast(
        self,
        source: Source,
        *,
        goals: Sequence[int] = (),
        fitted: Fitted | None = None,
        made: Forecast | None = None,
    ) -> Forecast:
        """Make the forecast, see :func:`airrank.forecasting.run.forecast_panel`.

        ``made`` is one that differs only in the city asked for: then none is made here.
        """
        from airrank.forecasting.sufficiency import refuse_gaps

        table = None if made is None or made.ahead else made.year_to_date
        ranks, note = (tuple(goals), None) if goals else self.ranks(source, table, made)
        source.panel.ranking_list.check_ranks(ranks)
        made = made or self.forecast_of_all(source, fitted)
        refuse_gaps(made.history, made.period, self.unit.name)
        return made.aimed_at(ranks, [] if note is None else [note])

    def forecast_of_all(self, source: Source, fitted: Fitted | None = None) -> Forecast:
        """Make the forecast of all cities, for none of them."""
        from airrank.forecasting.run import forecast_panel

        return forecast_panel(
            source.panel,
            self.day(source),
            period=self.period,
            draws=self.draws,
            seed=self.seed,
            rules=self.rules,
            fitted=fitted,
            as_known_at=self.as_known_at,
        )

    def outlook(
        self, source: Source, periods: Sequence[Period] = ()
    ) -> tuple[PlanOdds, Text | None]:
        """Make the outlook to the years of the plan, or to some periods.

        Returns
        -------
        odds : PlanOdds
            Of the city's goals, each in its own period.
        note : Text, optional
            What to tell of where the goals come from.

        Raises
        ------
        InsufficientDataError
            If too little is known for an honest forecast of a period.
        """
        from airrank.forecasting.outlook import outlook_panel
        from airrank.forecasting.sufficiency import refuse_gaps
        from airrank.goals.plan_odds import PlanOdds, plan_aims, plan_periods
        from airrank.periods import Period

        day, aims = self.day(source), self.aims
        asked = tuple(periods) or plan_periods(aims, day.year)
        history = source.panel.until(day)
        for period in asked:
            for city in (None, self.unit.name):
                refuse_gaps(history, period, city)
        so_far = Period(Period.of_year(day.year).start, day)
        place = self._place(source, so_far, self.rules)
        goals, note = plan_aims(aims, asked, self.goals, place)
        made = outlook_panel(
            source.panel,
            day,
            asked,
            draws=self.draws,
            seed=self.seed,
            rules=self.rules,
            as_known_at=self.as_known_at,
        )
        return PlanOdds(made, self.unit.name, goals), note

    def _place(
        self, source: Source, period: Period, rules: Rules, made: Forecast | None = None
    ) -> int | None:
        """Give the city's rank in a period, of which ``made`` may know it; None without one."""
        from airrank.errors import InsufficientDataError
        from airrank.goals.aims import place_of
        from airrank.ranking_table import standings

        try:
            table = (
                made.standings(period, rules) if made else standings(source.panel, period, rules)
            )
        except InsufficientDataError:
            return None
        return place_of(table, self.unit.name)
