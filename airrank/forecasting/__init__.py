"""Forecasting the rest of the year for all cities together."""
