"""Arabic persons: given and family names in a row, joining words, titles before the name."""

from __future__ import annotations

from service.enrich.entities.arabic_text import HEADS, NO_NAME, PER, Found, Text
from service.enrich.entities.lexicon import NAME, Known

_ORDINALS = frozenset(
    ["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"]
)
_SERVANT_LINKS = frozenset({"عبد", "عبدال"})
_FAMILY_LINKS = frozenset({"بن", "ابن", "بنت", "ابو", "ابي", "ابا", "ال"})
_OPENING_LINKS = _SERVANT_LINKS | {"ابو", "ابن", "ام"}
_PERSON_WORDS = 5
_OFFICE_WORDS = 8


class Persons(Text):
    """The rules for persons."""

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
                plain = position == at or not known & Known.WORD
                sure += bool(known & (Known.GIVEN | Known.FAMOUS)) and plain
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
        is_given = known & Known.GIVEN
        steering = known & (NO_NAME | Known.NISBA_HEAD | Known.PLACE_HEAD)
        nisba = known & Known.NISBA and word.definite and (first or not given)
        other = known & (Known.PLACE | Known.BODY | Known.MISC) and (first or not given)
        if known & Known.GRAMMAR or nisba or (first and known & Known.TITLE) or ((steering or other) and not is_given):
            return False
        if not known & Known.WORD:
            return True
        if first:
            return bool(is_given) and not known & (NO_NAME | HEADS) and self.sure_after(at)
        return given and bool(known & (Known.GIVEN | Known.SURNAME)) and not known & (NO_NAME | HEADS)

    def sure_after(self, at: int) -> bool:
        """Tell whether a sure name follows: only then an ordinary word opens a name."""
        if not self.joined(at + 1):
            return False
        follower = self.words[at + 1]
        doubtful = Known.WORD | Known.PLACE | Known.NISBA
        return not follower.cut and bool(follower.known & NAME) and not follower.known & doubtful

    def linked(self, at: int, *, first: bool) -> int:
        """Return the position behind a joining word and the word that it joins (بن سلمان, عبد الله), or ``at``."""
        link = self.words[at].key
        if not self.joined(at + 1) or self.words[at + 1].cut or (first and link not in _OPENING_LINKS):
            return at
        word = self.words[at + 1]
        known = word.known
        if link in _SERVANT_LINKS:
            joins = known & Known.SERVANT or word.definite
        elif known & Known.LINK and link in _FAMILY_LINKS and word.key in _SERVANT_LINKS | _FAMILY_LINKS:
            after = at + 2  # بن عبد العزيز, بن أبي طالب
            return after + 1 if self.joined(after) and not self.words[after].cut else at
        elif link in _FAMILY_LINKS:
            joins = known & (NAME | Known.SERVANT) or not known & (Known.WORD | NO_NAME | Known.PLACE)
        else:
            joins = (known & NAME or word.foreign) and not known & (Known.WORD | NO_NAME)
        return at + 2 if joins else at

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
