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
# # A tour of airrank
#
# Five verbs: `standings`, `forecast`, `outlook`, `assess`, `backtest`. Each takes observations,
# then what it is about, then the same option words (`panel`, `edition`, `dust`, `rounding`,
# `weights`, `draws`, `seed`, `as_known_at`). A period is a text such as `2017-09` or `2017Q3`, or a
# year as a number; a city goes by any of its names.

# %% tags=["parameters"]
city = "Zhumadian"
as_of = "2017-09-24"
draws = 2000

# %% [markdown]
# ## Observations
#
# One row per city and day, concentrations in µg/m³ (CO in mg/m³). `load_observations("file.csv")`
# reads your own.

# %%
import airrank

observations = airrank.load_observations()
observations.tail(3)

# %%
observations.groupby(observations["date"].dt.year)["city"].agg(["size", "nunique"])

# %% [markdown]
# ## Where do we stand? The ranking of any period

# %%
table = airrank.standings(observations, "2017-09")
table[["rank", "tied", "index", "pm25", "o3_8h", "primary"]].head()

# %%
year = airrank.standings(observations, 2017)
year.loc["驻马店", ["rank", "index", "places_gained", "primary"]]

# %% [markdown]
# ## Where shall we end? Joint draws of all cities
#
# Every draw is one possible rest of the period for all cities at once; odds are shares of draws.

# %%
forecast = airrank.forecast(observations, as_of, draws=draws)
forecast

# %%
ours = forecast[city]
ours.summary().round(2)

# %%
ours.probability(105)

# %%
forecast.to_frame().query("city == '信阳' and quantity == 'rank'")

# %%
forecast.caveats

# %% [markdown]
# Another period that is running on that day:

# %%
airrank.forecast(observations, as_of, period="2017Q3", draws=draws)[city]

# %% [markdown]
# ## Figures
#
# Each gives the figure and the table behind it. `picture` shows it in a notebook,
# `airrank.plots.style.save` writes PNG, SVG or PDF.

# %%
from airrank.report.inline import picture

figure, numbers = ours.plot.ranks(lang="en")
picture(figure)

# %%
dir(ours.plot)

# %% [markdown]
# ## What would it take?

# %%
ours.control_values()[["target", "so_far", "control", "days_remaining", "basis"]].round(1)

# %%
ours.around(105)[["rank", "index", "gap", "p_ahead"]].head()

# %%
ours.odds("pm25", 105).iloc[::10].round(2)

# %% [markdown]
# ## Are the goals met?

# %%
airrank.assess(observations, 2017, goals=[110, 105, 100]).to_frame()[
    ["target", "verdict", "figure"]
]

# %% [markdown]
# ## How good are such forecasts?

# %%
past = observations[observations["date"] < "2018-01-01"]
result = airrank.backtest(past, 2017, panel="henan17", models=["remainder", "ytd"], draws=200)
result.scores.groupby("model")[["rank_mae", "rps", "coverage_80"]].mean().round(3)

# %% [markdown]
# ## The national standards as functions
#
# They round exactly as the standard says, and take numbers or arrays.

# %%
from airrank.rules import iaqi, percentile, round_half_even

(
    round_half_even("0.15", 1),
    round_half_even("0.25", 1),
    iaqi("pm25", 75),
    percentile(range(1, 11), 90),
)

# %% [markdown]
# ## Errors say what to do
#
# All derive from `airrank.AirrankError`.

# %%
try:
    airrank.standings(observations, 2017, edtion="2012")
except airrank.AirrankError as error:
    print(error)
