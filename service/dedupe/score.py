"""How well a labelled stream was told apart: the measures of ``khabar dedupe score`` and of the quality tests.

A label names the cluster of a record and the statuses that are right for it. The first record of a cluster begins an
article; every other one should be attached to it. What a record was attached to is judged by the label of the record
that began the article in question.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from service.wire.closed import Status

REFUSED = "dead letter"
"""In place of a status: the record never came to de-duplication."""

_Z95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


class Label(NamedTuple):
    """What a record is."""

    cluster: str
    expected: tuple[str, ...]
    """Statuses that are right; one alone demands it."""
    kind: str = ""
    language: str = ""


class Found(NamedTuple):
    """What was said about a record."""

    status: str
    """A status, or :data:`REFUSED`."""
    article: str
    """Id of the article that the record became or was attached to (``dedupe.cluster_id``)."""


class Counts(NamedTuple):
    """How often what happened. Shares are None where there is nothing to have a share of."""

    records: int = 0
    begun: int = 0
    """Records that begin an article."""
    suppressed: int = 0
    """The begun ones that were taken for duplicates: articles that a reader loses."""
    misattached: int = 0
    """The begun ones that were taken for versions of another article, which they overwrite."""
    repeated: int = 0
    """Records that belong to an article that was begun before."""
    attached: int = 0
    """The repeated ones that were attached to their article."""
    wrong_links: int = 0
    """The repeated ones that were attached to another article."""
    told: int = 0
    """The attached ones whose status was right too."""
    updates: int = 0
    """Records that must be updates."""
    updates_told: int = 0
    updates_lost: int = 0
    """Updates that were taken for duplicates."""
    copies: int = 0
    """Records that must be duplicates."""
    false_updates: int = 0
    """Copies that were taken for updates."""
    refused: int = 0

    @property
    def false_merges(self) -> int:
        """Distinct articles that were not published as such."""
        return self.suppressed + self.misattached

    @property
    def precision(self) -> float | None:
        """The share of the attached records that were attached rightly."""
        return _share(self.attached, self.attached + self.false_merges + self.wrong_links)

    @property
    def recall(self) -> float | None:
        """The share of the repeated records that were attached rightly."""
        return _share(self.attached, self.repeated)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        wrong = self.false_merges + self.wrong_links
        return _share(2 * self.attached, self.attached + wrong + self.repeated)

    @property
    def false_merge_share(self) -> float | None:
        """False merges among the begun articles."""
        return _share(self.false_merges, self.begun)

    @property
    def false_merge_upper(self) -> float | None:
        """Upper bound of that share: Wilson's 95 % score interval."""
        if not self.begun:
            return None
        count, share, square = self.begun, self.false_merges / self.begun, _Z95 * _Z95
        spread = _Z95 * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
        return (share + square / (2 * count) + spread) / (1 + square / count)

    @property
    def update_accuracy(self) -> float | None:
        """The share of the updates that were told as updates of their article."""
        return _share(self.updates_told, self.updates)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class Score(NamedTuple):
    """The measures of a whole stream."""

    all: Counts
    by_language: dict[str, Counts]
    by_kind: dict[str, Counts]
    b_cubed: float | None
    """F1 of B-cubed precision and recall over the clusters (Bagga and Baldwin 1998)."""
    adjusted_rand: float | None
    """Adjusted Rand index of the clusters (Hubert and Arabie 1985)."""
    wrong: list[tuple[int, str]]
    """Places (from 0) of the records that were told wrong, each with a word for it."""


def score(labels: Sequence[Label], found: Sequence[Found]) -> Score:
    """Compare what was said about the records of a stream, in order, with their labels; the two are equally long."""
    begun: dict[str, str] = {}
    seen: set[str] = set()
    tallies: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: list[tuple[int, str]] = []
    for place, (label, said) in enumerate(zip(labels, found, strict=True)):
        took = begun.get(said.article) if said.status not in (Status.NEW, REFUSED) else None
        events = _events(label, said, took, first=label.cluster not in seen)
        seen.add(label.cluster)
        if said.status != REFUSED:
            begun.setdefault(said.article, label.cluster)
        word = next((event for event in _WRONG if event in events), None)
        if word:
            wrong.append((place, word.replace("_", " ")))
        for group in (("all", ""), ("language", label.language), ("kind", label.kind)):
            tallies[group].update(events)
    clusters = [label.cluster for label in labels]
    articles = [said.article if said.status != REFUSED else f"{REFUSED} {n}" for n, said in enumerate(found)]
    grouped = {group: Counts(**{name: tally[name] for name in Counts._fields}) for group, tally in tallies.items()}
    return Score(
        all=grouped.get(("all", ""), Counts()),
        by_language=_of(grouped, "language"),
        by_kind=_of(grouped, "kind"),
        b_cubed=_b_cubed(clusters, articles),
        adjusted_rand=_adjusted_rand(clusters, articles),
        wrong=wrong,
    )


_WRONG = ("refused", "suppressed", "misattached", "wrong_links", "missed", "updates_lost", "false_updates", "mistold")
"""What can be wrong with a record, worst first."""


def _events(label: Label, said: Found, took: str | None, *, first: bool) -> set[str]:
    """Return all that is to be counted about one record; ``took`` is the cluster of the article that took it."""
    events = {"records"}
    if said.status == REFUSED:
        events.add("refused")
    if first:
        events.add("begun")
        if took is not None:
            events.add("suppressed" if said.status == Status.DUPLICATE else "misattached")
        return events
    right = took == label.cluster
    events.add("repeated")
    if right:
        events |= {"attached", "told" if said.status in label.expected else "mistold"}
    else:
        events.add("missed" if took is None else "wrong_links")
    return events | _demanded(label, said, right=right)


def _demanded(label: Label, said: Found, *, right: bool) -> set[str]:
    """Return what is to be counted where a label leaves one status only."""
    events = set()
    if label.expected == (Status.UPDATED,):
        events.add("updates")
        if right and said.status == Status.UPDATED:
            events.add("updates_told")
        elif said.status == Status.DUPLICATE:
            events.add("updates_lost")
    if label.expected == (Status.DUPLICATE,):
        events.add("copies")
        if said.status == Status.UPDATED:
            events.add("false_updates")
    return events


def _of(grouped: dict[tuple[str, str], Counts], what: str) -> dict[str, Counts]:
    return {name: counts for (group, name), counts in sorted(grouped.items()) if group == what and name}


def _pairs(sizes: Iterable[int]) -> int:
    """Return the number of pairs inside groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def _b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float | None:
    """Return the B-cubed F1 of two groupings of the same records."""
    if not gold:
        return None
    both, one, two = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(count * count / two[other] for (_, other), count in both.items()) / len(gold)
    recall = sum(count * count / one[group] for (group, _), count in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def _adjusted_rand(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float | None:
    """Return the adjusted Rand index of two groupings of the same records; 1 where only one is possible."""
    all_pairs = _pairs([len(gold)])
    if not all_pairs:
        return None
    both = _pairs(Counter(zip(gold, found, strict=True)).values())
    one, two = _pairs(Counter(gold).values()), _pairs(Counter(found).values())
    expected, most = one * two / all_pairs, (one + two) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
