"""JSON-LD: find the article among the nodes of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.intake.draft import Obj

_MAX_NODES = 300
_RANK = {"NewsArticle": 6, "Article": 4, "BlogPosting": 4, "LiveBlogPosting": 5, "WebPage": 1, "VideoObject": 2}


def node_types(node: Obj) -> list[str]:
    """Return the types of a node without their vocabulary's address."""
    declared = node.get("@type")
    found = declared if isinstance(declared, list) else [declared]
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in found if isinstance(name, str)]


def article_node(document: Obj) -> Obj:
    """Return the node of the article with its references to other nodes filled in; the document if there is none."""
    nodes = _nodes(document)
    best = max(nodes, key=_rank, default=document)
    if "@graph" not in document:
        return best
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    return {key: _resolve(value, by_id) for key, value in best.items()}


def is_article(node: Obj) -> bool:
    """Say whether a node is an article by its type."""
    return _rank(node) >= _RANK["Article"]


def _nodes(document: Obj) -> list[Mapping[str, Any]]:
    graph = document.get("@graph")
    found: list[Obj] = []
    if isinstance(graph, list):
        found = [node for node in graph[:_MAX_NODES] if isinstance(node, dict)]
    if isinstance(graph, dict):
        found = [graph]
    if not found and isinstance(document.get("mainEntity"), dict) and "headline" not in document:
        found = [document["mainEntity"]]
    return found or [document]


def _rank(node: Obj) -> int:
    return max((_RANK.get(name, 5 if name.endswith("Article") else 0) for name in node_types(node)), default=0)


def _resolve(value: Any, by_id: Mapping[str, Obj]) -> Any:
    """Replace a bare reference by the node that it names."""
    if isinstance(value, list):
        return [_resolve(item, by_id) for item in value[:_MAX_NODES]]
    if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
        return by_id.get(value["@id"], value)
    return value
