"""The dashboards as pictures: Grafana's own components draw them in Chromium, on what the running service shows.

tests/ops/draw is the page; what it is built from is pinned in requirements/draw.
"""

from __future__ import annotations

import asyncio
import functools
import http.server
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.harness import POISON
from tests.kafka.support import eventually
from tests.ops import dashboards
from tests.ops.live import all_answer
from tests.ops.rules import ROOT
from tests.ops.stage import staged
from tests.ops.tools import Failed, Tools

PAGE = ROOT / "tests/ops/draw"
WINDOW = {"overview": "1800,2650", "newsroom": "1800,1400"}
HEADLESS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--timeout=60000",
    "--virtual-time-budget=30000",
)  # fmt: skip
RANGE_S = 120


def drawn(tools: Tools) -> Iterator[str]:
    """G9: Grafana's own components draw both dashboards in Chromium, no panel is without data."""
    folder = tools.folder.parent.resolve() / "draw"
    said = tools.run("chromium", "--version").splitlines()  # Debian's start script may complain beside it
    yield next(line for line in said if line.startswith("Chromium"))
    folder.mkdir(exist_ok=True)
    for file in (*PAGE.iterdir(), *(ROOT / "requirements/draw").iterdir()):
        shutil.copy(file, folder)
    tools.output("npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
    built = tools.output("node", "node_modules/vite/bin/vite.js", "build", cwd=folder)
    if not (folder / "dist/index.html").exists():
        raise Failed(built[-2000:])
    for name in dashboards.SOURCES:
        shutil.copy(dashboards.target(name), folder / f"dist/{name}.json")
    with tempfile.TemporaryDirectory() as scratch, _served(folder / "dist") as address:
        yield from asyncio.run(_draw(tools, folder, Path(scratch), address))


async def _draw(tools: Tools, folder: Path, scratch: Path, address: str) -> list[str]:
    lines = []
    async with staged(scratch) as stage:
        await eventually(lambda: all_answer(stage.prometheus), within=120)
        await stage.load.send([POISON[number % len(POISON)] for number in range(40)])
        await asyncio.sleep(RANGE_S)
        for name in dashboards.SOURCES:
            page = f"{address}/?dashboard={name}.json&prometheus={stage.prometheus.address}&range={RANGE_S}"
            flags = (*HEADLESS, f"--user-data-dir={scratch}/chromium", f"--window-size={WINDOW[name]}")
            dom = await asyncio.to_thread(tools.output, "chromium", *flags, "--dump-dom", page)
            picture = folder / f"{name}.png"
            await asyncio.to_thread(tools.output, "chromium", *flags, f"--screenshot={picture}", page)
            states = re.findall(r'data-panel="([^"]*)" data-state="(\w+)"', dom)
            wanted = sum(1 for _ in dashboards.panels(dashboards.load(name)))
            without = [f"{title}: {state}" for title, state in states if state != "data"]
            if without or len(states) != wanted or not picture.exists():
                raise Failed(f"{name}: {len(states)} of {wanted} panels drawn; {'; '.join(without)}")
            lines.append(f"{name}: {wanted} panels drawn, each with data: {picture}")
    return lines


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1, and say where."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
