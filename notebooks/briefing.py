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
import IPython.display as notebook

from airrank.periods import parse_day
from airrank.report.briefing import brief
from airrank.report.inline import slides
from airrank.report.outline import Outline
from airrank.request import Request
from airrank.words import speaking

day = parse_day(as_of) if as_of else None
outline = Outline(brief(Request(city=city, as_of=day, draws=draws)))

# %% [markdown] slideshow={"slide_type": "skip"}
# The sections are those of `airrank.report.outline`; every one makes a slide.

# %% slideshow={"slide_type": "slide"}
with speaking(lang):
    notebook.display(*slides(outline))
