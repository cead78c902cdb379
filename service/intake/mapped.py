"""Dialects from mapping files: a new producer without a line of code."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from service.errors import Misconfigured
from service.intake.dialect import Dialect, Paths
from service.intake.dialects import GENERIC, PAGE, PLAIN, REGISTRY
from service.intake.draft import Draft
from service.intake.times import is_zone
from service.intake.values import LISTS, READERS, string

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NOT_MAPPED = {"dialect", "retracted", "withheld", "refusal", "http_status", "snippet", "zone", "used", "taken"}
ATTRIBUTES = tuple(field.name for field in dataclasses.fields(Draft) if field.name not in _NOT_MAPPED)
"""What a mapping file may map."""

_FIXED = (
    *(name for name in ATTRIBUTES if name not in LISTS | {"published_raw", "modified", "embargoed", "images"}),
    "zone",
    "snippet",
)


class _Mapping(msgspec.Struct, forbid_unknown_fields=True):
    """One table of a mapping file."""

    name: str
    keys: list[str]
    fields: dict[str, str | list[str]]
    fixed: dict[str, str | bool | int] = {}
    ignored: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    dialect: list[_Mapping]


def load_dialects(paths: Iterable[Path]) -> tuple[Dialect, ...]:
    """Return the dialects of mapping files, in order (docs/how-to/add-a-dialect.md has the form).

    Raises :class:`Misconfigured` with the file and what is wrong in it.
    """
    found: dict[str, Dialect] = {}
    for path in paths:
        try:
            file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
            for mapping in file.dialect:
                if mapping.name in found:
                    raise ValueError(f"the dialect {mapping.name!r} is there twice")  # noqa: TRY301 - one place adds the file
                found[mapping.name] = _dialect(mapping)
        except OSError as error:
            raise Misconfigured(f"mapping file {path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
            raise Misconfigured(f"mapping file {path}: {error}") from error
    return tuple(found.values())


def _dialect(mapping: _Mapping) -> Dialect:
    """Return the dialect of one table; raises ValueError with what is wrong."""
    name = mapping.name
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a dialect: lower-case letters, digits, '.', '_' and '-', at most 40")
    if name in {dialect.name for dialect in (*REGISTRY, PLAIN, PAGE, GENERIC)}:
        raise ValueError(f"{name!r} is the name of a built-in dialect")
    if not mapping.keys:
        raise ValueError(f"{name}: keys is empty: name the fields that only this producer writes")
    fields = {field: (paths,) if isinstance(paths, str) else tuple(paths) for field, paths in mapping.fields.items()}
    _check_names(name, "fields", fields, ATTRIBUTES)
    _check_names(name, "fixed", mapping.fixed, _FIXED)
    if not fields.keys() & {"title", "text"}:
        raise ValueError(f"{name}: fields maps neither title nor text")
    for path in (*mapping.keys, *(path for paths in fields.values() for path in paths)):
        if not all(path.split(".")):
            raise ValueError(f"{name}: {path!r} is no dotted path")
    fixed = {field: _fixed(name, field, value) for field, value in mapping.fixed.items()}
    return Dialect(name, {}, fields, frozenset(mapping.ignored), keys=tuple(mapping.keys), fixed=fixed)


def _check_names(name: str, table: str, given: Mapping[str, Any], allowed: Paths) -> None:
    for field in given:
        if field not in allowed:
            near = difflib.get_close_matches(field, allowed, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "there are " + ", ".join(allowed)
            raise ValueError(f"{name}: {table} has {field!r}, which is nothing of an article; {hint}")


def _fixed(name: str, field: str, value: str | bool | int) -> Any:  # noqa: FBT001 - any of the three is a value
    """Return a fixed value as the attribute holds it."""
    if field == "snippet":
        read: Any = value if isinstance(value, bool) else None
    else:
        reader: Callable[[Any], Any] = READERS.get(field, string)
        read = reader(value)
    if read is None or read == []:
        raise ValueError(f"{name}: {value!r} is no value of {field}")
    if field == "zone" and not is_zone(read):
        raise ValueError(f"{name}: {read!r} is no time zone, for example Asia/Beirut")
    return read
