# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Is the forecaster any good?
#
# Past months forecast as they could have been then, scored, and compared with simple rivals. Small
# settings, so that it runs in about a minute; `models/README.md` has the full tables.

# %% tags=["parameters"]
years = [2017]
models = ["remainder", "ytd", "ytd_last_remainder"]
draws = 300
jobs = 2

# %% [markdown]
# ## Backtest
#
# Eleven origins, every month's end from January to November. A model is handed the days up to then
# and nothing else. *ytd* says the rank of today stays; *ytd_last_remainder* adds last year's
# remaining days. Baselines get intervals from their own past errors.

# %%
import airrank

observations = airrank.load_observations()
result = airrank.backtest(observations, years, models=models, draws=draws, jobs=jobs)
result.scores[["as_of", "model", "rank_mae", "rps", "coverage_80"]].head(6).round(3)

# %% [markdown]
# ## Scores
#
# `rank_mae`: places by which the median is off. `rps`: ranked probability score of the whole
# distribution, lower is better. `coverage_80` should be near 0.80. The ratios compare with the best
# baseline of each origin; below 1 the model beats even that one.

# %%
from airrank.verification.skill import by_lead, differences, reliability, summary

summary(result.scores).round(3).T

# %% [markdown]
# Is the difference more than luck? Negative: `remainder` is better (Diebold-Mariano).

# %%
differences(result.scores, "remainder")[["mean", "low", "high", "p_value"]].round(4)

# %% [markdown]
# ## Skill by lead
#
# 1 − RPS / best baseline, by months left; above 0 the model beats every baseline.

# %%
by_lead(result.scores).round(2)

# %%
from airrank.plots.skill import skill_figure
from airrank.report.inline import picture
from airrank.words import speaking

with speaking("en"):
    figure, _ = skill_figure(result.scores)
picture(figure)

# %% [markdown]
# ## Reliability
#
# Of the cases given 70 %, about 70 % should have come true. The cases of one year share its
# weather: one year cannot prove much.

# %%
reliability(result, "remainder").round(2)

# %%
from airrank.plots.reliability import reliability_figure

with speaking("en"):
    figure, _ = reliability_figure(result, "remainder")
picture(figure)
