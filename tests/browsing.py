"""Opening a page in the browser so that nothing it complains about goes unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def opened(browser: Any, path: Path, width: int, **options: Any) -> tuple[Any, list[str]]:
    """Open a page; give it and everything that it complains about or asks the network for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    tab, troubles = context.new_page(), []
    tab.on("console", lambda message: troubles.append(message.text))
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:")) else troubles.append(request.url)
        ),
    )
    tab.goto(path.as_uri())
    return tab, troubles
