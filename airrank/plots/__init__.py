"""Figures: one per module; each returns the figure and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from airrank.errors import InputError
from airrank.words import Lang, speaking

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


@dataclass(frozen=True)
class Drawing:
    """A figure of a forecast for one of its cities, loaded when it is first drawn.

    Attributes
    ----------
    module : str
        Where it is; its function is named ``<name>_figure``.
    needs : tuple of str
        Keywords without which it cannot be drawn: ``panel`` (the observations), ``rank`` (a goal).
    takes : tuple of str
        Further keywords.
    ahead : bool
        Whether there is something to draw only before the period's end.
    """

    name: str
    module: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    ahead: bool = False

    def __call__(
        self, forecast: Forecast, city: str, *, lang: Lang | None = None, **more: Any
    ) -> tuple[Figure, pd.DataFrame]:
        """Draw it.

        Parameters
        ----------
        forecast : Forecast
        city : str
            In any of its spellings.
        lang : str, optional
            ``zh`` or ``en``; the reader's language without it.
        **more
            What ``needs`` and ``takes`` name.

        Raises
        ------
        InputError
            If something it needs is not given, or something it does not know is.
        """
        lacking = [name for name in self.needs if name not in more]
        unknown = [name for name in more if name not in (*self.needs, *self.takes)]
        if lacking or unknown:
            raise InputError(
                "the figure {name!r} needs {needs} and takes {takes} beside the forecast and the "
                "city; found {found}",
                name=self.name,
                needs=", ".join(self.needs) or "–",
                takes=", ".join(self.takes) or "–",
                found=", ".join(more) or "–",
            )
        function = getattr(import_module(f"airrank.plots.{self.module}"), f"{self.name}_figure")
        with speaking(lang):
            drawn: tuple[Figure, pd.DataFrame] = function(forecast, city, **more)
        return drawn


_PANEL = ("panel",)
FIGURES: Mapping[str, Drawing] = {
    drawing.name: drawing
    for drawing in (
        Drawing("path", "path", _PANEL),
        Drawing("ranks", "ranks", ahead=True),
        Drawing("around", "around", ("rank",), ahead=True),
        Drawing("odds", "odds", _PANEL, ahead=True),
        Drawing("pm25", "pm25", _PANEL, ("control", "even")),
        Drawing("shares", "shares", _PANEL),
        Drawing("calendar", "calendar", _PANEL),
        Drawing("history", "history", _PANEL),
        Drawing("map", "map"),
        Drawing("change", "map"),
    )
}
"""The figures of a forecast by name; those of a record of weeks or of a backtest are apart."""


def draw(
    name: str, forecast: Forecast, city: str, *, lang: Lang | None = None, **more: Any
) -> tuple[Figure, pd.DataFrame]:
    """Draw a figure of a forecast by its name, see :class:`Drawing`.

    Raises
    ------
    InputError
        If there is no such figure, or not what it needs.
    """
    if name not in FIGURES:
        raise InputError(
            "there is no figure {name!r}; expected one of {names}",
            name=name,
            names=", ".join(FIGURES),
        )
    return FIGURES[name](forecast, city, lang=lang, **more)


__all__ = ["FIGURES", "Drawing", "draw"]
