"""An English text under analysis: its words, and what the lists know of them. Kept by written word."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import NamedTuple

from service.enrich.entities.lexicon import Known, Lexicon, lexicon
from service.enrich.entities.tokens import JOINED, Gap, Tokens
from service.enrich.places.fold import fold_latin
from service.wire.closed import EntityType

PER, ORG, LOC, MISC = EntityType.PER, EntityType.ORG, EntityType.LOC, EntityType.MISC
_POSSESSIVE = ("'s", "’s")
_KEPT = 60_000
_LONGEST = 40


class Rules:
    """The rule words of data/en/rules.toml as sets."""

    def __init__(self, table: Lexicon) -> None:
        rules = table.rules
        self.titles = frozenset(rules["titles"].split())
        self.honorifics = frozenset(rules["honorifics"].split())
        self.speech = frozenset(rules["speech"].split())
        self.links = frozenset(rules["name_links"].split())
        self.suffixes = frozenset(rules["suffixes"].split())
        self.last = {kind: frozenset(rules[kind.lower()]["last"].split()) for kind in (ORG, LOC, MISC)}
        self.first = {kind: frozenset(rules[kind.lower()]["first"].split()) for kind in (ORG, LOC, MISC)}
        self.never_person = self.titles.union(*self.last.values())
        self.outside = frozenset(rules["outside"].split())
        self.never_alone = frozenset(rules["never_alone"].split())
        self.dotted = frozenset(rules["dotted"].split())
        self.owned = (self.last[ORG] | self.last[LOC] | self.last[MISC]) - frozenset(rules["never_owned"].split())
        self.owners = frozenset(rules["owners"].split())
        self.sport = table.topic("sport")
        self.generic = frozenset(rules["org"]["generic"].split())
        self.of = frozenset(rules["org"]["of"].split())
        self.of_purpose = frozenset(rules["org"]["for"].split())


@functools.cache
def rule_words() -> Rules:
    """Return the rule words."""
    return Rules(lexicon("en"))


class Word(NamedTuple):
    """A word as written: without its 's, folded, what the lists know, whether a capital begins it and 's ends it."""

    bare: str
    key: str
    known: int
    capital: bool
    owner: bool


class Words(dict[str, Word]):
    """Analyses by written word, made when they are asked for and kept."""

    def __missing__(self, written: str) -> Word:
        known = lexicon("en").words
        # Some names are written with it: Sotheby's, McDonald's.
        owner = written.endswith(_POSSESSIVE) and not known.get(folded(written), 0) & Known.BODY
        bare = written[:-2] if owner else written
        key = folded(bare)
        word = Word(bare, key, known.get(key, 0), bare[:1].isupper(), owner)
        if len(self) >= _KEPT:
            self.clear()
        if len(written) <= _LONGEST:
            self[written] = word
        return word


words = functools.cache(Words)


class Text:
    """One text under analysis; positions are numbers of words."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.lexicon = lexicon("en")
        self.rules = rule_words()
        self.gaps = tokens.gaps
        self.size = len(tokens.words)
        found = map(words().__getitem__, tokens.words)
        self.bare: Sequence[str]
        self.keys: Sequence[str]
        self.known: Sequence[int]
        self.capital: Sequence[bool]
        owner: Sequence[bool]
        self.bare, self.keys, self.known, self.capital, owner = zip(*found, strict=True) if self.size else [()] * 5
        self.ends = [*tokens.ends]
        self.joins = [*map(JOINED.__getitem__, tokens.gaps), False, False]
        for at in itertools.compress(range(self.size), owner):
            if not self._part_of_name(at):
                self.ends[at] -= 2
                self.joins[at + 1] = self._owned(at + 1)
        for at in range(1, self.size):
            if self.gaps[at] == Gap.BREAK and self._plural_owner(at):
                self.joins[at] = True
        for at, key in enumerate(self.keys):
            if key in self.rules.dotted and self.capital[at] and tokens.text.startswith(".", tokens.ends[at]):
                self.ends[at] += 1

    def _plural_owner(self, at: int) -> bool:
        """Tell whether only an apostrophe parts members from what is theirs: Workers' Party, Bishops' Conference."""
        owner = self.keys[at - 1] in self.rules.owners
        if not (owner or self.keys[at] in self.rules.last[ORG]) or not self.capital[at] or not self.capital[at - 1]:
            return False
        between = self.tokens.text[self.tokens.ends[at - 1] : self.tokens.starts[at]]
        return between in {"' ", "’ "} and self.keys[at - 1].endswith("s")

    def _part_of_name(self, at: int) -> bool:
        """Tell whether 's belongs to the name: St Luke's, and listed names that are written with it (Cox's Bazar)."""
        whole, before = folded(self.tokens.words[at]), self.keys[at - 1] if at and self.joins[at] else ""
        following = self.keys[at + 1] if self.joins[at + 1] else ""
        phrases, openings = self.lexicon.phrases, self.lexicon.openings
        if f"{whole} {following}" in openings or f"{before} {whole}" in phrases:
            return True
        return before == "st" and f"st {self.keys[at]}" not in phrases

    def _owned(self, at: int) -> bool:
        """Tell whether a word behind 's may still be of the name: St Mary's Hospital, Children's Health Defense."""
        if not self.joins[at]:
            return False
        if self.keys[at - 1] in self.rules.owners and self.capital[at - 1] and self.capital[at]:
            return True
        near = range(at, min(at + 2, self.size))
        return any(self.capital[i] and self.keys[i] in self.rules.owned for i in near)

    def joined(self, at: int) -> bool:
        """Tell whether a name may run on into the word at a position, at most one behind the last but one."""
        return self.joins[at]

    def owner(self, at: int) -> bool:
        """Tell whether a word is written with 's."""
        return self.ends[at] < self.tokens.ends[at]

    def starts_sentence(self, at: int) -> bool:
        """Tell whether a capital at a position says nothing, because a sentence, line or quotation begins."""
        return at == 0 or (self.gaps[at] in {Gap.BREAK, Gap.QUOTE, Gap.BRACKET} and not self.after_comma(at))

    def after_comma(self, at: int) -> bool:
        """Tell whether only a comma stands before the word."""
        return self.tokens.text[self.tokens.ends[at - 1] : self.tokens.starts[at]] in {", ", " , ", "; "}


def folded(bare: str) -> str:
    """Return the key of a word in the lists; what is too long is no word."""
    return fold_latin(bare) if len(bare) < _LONGEST else ""
