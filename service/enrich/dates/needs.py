"""What a rule cannot do without: classes of which every match of its pattern holds at least one.

Most rules have no place in most phrases. Asking whether one of a few characters stands in a signature costs far less
than letting the pattern look for itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_PART = re.compile(r"\(\?(?::|<?[=!])|\[[^\]]*\]|\{[\d,]*\}|.")
_NONE: frozenset[str] = frozenset()
_SIGNS = frozenset("^$")


def needs(patterns: Sequence[str]) -> list[frozenset[str]]:
    """Return for each pattern the characters of which every match has one; the empty set where there are none.

    A pattern may hold characters, sets, groups, alternatives, quantifiers and looks to either side, which is what rules
    are written with. Of several sets that would do, the one whose characters the fewest patterns hold is taken.
    """
    held = Counter(letter for pattern in patterns for letter in set(pattern))
    found = []
    for pattern in patterns:
        parts = _PART.findall(pattern)
        found.append(_alternatives(parts, held))
    return found


def _alternatives(parts: list[str], held: Counter[str]) -> frozenset[str]:
    """Read alternatives up to the bracket that closes them: what one of them needs is needed by none alone."""
    branches = []
    while True:
        branches.append(_sequence(parts, held))
        if not parts or parts.pop(0) == ")":
            return _NONE if _NONE in branches else frozenset().union(*branches)


def _sequence(parts: list[str], held: Counter[str]) -> frozenset[str]:
    wanted: list[frozenset[str]] = []
    while parts and parts[0] not in {"|", ")"}:
        part = parts.pop(0)
        if part.startswith("(?"):
            inner = _alternatives(parts, held)
            need = inner if part == "(?:" else _NONE  # what stands beside a match is no part of it
        else:
            need = _NONE if part in _SIGNS else frozenset(part.strip("[]"))
        if parts and (parts[0] in {"?", "*"} or parts[0].startswith("{0")):
            need = _NONE
        if parts and (parts[0] in {"?", "*", "+"} or parts[0][0] == "{"):
            parts.pop(0)
        if need:
            wanted.append(need)
    return min(wanted, key=lambda need: sum(held[letter] for letter in need), default=_NONE)
