"""Names of bodies and laws that the model cut at a small word: Law Society of Kenya, Tobacco and Vapes Bill."""

from __future__ import annotations

from collections.abc import Sequence

from service.enrich.entities.english_text import LOC, MISC, ORG, PER, Text
from service.enrich.entities.features import Span
from service.enrich.entities.lexicon import Known
from service.enrich.entities.word_features import is_common
from service.wire.closed import EntityType

_SMALL = frozenset({"of", "for", "on", "into"})
_ALONE = frozenset({"hospital", "museum", "library", "gallery"})
"""What "and" adds to a name by itself: Medical College and Hospital."""
_NOUNS = ("tion", "ment", "ance", "ity", "ics", "ship")
"""Ends of words for fields of work that the list of ordinary words need not hold: mediation, logistics."""
_LONGEST = 5


def rejoined(text: Text, spans: Sequence[Span]) -> list[Span]:
    """Return the spans with those joined that a small word in one name had cut; what a joined one covers is gone."""
    found: list[Span] = []
    starts = {span.first: span for span in spans}
    for span in spans:
        if found and span.first < found[-1].after:
            continue
        first, after, kind = _listed(text, span)
        if kind in {ORG, MISC}:
            first = _opened(text, first, after, kind)
        while found and found[-1].after > first:
            found.pop()
        if kind is ORG:
            while (end := _carried(text, first, after, starts)) > after:
                after = end
        found.append(Span(first, after, kind))
    return found


def _listed(text: Text, span: Span) -> Span:
    """Return the listed name of which a small word cut the span off (Bank of America), else the span."""
    if span.first > 1 and text.keys[span.first - 1] in _SMALL | {"and"}:
        for first in range(span.first - 1, max(span.first - _LONGEST, 0), -1):
            if not text.joins[first]:
                break
            kind = text.lexicon.phrases.get(" ".join(text.keys[first - 1 : span.after]))
            if kind and text.capital[first - 1]:
                return Span(first - 1, span.after, kind)
    return span


def _run(text: Text, at: int, starts: dict[int, Span]) -> int:
    """Return the position behind the capitalised words at ``at``, or behind the name that begins there."""
    after = at
    while after < text.size and text.capital[after] and (after == at or text.joins[after]):
        after += 1
    return starts[at].after if at in starts and starts[at].after > after else after


def _carried(text: Text, first: int, after: int, starts: dict[int, Span]) -> int:
    """Return where a body's name ends that of, for or and carries on; ``after`` where nothing does."""
    if not text.joins[after]:
        return after
    word, last, at = text.keys[after], text.keys[after - 1], after + 1
    if word in {"of", "for"}:
        at += at < text.size and text.keys[at] == "the"
    if at >= text.size or not text.joins[at] or not text.capital[at] or text.owner(after - 1):
        return after
    end, behind = _run(text, at, starts), starts.get(at)
    kind = behind.type if behind else None
    if word == "of":
        return end if last in text.rules.of and kind is not PER else after
    plain = kind in {None, ORG, MISC} and all(_ordinary(text, i) for i in range(at, end) if text.capital[i])
    if word == "for":
        return end if last in text.rules.of_purpose and plain else after
    if word == "and":
        inside = any(text.keys[i] in _SMALL for i in range(first, after))
        alone = end == at + 1 and text.keys[at] in _ALONE
        return end if (inside and plain) or alone else after
    return after


def _ordinary(text: Text, at: int) -> bool:
    """Tell whether a word is an ordinary one, and no title, name, place or head of a body by itself."""
    known, key = text.known[at], text.keys[at]
    named = known & (Known.NISBA | Known.COUNTRY | Known.LISTED | Known.BODY | Known.GRAMMAR)
    head = key in text.rules.titles or key in text.rules.last[ORG]
    return not (named or head) and (is_common("en", key) or key.endswith(_NOUNS))


def _opened(text: Text, first: int, after: int, kind: EntityType) -> int:
    """Return where a name begins of which the words before "and" are a part: the Victoria and Albert Museum."""
    rules, at = text.rules, first - 1
    if at < 1 or text.keys[at] != "and" or not (text.joins[at] and text.joins[first]):
        return first
    head = next((i for i in range(first, after) if not text.capital[i]), after) - 1
    if text.keys[head] not in rules.last[kind] or head == first:  # "the Senate and Council": two bodies
        return first
    start = at
    while start > 0 and text.capital[start - 1] and (start == at or text.joins[start]) and at - start < _LONGEST:
        start -= 1
    if text.keys[start] == "the":
        start += 1
    elif start == 0 or not (text.owner(start - 1) or (text.joins[start] and text.keys[start - 1] == "the")):
        return first
    if start >= at:
        return first
    heads = rules.last[ORG] | rules.last[LOC] | rules.last[MISC] | rules.titles
    words = range(start, at)
    if any(text.keys[i] in heads or text.known[i] & (Known.BODY | Known.NISBA | Known.MISC) for i in words):
        return first
    return start
