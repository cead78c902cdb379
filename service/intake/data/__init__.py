"""Data files of intake, each read once and by one reader."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any


def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")


@functools.cache
def load_toml(name: str) -> dict[str, Any]:
    """Return a TOML file of this folder."""
    return tomllib.loads(_read(name))


@functools.cache
def load_lines(name: str) -> frozenset[str]:
    """Return the lines of a text file of this folder, without empty lines and those that start with ``#``."""
    return frozenset(line.strip() for line in _read(name).splitlines() if line.strip() and not line.startswith("#"))


def names(start: str) -> list[str]:
    """Return the names of the files of this folder that begin with ``start``, in order."""
    return sorted(entry.name for entry in resources.files(__name__).iterdir() if entry.name.startswith(start))
