"""The body: paragraphs, without the repeated headline and without the page's furniture.

Every rule would rather keep a line of furniture than lose a sentence of the article; what goes is listed.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from service.intake import furniture
from service.intake.credit import agency, credit_line
from service.intake.titles import Site, clean_title, has_parts, split_title
from service.lang.fold import line_words, words
from service.wire.closed import RemovedKind
from service.wire.event import Removed

_CUT_MARK = re.compile(
    r"(?:(?<!\s)\s++)?(?:(?:…|\.\.\.)\s*+)?\[\+\s?\d{1,7}\s(?:chars|characters|more words|words)\]\s*+$"
    r"|(?:(?<!\s)\s++)?(?:…|\.\.\.)\s*+(?:المزيد|اقرأ المزيد|للمزيد|read more|continue reading|more)\W{0,3}$",
    re.IGNORECASE,
)
_BRACKET_DOTS = re.compile(r"(?:(?<!\s)\s++)?\[(?:…|\.\.\.)\]\s*+$")
_CUT_WITHIN = 200
_MOST_HEADLINES = 4
_TOP = 6
_TAIL = 40
_REPEATED = 40
"""Characters; shorter repeats can be speech ("Yes.") or a refrain."""
_UNEVEN = re.compile("[\t\x0b\x0c\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""White space that is neither a blank nor a line feed."""
_WRAPPED_LINES = 3
_WRAP_WIDTH = range(40, 121)
_LINK_WORDS = 4
"""Words that a link under "read also" has at least."""
_LIST = 3
"""Entries from which a list of links is taken for one before the end of the text too."""
_MARKS = ".!؟?:|…–—-·•،,\"'»”)]"
_LONG_TITLE = 4
"""Words from which a headline without a mark behind it can be told from the sentence that it opens."""
_BESIDE = 100
"""Characters of a name of the site and a label beside the headline."""
_LONGEST_LABEL = 4
"""Words that a line with the headline has beside it."""
_SIGNATURE = 60
"""Characters."""
_TOLD_AGAIN = 2
_LEAD = 18
_LONG_WORD = 4
_MAX_REMOVED = 60
_MAX_REMOVED_TEXT = 500


class Body(NamedTuple):
    """The cleaned paragraphs, what was taken out of them, and whether the producer's mark of a cut was found."""

    paragraphs: list[str]
    removed: list[Removed]
    cut: bool


