"""English names by lists and rules: listed names first, then what a run of capitalised words shows about itself."""

from __future__ import annotations

from collections.abc import Sequence

from service.enrich.entities.english_bodies import rejoined
from service.enrich.entities.english_groups import groups
from service.enrich.entities.english_text import LOC, MISC, ORG, PER, Text, folded
from service.enrich.entities.features import Analysis, Reading, Span, about, rule_tags
from service.enrich.entities.lexicon import NAME, Known, lexicon
from service.enrich.entities.tokens import Gap, tokenise
from service.enrich.entities.word_features import Seen, english_words, is_common
from service.wire.closed import EntityType

_PERSON_WORDS = 4
_HEADLINE_WORDS = 4
_RUN_WORDS = 40
_ABBREVIATION = range(2, 7)
_IN = frozenset({"in", "near", "at"})


class Article(Text):
    """The walk over one text."""

    # -- listed names

    def listed(self, at: int) -> Span | None:
        """Return the longest listed name that begins at a position."""
        bare, keys = self.bare, self.keys
        if at + 1 < self.size and (self.joins[at + 1] or bare[at + 1] == "&") and self.opens(at):
            longest = self.lexicon.longest[keys[at].split(" ", 1)[0]]
            last = at + 1
            while last < self.size and last - at < longest and (self.joined(last) or bare[last] == "&"):
                last += 1
            for after in range(last, at + 1, -1):
                kind = self.lexicon.phrases.get(" ".join(keys[at:after]))
                if kind and (self.capital[at] or self.capital[at + 1]) and self.capital[after - 1]:
                    return Span(at, after, kind)
        kind = self.lexicon.exact.get(bare[at]) or self.lexicon.exact.get(self.tokens.words[at] + ".")
        if kind and (bare[at] != "IS" or self.owner(at)):
            return Span(at, at + 1, kind)
        return None

    def opens(self, at: int) -> bool:
        """Tell whether a listed name begins with the word at a position and the one behind it."""
        opening = f"{self.keys[at]} {self.keys[at + 1]}"
        if opening.count(" ") > 1:  # a word with hyphens is several in the lists
            opening = " ".join(opening.split(" ", 2)[:2])
        return opening in self.lexicon.openings

    # -- runs of capitals

    def run_end(self, at: int) -> int:
        """Return the position behind the run of capitalised words at ``at``, small joining words inside it."""
        after = at + 1
        while after - at < _RUN_WORDS:
            if self.joined(after) and self.capital[after]:
                after += 1
            elif self.continues(at, after):
                after += 2 if self.capital[after + 1] else 3
            else:
                break
        return after

    def continues(self, at: int, after: int) -> bool:
        """Tell whether a small word at ``after`` carries the name on: University of X, Ministry of X and Y, A & B."""
        following = after + 1
        if not (self.joined(after) and self.joined(following)):
            return False
        word = self.keys[after]
        if word in {"al", "bin", "el", "van", "von", "de", "di", "da", "ibn", "bint"}:
            return self.capital[following] and bool(self.known[after - 1] & NAME)
        if word == "&":
            return self.capital[following]
        head = any(key in self.rules.first[ORG] for key in self.keys[at:after])
        if word in {"of", "for"} and head:
            the = self.keys[following] == "the" and self.joined(following + 1) and self.capital[following + 1]
            return self.capital[following] or the
        return word == "and" and head and "of" in self.keys[at:after] and self.capital[following]

    def split(self, at: int, after: int) -> list[Span]:
        """Return the names in one run of capitalised words."""
        rules, keys = self.rules, self.keys
        while at < after and self.starts_sentence(at) and self.known[at] & Known.GRAMMAR and not self.listed(at):
            at += 1
        whole = self.by_shape(at, after)
        if whole:
            return [whole]
        spans = []
        while at < after:
            span = self.listed(at)
            if span is None and keys[at] in rules.titles and at + 1 < after:
                at += 1
                while at < after and (keys[at] in rules.titles or self.known[at] & Known.NISBA):
                    at += 1
                if at < after:
                    span = self.person(at, after, titled=True) or self.listed(at)
            if span is None and at < after:
                span = self.person(at, after, titled=self.titled(at)) or self.single(at)
            if span:
                spans.append(span)
            at = span.after if span else at + 1
        return spans

    def by_shape(self, at: int, after: int) -> Span | None:
        """Return the whole run as a body, place or work where its first or last word says so."""
        keys, rules = self.keys, self.rules
        while at < after - 1 and keys[at] in rules.titles and keys[at] not in rules.first[LOC]:
            at += 1
        if after - at < 2:  # noqa: PLR2004 - one word shows nothing
            return None
        listed = self.listed(at)
        if listed and listed.after >= after:
            return listed
        last, first = keys[after - 1], keys[at]
        generic = all(key in rules.generic or self.known[i] & Known.GRAMMAR for i, key in enumerate(keys[at:after], at))
        for kind in (ORG, LOC, MISC):
            opens = first in rules.first[kind] and (
                kind is not ORG or keys[at + 1] in {"of", "for"} or "of" in keys[at:after]
            )
            if (last in rules.last[kind] or opens) and not generic:
                start = at
                if kind is LOC and self.known[at] & Known.NISBA:
                    return None
                return Span(start, after, kind)
        return None

    def titled(self, at: int) -> bool:
        """Tell whether a title or a verb of speech stands before or behind the run."""
        before = at > 0 and self.gaps[at] in {Gap.SPACE, Gap.INITIAL} and self.keys[at - 1]
        return bool(before) and before in self.rules.titles

    def person(self, at: int, after: int, *, titled: bool) -> Span | None:
        """Return a person's name at a position inside a run."""
        known = self.known
        if known[at] & (Known.GRAMMAR | Known.NISBA) and not titled:
            return None
        stop = at + 1
        while stop < min(after, at + _PERSON_WORDS + 1) and self.part(stop):
            stop += 1
        while stop > at + 1 and not (self.capital[stop - 1]):
            stop -= 1
        words = stop - at
        given = bool(known[at] & Known.GIVEN) and not (known[at] & Known.WORD and self.starts_sentence(at))
        place = known[at] & Known.LISTED
        last = known[stop - 1]
        surname = known[at] & Known.SURNAME and not known[at] & Known.COUNTRY
        if titled and (surname or not place) and not known[at] & Known.GRAMMAR:
            return Span(at, stop, PER)
        if words == 1 or (place and not last & Known.SURNAME):
            return None
        initials = len(self.bare[at]) <= 2 and self.bare[at].isupper() and last & NAME  # noqa: PLR2004
        spoken = (stop < self.size and self.keys[stop] in self.rules.speech) or (
            at and self.keys[at - 1] in self.rules.speech
        )
        rare = known[at] & NAME and last & (Known.SURNAME | Known.GIVEN | Known.FAMOUS) and not known[at] & Known.WORD
        if given or initials or rare or (spoken and words < _PERSON_WORDS and not known[at] & Known.WORD):
            return Span(at, stop, PER)
        return None

    def part(self, at: int) -> bool:
        """Tell whether the word at a position may continue a person's name."""
        key, known = self.keys[at], self.known[at]
        if known & (Known.GRAMMAR | Known.NISBA) or key in self.rules.never_person:
            return key in self.rules.links
        return self.bare[at].isalpha() or "'" in key or "’" in key or key in self.rules.links

    def single(self, at: int) -> Span | None:
        """Return a name of one word."""
        known = self.known[at]
        word = known & Known.WORD
        if known & Known.GRAMMAR or not self.capital[at]:
            return None
        kind: EntityType | None = None
        if known & Known.PERSON:
            kind = PER
        elif known & Known.PLACE and (known & Known.LISTED or not known & (Known.WORD | Known.GIVEN)):
            kind = LOC
        elif known & Known.BODY and not (word and self.starts_sentence(at)):
            kind = ORG
        elif known & Known.MISC:
            kind = MISC
        elif known & Known.FAMOUS and not known & (Known.WORD | Known.PLACE):
            kind = PER
        elif known & (Known.PLACE | Known.PLACE_RARE) and at and self.keys[at - 1] in _IN and not word:
            kind = LOC
        return Span(at, at + 1, kind) if kind else None

    def beside_capital(self, at: int) -> bool:
        """Tell whether another capitalised word touches: then the word belongs to some other name."""
        return self.joined(at + 1) and self.capital[at + 1] and self.keys[at + 1] not in self.rules.titles

    def walk(self) -> list[Span]:
        """Return all names, from left to right."""
        spans: list[Span] = []
        at = 0
        while at < self.size:
            if self.capital[at]:
                after = self.run_end(at)
                spans += self.split(at, after) if not self.headline(at, after) else self.in_headline(at, after)
                at = max(after, spans[-1].after if spans else 0)
            else:
                span = self.listed(at) if self.keys[at] in {"al", "bin", "de"} else None
                spans += [span] if span else []
                at = span.after if span else at + 1
        return spans

    def headline(self, at: int, after: int) -> bool:
        """Tell whether a run is long and of mixed words, as in headlines that capitalise every word."""
        return after - at > _HEADLINE_WORDS and any(
            self.known[i] & Known.GRAMMAR and self.capital[i] for i in range(at + 1, after)
        )

    def in_headline(self, at: int, after: int) -> list[Span]:
        """Return the names in a run of a headline: capitals say nothing, so words of grammar cut it into parts."""
        spans, start = [], at
        for i in range(at, after + 1):
            if i == after or self.known[i] & Known.GRAMMAR:
                if i > start:
                    spans += self.split(start, i)
                start = i + 1
        return spans

    def settle(self, spans: list[Span]) -> list[Span]:
        """Join bodies cut at a small word, leave titles out of persons' names, keep the second half of Seung-woo in."""
        settled: list[Span] = []
        for span in rejoined(self, spans):
            first, after, kind = span
            first = max(first, settled[-1].after) if settled else first
            if first == after:
                continue
            if kind is PER:
                while first < after - 1 and self.keys[first] in self.rules.outside:
                    first += 1
                if first == after - 1 and self.keys[first] in self.rules.never_alone:
                    continue
                if self.second_half(after):
                    after += 1
            settled.append(Span(first, after, kind))
        return settled

    def second_half(self, at: int) -> bool:
        """Tell whether a word is the small second half of a given name: no ordinary word, behind a hyphen."""
        small = at < self.size and self.gaps[at] == Gap.HYPHEN and not self.capital[at]
        return small and not self.known[at] & (Known.WORD | Known.GRAMMAR) and not is_common("en", self.keys[at])


