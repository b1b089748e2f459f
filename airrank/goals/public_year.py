"""What is publicly known of a city's year, what is not, and its estimated rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from airrank.cities import City, RankingList
from airrank.goals.annual import Fact, archived, facts, rank_bounds
from airrank.goals.estimate import RankEstimate, can_estimate, estimate_ranks
from airrank.goals.plan import Goal
from airrank.goals.verdicts import LIKELY, UNLIKELY, Verdict
from airrank.rules.evaluation import YEAR_DAYS_REQUIRED
from airrank.words import Chance, Text

ESTIMATE = "estimate from PM2.5 and PM10"
EVEN = 0.5
ARCHIVE_PAGE = "RuntimeErrorz/aqi-vibe"


@dataclass(frozen=True, eq=False)
class PublicYear:
    """Public knowledge of one city and year.

    Attributes
    ----------
    city : str
    year : int
    panel : str
        Ranking list of the estimate.
    official : tuple of Fact
    archive : dict
        Days, particles [µg/m³] and counted days of the public archive; empty without any.
    bounds : tuple of int
        Ranks between which the city lies by the lists published.
    estimate : RankEstimate, optional
    ranks : tuple of int
        Ranks whose odds are told.
    observed : bool
        Whether there are observations of the year, so that neither archive nor estimate is needed.
    ranked : int
        Number of cities of the list.
    """

    city: str
    year: int
    panel: str
    official: tuple[Fact, ...]
    archive: dict[str, Any]
    bounds: tuple[int, int]
    estimate: RankEstimate | None
    ranks: tuple[int, ...]
    observed: bool
    ranked: int

    @property
    def rank_is_known(self) -> bool:
        """Whether the rank itself was published."""
        return any(f.indicator == "rank" and not f.doubtful for f in self.official)

    def lines(self) -> list[Text]:
        """Put it into words, one fact a line."""
        told = [
            (
                Text("{fact}; doubtful; {source}") if fact.doubtful else Text("{fact}; {source}")
            ).with_values(fact=fact.text, source=fact.source)
            for fact in self.official
        ]
        if self.archive:
            told.append(
                Text(
                    "PM2.5 {pm25}, PM10 {pm10} µg/m³ from {days} days; not official: public "
                    "archive of real-time values ({source}), dust kept",
                    **self.archive,
                    source=ARCHIVE_PAGE,
                )
            )
        if not self.rank_is_known and not self.observed:
            low, high = self.bounds
            told.append(
                Text(
                    "the rank is not published; by the best and worst that are, it lies from {low} "
                    "to {high}",
                    low=low,
                    high=high,
                )
                if (low, high) != (1, self.ranked)
                else Text("the rank is not published; only the best and worst of a year are")
            )
        return told + self._estimated()

    def _estimated(self) -> list[Text]:
        if self.rank_is_known or self.observed:
            return []
        if self.estimate is None:
            return [
                Text(
                    "no estimate of the rank: all cities' particles of the whole year are not known"
                )
            ]
        low, high = self.estimate.interval(self.city)
        told = [
            Text(
                "estimated rank {median}, 80 % interval {low} to {high}, from PM2.5 and PM10 of "
                "all {n} cities and each city's own shift in the bundled years; not official",
                median=self.estimate.median(self.city),
                low=low,
                high=high,
                n=len(self.estimate.cities),
            )
        ]
        told += [
            Text(
                "estimated odds of rank {rank} or better: {chance}",
                rank=rank,
                chance=Chance(self.estimate.probability(self.city, rank)),
            )
            for rank in self.ranks
        ]
        if self.city in self.estimate.corrected:
            told.append(
                Text(
                    "fewer than {required} days: for the estimate the particles are corrected by "
                    "the cities that have the days",
                    required=YEAR_DAYS_REQUIRED,
                )
            )
        return told

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON content."""
        estimate = None
        if self.estimate is not None:
            low, high = self.estimate.interval(self.city)
            estimate = {
                "source": ESTIMATE,
                "rank_median": self.estimate.median(self.city),
                "rank_lo80": low,
                "rank_hi80": high,
                "odds": {str(r): self.estimate.probability(self.city, r) for r in self.ranks},
                "particles_corrected": self.city in self.estimate.corrected,
            }
        return {
            "official": [
                {
                    "indicator": fact.indicator,
                    "value": fact.value,
                    "of": fact.of,
                    "doubtful": fact.doubtful,
                    "source": fact.source,
                    "note": fact.note,
                }
                for fact in self.official
            ],
            "archive": {**self.archive, "source": ARCHIVE_PAGE} if self.archive else None,
            "rank_published": self.rank_is_known,
            "rank_between": list(self.bounds),
            "estimate": estimate,
        }


def is_public(unit: City, year: int) -> bool:
    """Tell whether anything is publicly known of a city's year."""
    return bool(facts(unit.names(), year)) or archived(unit.names(), year) is not None


def public_year(
    unit: City, year: int, ranking_list: RankingList, goals: Iterable[Goal], *, observed: bool
) -> PublicYear | None:
    """Gather what is publicly known; None where nothing is.

    Parameters
    ----------
    unit : City
    year : int
    ranking_list : RankingList
    goals : iterable of Goal
        Of these the ranks are told the odds of.
    observed : bool
        Whether there are observations of the year; then official statements alone are of interest.
    """
    stated = facts(unit.names(), year)
    row = None if observed else archived(unit.names(), year)
    if not stated and row is None:
        return None
    names = ("days", "pm25", "pm10", "good_pct", "heavy_days")
    able = not observed and can_estimate(year, ranking_list)
    ranks = {int(goal.values[0]) for goal in goals if goal.indicator == "rank"}
    return PublicYear(
        city=unit.name,
        year=year,
        panel=ranking_list.name,
        official=stated,
        archive={} if row is None else {name: row[name].item() for name in names},
        bounds=rank_bounds(year, len(ranking_list)),
        estimate=estimate_ranks(year, ranking_list) if able else None,
        ranks=tuple(sorted(ranks, reverse=True)),
        observed=observed,
        ranked=len(ranking_list),
    )


def judge_estimate(goal: Goal, estimate: RankEstimate, city: str) -> Verdict:
    """Say how likely a rank was reached, by an estimate; never that it was."""
    target = int(goal.values[0])
    probability = estimate.probability(city, target)
    median = estimate.median(city)
    low, high = estimate.interval(city)
    return Verdict(
        goal,
        LIKELY if probability >= EVEN else UNLIKELY,
        figure=float(median),
        margin=float(target - median),
        probability=probability,
        reading=Text("estimate"),
        source=ESTIMATE,
        reason=Text(
            "estimated, 80 % interval {low} to {high}; the official rank is not published",
            low=low,
            high=high,
        ),
        caveats=(
            Text(
                "rank estimated from PM2.5 and PM10 of all cities, dust kept, and each city's own "
                "shift between particles and index in the bundled years"
            ),
        ),
    )
