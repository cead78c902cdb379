"""The article among the blocks of a page: which of them are its text.

Three observations that hold on news pages of any make decide, with the names of elements only as a help: the text
follows its headline and ends before the next one; it is prose, and what surrounds it is links; and lists of other
articles are rows of siblings that are made alike and carry a linked headline each.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from service.intake.blocks import numberless
from service.intake.outline import Block, Outline
from service.lang.fold import words

_PROSE = 80
"""Characters from which a block that is not mostly links counts as prose; with an end of a sentence half does."""
_THIN_PROSE = 24
"""The same on pages where nothing is found so: briefs, results, lines of verse."""
_NUMBERS = re.compile(r"[\W\d_]{1,16}")
_TITLE_BREAK = re.compile(r"\s[-–—|:•»«·/]{1,2}\s|[|]")
_ENDS = (".", "؟", "?", "!", "۔", "…", '."', ".»", ".”", '!"', '?"', ":", "»", '"', "”")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINKED = 0.5
_ROW = 3
"""Siblings made alike from which they can be a row of other articles."""
_CARD = 400
"""Characters of prose that one entry of such a row has at most."""
_ITEM_WORDS = 3
_MOST = 0.6
"""Share of the prose that the element taken for the article's holds at least."""
_LONGEST_HEADLINE = 400
_LONGEST_TITLE = 1000
_LEVELS = 40
_TRAILING = 3
_TRAILING_LENGTH = 120


class Content(NamedTuple):
    """The article's text, paragraphs separated by empty lines, "" where none is found; and its headline as shown."""

    text: str
    headline: str | None


def find_content(page: Outline, titles: Iterable[str]) -> Content:
    """Return what of a page is its article; ``titles`` are the forms of the headline that the page states."""
    keys = _keys(titles)
    choice = _Choice(page, keys, _PROSE)
    texts = choice.texts() or _Choice(page, keys, _THIN_PROSE).texts()
    return Content("\n\n".join(texts), choice.headline)


def _keys(titles: Iterable[str]) -> set[tuple[str, ...]]:
    """Return the words of the titles and of their longer parts: one of them is the headline without the site's name."""
    keys = set()
    for title in (whole[:_LONGEST_TITLE] for whole in titles):
        keys.add(tuple(words(title)))
        keys.update(key for part in _TITLE_BREAK.split(title) if len(key := tuple(words(part))) >= _ITEM_WORDS)
    return keys - {()}


def _is_link(block: Block) -> bool:
    return block.linked > _LINKED * len(block.text)


