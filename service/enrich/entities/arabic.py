"""Arabic names by lists and rules: longest phrase first, then bodies, persons, places by their surroundings."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from service.enrich.entities.arabic_words import Word, words, written_cut
from service.enrich.entities.lexicon import NAME, Known, Lexicon, lexicon
from service.enrich.entities.tokens import EntityMention, Gap, Tokens, tokenise
from service.wire.closed import EntityType

PER, ORG, LOC, MISC = EntityType.PER, EntityType.ORG, EntityType.LOC, EntityType.MISC

_GIVEN = Known.GIVEN | Known.GIVEN_RARE
_GRAMMAR = Known.GRAMMAR | Known.TITLE | Known.OFFICE | Known.SPEECH | Known.PLACE_BEFORE | Known.BODY_HEAD | Known.NAMED_HEAD
_HEADS = Known.BODY_HEAD | Known.PARTY_HEAD | Known.NAMED_HEAD | Known.PLACE_HEAD | Known.PLACE_CLASS | Known.MISC_HEAD
_RULED = _HEADS | Known.NISBA_HEAD | Known.TITLE | Known.LINK | NAME
_OPENING = _RULED | Known.PLACE | Known.BODY | Known.MISC | Known.PERSON
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "ول", "وب", "فل")
_ORDINALS = frozenset("الاول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split())
_PERSON_WORDS = 5
_OFFICE_WORDS = 8
_BODY_WORDS = 5


class Found(NamedTuple):
    """A mention by words: from ``first`` (``cut`` characters of it outside) up to, not with, ``after``."""

    first: int
    cut: int
    after: int
    type: EntityType


class Article:
    """One text under analysis; positions are numbers of words."""

    def __init__(self, tokens: Tokens) -> None:
        analyse = words()
        self.tokens = tokens
        self.words: list[Word] = [analyse(word) for word in tokens.words]
        self.gaps = tokens.gaps
        self.size = len(self.words)
        self.lexicon: Lexicon = lexicon("ar")

    def joined(self, at: int) -> bool:
        """Tell whether a word exists at a position and a name may run on into it."""
        return at < self.size and Gap.BREAK < self.gaps[at] < Gap.QUOTE

    def phrase(self, at: int) -> Found | None:
        """Return the longest listed name of several words that begins at a position."""
        gaps, phrases = self.gaps, self.lexicon.phrases
        for cut, key, longest in self.words[at].phrases:
            last = at + 1
            while last < self.size and last - at < longest and Gap.BREAK < gaps[last] < Gap.QUOTE:
                last += 1
            parts = [key, *(word.whole for word in self.words[at + 1 : last])]
            for count in range(len(parts), 1, -1):
                kind = phrases.get(" ".join(parts[:count]))
                if kind:
                    return Found(at, cut, at + count, kind)
        return None

    # -- bodies

    def nisba_after(self, at: int, head: int) -> int:
        """Return the position behind nationality adjectives at ``at`` that agree with the body's head noun."""
        feminine = self.words[head].key.endswith(("ه", "ات"))
        while self.joined(at):
            word = self.words[at]
            if not (word.known & Known.NISBA and word.definite and word.key.endswith("ه") is feminine):
                break
            at += 1
        return at

    def country_after(self, at: int) -> int:
        """Return the position behind a country's name at ``at``, or ``at``."""
        if not self.joined(at) or self.words[at].cut:
            return at
        phrase = self.phrase(at)
        if phrase and phrase.type is LOC:
            return phrase.after
        return at + 1 if self.words[at].known & Known.COUNTRY else at

    def body(self, at: int) -> Found | None:
        """Return a body that its head noun opens."""
        word = self.words[at]
        known = word.known
        if at + 1 < self.size and self.gaps[at + 1] == Gap.QUOTE and not word.definite:
            after = self.quoted_after(at + 1)
            return Found(at + 1, 0, after, ORG) if after > at + 1 else None
        if known & Known.NISBA_HEAD and word.definite:
            after = self.nisba_after(at + 1, at)
            return Found(at, word.cut, after, ORG) if after > at + 1 else None
        if word.definite:
            return None
        if known & Known.NAMED_HEAD:
            after = self.name_after(at + 1, definite=False)
        elif known & (Known.BODY_HEAD | Known.PARTY_HEAD):
            after = self.name_after(at + 1, definite=True, nisba=bool(known & Known.BODY_HEAD))
            if after == at + 2 and self.words[at + 1].known & Known.GENERIC:
                return None
        else:
            return None
        return Found(at, word.cut, after, ORG) if after > at + 1 else None

    def name_after(self, at: int, *, definite: bool, nisba: bool = True) -> int:
        """Return the position behind a body's own name at ``at``, or ``at`` if none stands there."""
        head = at - 1
        phrase = self.phrase(at) if self.joined(at) and not self.words[at].cut else None
        if phrase and not phrase.cut:
            return self.nisba_after(phrase.after, head) if definite and nisba else phrase.after
        place = self.country_after(at)
        if place > at:
            return place
        start, last, proper = at, min(at + _BODY_WORDS, self.size), 0
        while at < last and self.joined(at):
            word = self.words[at]
            known = word.known
            if known & (Known.PLACE | Known.BODY | Known.FAMOUS) and not word.cut and at == start:
                return self.nisba_after(at + 1, head)
            if known & Known.NISBA and word.definite:
                return self.nisba_after(at, head) if nisba else at
            conjunction = definite and at > start and word.whole.startswith("وال") and word.cut == 1
            if definite and word.definite and not known & Known.GRAMMAR and (conjunction or not word.cut) and not known & Known.PLACE:
                at += 1
                continue
            if self.proper(word) and not word.cut and proper < 3 and not (at > start and proper == 0):  # noqa: PLR2004
                proper += 1
                at += 1
                continue
            break
        if definite and at == start and self.joined(at) and not self.words[at].cut:  # وزارة خارجية كازاخستان
            country = self.country_after(at + 1)
            return country if country > at + 1 else at
        return at

    def proper(self, word: Word) -> bool:
        """Tell whether a word may be a part of a body's own name: unknown, foreign script or a person's name."""
        known = word.known
        if known & (Known.WORD | _GRAMMAR | Known.NISBA):
            return False
        return bool(known & NAME) or word.foreign or word.whole[:1].isascii()

    def quoted_after(self, at: int) -> int:
        """Return the position behind a quotation of at most four words whose first word stands at ``at``."""
        text, ends, starts = self.tokens.text, self.tokens.ends, self.tokens.starts
        for last in range(at, min(at + 4, self.size)):
            following = text[ends[last] : starts[last + 1] if last + 1 < self.size else ends[last] + 2]
            if following[:1] and following.lstrip()[:1] in set("\"'”’»“"):
                return last + 1
            if not self.joined(last + 1):
                break
        return at

    # -- persons

    def person(self, at: int, *, titled: bool) -> int:
        """Return the position behind a person's name that begins at ``at``, or ``at`` if there is none."""
        position, count, sure, rare = at, 0, 0, 0
        while count < _PERSON_WORDS and (position == at or self.joined(position)):
            word = self.words[position]
            known = word.known
            if position > at and word.cut:
                break
            if position > at and (word.key == "الدين" or (sure and word.key in _ORDINALS)):
                position += 1
                count += 1
                continue
            if known & Known.LINK:
                after = self.linked(position, first=position == at)
                if after == position:
                    break
                sure += position == at and word.key.startswith("عبد")
                position = after
                count += 1
                continue
            if known & NAME and self.name_word(position, first=position == at, given=sure > 0):
                sure += bool(known & (Known.GIVEN | Known.FAMOUS)) and not known & Known.WORD
                rare += 1
            elif not (word.foreign and self.runs_on(position, count, sure=sure > 0, titled=titled)):
                break
            position += 1
            count += 1
        if sure and count > 1:
            return position
        return position if count and titled and (count > 1 or sure or self.alone(at)) else at

    def runs_on(self, at: int, count: int, *, sure: bool, titled: bool) -> bool:
        """Tell whether an unknown word continues (or opens) a person's name of ``count`` words so far."""
        word = self.words[at]
        if count == 0:
            return titled
        if count == 1:
            return (sure or titled) and not (titled and not sure and word.whole[0] in "وفبلك")
        previous = self.words[at - 1]
        clitic = word.whole[0] in "وفبلك" or word.whole[-1] == "ا"
        return bool(sure and previous.known & Known.GIVEN and not previous.known & Known.WORD and not clitic)

    def alone(self, at: int) -> bool:
        """Tell whether one word behind a title is enough of a name."""
        word = self.words[at]
        return bool(word.known & NAME) and not word.known & Known.WORD

    def name_word(self, at: int, *, first: bool, given: bool) -> bool:
        """Tell whether a word that is some people's name is one here."""
        word = self.words[at]
        known = word.known
        if known & Known.GRAMMAR or (known & (_GRAMMAR | Known.NISBA_HEAD | Known.PLACE_HEAD) and not known & Known.GIVEN):
            return False
        if first and (known & Known.TITLE or (known & Known.NISBA and word.definite)):
            return False
        if known & Known.NISBA and word.definite and not given:
            return False
        if known & (Known.PLACE | Known.BODY | Known.MISC) and not known & Known.GIVEN and not (given and not first):
            return False
        if not known & Known.WORD:
            return True
        if first:  # an ordinary word opens a name only before a sure one
            follower = self.words[at + 1] if self.joined(at + 1) else None
            return bool(
                known & Known.GIVEN
                and not known & (_GRAMMAR | _HEADS)
                and follower
                and not follower.cut
                and follower.known & NAME
                and not follower.known & (Known.WORD | Known.PLACE | Known.NISBA)
            )
        return given and bool(known & (Known.GIVEN | Known.SURNAME)) and not known & (_GRAMMAR | _HEADS)

    def linked(self, at: int, *, first: bool) -> int:
        """Return the position behind a joining word and the word that it joins (بن سلمان, عبد الله), or ``at``."""
        link = self.words[at].key
        if not self.joined(at + 1) or self.words[at + 1].cut:
            return at
        word = self.words[at + 1]
        known = word.known
        if link in {"عبد", "عبدال"}:
            return at + 2 if known & Known.SERVANT or word.definite else at
        if first and link not in {"ابو", "ابن", "ام"}:
            return at
        if known & Known.LINK and link in {"بن", "ابن", "بنت", "دي"} and not first:
            return self.linked(at + 1, first=False)
        if link in {"بن", "بنت", "ابو", "ابي", "ابن", "ابا", "ال"}:
            plain = Known.WORD | _GRAMMAR | Known.PLACE
            return at + 2 if known & (NAME | Known.SERVANT) or not known & plain else at
        return at + 2 if (known & NAME or word.foreign) and not known & (Known.WORD | _GRAMMAR) else at

    def titled(self, at: int) -> Found | None:
        """Return the person named after a title at ``at``, offices and bodies between them passed over."""
        position = at + 1
        last = min(position + _OFFICE_WORDS, self.size)
        while position < last and self.joined(position):
            word = self.words[position]
            phrase = self.phrase(position) if word.phrases else None
            if phrase:
                position = phrase.after
                continue
            if word.known & (Known.TITLE | Known.OFFICE | Known.NISBA) or word.known & (Known.PLACE | Known.COUNTRY):
                if word.known & Known.GIVEN and self.person(position, titled=False) > position:
                    break
                position += 1
                continue
            break
        if position >= last or not self.joined(position) or self.words[position].cut:
            return None
        after = self.person(position, titled=True)
        return Found(position, 0, after, PER) if after > position else None

    # -- places and works

    def place(self, at: int) -> Found | None:
        """Return a place that its head noun opens (نهر X), or one that is known only behind its class (بلدة X)."""
        word = self.words[at]
        if word.definite or not self.joined(at + 1) or self.words[at + 1].cut:
            return None
        following = self.words[at + 1]
        known = following.known
        if known & Known.PLACE_CLASS or known & Known.PLACE_HEAD:
            return None
        named = known & (Known.PLACE | Known.PLACE_RARE) or (known & NAME and not known & Known.WORD) or following.foreign
        phrase = self.phrase(at + 1)
        if phrase and phrase.type is LOC:
            after = phrase.after
        elif named and not known & (_GRAMMAR | Known.NISBA):
            after = at + 2
        elif known & Known.GIVEN:
            after = self.person(at + 1, titled=False)
        else:
            after = at + 1
        if after == at + 1 and self.words[at].known & Known.PLACE_HEAD and self.gaps[at + 1] == Gap.QUOTE:
            after = self.quoted_after(at + 1)
        if after == at + 1:
            return None
        if self.words[at].known & Known.PLACE_HEAD:
            return Found(at, word.cut, after, LOC)
        return Found(at + 1, 0, after, LOC)

    def work(self, at: int) -> Found | None:
        """Return a named operation, treaty, storm or competition that its head noun opens."""
        word = self.words[at]
        if word.definite or at + 1 >= self.size:
            return None
        if self.gaps[at + 1] == Gap.QUOTE:
            after = self.quoted_after(at + 1)
        else:
            after = at + 1
            while self.joined(after) and after < at + 4 and self.proper(self.words[after]) and not self.words[after].cut:
                after += 1
        return Found(at, word.cut, after, MISC) if after > at + 1 else None

    # -- the walk

    def single(self, at: int) -> Found | None:
        """Return a name of one word."""
        word = self.words[at]
        known = word.known
        if known & (Known.WORD | Known.TITLE):
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
            before = self.words[at - 1] if at and self.joined(at) else None
            return bool((before and before.known & Known.PLACE_BEFORE) or (word.cut and word.whole[word.cut - 1] in "بل"))
        return bool(known & Known.LISTED) or not known & Known.GIVEN

    def at(self, at: int) -> Found | None:
        """Return the best name that begins at a position."""
        word = self.words[at]
        known = word.known
        found: list[Found | None] = []  # a listed name first; where there is one, no rule makes another
        if word.phrases:
            phrase = self.phrase(at)
            if phrase and phrase.type is ORG and known & (Known.BODY_HEAD | Known.NISBA_HEAD):
                phrase = phrase._replace(after=self.nisba_after(phrase.after, at))
            found.append(phrase)
        if known & _RULED:
            for flags, rule in _RULES:
                if known & flags and not (found and found[0]):
                    found.append(rule(self, at))
            if known & (_GIVEN | Known.LINK | Known.FAMOUS):
                after = self.person(at, titled=False)
                found.append(Found(at, word.cut, after, PER) if after > at else None)
        best = max((f for f in found if f), key=lambda f: f.after, default=None)
        return best or self.single(at)

    def walk(self) -> list[Found]:
        """Return all names, from left to right."""
        found, at = [], 0
        while at < self.size:
            word = self.words[at]
            known = word.known
            if not known & _OPENING and not word.phrases:
                at += 1
                continue
            name = self.at(at)
            if name is None and known & Known.TITLE:
                titled = self.titled(at)
                if titled:
                    found += self.between(at + 1, titled.first)
                    found.append(titled)
                    at = titled.after
                    continue
            if name is None:
                at += 1
                continue
            found.append(name)
            at = max(name.after, at + 1)
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


