"""What a rule cannot do without: classes of which every signature that its pattern matches holds at least one.

Most rules have no place in most phrases. Asking whether one of a few characters stands in a signature costs far less
than letting the pattern look for itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

_PART = re.compile(r"\(\?(?::|<?[=!])|\[[^\]]*\]|\{[\d,]*\}|.")
_SIGNS = frozenset("^$")
_NOT = frozenset({"(?!", "(?<!"})
_ASKED = 3


def needs(patterns: Sequence[str]) -> list[tuple[frozenset[str], ...]]:
    """Return for each pattern the sets of characters of each of which every text it matches has one.

    A pattern may hold characters, sets, groups, alternatives, quantifiers and looks to either side, which is what rules
    are written with. The first set is the one whose characters the fewest patterns hold.
    """
    held = Counter(letter for pattern in patterns for letter in set(pattern))
    return [tuple(sorted(_alternatives(_PART.findall(pattern), held), key=_commonness(held))) for pattern in patterns]


def _commonness(held: Counter[str]) -> Callable[[frozenset[str]], int]:
    return lambda need: sum(held[letter] for letter in need)


def _alternatives(parts: list[str], held: Counter[str]) -> list[frozenset[str]]:
    """Read alternatives up to the bracket that closes them: of several, all together need one of what each needs."""
    branches = []
    while True:
        branches.append(_sequence(parts, held))
        if not parts or parts.pop(0) == ")":
            break
    if len(branches) == 1:
        return branches[0]
    rarest = [min(branch, key=_commonness(held)) for branch in branches if branch]
    return [frozenset().union(*rarest)] if len(rarest) == len(branches) else []


def _sequence(parts: list[str], held: Counter[str]) -> list[frozenset[str]]:
    wanted: list[frozenset[str]] = []
    while parts and parts[0] not in {"|", ")"}:
        part = parts.pop(0)
        if part.startswith("(?"):
            inner = _alternatives(parts, held)
            need = [] if part in _NOT else inner
        else:
            need = [] if part in _SIGNS else [frozenset(part.strip("[]"))]
        if parts and (parts[0] in {"?", "*"} or parts[0].startswith("{0")):
            need = []
        if parts and (parts[0] in {"?", "*", "+"} or parts[0][0] == "{"):
            parts.pop(0)
        wanted += need
    return wanted


class Needs:
    """Tells which of some patterns can match a signature, all at once: a bit a pattern, in one number a class.

    The bits of a class are those of the patterns whose first need it is in, above them those of the second needs, and
    so on; where a pattern has no such need, its bit is set for every signature. More than a few needs of a pattern are
    not asked for: the first ones are the rarest.
    """

    def __init__(self, needs: Sequence[Sequence[frozenset[str]]]) -> None:
        needs = [wanted[:_ASKED] for wanted in needs]
        self._size = len(needs)
        self._all = (1 << self._size) - 1
        self._without = 0
        self._meets: dict[str, int] = {}
        for number, wanted in enumerate(needs):
            for nth in range(_ASKED):
                bit = 1 << (nth * self._size + number)
                if nth >= len(wanted):
                    self._without |= bit
                    continue
                for letter in wanted[nth]:
                    self._meets[letter] = self._meets.get(letter, 0) | bit

    def met(self, signature: str) -> int:
        """Return the bits of the patterns that may match a signature."""
        meets, met = self._meets, self._without
        for letter in signature:
            met |= meets.get(letter, 0)
        able = self._all
        for _ in range(_ASKED):
            able &= met
            met >>= self._size
        return able
