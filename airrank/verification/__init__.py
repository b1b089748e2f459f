"""How good forecasts are: baselines, scores, skill, backtests and past years replayed."""
