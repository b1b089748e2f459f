"""Where a city will stand in China's national air-quality ranking, in any period.

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
    from airrank.api import backtest, forecast, outlook, standings
    from airrank.errors import AirrankError
    from airrank.goals.assess import assess
    from airrank.outlook_view import CityOutlook, Outlook
    from airrank.periods import Period
    from airrank.store import load_observations
    from airrank.views import CityForecast, Forecast

# Names are loaded when first used: `airrank --help` must not wait for pandas.
_HOMES = {
    "AirrankError": "airrank.errors",
    "CityForecast": "airrank.views",
    "CityOutlook": "airrank.outlook_view",
    "Forecast": "airrank.views",
    "Outlook": "airrank.outlook_view",
    "Period": "airrank.periods",
    "assess": "airrank.goals.assess",
    "backtest": "airrank.api",
    "forecast": "airrank.api",
    "load_observations": "airrank.store",
    "outlook": "airrank.api",
    "standings": "airrank.api",
}

__all__ = [
    "AirrankError",
    "CityForecast",
    "CityOutlook",
    "Forecast",
    "Outlook",
    "Period",
    "__version__",
    "assess",
    "backtest",
    "forecast",
    "load_observations",
    "outlook",
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
