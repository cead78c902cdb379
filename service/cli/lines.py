"""Messages that stand one a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO


def message_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of an NDJSON file without their ends; blank lines are no messages."""
    for line in file:
        if line.strip():
            yield line.rstrip(b"\r\n")
