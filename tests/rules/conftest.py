"""What the tests of the rules share."""

from __future__ import annotations

import pytest

from airrank.rules.aqi import _iaqi_table
from airrank.rules.primary import _all_joint_names
from airrank.rules.scheme import scheme_of
from airrank.rules.standards import load_editions, named_weights


@pytest.fixture(scope="session", autouse=True)
def _fresh_tables() -> None:
    """Forget tables of an earlier session in this process: mutmut runs one per mutant."""
    for cached in (_iaqi_table, _all_joint_names, scheme_of, load_editions, named_weights):
        cached.cache_clear()