def clean_body(text: str, *, titles: list[str], site: Site) -> Body:
    """Return the body of ``text``; ``titles`` are the forms of the headline, ``site`` the source's names."""
    work = _Work(split_paragraphs(text))
    cut = work.cut_marks()
    work.headlines(titles, site)
    work.furniture(site)
    work.repeats()
    return Body(work.paragraphs, work.removed(), cut)


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text: lines, or blocks of lines that were wrapped at one width."""
    blocks = text.split("\n\n") if "\n\n" in text else [text]
    even = "  " not in text and not _UNEVEN.search(text)
    found: list[str] = []
    for block in blocks:
        lines = [line for raw in block.split("\n") if (line := raw.strip(" ") if even else " ".join(raw.split()))]
        found.extend([" ".join(lines)] if _is_wrapped(lines) else lines)
    return found


def _is_wrapped(lines: list[str]) -> bool:
    """Say whether every line ends where the next word would not have fitted."""
    if len(lines) < _WRAPPED_LINES:
        return False
    width = max(map(len, lines))
    if width not in _WRAP_WIDTH:
        return False
    return all(len(line) + 1 + len(following.split(" ", 1)[0]) > width for line, following in itertools.pairwise(lines))


class _Work:
    """The paragraphs while they are cleaned."""

    def __init__(self, paragraphs: list[str]) -> None:
        self.paragraphs = paragraphs
        self.above = 0
        """Paragraphs that stood above a repeated headline."""
        self._removed: dict[tuple[RemovedKind, str], int] = {}

    def removed(self) -> list[Removed]:
        """Return what went, in order; past the first entries one without text a kind, so that the counts are whole."""
        entries = list(self._removed.items())
        found = [
            Removed(kind=kind, text=text[:_MAX_REMOVED_TEXT], count=count)
            for (kind, text), count in entries[:_MAX_REMOVED]
        ]
        rest: dict[RemovedKind, int] = {}
        for (kind, _), count in entries[_MAX_REMOVED:]:
            rest[kind] = rest.get(kind, 0) + count
        return found + [Removed(kind=kind, count=count) for kind, count in rest.items()]

    def note(self, kind: RemovedKind, text: str) -> None:
        """Book one removal."""
        self._removed[kind, text] = self._removed.get((kind, text), 0) + 1

    def cut_marks(self) -> bool:
        """Take the producer's mark of a cut off the end."""
        if not self.paragraphs:
            return False
        last = self.paragraphs[-1]
        tail = last[-_CUT_WITHIN:]
        if "]" not in tail and "…" not in tail and "..." not in tail:  # which every mark has
            return False
        found = _CUT_MARK.search(tail) or _BRACKET_DOTS.search(tail)
        if not found:
            return False
        mark = found.group().strip()
        self.note(RemovedKind.CUT_MARK, mark)
        rest = last[: len(last) - len(found.group())].rstrip()
        self.paragraphs[-1:] = [rest] if rest else []
        return True

    def headlines(self, titles: list[str], site: Site) -> None:
        """Take the headline out of the top and off the end, also where the first paragraph begins with it."""
        keys = {key for title in titles if (key := line_words(title))}
        if not keys:
            return
        longest = 2 * max(map(len, titles))  # vowel signs may double a line

        def told(paragraph: str) -> bool:
            beside = _BESIDE if len(paragraph) <= longest + _BESIDE and has_parts(paragraph) else 0
            return len(paragraph) <= longest + beside and _is_headline(paragraph, keys, site)

        position = taken = 0
        while position < min(_TOP, len(self.paragraphs)) and taken < _MOST_HEADLINES:
            paragraph = self.paragraphs[position]
            if told(paragraph):
                self.note(RemovedKind.HEADLINE, paragraph)
                del self.paragraphs[position]
                taken += 1
                self.above = position
            else:
                position += 1
        while self.paragraphs and taken < _MOST_HEADLINES:
            end = _opening(self.paragraphs[0], keys)
            if not end:
                break
            self.note(RemovedKind.HEADLINE, self.paragraphs[0][:end].strip())
            self.paragraphs[0] = self.paragraphs[0][end:]
            taken += 1
        if len(self.paragraphs) > 1 and told(self.paragraphs[-1]):
            self.note(RemovedKind.HEADLINE, self.paragraphs.pop())

    def furniture(self, site: Site) -> None:
        """Take out lines of furniture: known ones anywhere, lists and numbers at the end, the site's name at edges."""
        kinds = [furniture.kind_of(paragraph) for paragraph in self.paragraphs]
        self._lists(kinds)
        self._followers(kinds)
        self._tail(kinds)
        self._edges(kinds, range(len(kinds)), site)
        self._edges(kinds, range(len(kinds) - 1, -1, -1), site)
        if not any(kinds):
            return
        self._followers(kinds)
        self._tail(kinds)
        kept = []
        for paragraph, kind in zip(self.paragraphs, kinds, strict=True):
            if kind is None:
                kept.append(paragraph)
            else:
                self.note(kind, paragraph)
        self.paragraphs = kept

    def _lists(self, kinds: list[RemovedKind | None]) -> None:
        """Mark the items under a heading such as "most read", as far as the list goes.

        A list at the end or above the headline may have any number of entries; elsewhere it takes some to be sure.
        """
        place = 0
        while place < len(kinds):
            start, place = place, place + 1
            kind, known = kinds[start], start
            if kind is None or not furniture.is_head(self.paragraphs[start]):
                continue
            while place < len(kinds) and (kinds[place] or furniture.is_item(self.paragraphs[place], kind)):
                known = place if kinds[place] else known
                place += 1
            end = place
            if start < self.above:  # the list ends where the headline stood
                end = min(place, self.above)
            elif not (start > 0 and place == len(kinds)) and place - start <= _LIST:
                end = known  # what lies before other furniture is sure
            if place - start <= _TAIL:
                for item in range(start + 1, end):
                    kind = kinds[item] = kinds[item] or kind

    def _followers(self, kinds: list[RemovedKind | None]) -> None:
        """Mark a number beside a comment counter, the link under a "read also" line, and a form's further lines."""
        for i, paragraph in enumerate(self.paragraphs[:-1]):
            kind, following = kinds[i], self.paragraphs[i + 1]
            if kind is None or kinds[i + 1]:
                continue
            bare = kind in (RemovedKind.COMMENTS, RemovedKind.SHARE) and furniture.is_number(following)
            link = furniture.leads(paragraph) and furniture.is_item(following, kind)
            if bare or (link and len(following.split()) >= _LINK_WORDS) or furniture.goes_on(following):
                kinds[i + 1] = kind

    def _edges(self, kinds: list[RemovedKind | None], order: range, site: Site) -> None:
        """Mark what is furniture at the top, at the end and beside other furniture, going one way."""
        beside = True
        for i in order:
            if kinds[i] is None and beside:
                kinds[i] = furniture.edge_kind(self.paragraphs[i])
                if kinds[i] is None and _is_signature(self.paragraphs[i], site):
                    kinds[i] = RemovedKind.NAVIGATION
            beside = kinds[i] is not None or (beside and credit_line(self.paragraphs[i]) is not None)

    def _tail(self, kinds: list[RemovedKind | None]) -> None:
        """Mark what is furniture only at the end: numbers, rights, hashtags."""
        for i in range(len(kinds) - 1, max(0, len(kinds) - _TAIL), -1):
            if kinds[i] is None:
                kinds[i] = furniture.last_kind(self.paragraphs[i])
            if kinds[i] is None and credit_line(self.paragraphs[i]) is None:
                break

    def repeats(self) -> None:
        """Take out paragraphs that stood before, word for word."""
        seen: set[str] = set()
        kept = []
        for paragraph in self.paragraphs:
            if len(paragraph) >= _REPEATED and paragraph in seen:
                self.note(RemovedKind.REPEATED, paragraph)
                continue
            seen.add(paragraph)
            kept.append(paragraph)
        self.paragraphs = kept