def see(bare: Sequence[str]) -> Seen:
    """Return the model's features of words as written, without their 's."""
    known = lexicon("en").words
    return english_words([(word, key, known.get(key, 0)) for word in bare for key in [folded(word)]])


def analyse(text: str) -> Analysis:
    """Return an English text with the names that the rules find in it."""
    tokens = tokenise(text, latin=True)
    article = Article(tokens)
    spans = _repeated(article, article.walk())
    joined = article.joins[: article.size]
    for at, key in enumerate(article.keys[:-1], 1):
        if key in article.rules.honorifics:  # no name runs on from "Mr" or its like
            joined[at] = False
    tags, sport = rule_tags(spans, article.size), about(article.rules.sport, article.keys)
    reading = Reading(article.bare, tokens.breaks, joined, tags, groups(article), sport)
    return Analysis(text, tokens.starts, article.ends, reading, see, _nothing, article.settle)


def _nothing(_: int) -> int:
    """Return the clitics before an English word."""
    return 0


def _repeated(article: Article, spans: list[Span]) -> list[Span]:
    """Add bare family names of persons named in full, and abbreviations given in brackets behind a body's name."""
    again: dict[str, EntityType] = {}
    for span in spans:
        last = span.after - 1
        if span.type is PER and last > span.first and not article.known[last] & (Known.GRAMMAR | Known.NISBA):
            again.setdefault(article.bare[last], PER)
            first, known = article.bare[span.first], article.known[span.first]
            if not known & (Known.WORD | Known.GRAMMAR | Known.PLACE) and len(first) > 2:  # noqa: PLR2004 - no initial
                again.setdefault(first, PER)
        follower = span.after
        if span.type is ORG and follower < article.size and article.gaps[follower] == Gap.BRACKET:
            short = article.bare[follower]
            if short.isupper() and len(short) in _ABBREVIATION:
                again[short] = ORG
    named = [at for at, word in enumerate(article.bare) if word in again]
    if not named:
        return spans
    covered = bytearray(article.size)
    for span in spans:
        covered[span.first : span.after] = b"\1" * (span.after - span.first)
    extra = [
        Span(at, at + 1, kind)
        for at in named
        for kind in [again[article.bare[at]]]
        if not covered[at] and not (kind is PER and article.beside_capital(at))
    ]
    return sorted(spans + extra)
