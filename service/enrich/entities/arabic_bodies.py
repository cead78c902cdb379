"""Arabic bodies, places and works that a head noun opens: وزارة, حزب, نهر, معاهدة."""

from __future__ import annotations

from service.enrich.entities.arabic_persons import Persons
from service.enrich.entities.arabic_text import LOC, MISC, NO_NAME, ORG, Found
from service.enrich.entities.arabic_words import Word
from service.enrich.entities.lexicon import DESCRIBED_HEAD, NAME, Known
from service.enrich.entities.tokens import Gap

_BODY_WORDS = 5
MINISTRY = frozenset({"وزاره", "وزارات"})
ADJECTIVES = frozenset(
    [
        *(
            "العام",
            "العامه",
            "الخاص",
            "الخاصه",
            "الاعلي",
            "العليا",
            "المركزيه",
            "المستقل",
            "المستقله",
            "المشترك",
            "المشتركه",
        ),
        *(
            "المتحد",
            "المتحده",
            "الحر",
            "الحره",
            "الاحمر",
            "الموحد",
            "الموحده",
            "الجديد",
            "الجديده",
            "المتقدمه",
            "الدائمه",
        ),
    ]
)


class Headed(Persons):
    """The rules for names with a head noun."""

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
        if known & DESCRIBED_HEAD and word.definite:
            after = at + 1 if self.office_before(at) else self.national_after(at)
            return Found(at, word.cut, after, ORG) if after > at + 1 else None
        if word.definite:
            return None
        if known & Known.NAMED_HEAD:
            after = self.name_after(at + 1, definite=False, nisba=False)
        elif known & (Known.BODY_HEAD | Known.PARTY_HEAD):
            after = self.name_after(at + 1, definite=True, nisba=bool(known & Known.BODY_HEAD))
            if after == at + 2 and self.words[at + 1].known & Known.GENERIC and word.key not in MINISTRY:
                return None
        else:
            return None
        return Found(at, word.cut, after, ORG) if after > at + 1 else None

    def national_after(self, at: int) -> int:
        """Return the position behind the nationality of a definite body (الجيش السوري), or the one behind the head."""
        known = self.words[at].known
        after = self.nisba_after(at + 1, at)
        if after > at + 1:
            return after if known & Known.NISBA_HEAD else at + 1
        if known & Known.ADJECTIVE_HEAD and self.joined(at + 1):
            word = self.words[at + 1]
            if word.definite and not word.cut and not word.known & (Known.GRAMMAR | Known.PLACE):
                after = self.nisba_after(at + 2, at)
                return after if after > at + 2 else at + 1
        return at + 1

    def office_before(self, at: int) -> bool:
        """Tell whether a word belongs to an office before it (وزير الدفاع الأمريكي names no body)."""
        before = self.words[at - 1] if at and self.joined(at) else None
        return bool(before and before.known & Known.TITLE and not before.definite)

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
                return self.nisba_after(at + 1, head) if nisba else at + 1
            if known & Known.NISBA and word.definite:
                return self.nisba_after(at, head) if nisba else at
            whole = not word.cut or (at > start and word.cut == 1 and word.whole.startswith("وال"))
            if definite and word.definite and whole and (at == start or word.cut or self.adjective(word)):
                if known & (Known.GRAMMAR | Known.PLACE):
                    break
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

    def adjective(self, word: Word) -> bool:
        """Tell whether a definite word looks like an adjective: another noun is no part of the name any more."""
        return word.key.endswith(("ي", "يه")) or word.key in ADJECTIVES

    def proper(self, word: Word) -> bool:
        """Tell whether a word may be a part of a body's own name: unknown, foreign script or a person's name."""
        known = word.known
        if known & (Known.WORD | NO_NAME | Known.NISBA):
            return False
        return bool(known & NAME) or word.foreign or word.whole[:1].isascii()

    def place(self, at: int) -> Found | None:
        """Return a place that its head noun opens (نهر X), or one that is known only behind its class (بلدة X)."""
        word = self.words[at]
        if word.definite or not self.joined(at + 1) or self.words[at + 1].cut:
            return None
        following = self.words[at + 1]
        known = following.known
        if known & Known.PLACE_CLASS or known & Known.PLACE_HEAD:
            return None
        named = (
            known & (Known.PLACE | Known.PLACE_RARE) or (known & NAME and not known & Known.WORD) or following.foreign
        )
        phrase = self.phrase(at + 1)
        if phrase and phrase.type is LOC:
            after = phrase.after
        elif named and not known & (NO_NAME | Known.NISBA):
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
            while (
                self.joined(after) and after < at + 4 and self.proper(self.words[after]) and not self.words[after].cut
            ):
                after += 1
        return Found(at, word.cut, after, MISC) if after > at + 1 else None
