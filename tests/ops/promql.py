"""PromQL: which metrics and labels a query names, and which labels its answer carries."""

from __future__ import annotations

import re
from typing import Any

import promql_parser as promql

from service.ops.metrics import DECLARED, Metrics
from service.stream.roles import Role

TARGET = frozenset({"job", "instance", "app_kubernetes_io_component"})
"""Labels that a scrape adds to every series: PodMonitor and deploy/prometheus both do."""

VARIABLES = {"$__rate_interval": "4m", "$job": "khabar", "$instance": ".+"}
"""Grafana's variables, and a value for each with which a query can be asked."""


def exported() -> dict[str, frozenset[str]]:
    """Return the labels by name of every series that the three roles export, those of the Python process included."""
    found = {
        sample.name: frozenset(sample.labels) | TARGET
        for role in Role
        for family in Metrics(role).registry.collect()
        for sample in family.samples
    }
    for metric in DECLARED:
        parts = ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",)
        for part in parts:
            found[metric.name + part] = frozenset(metric.labels) | TARGET | ({"le"} if part == "_bucket" else set())
    found["ALERTS"] = frozenset({"alertname", "alertstate"}) | TARGET
    return found


def fill(query: str, **values: str) -> str:
    """Return a panel's query with Grafana's variables replaced; ``values`` go before :data:`VARIABLES`."""
    known = VARIABLES | {f"${name}": value for name, value in values.items()}
    return re.sub(r"\$\w+", lambda found: known.get(found[0], found[0]), query)


def selectors(query: str) -> list[Any]:
    """Return the selectors of a query; raises ``ValueError`` where it does not parse."""
    found: list[Any] = []

    def visit(node: Any) -> bool:
        if isinstance(node, promql.VectorSelector):
            found.append(node)
        elif isinstance(node, promql.MatrixSelector):
            found.append(node.vector_selector)
        return True

    promql.walk(promql.parse(query), visit)
    return found


def names(query: str) -> set[str]:
    """Return the metrics that a query names."""
    return {str(selector.name) for selector in selectors(query)}


def faults(query: str, known: dict[str, frozenset[str]]) -> list[str]:
    """Return what is wrong with a query: it does not parse, or names a metric or label that nothing exports."""
    try:
        found = selectors(query)
    except ValueError as error:
        return [f"does not parse: {error}"]
    unknown = [f"unknown metric {each.name}" for each in found if each.name not in known]
    if unknown:
        return unknown
    asked = [(each.name, matcher.name) for each in found for matcher in each.matchers.matchers]
    wrong = [f"{metric} has no label {label}" for metric, label in asked if label not in known[metric]]
    carried = frozenset[str]().union(*(known[each.name] for each in found))
    grouped: set[str] = set()

    def visit(node: Any) -> bool:
        if isinstance(node, promql.AggregateExpr) and node.modifier is not None:
            grouped.update(node.modifier.labels)
        return True

    promql.walk(promql.parse(query), visit)
    return wrong + [f"grouped by {label}, which no metric of the query has" for label in sorted(grouped - carried)]


def answer_labels(query: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the labels that the answer's series carry."""
    return _labels(promql.parse(query), known)


def _labels(node: Any, known: dict[str, frozenset[str]]) -> frozenset[str]:
    found = frozenset[str]()
    match node:
        case promql.VectorSelector():
            found = known[str(node.name)]
        case promql.MatrixSelector():
            found = _labels(node.vector_selector, known)
        case promql.AggregateExpr() if str(node.op) in {"topk", "bottomk"}:
            found = _labels(node.expr, known)
        case promql.AggregateExpr() if node.modifier is not None:
            found = frozenset(node.modifier.labels)
        case promql.Call():
            inner = found.union(*(_labels(argument, known) for argument in node.args))
            found = inner - {"le"} if node.func.name == "histogram_quantile" else inner
        case promql.BinaryExpr():
            added = node.modifier.group_labels if node.modifier is not None else None
            found = (_labels(node.lhs, known) or _labels(node.rhs, known)).union(added or ())
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            found = _labels(node.expr, known)
    return found
