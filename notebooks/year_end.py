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
# # Year end: the scripted assessment, and 2017 replayed
#
# What an office runs in January: were the goals met? Then the same year month by month: what could
# have been known, and when?

# %% tags=["parameters"]
city = "驻马店"
year = 2017
ranks = (110, 105, 100)
draws = 500

# %% [markdown]
# ## The verdicts
#
# `exit_status` is what `airrank assess` returns to a script: 0 all met, 1 at least one is not,
# 3 insufficient data.

# %%
import airrank

observations = airrank.load_observations()
result = airrank.assess(observations, year, goals=ranks, city=city)
result.to_frame()[["target", "verdict", "figure", "margin", "reading", "caveats"]]

# %%
result.state, result.exit_status

# %% [markdown]
# The same as JSON content for scripts; the schema is in `data/schemas`.

# %%
content = result.as_dict()
content["schema"], content["settings"], content["goals"][0]["title_en"]

# %% [markdown]
# ## Goals that need more than observations
#
# The bundled data end before 2025. The plan's goals then say what is missing instead of guessing.

# %%
plan_year = airrank.assess(observations, 2025)
plan_year.to_frame()[["title_en", "target", "verdict", "figure", "reason"]].head(8)

# %% [markdown]
# ## Month by month
#
# Odds as they were at each month's end, seeing no later day; `even` is the PM2.5 mean of the
# remaining days at which the odds were even, `rest` the mean they really had.

# %%
from airrank.goals.requirements import replay
from airrank.inputs import load_panel

panel = load_panel(None, "168").panel
unit = panel.ranking_list.resolve(city).name
months = replay(panel, unit, year, ranks, draws=draws)

# %%
odds = [f"p_rank_le_{rank}" for rank in ranks]
months[["rank_to_date", *odds, "final_rank"]]

# %%
months[["pm25_so_far", "pm25_rest", *(f"pm25_even_{rank}" for rank in ranks)]].round(0)

# %% [markdown]
# ## How the year ended

# %%
from datetime import date

from airrank.forecasting.run import forecast_panel
from airrank.plots import draw
from airrank.report.inline import picture

final = forecast_panel(panel, date(year, 12, 31), draws=100, goals=ranks)
picture(draw("path", final, unit, panel=panel, lang="en")[0])
