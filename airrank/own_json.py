"""JSON that airrank hands out: in one language, and with nothing that a terminal obeys."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd

from airrank.showable import escaped
from airrank.words import Sayable


def plain(value: Any) -> Any:
    """Turn numpy and pandas values into what JSON knows; missing becomes null.

    Examples
    --------
    >>> plain({"rank": np.int64(3), "index": np.nan, "days": (1, pd.NA)})
    {'rank': 3, 'index': None, 'days': [1, None]}
    """
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Sayable):
        return value.in_words("en")  # files and scripts keep one language
    return value


def to_json(content: dict[str, Any]) -> str:
    """Give readable JSON with its keys in the order written."""
    text = json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False)
    return escaped(text) + "\n"
