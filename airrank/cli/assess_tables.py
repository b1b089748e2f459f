"""The table of ``airrank assess``: the air first, then the rest by section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from airrank.cli import render
from airrank.goals.plan import COMPUTED
from airrank.goals.verdicts import INSUFFICIENT, VERDICTS
from airrank.words import MISSING, Chance, Clauses, Phrases, Sayable, Text, counted, worded

if TYPE_CHECKING:
    from airrank.cities import City
    from airrank.goals.assessment import Assessment
    from airrank.goals.verdicts import Verdict

STATES = {
    "finished": Text("whole year"),
    "running": Text("year running"),
    "ahead": Text("year ahead"),
    "no observations": Text("no observations of the year"),
}
COLOURS = {
    "met": "green",
    "already safe": "green",
    "not met": "red",
    "already out of reach": "red",
    "insufficient data": "yellow",
    "likely met": "green",
    "likely not met": "red",
}
ORDER = tuple(VERDICTS)
"""Of verdicts within a section."""


def print_assessment(result: Assessment, city: City, *, whole: bool) -> None:
    """Print the goals of the air first, then the others by section; see :func:`groups`.

    Parameters
    ----------
    result : Assessment
    city : City
    whole : bool
        Whether goals without a figure are shown one by one too.
    """
    of_plan = {goal.id for goal in result.plan.goals}
    # ranks alone are nobody's plan
    plan = any(verdict.goal.id in of_plan for verdict in result.verdicts)
    running = any(v.probability is not None for v in result.verdicts)
    title = Text("{city} {year}", city=city, year=result.year)
    if plan:
        title = Text("{head} · {plan}", head=title, plan=result.plan.title)
    grid = Table(title=escape(str(title)), header_style="bold", title_justify="left")
    columns = {
        "goal": Text("goal"),
        "target": Text("target"),
        "figure": Text("figure or median") if running else Text("figure"),
        "margin": Text("margin"),
        "verdict": Text("verdict"),
        **({"chance": Text("probability")} if running else {}),
        "remark": Text("remark"),
    }
    for key, head in columns.items():
        right = key in {"figure", "margin", "chance"}
        grid.add_column(str(head), justify="right" if right else "left", overflow="fold")
    parts, hidden = groups(result.verdicts, whole=whole)
    for name, verdicts in parts.items():
        if len(parts) > 1:
            grid.add_section()
            grid.add_row(f"[bold]{escape(worded(name))}[/bold]")
        for verdict in verdicts:
            cells = _cells(verdict)
            grid.add_row(*(cells[key] for key in columns))
    render.show(grid if parts else f"[bold]{grid.title}[/bold]")
    if hidden:
        render.show(
            counted(
                "{n} more goal has no figure; --all lists it.",
                "{n} more goals have no figure; --all lists them.",
                hidden,
            )
        )
    if any(_lacks_figure(verdict) for verdict in result.verdicts):
        render.show(
            Text(
                "Figures are given with --actuals (a table that --template writes), days of "
                "counties with --counties."
            )
        )
    _print_known(result)
    if not result.verdicts:
        nothing = Text(
            "The plan has no goal for {year}: choose another --year, or name ranks and goals with "
            "--goals.",
            year=result.year,
        )
        render.show(nothing)
        return
    shown = [verdict for part in parts.values() for verdict in part]
    if not all(verdict.goal.duty for verdict in shown):
        render.show(Text("* aspiration, does not count"))
    if any(verdict.goal.one_reading for verdict in shown):
        render.show(Text("by one reading: the text may also mean other units; does not count"))
    state = STATES[result.state]
    render.show(state if result.as_of is None else Phrases([state, result.as_of]))
    if result.joint and result.joint["all"] is not None:
        chance = result.joint["all"]
        assert isinstance(chance, float)
        render.show(Text("P(all forecast goals together): {chance}", chance=Chance(chance)))
    render.show_settings(result.settings, (c for v in result.verdicts for c in v.caveats))


def groups(verdicts: Sequence[Verdict], *, whole: bool) -> tuple[dict[Sayable, list[Verdict]], int]:
    """Put verdicts together: the city's air, then the document's sections, the decided first.

    Returns
    -------
    dict
        Verdicts by the heading they stand under, in order.
    int
        How many without a figure are left out, unless they are asked for with ``whole``.
    """
    found: dict[Sayable, list[Verdict]] = {}
    hidden = 0
    for verdict in sorted(verdicts, key=lambda v: not _of_air(v)):
        if _lacks_figure(verdict) and not whole:
            hidden += 1
            continue
        section = verdict.goal.section
        name = Text("Air of the city")
        if not _of_air(verdict):
            name = Text("Section {section}", section=section) if section else Text("Others")
        found.setdefault(name, []).append(verdict)
    for part in found.values():
        part.sort(key=lambda v: ORDER.index(v.verdict))
    return found, hidden


def _lacks_figure(verdict: Verdict) -> bool:
    return verdict.verdict == INSUFFICIENT and verdict.figure is None


def _of_air(verdict: Verdict) -> bool:
    return verdict.goal.indicator in COMPUTED and not verdict.goal.place


def _print_known(result: Assessment) -> None:
    """Print what is publicly known of the year, one fact a line."""
    if result.known is None:
        return
    heading = Text("Publicly known of {year}:", year=result.year)
    render.show(f"[bold]{escape(str(heading))}[/bold]")
    for told in result.known.lines():
        render.show(escape(f"- {told}"))


def _cells(verdict: Verdict) -> dict[str, str]:
    goal = verdict.goal
    title: Sayable = goal.title
    if goal.due_later is not None:
        title = Text("{title} (due in {year})", title=title, year=goal.due_later)
    if goal.one_reading:
        title = Text("{title} (by one reading)", title=title)
    target: Sayable = goal.target
    if goal.early:
        target = Text("{target} by {day}", target=target, day=goal.deadline)
    style = COLOURS.get(verdict.verdict, "default")
    remarks = [*([] if verdict.reason is None else [verdict.reason]), *verdict.told]
    margin = "" if verdict.margin is None else f"{verdict.margin:+g}"
    if verdict.margin_days is not None:
        margin += str(Text(" ({days:+d} d)", days=verdict.margin_days))
    return {
        "goal": escape(worded(title) + ("" if goal.duty else " *")),
        "target": escape(worded(target)),
        "figure": _figure(verdict),
        "margin": margin,
        "verdict": f"[{style}]{VERDICTS[verdict.verdict]}[/{style}]",
        "chance": ""
        if verdict.probability is None or verdict.settled
        else str(Chance(verdict.probability)),
        "remark": escape(str(Clauses(remarks))) if remarks else "",
    }


def _figure(verdict: Verdict) -> str:
    """Give the figure as read, and what it was before rounding where that shows more."""
    if verdict.goal.comparison == "done" and verdict.figure is not None:
        return "✓" if verdict.figure else "✗"
    shown = _number(verdict.figure)
    if verdict.exact is None or verdict.margin_days is not None:
        return shown
    exact = f"{verdict.exact:.1f}".removesuffix(".0")
    return shown if exact == shown else f"{shown} ({exact})"


def _number(value: Any) -> str:
    return MISSING if value is None else f"{value:g}"
