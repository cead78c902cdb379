"""Gates over what watches the service: alerts and dashboards, and whether broken ones are caught."""

from __future__ import annotations

import copy
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from service.ops.metrics import DECLARED
from tests.ops import dashboards, promql
from tests.ops.rules import ROOT, SOURCE
from tests.ops.tools import Failed, Tools


def rules() -> list[dict[str, Any]]:
    """Return every rule, recording and alerting."""
    return [rule for group in yaml.safe_load(SOURCE.read_text("utf-8"))["groups"] for rule in group["rules"]]


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Yield each alert broken in some ways: comparison turned round, a metric mistyped, a wait without end."""
    parts = re.split(r"(?m)^(?=      - alert: )", text)
    for at, part in enumerate(parts[1:], start=1):
        name = part.split(":", 2)[1].split("\n")[0].strip()
        head, _, rest = part.partition("annotations:")
        broken = {
            "comparison": re.sub(
                r" (<|>|==) (?=[\d(m0-9])", lambda found: f" {'>' if found[1] == '<' else '<'} ", head
            ),
            "metric": re.sub(r"\b(job:)?khabar_(\w+?)(?=[\[{) :/]|$)", r"\1khabar_no_\2", head, flags=re.MULTILINE),
            "wait": re.sub(r"(?m)^        for: .*$", "        for: 90d", head),
        }
        for kind, changed in broken.items():
            if changed != head:
                yield f"{name}, {kind}", "".join([*parts[:at], f"{changed}annotations:{rest}", *parts[at + 1 :]])


def alerts(tools: Tools) -> Iterator[str]:
    """G6: rules and configuration are sound, the tests of the alerts pass, and fail for every broken alert."""
    yield tools.run("promtool", "--version").splitlines()[0]
    tools.run("promtool", "check", "rules", SOURCE)
    tools.run("promtool", "check", "config", "deploy/prometheus/prometheus.yaml")
    tests = sorted(SOURCE.parent.glob("*_test.yaml"))
    tools.run("promtool", "test", "rules", *tests)
    names = [rule["alert"] for rule in rules() if "alert" in rule]
    without = [name for name in names if not (ROOT / f"docs/runbooks/{name}.md").exists()]
    if without:
        raise Failed(f"no runbook for {', '.join(without)}")
    yield f"{len(names)} alerts, each with a runbook"
    broken = list(mutants(SOURCE.read_text("utf-8")))
    survivors = [name for name, text in broken if not _caught(tools, name.partition(",")[0], text, tests)]
    if survivors or len(broken) < 2 * len(names):
        raise Failed(f"{len(broken)} broken alerts, not caught: {'; '.join(survivors) or 'too few were made'}")
    yield f"{len(broken)} broken alerts, all caught"


def _caught(tools: Tools, alert: str, text: str, tests: list[Path]) -> bool:
    """Say whether the tests fail for the rules ``text``: those that name the alert alone, for speed, then all."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, SOURCE.name).write_text(text, encoding="utf-8")
        copies = [Path(shutil.copy(test, folder)) for test in tests]
        for copied in copies:
            named = yaml.safe_load(copied.read_text("utf-8"))
            named["tests"] = [group for group in named["tests"] if alert in yaml.safe_dump(group["promql_expr_test"])]
            if named["tests"]:
                some = copied.with_stem(f"{copied.stem}_named")
                some.write_text(yaml.safe_dump(named), encoding="utf-8")
                if not tools.passes("promtool", "test", "rules", some):
                    return True
        return not tools.passes("promtool", "test", "rules", *copies)


def boards(tools: Tools) -> Iterator[str]:
    """G6b: every query of rules and dashboards parses and names what the service exports, all of it is shown."""
    known = promql.exported()
    known |= {rule["record"]: promql.answer_labels(rule["expr"], known) for rule in rules() if "record" in rule}
    wrong = [
        f"{rule.get('alert') or rule['record']}: {fault}"
        for rule in rules()
        for fault in promql.faults(rule["expr"], known)
    ]
    specs = {name: dashboards.load(name) for name in dashboards.SOURCES}
    wrong += [f"{name}: {fault}" for name, spec in specs.items() for fault in dashboards.faults(spec, known)]
    if wrong:
        raise Failed("\n".join(wrong))
    asked = [
        promql.fill(query)
        for spec in specs.values()
        for panel in dashboards.panels(spec)
        for query, _legend in dashboards.queries(panel)
    ]
    _parses(tools, asked)
    yield f"{sum(1 for spec in specs.values() for _ in dashboards.panels(spec))} panels, {len(asked)} queries"
    used = {name for query in (*asked, *(rule["expr"] for rule in rules())) for name in promql.names(query)}
    unseen = [metric.name for metric in DECLARED if not any(name.startswith(metric.name) for name in used)]
    if unseen:
        raise Failed(f"on no panel and in no rule: {', '.join(unseen)}")
    yield f"{len(DECLARED)} metrics, each on a panel or in a rule"
    survivors = [name for name, spec in _broken_boards(specs["overview"]) if not dashboards.faults(spec, known)]
    if survivors:
        raise Failed(f"broken dashboards, not caught: {', '.join(survivors)}")
    yield "7 broken dashboards, all caught"


def _parses(tools: Tools, queries: list[str]) -> None:
    """Let Prometheus itself parse the queries, as recording rules."""
    found = [{"record": f"query:number:{at}", "expr": query} for at, query in enumerate(queries)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "queries.yaml")
        file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": found}]}), encoding="utf-8")
        tools.run("promtool", "check", "rules", file)


def _broken_boards(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the dashboard broken in one way at a time."""
    sound = 'sum by (role) (khabar_ready{job="$job"})'
    broken: dict[str, dict[str, Any]] = {
        "metric": {"queries": {"x": sound.replace("ready", "raedy")}},
        "matcher": {"queries": {"x": sound.replace("job=", "jobs=")}},
        "grouping": {"queries": {"x": sound.replace("(role)", "(topic)")}},
        "legend": {"queries": {"{{status}}": sound}},
        "syntax": {"queries": {"x": sound.removesuffix(")")}},
        "variable": {"queries": {"x": sound.replace("$job", "$jobs")}},
        "unit": {"unit": "seconds"},
    }
    for name, change in broken.items():
        changed = copy.deepcopy(spec)
        changed["rows"][0]["panels"][0] |= change
        yield name, changed
