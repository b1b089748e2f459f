"""The command line in the reader's language: help, usage errors, and the choice by ``--lang``."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

from airrank.showable import is_wide
from airrank.words import CATALOGUES, LANGS, LOCALES, Lang, Text, language, speaking

_WIDE, _CLOSING = "\u2e80-\u9fff\uff00-\uffef“”", r"，。；：、）》”…！？\])"
_PIECES = re.compile(
    rf"\s+|[（《“\[(]*[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*",
)
"""Where Chinese text may be broken: between any two characters, but for punctuation."""


@contextmanager
def listening(arguments: Sequence[str]) -> Iterator[None]:
    """Speak the language that ``--lang`` names anywhere on a command line, else the usual one.

    Looked for before anything is parsed, so that ``--help`` and usage errors speak it too. Click
    asks gettext for its own texts: it is given our catalogue.
    """
    with speaking(_asked_for(arguments)):
        before = os.environ.get("LANGUAGE"), gettext.textdomain()
        os.environ["LANGUAGE"] = LOCALES[language()]
        gettext.bindtextdomain("airrank", str(CATALOGUES))
        gettext.textdomain("airrank")
        try:
            yield
        finally:
            gettext.textdomain(before[1])
            os.environ.pop("LANGUAGE")
            os.environ.update({} if before[0] is None else {"LANGUAGE": before[0]})


def _asked_for(arguments: Sequence[str]) -> Lang | None:
    pairs = zip(arguments, [*arguments, ""][1:], strict=True)
    named = [after if word == "--lang" else word.partition("=")[2] for word, after in pairs
             if word == "--lang" or word.startswith("--lang=")]  # fmt: skip
    return next((lang for lang in LANGS if named and named[-1] == lang), None)


def spoken(text: str) -> str:
    """Put a text of the help into the reader's language, paragraph by paragraph."""
    return "\n\n".join(str(Text(" ".join(part.split()))) for part in re.split(r"\n\s*\n", text))


class Formatter(click.HelpFormatter):
    """Breaks lines by what a terminal shows: a Chinese character is two columns wide."""

    def write_heading(self, heading: str) -> None:
        """Write a heading with the language's colon."""
        self.write(f"{'':>{self.current_indent}}{Text('{heading}:', heading=heading)}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        paragraphs = [
            "\n".join(indent + line for line in wrapped(part, self.width - self.current_indent))
            for part in re.split(r"\n\s*\n", text.strip())
        ]
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names with what they mean beside them."""
        rows = list(rows)
        first = min(max(columns(name) for name, _ in rows), col_max) + col_spacing
        rest = " " * (first + self.current_indent)
        for name, meaning in rows:
            self.write(" " * self.current_indent + name)
            lines = wrapped(meaning, max(self.width - first - 2, 10))
            room = first - columns(name)
            self.write(" " * room if room >= col_spacing else "\n" + rest)
            self.write(f"\n{rest}".join(lines) + "\n")


def columns(text: str) -> int:
    """Count the columns a terminal shows a text in.

    Examples
    --------
    >>> columns("PM10浓度")
    8
    """
    return sum(2 if is_wide(character) else 1 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines.

    Examples
    --------
    >>> wrapped("沙尘天：保留，或扣除。", 10)
    ['沙尘天：保', '留，或扣', '除。']
    >>> wrapped("Dust days are kept.", 10)
    ['Dust days', 'are kept.']
    """
    lines = [""]
    for piece in _PIECES.findall(text.strip()):
        space = piece.isspace()
        if lines[-1] and columns(lines[-1]) + columns(piece) > width:
            lines.append("" if space else piece)
        elif lines[-1] or not space:
            lines[-1] += "  " if space and len(piece) > 1 else " " if space else piece
    return [line.rstrip() for line in lines]


class Context(click.Context):
    """Writes its help with our formatter."""

    formatter_class = Formatter


class Option(click.Option):
    """An option whose help and kind of value are in the reader's language."""

    @property
    def help(self) -> str | None:
        """The help as it is read."""
        return None if self._help is None else spoken(self._help)

    @help.setter  # noqa: A003
    def help(self, text: str | None) -> None:
        self._help = text

    def make_metavar(self, ctx: click.Context) -> str:
        """Name the kind of value."""
        return spoken(super().make_metavar(ctx))


class Command(click.Command):
    """A command whose help is in the reader's language."""

    context_class = Context

    @property
    def help(self) -> str | None:
        """The help as it is read."""
        return None if self._help is None else spoken(self._help)

    @help.setter  # noqa: A003
    def help(self, text: str | None) -> None:
        self._help = text

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Give the line of usage."""
        return [spoken(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help``, which click keeps in the language it was first asked for in."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = str(Text("Show this message and exit."))
        return option


class Group(Command, click.Group):
    """A group whose help is in the reader's language."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **named: Any) -> Any:
        """Run it in the language that is asked for."""
        import sys

        with listening(sys.argv[1:] if args is None else args):
            return super().main(args, *more, **named)


command = partial(click.command, cls=Command)
option = partial(click.option, cls=Option)
