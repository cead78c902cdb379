"""The JSON Schema of the event, exported from the typed classes."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from service.errors import ClosedList, ErrorReason
from service.wire import closed
from service.wire.cloudevents import DATA_SCHEMA
from service.wire.event import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schema() -> dict[str, Any]:
    """Return the schema: every field with its meaning, every word of a closed list with its sentence."""
    schema = msgspec.json.schema(Event)
    lists = {
        cls.__name__: cls for cls in vars(closed).values() if isinstance(cls, type) and issubclass(cls, ClosedList)
    }
    for name, definition in schema["$defs"].items():
        if name in lists:
            definition["oneOf"] = [{"const": word.value, "description": word.description} for word in lists[name]]
        if definition.get("type") == "object" and "properties" in definition:
            # The service always writes every field; a reader of version 1 must bear fields that are added later.
            definition["required"] = sorted(definition["properties"])
    dead_letter = [{"const": word.value, "description": word.description} for word in ErrorReason]
    return {
        "$schema": DIALECT,
        "$id": DATA_SCHEMA,
        "title": "Khabar news event, version 1",
        **schema,
        "$comment": "Null is not empty: [] = looked and found none, null = not looked; quality says why.",
        "$defs": {
            **schema["$defs"],
            "ErrorReason": {
                "title": "ErrorReason",
                "description": "Header khabar-error of a dead letter.",
                "oneOf": dead_letter,
            },
        },
    }


def schema_json() -> bytes:
    """Return the schema as the text of ``schema/article.v1.json``."""
    return orjson.dumps(event_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
