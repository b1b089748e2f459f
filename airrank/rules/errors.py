"""The root of every error airrank raises on purpose.

They live beside the rules because the rules import nothing else of ours; everybody else imports
them from :mod:`airrank.errors`.
"""

from __future__ import annotations


class AirrankError(Exception):
    """Root of all airrank errors: a message for the person who meets it.

    ``exit_status`` is what the command line returns: 2 for wrong usage or input.
    """

    exit_status = 2


class InputError(AirrankError, ValueError):
    """A value, file, date or name that cannot be used; the message says what was expected."""


class InsufficientDataError(AirrankError):
    """Too little data for an honest answer (数据不足)."""

    exit_status = 3