def _is_headline(paragraph: str, keys: set[tuple[str, ...]], site: Site) -> bool:
    """Say whether a paragraph is the headline, perhaps with the site's name, a section or a label beside it."""
    tokens = line_words(paragraph)
    if tokens in keys:
        return True
    there = set(tokens)  # a headline with something around it has all its words
    if not any(there.issuperset(key) for key in keys):
        return False
    if line_words(clean_title(paragraph, site)) in keys:
        return True
    parts = [line_words(part) for part in split_title(paragraph)]
    longest = max((part for part in parts if part in keys), key=len, default=())
    return len(longest) >= _LONG_TITLE and len(tokens) - len(longest) <= _LONGEST_LABEL


def _is_signature(line: str, site: Site) -> bool:
    """Say whether a line is the source's own name, alone or beside a reporter's or a town's; agencies are credits."""
    if len(line) > _SIGNATURE:
        return False
    parts = split_title(line)
    others = [part for part in parts if not site.is_name(part)]
    if len(others) == len(parts) or any(len(part.split()) > _LONGEST_LABEL for part in others):
        return False
    return credit_line(line) is None and not any(agency(part)[0] for part in others)


def _opening(paragraph: str, keys: set[tuple[str, ...]]) -> int:
    """Return where the headline and the marks behind it end that a paragraph begins with; 0 if it does not.

    A sentence may begin with the headline's words. So a mark has to stand behind them, or the rest has to begin like a
    sentence of its own, or to tell the headline again.
    """
    for key in sorted(keys, key=len, reverse=True):
        end, marked = _prefix(paragraph, key)
        rest = paragraph[end:]
        if not end or not rest.strip():
            continue
        if marked or _is_lead(key, rest):
            return end
    return 0


def _prefix(paragraph: str, key: tuple[str, ...]) -> tuple[int, bool]:
    """Return where the words of ``key`` end in a paragraph, with the marks behind them, and whether there are any."""
    end = count = 0
    for word in re.finditer(r"\S+", paragraph):
        found = words(word.group())
        if count >= len(key) and found:
            break
        if tuple(found) != key[count : count + len(found)]:
            return 0, False
        count += len(found)
        end = word.end()
    if count < len(key):
        return 0, False
    marked = paragraph[end - 1] in _MARKS
    return len(paragraph) - len(paragraph[end:].lstrip()), marked


def _is_lead(key: tuple[str, ...], rest: str) -> bool:
    """Say whether ``rest`` is a first sentence and not the end of one that began with the headline's words."""
    if len(key) < _LONG_TITLE:
        return False
    lead = words(rest[: _LEAD * 12])[:_LEAD]
    if not lead or lead[: len(key)] == list(key):
        return bool(lead)
    again = len({word for word in key if len(word) >= _LONG_WORD} & set(lead))
    opens = lead[0] in furniture.openers()
    if rest[0].isupper():
        return opens or again >= _TOLD_AGAIN
    return not rest[0].isascii() and (again >= _TOLD_AGAIN or (opens and again > 0))
