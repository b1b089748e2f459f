"""Errors of airrank; all derive from :class:`AirrankError`."""

from __future__ import annotations

from airrank.rules.errors import AirrankError, InputError, InsufficientDataError


class UnknownCityError(InputError):
    """A name that no city of the ranking list bears, neither as short name nor as alias."""


__all__ = ["AirrankError", "InputError", "InsufficientDataError", "UnknownCityError"]
