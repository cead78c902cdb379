"""A page as elements and blocks of text, in flat lists: what :mod:`service.intake.blocks` reads off its markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(slots=True)
class Block:
    """A stretch of text between two ends of lines: ``linked`` of its characters stand in links."""

    text: str
    linked: int
    element: int


class Mark(NamedTuple):
    """An element that says something about the page: its attributes, the element around it, the text of a script."""

    name: str
    attributes: dict[str, str]
    holder: int
    text: str


@dataclass(slots=True)
class Outline:
    """The elements of a page in the order in which they begin, its blocks, and the marks in it.

    ``parents[i]`` is the element around element i (-1 for none), ``signs[i]`` its tag and classes;
    ``unwanted[i]`` says that it looks by its name like something that is not the article.
    """

    parents: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    unwanted: list[bool] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def sums(self, values: Iterable[tuple[int, int]]) -> list[int]:
        """Return for each element what all that lies in it adds up to; ``values`` are pairs of element and value."""
        sums = [0] * len(self.parents)
        for element, value in values:
            if element >= 0:
                sums[element] += value
        parents = self.parents
        for element in range(len(sums) - 1, -1, -1):  # an element begins before those in it
            if parents[element] >= 0:
                sums[parents[element]] += sums[element]
        return sums

    def within(self, root: int) -> list[bool]:
        """Say for each element whether it is ``root`` or lies in it; a last entry stands for blocks in no element."""
        within = [False] * (len(self.parents) + 1)
        within[-1] = root < 0
        for element, parent in enumerate(self.parents):
            within[element] = element == root or within[parent]
        return within

    def outermost(self, tag: str) -> list[int]:
        """Return for each element the outermost one of a tag that is or holds it, -1 for none."""
        found: list[int] = []
        for element, parent in enumerate(self.parents):
            above = found[parent] if parent >= 0 else -1
            found.append(above if above >= 0 else element if self.tags[element] == tag else -1)
        return found
