"""The scripts that build the reference data, as modules."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from airrank.rules.standards import reference_folder


def builder(folder: str) -> ModuleType:
    """Load ``data/<folder>/build.py``."""
    name = f"build_{folder}"
    path = reference_folder() / folder / "build.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
