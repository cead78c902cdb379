"""Prints the reference pages from the declarations: ``python -m service.ops.reference [--check] DIR``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from service.errors import ErrorReason
from service.ops.declared import Settings
from service.ops.metrics import DECLARED
from service.ops.settings import FILE_SUFFIX, describe

_SETTINGS_HEAD = f"""# Settings

Printed from `service/ops/declared.py` by `make docs`; `khabar settings` shows the values in force.

Every setting is an environment variable. Where `X{FILE_SUFFIX}` is set instead of `X`, the value is read from that
file, as Kubernetes and Docker mount secrets. An empty variable counts as unset. A name that starts with `KHABAR_` and
is no setting stops the start with exit code 2; names that Kubernetes injects for Services (`*_SERVICE_*`, `*_PORT`,
`*_PORT_*`) are left alone. Sizes are bytes or carry a unit (`4MiB`), times are seconds, switches are `true` or `false`.

| variable | default | meaning |
| --- | --- | --- |
"""

_METRICS_HEAD = """# Metrics

Printed from `service/ops/metrics.py` by `make docs`. Each role serves them on `/metrics`; units are seconds and bytes.
Labels come from closed lists or are bounded, so the number of series has an upper limit. The metrics of the Python
process (`process_*`, `python_gc_*`) are there too.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
"""

_DEAD_LETTERS_HEAD = """# Dead letters

Printed from `service/errors.py` by `make docs`. A raw record that cannot become an article goes to the dead-letter
topic with its key, bytes and headers untouched, and the stream goes on. The header `khabar-error` is one of the words
below, `khabar-message` says more in a sentence, `khabar-topic`, `khabar-partition`, `khabar-offset` and
`khabar-timestamp` say where the record lay, and `khabar-retryable` whether a later replay may succeed.

| `khabar-error` | meaning |
| --- | --- |
"""


def settings_page() -> str:
    """Return ``docs/settings.md``."""
    rows = []
    for row in describe(Settings()):
        words = _words(Settings.model_fields[row.name].annotation)
        choice = f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""
        default = f"`{row.default}`" if row.default else ""
        rows.append(f"| `{row.env}` | {default} | {row.description}{choice} |\n")
    return _SETTINGS_HEAD + "".join(rows)


def metrics_page() -> str:
    """Return ``docs/metrics.md``."""
    rows = []
    for metric in DECLARED:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        rows.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |\n")
    return _METRICS_HEAD + "".join(rows)


def dead_letters_page() -> str:
    """Return ``docs/dead-letters.md``."""
    return _DEAD_LETTERS_HEAD + "".join(f"| `{reason}` | {reason.description} |\n" for reason in ErrorReason)


PAGES = {"settings.md": settings_page, "metrics.md": metrics_page, "dead-letters.md": dead_letters_page}


def main(arguments: list[str]) -> int:
    """Write the pages into a folder, or with ``--check`` say which are stale (exit code 1)."""
    check = "--check" in arguments
    folder = Path(next(argument for argument in arguments if argument != "--check"))
    stale = [name for name, page in PAGES.items() if not _holds(folder / name, page())]
    if check:
        for name in stale:
            sys.stderr.write(f"{folder / name} is stale: run `make docs`\n")
        return 1 if stale else 0
    for name in stale:
        (folder / name).write_text(PAGES[name](), "utf-8")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def _words(annotation: Any) -> tuple[str, ...]:
    """Return the words of a ``Literal``, also inside an optional one."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    return tuple(word for part in get_args(annotation) for word in _words(part))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
