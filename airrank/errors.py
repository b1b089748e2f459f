"""Errors of airrank; all derive from :class:`AirrankError`."""

from __future__ import annotations

from airrank.rules.errors import AirrankError, InputError, InsufficientDataError


class UnknownCityError(InputError):
    """A name that no city of the ranking list bears, neither as short name nor as alias."""


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
]
