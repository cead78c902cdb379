"""Arabic names that the lists are surer of than the model: places behind a class, two names with و, ministries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.enrich.entities.arabic_bodies import MINISTRY, Headed
from service.enrich.entities.arabic_text import LOC, ORG, PER, Text
from service.enrich.entities.features import Span
from service.enrich.entities.lexicon import NAME, Known
from service.enrich.places.fold import fold_arabic
from service.wire.closed import EntityType

_PLACE = Known.PLACE | Known.PLACE_RARE
_BODY = Known.BODY | Known.SHORT
_BIRTH = fold_arabic("مسقط"), fold_arabic("رأس")


def bounded(text: Headed, spans: Sequence[Span]) -> list[Span]:
    """Return the names of a text, classes before places and nouns behind ministries outside, two listed names apart."""
    return [part for span in spans if not _birthplace(text, span) for part in _parts(text, span)]


def _birthplace(text: Headed, span: Span) -> bool:
    """Tell whether a name is the first word of مسقط رأس, which says where somebody was born, and not Muscat."""
    size = len(text.words)
    return (
        span.after == span.first + 1 < size
        and text.words[span.first].key == _BIRTH[0]
        and text.words[span.after].key.startswith(_BIRTH[1])
    )


def _parts(text: Headed, span: Span) -> Iterator[Span]:
    if span.type is LOC and span.after - span.first > 1 and _class_before(text, span):
        span = span._replace(first=span.first + 1)
    if span.type is ORG and text.words[span.first].key in MINISTRY:
        span = span._replace(after=_ministry_after(text, span))
    for at in range(span.first + 1, span.after):
        if _two_names(text, span, at):
            yield span._replace(after=at)
            yield span._replace(first=at)
            return
    yield span


def _listed(text: Text, first: int, after: int) -> EntityType | None:
    """Return the type of a listed name that stands exactly at some words."""
    word = text.words[first]
    if after - first == 1:
        return ORG if word.known & _BODY else LOC if word.known & _PLACE else None
    found = text.phrase(first)
    return found.type if found and found.after == after else None


def _class_before(text: Text, span: Span) -> bool:
    """Tell whether a place's name begins with its class (مدينة طشقند) and a place is left without it."""
    word = text.words[span.first]
    if not word.known & Known.PLACE_CLASS or word.definite or _listed(text, span.first, span.after):
        return False
    return _listed(text, span.first + 1, span.after) is LOC


def _ministry_after(text: Headed, span: Span) -> int:
    """Return the position behind a ministry, before an ordinary noun with the article (وزارة الداخلية السماح بالسفر).

    In the train texts eight of eight such nouns behind the name as the rules bound it are none of it.
    """
    name = text.body(span.first)
    if not name or not span.first + 1 < name.after < span.after:
        return span.after
    word = text.words[name.after]
    noun = word.definite and not word.cut and not text.adjective(word) and (not word.known or word.known & Known.WORD)
    return name.after if noun else span.after


def _two_names(text: Text, span: Span, at: int) -> bool:
    """Tell whether و joins two listed names of one type (كاظمة والقادسية), or a person and a person's known name.

    On the quarter of the train texts held out seven of eight such persons are two.
    """
    word = text.words[at]
    if not word.whole.startswith("و") or word.cut != 1:
        return False
    if span.type is PER:
        return bool(word.known & NAME)
    if _listed(text, span.first, span.after):
        return False
    return _listed(text, span.first, at) is _listed(text, at, span.after) is span.type
