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
# The names you need to compute rankings and forecasts from Python, in the order in which the data
# flow: observations → panel → rules → standings → forecast → goals → figures.

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
# ## Panel: the array everything works on
#
# Days × cities × six pollutants. A city may be named in any of its spellings.

# %%
from airrank.inputs import load_panel

source = load_panel(None, "168")
panel = source.panel
panel.values.shape, source.description

# %%
panel.ranking_list.resolve(city)

# %% [markdown]
# ## Rules: the national standards as functions
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
# ## Standings of any period

# %%
from airrank.periods import parse_period
from airrank.ranking_table import standings

table = standings(panel, parse_period("2017"))
table[["rank", "tied", "index", "pm25", "o3_8h", "primary"]].head()

# %%
unit = panel.ranking_list.resolve(city).name
table.loc[unit, ["rank", "index", "places_gained", "primary"]]

# %% [markdown]
# ## Forecast: joint draws of the year end
#
# Every draw is one possible rest of the year for all cities at once. Odds are shares of the draws.

# %%
forecast = airrank.forecast(observations, as_of, draws=draws)
forecast.probability(city, 105)

# %%
forecast.summary().loc[unit].round(2)

# %%
forecast.rank_draws.shape, forecast.rank_distribution.loc[unit].idxmax()

# %%
forecast.caveats

# %% [markdown]
# ## Figures
#
# Each returns the figure and the table behind it. `picture` shows it in a notebook,
# `airrank.plots.style.save` writes PNG, SVG or PDF.

# %%
from airrank.plots.ranks import rank_figure
from airrank.report.inline import picture

figure, numbers = rank_figure(forecast, city, lang="en")
picture(figure)

# %% [markdown]
# ## Goals: what would it take?

# %%
from airrank.goals.plan import load_plan
from airrank.goals.requirements import air_goals, requirements

needed = requirements(panel, forecast, unit, (110, 105), air_goals(load_plan(), 2017))
needed.control[["target", "so_far", "control", "days_remaining", "basis"]].round(1)

# %%
needed.rivals[105][["rank", "index", "gap", "p_ahead"]].head()

# %% [markdown]
# ## Errors say what to do
#
# All derive from `airrank.AirrankError`.

# %%
try:
    forecast.probability("Zhumadain", 105)
except airrank.AirrankError as error:
    print(error)
