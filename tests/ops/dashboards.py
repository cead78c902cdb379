"""Grafana's dashboards from deploy/grafana/*.yaml: ``python -m tests.ops.dashboards`` writes their JSON anew.

The JSON lies in the component that carries it into a cluster (Kustomize reads no file outside its root), and compose
mounts it from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.ops import promql
from tests.ops.rules import ROOT

SOURCES = {name: ROOT / f"deploy/grafana/{name}.yaml" for name in ("overview", "newsroom")}
TARGET = ROOT / "k8s/components/monitoring/dashboards"
UNITS = {"short", "cps", "Bps", "s", "bytes", "percentunit"}
KINDS: dict[str, dict[str, Any]] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {"colorMode": "value", "graphMode": "area", "reduceOptions": {"calcs": ["lastNotNull"]}},
    "bargauge": {
        "displayMode": "basic", "orientation": "horizontal", "reduceOptions": {"calcs": ["lastNotNull"]},
    },
}  # fmt: skip
WIDTH = 24
"""Cells of Grafana's grid in a row."""

_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_PROCESSES = 'job="$job", instance=~"$instance"'


def load(name: str) -> dict[str, Any]:
    """Return what a dashboard is to show."""
    return dict(yaml.safe_load(SOURCES[name].read_text("utf-8")))


def panels(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the panels of all rows."""
    for row in spec["rows"]:
        yield from row["panels"]


def queries(panel: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each query of a panel in full, Grafana's variables still in it, with its legend."""
    for legend, query in panel["queries"].items():
        yield query.replace("$processes", _PROCESSES), legend


def faults(spec: dict[str, Any], known: dict[str, frozenset[str]]) -> list[str]:
    """Return what is wrong with a dashboard before Prometheus or Grafana see it."""
    wrong = []
    titles = [panel["title"] for panel in panels(spec)]
    wrong += [f"two panels named {title}" for title in {title for title in titles if titles.count(title) > 1}]
    for row in spec["rows"]:
        if sum(panel["size"][0] for panel in row["panels"]) % WIDTH:
            wrong.append(f"row {row['title']} leaves a gap")
    for panel in panels(spec):
        found = [] if panel.get("unit") in UNITS else [f"unit {panel.get('unit')}"]
        found += [] if str(panel.get("description", "")).endswith(".") else ["no description"]
        for query, legend in queries(panel):
            asked = promql.fill(query)
            problems = promql.faults(asked, known) or ([f"unknown variable in {query}"] if "$" in asked else [])
            if not problems:
                shown = set(re.findall(r"{{(\w+)}}", legend))
                missing = shown - promql.answer_labels(asked, known)
                problems = [f"the legend shows {label}, the answer has none" for label in sorted(missing)]
            found += problems
        wrong += [f"{panel['title']}: {problem}" for problem in found]
    return wrong


def render(spec: dict[str, Any]) -> str:
    """Return Grafana's JSON of a dashboard, a panel a line."""
    drawn: list[dict[str, Any]] = []
    y = 0
    for row in spec["rows"]:
        drawn.append(
            {"id": len(drawn) + 1, "type": "row", "title": row["title"], "collapsed": False, "panels": [],
             "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}}
        )  # fmt: skip
        y, x = y + 1, 0
        for panel in row["panels"]:
            width, height = panel["size"]
            drawn.append(_panel(panel, len(drawn) + 1, {"x": x, "y": y, "w": width, "h": height}))
            x += width
            if x >= WIDTH:
                x, y = 0, y + height
    head = {
        "uid": spec["uid"], "title": spec["title"], "tags": ["khabar"], "schemaVersion": 39, "version": 1,
        "editable": False, "graphTooltip": 1, "refresh": "30s", "timezone": "browser",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [
            {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"},
            _variable("job", "Job", "label_values(khabar_build_info, job)"),
            _variable(
                "instance", "Process", 'label_values(khabar_build_info{job="$job"}, instance)',
                multi=True, includeAll=True, allValue=".+", current={"text": "All", "value": "$__all"},
            ),
        ]},
        "annotations": {"list": [{
            "name": "Starts", "datasource": _DATASOURCE, "enable": True, "iconColor": "blue",
            "expr": 'changes(process_start_time_seconds{job="$job"}[1m]) > 0', "titleFormat": "{{instance}} started",
        }]},
        "links": [{
            "type": "dashboards", "title": "Khabar", "tags": ["khabar"], "asDropdown": False, "includeVars": True,
            "keepTime": True,
        }],
    }  # fmt: skip
    lines = [f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}," for name, value in head.items()]
    body = ",\n".join(f"    {json.dumps(panel, ensure_ascii=False)}" for panel in drawn)
    return "{\n" + "\n".join(lines) + f'\n  "panels": [\n{body}\n  ]\n}}\n'


def _panel(panel: dict[str, Any], number: int, place: dict[str, int]) -> dict[str, Any]:
    kind = panel.get("kind", "timeseries")
    steps = [
        {"color": colour, "value": value if at else None}
        for at, (colour, value) in enumerate(panel.get("steps", {"green": 0}).items())
    ]
    defaults = {"unit": panel["unit"], "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
    if "max" in panel:
        defaults["max"] = panel["max"]
    if kind == "timeseries":
        defaults["custom"] = {"fillOpacity": 10, "showPoints": "never", "lineWidth": 1}
    return {
        "id": number, "type": kind, "title": panel["title"], "description": panel["description"],
        "datasource": _DATASOURCE, "gridPos": place, "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": KINDS[kind],
        "targets": [
            {"refId": chr(ord("A") + at), "datasource": _DATASOURCE, "expr": query, "legendFormat": legend,
             "instant": kind == "bargauge", "range": kind != "bargauge"}
            for at, (query, legend) in enumerate(queries(panel))
        ],
    }  # fmt: skip


def _variable(name: str, label: str, query: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "label": label, "type": "query", "datasource": _DATASOURCE, "refresh": 2, "sort": 1, "hide": 0,
        "query": {"query": query, "refId": name}, **more,
    }  # fmt: skip


def target(name: str) -> Path:
    """Return where the JSON of a dashboard lies."""
    return TARGET / f"khabar-{name}.json"


if __name__ == "__main__":
    for each in SOURCES:
        target(each).write_text(render(load(each)), encoding="utf-8")
