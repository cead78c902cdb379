"""The fixtures of each dialect: records as the producers write them, and all that must come of them.

A case is ``name``, ``language`` (``ar``, ``en`` or ``none``), ``record`` (the raw value; with ``base64`` its field
``body`` is sent so) and either ``refused`` (the reason of the dead letter) or ``expect``: every field of the article
that is not null or empty, as JSON. Invented news.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from service.wire.article import Article

HERE = Path(__file__).parent


class Case(NamedTuple):
    """One record and what must come of it; exactly one of ``expect`` and ``refused`` is set."""

    dialect: str
    name: str
    language: str
    record: str
    expect: Mapping[str, Any] | None
    refused: str | None


def read_cases() -> list[Case]:
    """Return the cases of all files; a file bears the name of its dialect."""
    return [
        Case(
            dialect=path.stem,
            name=case["name"],
            language=case["language"],
            record=_encoded(case["record"]) if case.get("base64") else case["record"],
            expect=json.loads(case["expect"]) if "expect" in case else None,
            refused=case.get("refused"),
        )
        for path in sorted(HERE.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def sparse(article: Article) -> dict[str, Any]:
    """Return the fields of an article that are not null or empty, without versions and coordinates."""
    found: dict[str, Any] = msgspec.to_builtins(article)
    found["dialect"] = found.pop("provenance")["dialect"]
    for name in ("wire", "scope"):
        found.pop(name)
    if not found["retracted"]:
        found.pop("retracted")
    left: dict[str, Any] = _sparse(found)
    return left


def _sparse(value: Any) -> Any:
    if isinstance(value, dict):
        items = ((key, _sparse(item)) for key, item in value.items())
        return {key: item for key, item in items if item not in (None, [], {})}
    return [_sparse(item) for item in value] if isinstance(value, list) else value


def _encoded(record: str) -> str:
    message = json.loads(record)
    return json.dumps(message | {"body": base64.b64encode(message["body"].encode()).decode()})
