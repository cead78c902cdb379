"""Every regular expression of the service, however it comes to be: run as a module, it prints them as JSON.

Modules are imported, and the sample articles are taken through the pipeline, with the compiler of ``re`` watched: so
patterns from data files, and those that are compiled at first use, are among them. That needs a process of its own.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
SCANS = {"sub", "subn", "split", "findall", "finditer"}
ALL = frozenset({"match", "fullmatch", "finditer"})


class Compiled(NamedTuple):
    """A pattern, the file that compiles it, the name that it is given there, and the methods that are called on it."""

    file: str
    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def by_hand(file: Path) -> bool:
    """Say whether a file is a builder of data, which nobody but us runs on what nobody else writes."""
    return file.stem.startswith("_") and file.stem != "__init__"


def collect() -> list[tuple[str, bool, int, str, int]]:
    """Return source, whether it is bytes, flags, file and line of each pattern that the service compiles."""
    compile_ = re._compile  # type: ignore[attr-defined]
    found: dict[tuple[str | bytes, int], tuple[str, int]] = {}

    def watched(pattern: Any, flags: int) -> Any:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        file = Path(frame.f_code.co_filename)
        if not isinstance(pattern, re.Pattern) and file.is_relative_to(ROOT / "service") and not by_hand(file):
            found.setdefault((pattern, int(flags)), (str(file.relative_to(ROOT)), frame.f_lineno))
        return compile_(pattern, flags)

    re._compile = watched  # type: ignore[attr-defined]
    import service  # noqa: PLC0415 - only now

    for module in pkgutil.walk_packages(service.__path__, "service."):
        if not module.name.rpartition(".")[2].startswith("_"):
            importlib.import_module(module.name)
    from service.cli.run import sample_records  # noqa: PLC0415
    from service.pipeline import Pipeline  # noqa: PLC0415

    pipeline = Pipeline()
    for raw in sample_records():
        pipeline.steps(raw, now=1_772_600_000_000)
    return [
        (text if isinstance(text, str) else text.decode("latin-1"), isinstance(text, bytes), flags, file, line)
        for (text, flags), (file, line) in found.items()
    ]


@cache
def compiled() -> tuple[Compiled, ...]:
    """Return every pattern of the service."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.unit.compiled"]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    patterns = []
    for text, is_bytes, flags, file, line in json.loads(out):
        name, methods = used(file, line)
        pattern: re.Pattern[Any] = re.compile(text.encode("latin-1") if is_bytes else text, flags)
        patterns.append(Compiled(file, name, pattern, methods))
    return tuple(patterns)


@cache
def used(file: str, line: int) -> tuple[str, frozenset[str]]:
    """Return the name that a line gives to a pattern and the methods called on that name; all, where it has none.

    A name is a variable, an attribute, or the field of a tuple that is given by keyword.
    """
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if not isinstance(node, ast.Assign | ast.keyword) or not node.lineno <= line <= (node.end_lineno or line):
            continue
        name = ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else str(node.arg)
        name = name.rpartition(".")[2]
        if isinstance(node.value, ast.Attribute):  # the bound method is kept: ``find = re.compile(...).search``
            return name, frozenset({"finditer" if node.value.attr in SCANS else node.value.attr})
        local = name.startswith("_") or isinstance(node, ast.keyword)
        files = [ROOT / file] if local else (ROOT / "service").rglob("*.py")
        called = set().union(*(called_on(name, path.read_text("utf-8")) for path in files))
        if methods := {"finditer" if method in SCANS else method for method in called} & (ALL | {"search"}):
            return name, frozenset(methods)
    return "", ALL


def called_on(name: str, source: str) -> set[str]:
    """Return what is called on a name in a file."""
    if f"{name}." not in source:
        return set()
    attributes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return {node.attr for node in attributes if ast.unparse(node.value).rpartition(".")[2] == name}


if __name__ == "__main__":
    json.dump(collect(), sys.stdout)
