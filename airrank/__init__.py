"""Where a city will stand at year end in China's national air-quality ranking.

>>> import airrank
>>> observations = airrank.load_observations()
>>> "驻马店" in set(observations.city)
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from airrank._version import __version__

if TYPE_CHECKING:
    from airrank.errors import AirrankError
    from airrank.forecasting.result import Forecast
    from airrank.forecasting.run import forecast
    from airrank.goals.assess import assess
    from airrank.ranking_table import standings
    from airrank.store import load_observations
    from airrank.verification.backtest import backtest

# Names are loaded when first used: `airrank --help` must not wait for pandas.
_HOMES = {
    "AirrankError": "airrank.errors",
    "Forecast": "airrank.forecasting.result",
    "assess": "airrank.goals.assess",
    "backtest": "airrank.verification.backtest",
    "forecast": "airrank.forecasting.run",
    "load_observations": "airrank.store",
    "standings": "airrank.ranking_table",
}

__all__ = [
    "AirrankError",
    "Forecast",
    "__version__",
    "assess",
    "backtest",
    "forecast",
    "load_observations",
    "standings",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'airrank' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
