"""Which source's answers are read by whom, and whose record counts where several have one."""

from __future__ import annotations

from airrank.ingest import archive, cnemc, office_file, official
from airrank.ingest.retrieval import Interpret

INTERPRET: dict[str, Interpret] = {
    "archive": archive.interpret,
    "sites": archive.interpret,
    "cnemc": cnemc.interpret,
    "file": office_file.interpret,
    "official": official.interpret,
    "dust": official.interpret,
}
"""By the name a source's records are kept under."""
REACH = {"sites": archive.WEEK_AROUND}
"""How far beyond its own days an answer can change records, where it can."""
PRIORITY = ("file", "cnemc", "sites", "archive", "bundled")
"""Whose record of a city-day counts: audited values first, what was handed down last."""
JUDGED = ("cnemc", "sites", "archive")
"""Sources whose provisional values pass the quality rules; audited ones stand as they are."""
