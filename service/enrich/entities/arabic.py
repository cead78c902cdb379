"""Arabic names by lists and rules: the longest listed name first, then what surroundings show."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from service.enrich.entities.arabic_bodies import Headed
from service.enrich.entities.arabic_bounds import bounded
from service.enrich.entities.arabic_chains import chains, head_class
from service.enrich.entities.arabic_clitics import HEADED, OPENING, Clitics
from service.enrich.entities.arabic_text import LOC, MISC, ORG, PER, Found
from service.enrich.entities.arabic_words import words, written_cut
from service.enrich.entities.features import Analysis, Reading, Span, about, rule_tags
from service.enrich.entities.lexicon import BARE_HEAD, DESCRIBED_HEAD, Known, lexicon
from service.enrich.entities.tokens import JOINED, Gap, tokenise
from service.enrich.entities.word_features import Seen, arabic_words
from service.enrich.places.fold import fold_arabic

_GIVEN = Known.GIVEN | Known.GIVEN_RARE
_PERSON = _GIVEN | Known.LINK | Known.FAMOUS
_OUTSIDE = Known.TITLE | Known.NISBA
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "ول", "وب", "فل")


@functools.cache
def _beside() -> frozenset[str]:
    """Return the words for what lies beside a water or mountain, which are no part of its name."""
    return frozenset(fold_arabic(word) for word in lexicon("ar").rules["place_heads"]["beside"].split())


class Article(Headed):
    """The walk over one text."""

    def single(self, at: int) -> Found | None:
        """Return a name of one word."""
        word = self.words[at]
        known = word.known
        if known & (Known.WORD | Known.TITLE) and not (known & Known.LISTED and self.behind_preposition(at)):
            return None
        if known & Known.PLACE and self.stands_for_place(at):
            return Found(at, word.cut, at + 1, LOC)
        if known & Known.BODY and not known & (_GIVEN | Known.PLACE_RARE | Known.SURNAME):
            return Found(at, word.cut, at + 1, ORG)
        if known & (Known.MISC | Known.PERSON):
            return Found(at, word.cut, at + 1, MISC if known & Known.MISC else PER)
        if known & Known.FAMOUS and not known & (Known.GIVEN | Known.BODY):
            plain = not known & ~(Known.FAMOUS | Known.SURNAME | Known.SURNAME_RARE)
            return Found(at, word.cut, at + 1, PER) if plain or len(word.key) > 3 else None  # noqa: PLR2004
        return None

    def stands_for_place(self, at: int) -> bool:
        """Tell whether a place's name that may be an adjective (سورية) or a given name stands for the place."""
        word = self.words[at]
        known = word.known
        if known & Known.NISBA:
            return self.behind_preposition(at) or bool(word.cut and word.whole[word.cut - 1] in "بل")
        return bool(known & Known.LISTED) or not known & Known.GIVEN

    def at(self, at: int) -> Found | None:
        """Return the best name that begins at a position."""
        word = self.words[at]
        known = word.known
        best: Found | None = None
        if word.phrases:
            best = self.phrase(at)
            if best and best.type is ORG and known & (Known.BODY_HEAD | DESCRIBED_HEAD):
                best = best._replace(after=self.nisba_after(best.after, at))
        if known & HEADED:
            for flags, rule in _RULES:  # a listed name first; where there is one, no rule makes another
                if best:
                    break
                if known & flags:
                    best = rule(self, at)
        if known & _PERSON:
            after = self.person(at, titled=False)
            if after > (best.after if best else at):
                best = Found(at, word.cut, after, PER)
        return best or self.single(at)

    def walk(self) -> list[Found]:
        """Return all names, from left to right."""
        found: list[Found] = []
        behind = 0
        for at in [at for at, word in enumerate(self.words) if word.known & OPENING or word.phrases]:
            if at < behind:
                continue
            name = self.at(at)
            if name is None and self.words[at].known & Known.TITLE:
                name = self.titled(at)
                if name:
                    found += self.between(at + 1, name.first)
            if name:
                found.append(name)
                behind = max(name.after, at + 1)
        return found

    def between(self, at: int, end: int) -> list[Found]:
        """Return the names among the words of office between a title and a person."""
        found = []
        while at < end:
            name = self.at(at) if self.words[at].known or self.words[at].phrases else None
            if name and name.after <= end and name.type is not PER:
                found.append(name)
                at = name.after
            else:
                at += 1
        return found

    def settle(self, spans: list[Span]) -> list[Span]:
        """Leave titles before a person and banks before a river out, take a listed place in quotation marks for one."""
        return bounded(self, [self.settled(span) for span in spans])

    def settled(self, span: Span) -> Span:
        """Return one name as :meth:`settle` leaves it."""
        if span.type is PER:
            return span._replace(first=self.name_from(span))
        if span.type is LOC and self.bank(span):
            return span._replace(first=span.first + 1)
        if span.type is MISC and self.quoted_place(span):
            return span._replace(type=LOC)
        if span.type is LOC and self.quoted_work(span):
            return span._replace(type=MISC)
        return span

    def bank(self, span: Span) -> bool:
        """Tell whether a name begins with its bank or slope (ضفاف نهر الفرات, not ساحل العاج)."""
        follows = self.words[span.first + 1].known if span.after - span.first > 1 else 0
        return bool(follows & Known.PLACE_HEAD) and self.words[span.first].key in _beside()

    def quoted_place(self, span: Span) -> bool:
        """Tell whether a name is a listed place's in quotation marks, with no work or event announced before it."""
        if self.quoted_after(span.first) != span.after or not 0 < span.first == span.after - 1:
            return False
        known = self.words[span.first].known
        return bool(known & Known.LISTED and known & Known.PLACE) and not head_class(self.words[span.first - 1])

    def quoted_work(self, span: Span) -> bool:
        """Tell whether a name in quotation marks stands directly behind the noun of a work (فيلم "القاهرة")."""
        if not span.first or self.quoted_after(span.first) != span.after:
            return False
        return self.gaps[span.first] == Gap.QUOTE and head_class(self.words[span.first - 1]) == "m"

    def name_from(self, span: Span) -> int:
        """Return the position of the first word of a person's name that is neither title nor nationality."""
        first = span.first
        while first < span.after - 1 and self.words[first].known & _OUTSIDE and not self.words[first].known & _GIVEN:
            first += 1
        return first