class _Choice:
    """The choice of blocks on one page."""

    def __init__(self, page: Outline, keys: set[tuple[str, ...]], shortest: int) -> None:
        self.page = page
        self.blocks = page.blocks
        self.keys = keys
        self.unwanted = list(page.unwanted)
        self.is_prose = [self._is_prose(block, shortest) for block in self.blocks]
        self.prose = [block for block, is_prose in zip(self.blocks, self.is_prose, strict=True) if is_prose]

    def texts(self) -> list[str]:
        """Return the chosen blocks' texts in order."""
        if not self.prose:
            return []
        heading = self.heading
        self._allow(heading)
        shut = self._shut()
        first, last = self._stretch(heading, shut)
        inside = [
            place
            for place in range(first, last)
            if self.blocks[place].element < 0 or not shut[self.blocks[place].element]
        ]
        chosen = [place for place in inside if self.is_prose[place]]
        if not chosen:
            return []
        container = self._container(chosen)
        inside = [place for place in inside if container[self.blocks[place].element]]
        return [self.blocks[place].text for place in self._lines(inside)]

    def _is_prose(self, block: Block, shortest: int) -> bool:
        """Say whether a block is prose outside headings."""
        length = len(block.text)
        if length * 2 < shortest or _is_link(block) or self._in_heading(block):
            return False
        return length >= shortest or block.text.endswith(_ENDS)

    def _in_heading(self, block: Block) -> bool:
        return block.element >= 0 and self.page.tags[block.element] in _HEADINGS

    @functools.cached_property
    def heading(self) -> int | None:
        """Return the block that is the headline: a main heading before other headings before other lines."""
        best: tuple[int, int] | None = None
        found = None
        for place, block in enumerate(self.blocks):
            if len(block.text) > _LONGEST_HEADLINE:
                continue
            tag = self.page.tags[block.element] if block.element >= 0 else ""
            rank = 0 if tag == "h1" else 1 if tag in _HEADINGS else 2
            if (best and best[0] < rank) or (rank and _is_link(block)):
                continue
            key = tuple(words(block.text))
            if (key in self.keys or (rank == 0 and self._is_part(key))) and (best is None or (rank, -len(key)) < best):
                best, found = (rank, -len(key)), place
        return found

    @property
    def headline(self) -> str | None:
        """The headline as the page shows it."""
        return self.blocks[self.heading].text if self.heading is not None else None

    def _is_part(self, key: tuple[str, ...]) -> bool:
        """Say whether the words are the greater part of a stated title."""
        text = f" {' '.join(key)} "
        return len(key) >= _ITEM_WORDS and any(text in f" {' '.join(title)} " for title in self.keys)

    def _allow(self, heading: int | None) -> None:
        """Take back what names of elements say where they stand around the headline or around most of the prose."""
        unwanted, parents = self.unwanted, self.page.parents
        element = self.blocks[heading].element if heading is not None else -1
        while element >= 0:
            unwanted[element] = False
            element = parents[element]
        sums = self._prose_in
        total = sum(len(block.text) for block in self.prose)
        for element, share in enumerate(sums):
            if share > _MOST * total and "comment" not in self.page.signs[element]:
                unwanted[element] = False

    def _shut(self) -> list[bool]:
        """Say for each element whether it lies in something unwanted or in a row of other articles."""
        shut = list(self.unwanted)
        for element in self._cards():
            shut[element] = True
        parents = self.page.parents
        for element, parent in enumerate(parents):
            if parent >= 0 and shut[parent]:
                shut[element] = True
        return shut

    def _cards(self) -> list[int]:
        """Return the entries of rows of other articles."""
        page = self.page
        linked = self.page.sums(
            (block.element, 1) for block in self.blocks if _is_link(block) and len(block.text.split()) >= _ITEM_WORDS
        )
        prose = self._prose_in
        rows: dict[tuple[int, str], list[int]] = {}
        for element, parent in enumerate(page.parents):
            rows.setdefault((parent, numberless(page.signs[element])), []).append(element)
        found: list[int] = []
        for row in rows.values():
            if len(row) < _ROW:
                continue
            cards = [element for element in row if linked[element] and prose[element] <= _CARD]
            if len(cards) >= _ROW and len(cards) > _MOST * len(row):
                found += row
        return found

    def _stretch(self, heading: int | None, shut: list[bool]) -> tuple[int, int]:
        """Return where the article begins and ends: behind its headline, before the next one."""
        if heading is None:
            return 0, len(self.blocks)
        first, last = heading + 1, len(self.blocks)
        around = self._article_of(self.blocks[heading].element)
        seen = False
        for place in range(first, last):
            block = self.blocks[place]
            if block.element < 0 or shut[block.element]:
                continue
            if seen and self._begins_another(block, around):
                last = place
                break
            seen = seen or self.is_prose[place]
        return (first, last) if seen else (0, len(self.blocks))

    def _begins_another(self, block: Block, around: int) -> bool:
        """Say whether another article begins with a block: a main heading, or an article beside the headline's."""
        if self.page.tags[block.element] == "h1" and tuple(words(block.text)) not in self.keys:
            return True
        if around < 0:
            return False
        return self._article_of(block.element) not in (-1, around)

    @functools.cached_property
    def _outermost_article(self) -> list[int]:
        return self.page.outermost("article")

    def _article_of(self, element: int) -> int:
        return self._outermost_article[element] if element >= 0 else -1

    def _container(self, chosen: list[int]) -> list[bool]:
        """Say for each element whether it lies in the one that holds the article."""
        blocks, page = self.blocks, self.page
        sums = self.page.sums((blocks[place].element, len(blocks[place].text)) for place in chosen)
        total = sum(len(blocks[place].text) for place in chosen)
        best = -1
        for element, share in enumerate(sums):
            if share >= _MOST * total:
                best = element  # the last one in order is the innermost: two of them lie in one another
        return page.within(self._with_others_alike(best, chosen))

    def _with_others_alike(self, best: int, chosen: list[int]) -> int:
        """Return an element further out where it holds more paragraphs that are made like those found."""
        blocks, page = self.blocks, self.page

        def kind(place: int) -> tuple[str, str]:
            element = blocks[place].element
            parent = page.parents[element] if element >= 0 else -1
            return page.signs[element] if element >= 0 else "", page.signs[parent] if parent >= 0 else ""

        if best < 0:
            return best
        within = page.within(best)
        kinds = {kind(place) for place in chosen if within[blocks[place].element]}
        alike = self.page.sums(
            (blocks[place].element, len(blocks[place].text)) for place in chosen if kind(place) in kinds
        )
        result, element = best, page.parents[best]
        for _ in range(_LEVELS):
            if element < 0:
                break
            if alike[element] > alike[result]:
                result = element
            element = page.parents[element]
        return result

    def _lines(self, inside: list[int]) -> list[int]:
        """Return the blocks to keep: prose, and what stands between it without being links."""
        prose = [place for place in inside if self.is_prose[place]]
        if not prose:
            return []
        first, last = prose[0], prose[-1]
        kept: list[int] = []
        heading, near = -1, False
        trailing = 0
        for place in inside:
            block = self.blocks[place]
            if place < first or _is_link(block):
                continue
            if place > last:
                trailing += 1
                if trailing > _TRAILING or len(block.text) > _TRAILING_LENGTH or self._in_heading(block):
                    break
            if self._in_heading(block):
                heading, near = place, True
                continue
            if self.is_prose[place]:
                if heading >= 0 and (near or self._beside(heading, place)):
                    kept.append(heading)
                heading = -1
            elif self._is_aside(block):
                continue
            near = False
            kept.append(place)
        return kept

    def _is_aside(self, block: Block) -> bool:
        """Say whether a short line belongs to a box of links, or is a time or a number that no table holds."""
        page = self.page
        if _NUMBERS.fullmatch(block.text) and page.tags[block.element] not in ("td", "th"):
            return True
        parent = page.parents[block.element]
        return parent >= 0 and not self._prose_in[parent] and self._links_in[parent] > 0

    @functools.cached_property
    def _links_in(self) -> list[int]:
        return self.page.sums((block.element, 1) for block in self.blocks if _is_link(block))

    @functools.cached_property
    def _prose_in(self) -> list[int]:
        """Characters of prose in each element."""
        return self.page.sums((block.element, len(block.text)) for block in self.prose)

    def _beside(self, heading: int, place: int) -> bool:
        """Say whether a heading stands in the same element as a paragraph."""
        parents = self.page.parents
        return parents[self.blocks[heading].element] == parents[self.blocks[place].element]
