"""The deck: six to eight slides with native charts and tables, notes with the sources."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.errors import InputError
from airrank.plots.labels import listed, named, status, text
from airrank.report import slides, tables
from airrank.report.archive import write_settled
from airrank.report.briefing import Briefing, Maker, figure_makers
from airrank.report.slides import HEIGHT, INK, MARGIN, SOFT, VERMILION, WIDTH
from airrank.report.wording_report import word
from airrank.wording import Lang, label, number, probability_text, told

BOX = (MARGIN, 1.35, WIDTH - 2 * MARGIN, HEIGHT - 2.0)


def write_deck(
    briefing: Briefing, path: Path, *, lang: Lang = "zh", makers: dict[str, Maker] | None = None
) -> None:
    """Write the deck.

    Raises
    ------
    InputError
        If python-pptx is not installed.
    """
    try:
        import pptx
        from pptx.util import Inches
    except ImportError as error:
        raise InputError("--pptx needs python-pptx: pip install 'airrank[slides]'") from error
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.title = word(
        "title",
        lang,
        city=named(briefing.forecast, briefing.city, lang),
        year=briefing.forecast.period.end.year,
    )
    deck.core_properties.author = "airrank"
    drawn = makers or figure_makers(briefing, lang)
    author = _Author(briefing, lang, deck, drawn)
    # A year that is over has nothing to expect: the past years stand in.
    ahead = (author.history,) if briefing.forecast.final else (author.distribution, author.rivals)
    for part in (
        author.conclusion,
        author.goals,
        author.way,
        *ahead,
        author.shares,
        author.control,
        author.status,
    ):
        part()
    buffer = io.BytesIO()
    deck.save(buffer)
    write_settled(buffer.getvalue(), path)


class _Author:
    """Writes the slides one after the other."""

    def __init__(self, briefing: Briefing, lang: Lang, deck: Any, makers: dict[str, Maker]) -> None:
        self.briefing, self.lang, self.deck, self.makers = briefing, lang, deck, makers
        self.forecast, self.city = briefing.forecast, briefing.city
        self.footer = status(self.forecast, lang)

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def slide(self, title: str) -> Any:
        rows: Any = tables.status_table(self.briefing, self.lang).rows
        source = dict(rows)
        notes = [
            self.word("sources", source=source[self.word("source")], footer=self.footer),
            f"{self.word('fingerprint')}: {self.forecast.fingerprint}",
            *(told(caveat, self.lang) for caveat in self.forecast.caveats),
        ]
        return slides.add_slide(self.deck, title, "\n".join(notes), self.footer)

    def conclusion(self) -> None:
        row, forecast = self.forecast.of_city(self.city), self.forecast
        slide = self.slide(self.briefing.headline(self.lang))
        subtitle = self.word("subtitle", panel=listed(forecast, self.lang), as_of=forecast.as_of)
        slides.add_text(slide, subtitle, (MARGIN, 1.15, 11, 0.5), 16, SOFT)
        cards = [
            (self.word("rank_now"), number(row["ytd_rank"])),
            (self.word("index_now"), number(row["ytd_index"], 2)),
            (self.word("median"), number(row["rank_median"])),
            (self.word("interval80"), f"{row['rank_lo80']:.0f}–{row['rank_hi80']:.0f}"),
        ]
        if forecast.final:
            names = (self.word("rank_final"), self.word("index_final"))
            cards = [(name, value) for name, (_, value) in zip(names, cards, strict=False)]
        self._cards(slide, cards, 2.0)
        odds = [(self.word("rank_goal", goal=goal), self._chance(goal)) for goal in forecast.goals]
        self._cards(slide, odds[:4], 4.0, VERMILION)
        caveats = "\n".join(told(caveat, self.lang) for caveat in forecast.caveats)
        slides.add_text(slide, caveats, (MARGIN, 5.7, 12, 1.1), 12, SOFT)

    def _cards(
        self, slide: Any, cards: list[tuple[str, str]], top: float, colour: str = INK
    ) -> None:
        for i, (name, value) in enumerate(cards):
            left = MARGIN + i * 3.05
            slides.add_text(slide, name, (left, top, 3.0, 0.5), 16, SOFT)
            slides.add_text(slide, value, (left, top + 0.4, 3.0, 1.0), 40, colour, bold=True)

    def _chance(self, goal: int) -> str:
        """Give the odds of a goal, when the year is over whether it was met."""
        chance = self.forecast.probability(self.city, goal)
        if self.forecast.final:
            return self.word("met" if chance == 1 else "not met")
        return probability_text(chance)

    def goals(self) -> None:
        table = tables.goals_table(self.briefing, self.lang)
        slide = self.slide(table.title)
        goals, box = self.forecast.goals, BOX
        if goals and not self.forecast.final:
            chart = slides.add_chart(
                slide,
                "BAR_CLUSTERED",
                [self.word("rank_goal", goal=goal) for goal in goals],
                {self.word("chance"): [self.forecast.probability(self.city, g) for g in goals]},
                (MARGIN, 1.15, WIDTH - 2 * MARGIN, 1.8),
                number_format="0%",
                labels='[<0.01]"<1 %";[>0.99]">99 %";0 %',  # nothing is certain yet
            )
            chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 1
            chart.category_axis.reverse_order = True
            chart.value_axis.visible = False
            chart.value_axis.has_major_gridlines = False
            box = (MARGIN, 3.05, WIDTH - 2 * MARGIN, 3.8)
        if table.rows:
            slides.add_table(slide, table, box, 14 if self.forecast.final else 11)

    def way(self) -> None:
        _, table = self.makers["gap"]()
        observed = table["rank"].dropna()
        slide = self.slide(self.word("way"))
        if len(observed):  # a line joins what is not observed
            for column in table.columns.intersection(["median", "lo80", "hi80"]):
                table.loc[observed.index[-1], column] = observed.iloc[-1]
        names = {
            "rank": label("observed", self.lang),
            "median": self.word("median"),
            "lo80": self.word("best80"),
            "hi80": self.word("worst80"),
        }
        lines = {words: table[column] for column, words in names.items() if column in table}
        days = pd.DatetimeIndex(table.index)
        axis = label("gap_axis", self.lang)
        chart = self._ranks(slide, axis, [day.date() for day in days], lines)
        slides.year_axis(
            chart, self.forecast.period.end.year, 'm"月"' if self.lang == "zh" else "mmm"
        )
        # The first days' ranks jump about; they must not flatten what follows.
        shown = (
            table[
                (days >= pd.Timestamp(self.forecast.period.end.year, 2, 1))
                | (days == observed.index[-1])
            ]
            if len(observed)
            else table
        )
        self._rank_scale(chart, shown[table.columns.intersection(list(names))])

    def history(self) -> None:
        _, table = self.makers["history"]()
        slide = self.slide(self.word("history"))
        lines = {label("rank", self.lang): table["rank"]}
        axis = text("history_rank", self.lang)
        chart = self._ranks(slide, axis, [str(year) for year in table.index], lines, "LINE_MARKERS")
        self._rank_scale(chart, table[["rank"]])

    def _ranks(
        self,
        slide: Any,
        axis_title: str,
        categories: Any,
        lines: dict[str, pd.Series],
        kind: str = "LINE",
    ) -> Any:
        """Draw ranks, 1 at the top, and the goals as dashed lines."""
        from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION

        series = {
            name: [None if np.isnan(v) else float(v) for v in values.astype(float)]
            for name, values in lines.items()
        }
        for goal in self.forecast.goals:
            name = f"{self.word('rank_goal', goal=goal)} {self._chance(goal)}"
            series[name] = [float(goal)] * len(categories)
        chart = slides.add_chart(
            slide,
            kind,
            categories,
            series,
            BOX,
            number_format="0;;",  # there is no rank 0
            colours=(slides.INK, slides.BLUE, slides.SKY, slides.SKY),
            dashed=len(self.forecast.goals),
        )
        axis = chart.value_axis
        axis.reverse_order, axis.crosses = True, XL_AXIS_CROSSES.MAXIMUM
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        slides.add_text(slide, axis_title, (MARGIN, 1.05, 10, 0.4), 12, SOFT)
        return chart

    def _rank_scale(self, chart: Any, shown: pd.DataFrame) -> None:
        ranks = [*shown.to_numpy(float).ravel(), *self.forecast.goals]
        axis = chart.value_axis
        axis.minimum_scale = max(0, 10 * np.floor((np.nanmin(ranks) - 3) / 10))
        axis.maximum_scale = 10 * np.ceil((np.nanmax(ranks) + 3) / 10)

    def distribution(self) -> None:
        _, table = self.makers["ranks"]()
        slide = self.slide(self.word("distribution"))
        below = np.searchsorted(table["cumulative"], [0.002, 0.998])
        part = table.iloc[max(0, below[0] - 1) : below[1] + 2]
        chart = slides.add_chart(
            slide,
            "COLUMN_CLUSTERED",
            [str(rank) for rank in part.index],
            {self.word("chance"): [float(p) for p in part["probability"]]},
            BOX,
            number_format="0%",
            every=5,
        )
        chart.plots[0].gap_width = 15
        if part["probability"].max() > 0.8:  # else there would be 120 %
            chart.value_axis.maximum_scale = 1
        chances = [
            f"{self.word('rank_goal', goal=goal)} {self._chance(goal)}"
            for goal in self.forecast.goals
        ]
        said = "  ·  ".join([text("ranks_x", self.lang), *chances])
        slides.add_text(slide, said, (MARGIN, 1.05, 12, 0.4), 12, SOFT)

    def rivals(self) -> None:
        table = tables.rivals_table(self.briefing, self.lang)
        if table is None or not table.rows:
            return
        shown = replace(table, rows=table.rows[:14])
        slides.add_table(self.slide(table.title), shown, BOX)

    def shares(self) -> None:
        _, table = self.makers["shares"]()
        slide = self.slide(self.word("shares"))
        names = {
            "now": text("shares_now", self.lang),
            "last_year": text("shares_before", self.lang),
            "median": text("shares_median", self.lang, n=len(self.forecast.cities)),
        }
        series = {
            words: [None if np.isnan(v) else round(float(v), 3) for v in table[column]]
            for column, words in names.items()
            if table[column].notna().any()
        }
        slides.add_chart(
            slide,
            "COLUMN_CLUSTERED",
            [text(str(p), self.lang) for p in table.index],
            series,
            BOX,
            number_format="0.00",
            labels="0.00",
        )
        slides.add_text(
            slide,
            re.split("[；;]", text("shares_x", self.lang))[0],
            (MARGIN, 1.05, 12, 0.4),
            12,
            SOFT,
        )

    def control(self) -> None:
        requirements = self.briefing.requirements
        if requirements is None:
            return
        table = tables.control_of(requirements, self.lang)
        slide = self.slide(table.title)
        slides.add_table(slide, table, (MARGIN, 1.35, WIDTH - 2 * MARGIN, 3.4), 15)
        note = tables.control_note(requirements, self.lang)
        slides.add_text(slide, note, (MARGIN, 5.1, WIDTH - 2 * MARGIN, 1.2), 14, SOFT)

    def status(self) -> None:
        slides.add_table(
            self.slide(self.word("status")), tables.status_table(self.briefing, self.lang), BOX, 14
        )
