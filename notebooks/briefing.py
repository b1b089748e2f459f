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

# %% [markdown] slideshow={"slide_type": "skip"}
# # 每周简报 · The weekly briefing
#
# `python notebooks/run.py briefing --out out -p city=信阳 -p as_of=2017-09-24 -p lang=en`
# makes slides, `out/briefing.html`, that need no network and no other file.

# %% slideshow={"slide_type": "skip"} tags=["parameters"]
city = "驻马店"
as_of = "2017-09-24"  # "" for the last complete day
lang = "zh"  # or "en"
draws = 10_000

# %% slideshow={"slide_type": "skip"}
from airrank.periods import parse_day
from airrank.report import tables
from airrank.report.briefing import brief, figure_makers
from airrank.report.inline import cards, lines, section
from airrank.report.wording_report import word
from airrank.request import Request
from airrank.wording import told

day = parse_day(as_of) if as_of else None
briefing = brief(Request(city=city, as_of=day, draws=draws))
forecast = briefing.forecast
figures = {name: make()[0] for name, make in figure_makers(briefing, lang).items()}
remarks = lines(told(caveat, lang) for caveat in forecast.caveats)

# %% slideshow={"slide_type": "slide"}
section(briefing.headline(lang), cards(tables.summary_table(briefing, lang)), remarks)

# %% slideshow={"slide_type": "slide"}
section(word("way", lang), figures.get("gap"))

# %% slideshow={"slide_type": "slide"}
goals = tables.goals_table(briefing, lang)
section(goals.title, goals if goals.rows else None)

# %% slideshow={"slide_type": "slide"}
section(word("distribution", lang), None if forecast.final else figures["ranks"])

# %% slideshow={"slide_type": "slide"}
section(word("rivals", lang, rank=briefing.goal), None if forecast.final else figures.get("rivals"))

# %% slideshow={"slide_type": "slide"}
section(word("shares", lang), figures["shares"])

# %% slideshow={"slide_type": "slide"}
section(word("pm25", lang), figures["pm25"])

# %% slideshow={"slide_type": "slide"}
note = lines([word("slider_note", lang)]) if "odds" in figures else None
section(word("slider", lang), figures.get("odds"), note)

# %% slideshow={"slide_type": "slide"}
section(word("control", lang), tables.control_table(briefing, lang))

# %% slideshow={"slide_type": "slide"}
section(word("calendar", lang), figures["calendar"])

# %% slideshow={"slide_type": "slide"}
section(word("map", lang), figures["map"])

# %% slideshow={"slide_type": "slide"}
section(word("history", lang), figures["history"])

# %% slideshow={"slide_type": "slide"}
section(word("status", lang), tables.status_table(briefing, lang))
