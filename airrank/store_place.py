"""Where the store is: known before anything heavy is loaded."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def default_store() -> Path:
    """Give the store's place: ``AIRRANK_STORE``, else in the user's data folder."""
    place = os.environ.get("AIRRANK_STORE")
    return Path(place) if place else Path(platformdirs.user_data_dir("airrank", False)) / "store"
