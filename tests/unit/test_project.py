"""The repository's promises about itself: dependencies, locks, package, documents."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import service

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUN = [Requirement(text) for text in PROJECT["dependencies"]]
EXTRAS = {extra: [Requirement(text) for text in texts] for extra, texts in PROJECT["optional-dependencies"].items()}
OPTIONAL = [requirement for extra in EXTRAS.values() for requirement in extra]
LOCKS = ("run", *EXTRAS, "dev", "build", "ops", "audit")
EXACT = {"aiokafka", "faust-streaming", "mode-streaming", "rocksdict"}
NEVER_IMPORTED = {"tzdata", "cramjam"}  # data for zoneinfo; what aiokafka decompresses with, where it is there
BY_HAND = {
    "_build.py",
    "_clusters.py",
    "_common.py",
    "_crf.py",
    "_frequent.py",
    "_spelling.py",
    "_train.py",
    "_train_network.py",
}  # run by hand, with the development dependencies

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?: ;[^\\]+)? \\$")


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def lock_lines(name: str) -> list[str]:
    return (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()


def pins(name: str) -> dict[str, set[str]]:
    """Return the versions by package; a package may have several, for different platforms."""
    found: dict[str, set[str]] = {}
    for line in lock_lines(name):
        if match := PINNED.match(line):
            found.setdefault(match["name"], set()).add(match["version"])
    return found


def modules(nodes: list[ast.stmt]) -> Iterator[str]:
    for node in itertools.chain.from_iterable(map(ast.walk, nodes)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def for_types_only(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(*, at_import: bool) -> set[str]:
    """Return the distributions that ``service`` imports; ``at_import`` leaves out imports inside functions."""
    top: set[str] = set()
    for path in (ROOT / "service").rglob("*.py"):
        if at_import and path.name in BY_HAND:
            continue
        nodes = [node for node in ast.parse(path.read_text("utf-8")).body if not for_types_only(node)]
        if at_import:
            nodes = [node for node in nodes if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        top |= {module.partition(".")[0] for module in modules(nodes)}
    owners = packages_distributions()
    outside = top - sys.stdlib_module_names - {"service"}
    return {canonicalize_name(owner) for module in outside for owner in set(owners.get(module, [module]))}


def test_what_the_package_needs_at_import_is_declared() -> None:
    assert imported(at_import=True) - names(RUN) == set()


def test_what_a_function_imports_is_declared_somewhere() -> None:
    assert imported(at_import=False) - names(RUN) - names(OPTIONAL) - set(pins("dev")) == set()


def test_nothing_is_declared_that_nothing_imports() -> None:
    assert (names(RUN) | names(OPTIONAL)) - imported(at_import=False) == NEVER_IMPORTED


def test_what_the_shell_corrects_is_pinned_exactly() -> None:
    exact = {requirement.name for requirement in RUN if str(requirement.specifier).startswith("==")}

    assert exact == EXACT


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [("run", RUN), *((extra, RUN + needed) for extra, needed in EXTRAS.items()), ("dev", RUN + OPTIONAL)],
)
def test_a_lock_satisfies_what_is_declared(lock: str, requirements: list[Requirement]) -> None:
    locked = pins(lock)

    for requirement in requirements:
        found = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(pin) for pin in found), requirement.name


@pytest.mark.parametrize(
    ("smaller", "larger"), [("build", "dev"), *(pair for extra in EXTRAS for pair in (("run", extra), (extra, "dev")))]
)
def test_locks_agree(smaller: str, larger: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_only(lock: str) -> None:
    lines = lock_lines(lock)

    hashed = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
    assert [line for line in lines if not PINNED.match(line) and not hashed.match(line)] == []
    for line, following in itertools.pairwise(lines):
        assert not PINNED.match(line) or hashed.match(following), line


def test_the_installed_command_is_this_version() -> None:
    assert version("khabar") == service.__version__


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("khabar-*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("service/")}

    lying_there = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "service").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == lying_there


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_targets_in_documents_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for line in re.findall(r"(?:`|^    )make ([a-z -]+)", text, re.MULTILINE) for word in line.split()}

    assert [link for link in links if not (path.parent / link).exists()] == []
    assert named - targets == set()


def test_every_document_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index.read_text("utf-8"))}

    assert set((ROOT / "docs").rglob("*.md")) - linked == {index}


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    places = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")
    files = [
        path for path in ROOT.glob("*") if path.is_file() and path.name != ".git"
    ]  # a file where git keeps a second checkout
    for folder in ("service", "docs", "requirements", "deploy", "k8s", ".ci"):
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]

    assert [path for path in files if places.search(path.read_bytes().decode("utf-8", "replace"))] == []


def test_the_changelog_speaks_of_this_version_or_of_what_comes() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert {"Unreleased", service.__version__} & set(headings)


def test_help_is_quick_and_light() -> None:
    """Heavy libraries are imported inside the commands that need them."""
    code = "import sys, service.cli; sys.exit(bool({'faust', 'aiokafka', 'aiohttp', 'babel'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
