"""Mentions of one name in one article become one entity."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from service.enrich.entities.tokens import EntityMention, tokenise
from service.enrich.places.fold import fold
from service.wire.closed import EntityType, MentionField
from service.wire.event import Entity, Mention

_PART = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_LINKS = frozenset(["بن", "ابن", "ابو", "ابي", "بنت", "ال", "عبد", "bin", "ibn", "al", "el", "de", "van", "von", "der"])
_SPELLINGS = {"الاميركيه": "الامريكيه", "اميركا": "امريكا"}
_WEIGHTS = {MentionField.TITLE: 3, MentionField.TEXT: 1}
_LEAD_WEIGHT = 2
_LEAD = 400
"""A mention in the title weighs three, in the first paragraph (at most 400 characters of it) two, further on one."""
_NAMESAKES = 40
"""More fuller names than this with the same first or last part tell nothing about a short one."""

_KEPT = 20_000


class _Placed(NamedTuple):
    """A mention in its field, and its name with the article whole (للأمم المتحدة: الأمم المتحدة)."""

    field: MentionField
    mention: EntityMention
    name: str


def _place(field: MentionField, text: str, mentions: Sequence[EntityMention]) -> list[_Placed]:
    placed = []
    for mention in mentions:
        name = " ".join(mention.text.split())
        if mention.start and name.startswith("ل") and text[mention.start - 1] == "ل":
            name = "ا" + name
        placed.append(_Placed(field, mention, name))
    return placed


def _spelling(part: str) -> str:
    """Return one part of a folded name with a final ا for ه: transliterations end in either (أستانا, أستانة)."""
    part = _SPELLINGS.get(part, part)
    return part[:-1] + "ا" if part[-1] == "ه" and len(part) > 3 else part  # noqa: PLR2004 - short words have no variants


@functools.lru_cache(_KEPT)
def surface_key(name: str, kind: EntityType) -> str:
    """Return the key of a name: the same for its spelling variants, not an identity."""
    parts = _PART.findall(fold(name))
    return " ".join(map(_spelling, parts) if kind is EntityType.LOC else parts) or name


class _Group:
    """The mentions of one entity so far."""

    def __init__(self, kind: EntityType, key: str) -> None:
        self.type = kind
        self.key = key
        self.parts = key.split()
        self.placed: list[_Placed] = []

    def weight(self, lead: int) -> int:
        """Return the weighted number of mentions."""
        return sum(
            [
                _LEAD_WEIGHT if p.field is MentionField.TEXT and p.mention.start < lead else _WEIGHTS[p.field]
                for p in self.placed
            ]
        )


def _groups(placed: list[_Placed]) -> list[_Group]:
    """Put mentions of the same type and key together, in order of appearance."""
    groups: dict[tuple[EntityType, str], _Group] = {}
    for each in placed:
        kind, key = each.mention.type, surface_key(each.name, each.mention.type)
        same = groups.get((kind, key))
        if same is None:
            same = groups[kind, key] = _Group(kind, key)
        same.placed.append(each)
    return list(groups.values())


def _begins_or_ends(short: list[str], full: list[str]) -> bool:
    return len(short) < len(full) and (full[-len(short) :] == short or full[: len(short)] == short)


def _merge_persons(groups: list[_Group]) -> list[_Group]:
    """Give a shorter person's name to the one fuller name that it belongs to; where two fit it stays alone."""
    by_part: dict[str, list[_Group]] = {}
    for each in groups:
        if each.type is EntityType.PER and len(each.parts) > 1:
            for part in {each.parts[0], each.parts[-1]}:
                by_part.setdefault(part, []).append(each)
    merged = set()
    for each in sorted(groups, key=lambda g: len(g.parts)):
        fuller = _fuller(each, by_part) if each.type is EntityType.PER else None
        if fuller is not None:
            fuller.placed += each.placed
            merged.add(id(each))
    return [each for each in groups if id(each) not in merged]


def _fuller(short: _Group, by_part: dict[str, list[_Group]]) -> _Group | None:
    """Return the one fuller name that a short one is a part of; a shared family name counts before a given name."""
    for part in (short.parts[-1], short.parts[0]):
        namesakes = by_part.get(part, [])
        if part in _LINKS or len(namesakes) > _NAMESAKES:
            continue
        fitting = [g for g in namesakes if g is not short and _begins_or_ends(short.parts, g.parts)]
        family = [g for g in fitting if g.parts[-1] == part] or fitting
        longest = [g for g in family if not any(_begins_or_ends(g.parts, other.parts) for other in family)]
        if longest:
            return longest[0] if len(longest) == 1 else None
    return None


def _family_in_title(
    title: str, covered: Sequence[EntityMention], text: list[_Placed], language: str
) -> list[EntityMention]:
    """Return bare family names in the title of persons whom the text names in full: a title shows little itself."""
    families = {p.name.rpartition(" ")[2] for p in text if p.mention.type is EntityType.PER and " " in p.name}
    tokens = tokenise(title, latin=language != "ar")
    taken = {offset for mention in covered for offset in range(mention.start, mention.end)}
    return [
        EntityMention(start, end, word, EntityType.PER)
        for start, end, word in zip(tokens.starts, tokens.ends, tokens.words, strict=True)
        if word in families and len(word) > 3 and start not in taken  # noqa: PLR2004 - short words are ambiguous
    ]


def group(
    title_mentions: Sequence[EntityMention],
    text_mentions: Sequence[EntityMention],
    *,
    title: str,
    text: str,
    language: str,
) -> list[Entity]:
    """Return the entities of an article, the most prominent first.

    ``title`` and ``text`` are what the mentions' offsets point into, ``language`` the language of both. A person's
    name that begins or ends exactly one fuller name (علوش and محمد علوش) is that person. ``name`` is the fullest
    form, ``key`` its folded spelling, ``prominence`` the entity's share of all mentions, weighted by place.
    """
    placed = _place(MentionField.TEXT, text, text_mentions)
    in_title = [*title_mentions, *_family_in_title(title, title_mentions, placed, language)]
    groups = _merge_persons(_groups(_place(MentionField.TITLE, title, in_title) + placed))
    paragraph = text.find("\n", 0, _LEAD)
    lead = paragraph if paragraph > 0 else _LEAD
    weights = [each.weight(lead) for each in groups]
    total = sum(weights)
    entities = [_entity(each, weight / total) for each, weight in zip(groups, weights, strict=True)]
    return sorted(entities, key=lambda entity: -entity.prominence)


def _entity(found: _Group, prominence: float) -> Entity:
    placed = found.placed
    if len(placed) > 1:
        placed = sorted(placed, key=lambda p: (p.field is MentionField.TEXT, p.mention.start))
    return Entity(
        type=found.type,
        name=max((p.name for p in placed), key=lambda name: (name.count(" "), len(name))),
        key=found.key,
        count=len(placed),
        prominence=round(prominence, 3),
        mentions=[
            Mention(field=p.field, start=p.mention.start, end=p.mention.end, text=p.mention.text) for p in placed
        ],
    )
