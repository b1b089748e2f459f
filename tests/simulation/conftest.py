"""Observations shared with the tests of forecasts."""

from tests.forecasting.conftest import autumn, henan

__all__ = ["autumn", "henan"]