_RULES: tuple[tuple[int, Callable[[Article, int], Found | None]], ...] = (
    (Known.BODY_HEAD | Known.PARTY_HEAD | Known.NAMED_HEAD | Known.NISBA_HEAD, Article.body),
    (Known.PLACE_HEAD | Known.PLACE_CLASS, Article.place),
    (Known.MISC_HEAD, Article.work),
)


def find(text: str) -> list[EntityMention]:
    """Return the names of an Arabic text, in order."""
    tokens = tokenise(text)
    article = Article(tokens)
    found = article.walk()
    found = _repeated(article, found)
    starts, ends = tokens.starts, tokens.ends
    return [
        EntityMention(start, end, text[start:end], name.type)
        for name in found
        for start, end in [(starts[name.first] + name.cut, ends[name.after - 1])]
    ]


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
    covered = bytearray(article.size)
    for name in found:
        covered[name.first : name.after] = b"\1" * (name.after - name.first)
    extra = []
    with_clitic = {clitic + name: len(clitic) for name in family for clitic in _CLITICS}
    for at, word in enumerate(article.words):
        if word.whole in with_clitic and not covered[at]:
            letters = with_clitic[word.whole]
            cut = letters if len(article.tokens.words[at]) == len(word.whole) else written_cut(article.tokens.words[at], letters)
            extra.append(Found(at, cut, at + 1, PER))
    return sorted(found + extra)


