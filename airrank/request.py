"""Settings: all that decides what a forecast says, from the data to the last draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from airrank.forecasting.result import Forecast
    from airrank.inputs import Source
    from airrank.rules.choices import Rules
    from airrank.simulation.fitted import Fitted
    from airrank.wording import Lang

DEFAULT_PLAN = "zhumadian_2023_2025"


@dataclass(frozen=True)
class Request:
    """What the commands can be told in common.

    Attributes
    ----------
    as_of : date, optional
        The last day whose data is used; the data's last complete day without it.
    as_known_at, data, store : optional
        See :func:`airrank.inputs.load_known`.
    city : str, optional
        In any of its spellings; without it 驻马店, or the list's first city.
    panel, plan : str
        Names or files of the ranking list and of the plan.
    goals : tuple of int
        Ranks to reach, the first the headline's; those usual for the list without them.
    edition, dust, rounding : str
        See :class:`airrank.rules.choices.Rules`.
    draws, seed : int
        See :func:`airrank.forecasting.run.forecast_panel`.
    lang : str
    backtest : Path, optional
        Folder of ``airrank backtest --out``, shown in reports.
    """

    as_of: date | None = None
    as_known_at: datetime | None = None
    city: str | None = None
    data: Path | None = None
    store: Path | None = None
    panel: str = "168"
    plan: str = DEFAULT_PLAN
    goals: tuple[int, ...] = ()
    edition: str = "auto"
    dust: str = "keep"
    rounding: str = "concentrations_first"
    draws: int = 10_000
    seed: int = 0
    lang: Lang = "zh"
    backtest: Path | None = None

    # The command line knows its settings before it loads anything heavy.

    @property
    def rules(self) -> Rules:
        """How the rules are read."""
        from airrank.rules.choices import Rules

        return Rules(self.edition, self.dust, self.rounding)

    def load(self) -> Source:
        """Load the data, see :func:`airrank.inputs.load_panel`."""
        from airrank.inputs import load_panel

        return load_panel(
            self.data,
            self.panel,
            store=self.store,
            as_of=self.as_of,
            as_known_at=self.as_known_at,
        )

    def day(self, source: Source) -> date:
        """Give the day that a forecast is as of.

        Raises
        ------
        InputError, InsufficientDataError
            If the data do not reach it, or there is no complete day.
        """
        from airrank.forecasting.run import check_day

        day = self.as_of or source.last_complete_day()
        check_day(source.panel, day)
        return day

    def forecast(
        self, source: Source, *, goals: Sequence[int] = (), fitted: Fitted | None = None
    ) -> Forecast:
        """Make the forecast, see :func:`airrank.forecasting.run.forecast_panel`."""
        from airrank.forecasting.run import forecast_panel

        return forecast_panel(
            source.panel,
            self.day(source),
            draws=self.draws,
            seed=self.seed,
            rules=self.rules,
            goals=goals or self.goals or None,
            fitted=fitted,
            as_known_at=self.as_known_at,
        )
