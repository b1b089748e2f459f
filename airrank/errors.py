"""Errors of airrank; all derive from :class:`AirrankError`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airrank.words import Lang, Listed, Text


class AirrankError(Exception):
    """Root of all airrank errors: a message for the person who meets it, in that person's language.

    Parameters
    ----------
    message : str or Text
        English template, see :class:`airrank.words.Text`.
    **values : object
        Values of its fields.

    Notes
    -----
    ``exit_status`` is what the command line returns: 2 for wrong usage or input.

    Examples
    --------
    >>> from airrank.words import speaking
    >>> with speaking("en"):
    ...     print(AirrankError("no such file: {path}", path="a.csv"))
    no such file: a.csv
    """

    exit_status = 2

    def __init__(self, message: str | Text, /, **values: Any) -> None:
        text = message if isinstance(message, Text) else Text(message, **values)
        super().__init__(text)
        self.text = text

    def in_words(self, lang: Lang) -> str:
        """Give the message in a language."""
        return self.text.in_words(lang)

    def __str__(self) -> str:
        return str(self.text)


class InputError(AirrankError, ValueError):
    """A value, file, date or name that cannot be used; the message says what was expected."""


class InsufficientDataError(AirrankError):
    """Too little data for an honest answer (数据不足)."""

    exit_status = 3


class UnknownCityError(InputError):
    """A name that no city of the ranking list bears, neither as short name nor as alias."""


class UnknownNameError(InputError, AttributeError):
    """A name of an option, figure or part that there is not; the message names those there are."""

    @staticmethod
    def of(what: Text, name: str, known: Iterable[str]) -> UnknownNameError:
        """Name the nearest of those there are, and all of them."""
        names = tuple(known)
        near = difflib.get_close_matches(name, names, n=1)
        if near:
            return UnknownNameError(
                "there is no {what} {name!r}; did you mean {near}? There are {known}",
                what=what,
                name=name,
                near=near[0],
                known=Listed(names),
            )
        return UnknownNameError(
            "there is no {what} {name!r}; there are {known}",
            what=what,
            name=name,
            known=Listed(names),
        )


class SourceError(AirrankError):
    """A source that does not answer, or answers with something that is not its data."""


class StoreError(AirrankError):
    """A store that cannot be read or written: damaged, held by another process, not a store."""


__all__ = [
    "AirrankError",
    "InputError",
    "InsufficientDataError",
    "SourceError",
    "StoreError",
    "UnknownCityError",
    "UnknownNameError",
]


def check_choice(name: str, value: str, known: Sequence[str]) -> str:
    """Give a choice, or refuse it.

    Raises
    ------
    InputError
        If it is none of those known.
    """
    if value not in known:
        raise InputError(
            "{name}: expected one of {known}, found {found!r}",
            name=name,
            known=", ".join(known),
            found=value,
        )
    return value


@contextmanager
def writing(what: Text, folder: Path) -> Iterator[None]:
    """Make a folder for what is written within, or say why that cannot be written.

    Raises
    ------
    InputError
        Instead of any OSError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise InputError(
            "cannot write {what} to {folder}: {error}. Choose another folder with --out.",
            what=what,
            folder=folder,
            error=error,
        ) from error
