"""Daily forecasts by statsforecast, in an environment of its own: run by ``bench_rivals``.

    PYTHON statsforecast_worker.py MODEL GIVEN.npz GOT.npz

``GIVEN`` holds ``values`` [day, series] without gaps and ``horizon`` [day]; ``GOT`` receives
``days`` [day, series]. Prints the cost as JSON: imports and a warm-up on two series, which compiles
what is compiled at the first call, are not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

PROCESSES = 2
SHORT = 800
"""Days of the warm-up."""


def cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended [s]."""
    use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in use)


def main(name: str, given: str, got: str) -> None:
    import numpy as np
    import pandas as pd
    from statsforecast import StatsForecast, __version__
    from statsforecast.models import MSTL, AutoETS, AutoTheta, SeasonalNaive

    models: dict[str, Any] = {
        "SeasonalNaive": lambda: SeasonalNaive(365),
        "MSTL": lambda: MSTL([7, 365]),
        "AutoTheta": lambda: AutoTheta(season_length=7),
        "AutoETS": lambda: AutoETS(season_length=7),
    }

    def run(values: Any, horizon: int, processes: int) -> Any:
        days, series = values.shape
        frame = pd.DataFrame(
            {
                "unique_id": np.repeat(np.arange(series), days),
                "ds": np.tile(pd.date_range("2000-01-01", periods=days), series),
                "y": values.T.ravel(),
            }
        )
        table = StatsForecast(models=[models[name]()], freq="D", n_jobs=processes).forecast(
            df=frame, h=horizon
        )
        table = table.sort_values(["unique_id", "ds"])
        return table[name].to_numpy().reshape(series, horizon).T

    source = np.load(given)
    values, horizon = source["values"], int(source["horizon"])
    run(values[-SHORT:, :2], horizon, 1)
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = run(values, horizon, PROCESSES)
    cost = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}
    peak = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cost["peak_mb"] = max(one.ru_maxrss for one in peak) / 1024
    np.savez(got, days=result)
    print(json.dumps(cost | {"version": __version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
