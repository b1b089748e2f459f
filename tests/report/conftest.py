"""An outline of a briefing from the bundled data with few draws, made once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from airrank.report.briefing import Briefing, brief
from airrank.report.outline import Outline
from airrank.request import Request


@pytest.fixture(scope="session")
def outline() -> Outline:
    return Outline(brief(Request(as_of=date(2017, 9, 24), draws=300)))


@pytest.fixture(scope="session")
def finished() -> Outline:
    return Outline(brief(Request(as_of=date(2017, 12, 31), draws=300)))


def like(briefing: Briefing, **changes: Any) -> Briefing:
    """Give a briefing with other fields, and why its odds changed, which takes seconds to find."""
    made = replace(briefing, **changes)
    vars(made)["change"] = briefing.change
    return made
