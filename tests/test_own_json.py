"""JSON that airrank hands out can be read by any program, and shown on any terminal."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from airrank.own_json import to_json
from airrank.words import Text, speaking


def test_what_is_no_number_is_null_and_texts_are_english() -> None:
    content = {"a": np.float32("nan"), "b": [pd.NA, np.int64(2)], "c": Text("mean PM2.5")}
    with speaking("zh"):
        written = to_json(content)
    assert json.loads(written) == {"a": None, "b": [None, 2], "c": "mean PM2.5"}
    with pytest.raises(ValueError, match="JSON"):
        to_json({"a": float("inf")})


def test_nothing_in_it_rules_a_terminal() -> None:
    written = to_json({"城市": "\x9b2J"})
    assert "\x9b" not in written
    assert json.loads(written) == {"城市": "\x9b2J"}
