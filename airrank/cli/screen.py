"""The one door to the terminal: nothing that came from outside can steer it.

Names, titles, file names and answers may hold escape sequences, controls and signs that turn the
direction of writing; they are shown as such, not obeyed (:mod:`airrank.showable`).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import click

from airrank.showable import shown

if TYPE_CHECKING:
    from rich.console import Console


def echo(message: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a text, its lines as they are, to standard output or error."""
    click.echo(shown(str(message)), err=err, nl=nl)


def show(error: click.ClickException) -> None:
    """Print an error of click's: what it quotes was typed or read somewhere."""
    told = io.StringIO()
    error.show(told)
    echo(told.getvalue(), err=True, nl=False)


def console(*, stderr: bool = False) -> Console:
    """Give a console for tables and bars, wide enough when it is no terminal."""
    from collections.abc import Iterable

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class Screen(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for part in super().render(renderable, options):
                yield part if part.control else Segment(shown(part.text), part.style)

        def on_broken_pipe(self) -> None:
            """Leave the ending to ours: rich would make it an exit status 1."""
            raise BrokenPipeError

    found = Screen(highlight=False, stderr=stderr)
    return found if found.is_terminal or stderr else Screen(highlight=False, width=160)
