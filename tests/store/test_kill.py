from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("kill_update.py")


@pytest.mark.slow
def test_killed_updates_lose_nothing():
    """Few here; ``python tests/store/kill_update.py`` kills fifty times."""
    command = [sys.executable, str(SCRIPT), "--kills", "2", "--days", "15"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 wrong" in done.stdout
