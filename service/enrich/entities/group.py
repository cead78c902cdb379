"""Mentions of one name in one article become one entity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.enrich.entities.tokens import EntityMention
from service.enrich.places.fold import fold
from service.wire.closed import EntityType, MentionField
from service.wire.event import Entity, Mention

_PARTS = re.compile(r"[^\W_]+")
_LINKS = frozenset("بن ابن ابو ابي بنت ال عبد bin ibn al el de van von der the of".split())
_TITLE_WEIGHT = 3.0
_FIRST_WORDS = 400
"""A mention in the title counts three times; one in the first 400 characters (the lead) twice."""
_SUFFIXES = ("المتحده الامريكيه", "المتحده الاميركيه")

_Placed = tuple[MentionField, EntityMention]


def _spelling(part: str) -> str:
    """Return a part of a name without what transliterations vary: final ا, ه and ى, doubled letters, و for o."""
    if part.isascii():
        return part
    base = part.removeprefix("ال") if len(part) > 4 else part  # noqa: PLR2004
    base = base[:-1] + "ا" if base[-1] == "ه" and len(base) > 3 else base  # noqa: PLR2004
    return base.replace("غ", "ج").replace("اي", "ي")


def surface_key(name: str) -> str:
    """Return the key of a name: the same for spelling variants (أستانا, أستانة), not an identity."""
    return " ".join(_spelling(part) for part in _PARTS.findall(fold(name)))


class _Group:
    """The mentions of one entity so far."""

    def __init__(self, kind: EntityType, key: str) -> None:
        self.type = kind
        self.key = key
        self.parts = key.split()
        self.mentions: list[_Placed] = []


def _placed(title: Sequence[EntityMention], text: Sequence[EntityMention]) -> list[_Placed]:
    return [(MentionField.TITLE, m) for m in title] + [(MentionField.TEXT, m) for m in text]


def _groups(placed: list[_Placed]) -> list[_Group]:
    """Put mentions of the same type and key together, in order of appearance."""
    groups: dict[tuple[EntityType, str], _Group] = {}
    for field, mention in placed:
        key = surface_key(mention.text) or mention.text
        group = groups.setdefault((mention.type, key), _Group(mention.type, key))
        group.mentions.append((field, mention))
    return list(groups.values())


def _is_part(short: list[str], full: list[str]) -> bool:
    """Tell whether a shorter person's name is the end, or the beginning, of a fuller one."""
    return 0 < len(short) < len(full) and (full[-len(short) :] == short or full[: len(short)] == short)


def _merge_persons(groups: list[_Group]) -> list[_Group]:
    """Give a shorter person's name to the one fuller name that it belongs to; where two fit it stays alone."""
    by_part: dict[str, list[_Group]] = {}
    for group in groups:
        if group.type is EntityType.PER and len(group.parts) > 1:
            for part in {group.parts[0], group.parts[-1]}:
                by_part.setdefault(part, []).append(group)
    kept = []
    for group in sorted(groups, key=lambda g: -len(g.parts)):
        fuller = _fuller(group, by_part) if group.type is EntityType.PER else None
        if fuller is None:
            kept.append(group)
        else:
            fuller.mentions += group.mentions
            group.mentions = fuller.mentions  # a still shorter name that fits this one goes the same way
    return [group for group in groups if group in kept]


def _fuller(group: _Group, by_part: dict[str, list[_Group]]) -> _Group | None:
    parts = [part for part in group.parts if part not in _LINKS] or group.parts
    candidates = {id(g): g for part in {parts[0], parts[-1]} for g in by_part.get(part, ())}
    fitting = [g for g in candidates.values() if g is not group and _is_part(group.parts, g.parts)]
    family = [g for g in fitting if g.parts[-1] == group.parts[-1]] or fitting
    longest = [g for g in family if not any(_is_part(g.parts, other.parts) for other in family)]
    return longest[0] if len(longest) == 1 else None


def _prominence(group: _Group, total: float) -> float:
    return round(min(1.0, _weight(group) / total), 3)


def _weight(group: _Group) -> float:
    weight = 0.0
    for field, mention in group.mentions:
        if field is MentionField.TITLE:
            weight += _TITLE_WEIGHT
        else:
            weight += 2.0 if mention.start < _FIRST_WORDS else 1.0
    return weight


def group(
    title_mentions: Sequence[EntityMention],
    text_mentions: Sequence[EntityMention],
) -> list[Entity]:
    """Return the entities of an article, the most prominent first.

    A person's name that is the end or the beginning of exactly one fuller name (علوش of محمد علوش) is that person.
    ``name`` is the fullest form, ``key`` the folded fullest form, ``prominence`` the share of the weighted mentions
    (title three, lead two, body one).
    """
    groups = _merge_persons(_groups(_placed(title_mentions, text_mentions)))
    total = sum(_weight(g) for g in groups)
    entities = [_entity(g, total) for g in groups]
    return sorted(entities, key=lambda e: -e.prominence)


def _entity(found: _Group, total: float) -> Entity:
    order = {MentionField.TITLE: 0, MentionField.TEXT: 1}
    placed = sorted(found.mentions, key=lambda fm: (order[fm[0]], fm[1].start))
    name = max((m.text for _, m in placed), key=lambda text: (len(surface_key(text).split()), len(text)))
    return Entity(
        type=found.type,
        name=" ".join(name.split()),
        key=found.key,
        count=len(placed),
        prominence=_prominence(found, total),
        mentions=[Mention(field=f, start=m.start, end=m.end, text=m.text) for f, m in placed],
    )