_RULES: tuple[tuple[int, Callable[[Article, int], Found | None]], ...] = (
    (BARE_HEAD | DESCRIBED_HEAD, Article.body),
    (Known.PLACE_HEAD | Known.PLACE_CLASS, Article.place),
    (Known.MISC_HEAD, Article.work),
)


def see(written: Sequence[str]) -> Seen:
    """Return the model's features of words as written."""
    return arabic_words([*map(words().__getitem__, written)])


@functools.cache
def _sport() -> frozenset[str]:
    return lexicon("ar").topic("sport")


def clitics(written: str) -> int:
    """Return how many characters of a word, read alone, are clitics before a name: one that the lists know behind them.

    They know the word as a name with them too (باريس): then none.
    """
    word = words()[written]
    return word.cut if word.known & OPENING else 0


def analyse(text: str) -> Analysis:
    """Return an Arabic text with the names that the rules find in it."""
    tokens = tokenise(text)
    article = Article(tokens)
    found = _repeated(article, article.walk())
    cuts = {name.first: name.cut for name in found}
    joined = [*map(JOINED.__getitem__, tokens.gaps)]
    tags = rule_tags([(name.first, name.after, name.type) for name in found], article.size)
    clitics_of = Clitics(article, cuts)
    reading = Reading(
        tokens.words,
        tokens.breaks,
        joined,
        tags,
        chains(article),
        about(_sport(), [word.key for word in article.words]),
    )
    return Analysis(text, tokens.starts, tokens.ends, reading, see, clitics_of.cut, article.settle)


def _repeated(article: Article, found: list[Found]) -> list[Found]:
    """Add the bare family names of persons who are named in full in the same text."""
    family = set()
    for name in found:
        if name.type is PER and name.after - name.first > 1:
            last = article.words[name.after - 1]
            if not last.known & (Known.WORD | Known.NISBA | Known.PLACE) and len(last.key) > 3:  # noqa: PLR2004
                family.add(last.whole)
    if not family:
        return found
    with_clitic = {clitic + name: len(clitic) for name in family for clitic in _CLITICS}
    again = [(at, word) for at, word in enumerate(article.words) if word.whole in with_clitic]
    covered = bytearray(article.size)
    for name in found:
        covered[name.first : name.after] = b"\1" * (name.after - name.first)
    extra = []
    for at, word in again:
        if not covered[at]:
            letters = with_clitic[word.whole]
            cut = (
                letters
                if len(article.tokens.words[at]) == len(word.whole)
                else written_cut(article.tokens.words[at], letters)
            )
            extra.append(Found(at, cut, at + 1, PER))
    return sorted(found + extra)
