"""Numbers on the command line: within bounds, and refused in the reader's language."""

from __future__ import annotations

from math import isnan
from typing import Any

import click

from airrank.words import Text


class WholeType(click.IntRange):
    """A whole number within bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        try:
            int(value)
        except ValueError:
            found = Text("expected a whole number, found {value!r}", value=value)
            self.fail(str(found), param, ctx)
        return super().convert(value, param, ctx)


class NumberType(click.FloatRange):
    """A number within bounds; ``nan`` is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it."""
        try:
            none = isnan(float(value))
        except ValueError:
            none = True
        if none:
            self.fail(str(Text("{value!r} is no number", value=value)), param, ctx)
        return super().convert(value, param, ctx)
