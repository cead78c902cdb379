"""Lines of a body that belong to the page and not to the article: counters, share bars, links, rights, prompts.

The words stand in data files, a file a language; :mod:`service.intake.furniture_lists` says what their fields mean.
"""

from __future__ import annotations

import re

from service.intake.furniture_lists import Key, Starts, key_of, lists, weekdays
from service.intake.monthnames import month_of
from service.lang.fold import words
from service.wire.closed import RemovedKind

SHORT = 200
"""Characters; a longer paragraph is never furniture, but for notices of rights at the end."""
_NOTICE = 400
_ITEM = 160
_SPECIFIC = 3
"""Words from which a beginning is so particular that the line may end like a sentence."""
_FOLLOW_WITHIN = 3
_BYLINE = 7
_BYLINE_WITHOUT_CAPITALS = 4
_FORMS = (RemovedKind.COMMENTS, RemovedKind.NEWSLETTER)
_CRUMB = 4
_TAG = 5
_LONG = 16
"""Blanks in a line that has more words than any line of a list or of the page's own words."""
_OPENING = _END = 12
"""Words at the beginning and at the end of such a line that are compared with the lists."""
_VOICE = 12
"""Words of a line in which every one is the page's own."""
_SHORT_VOICE = 7
"""Words of a line at the end in which some need not be the page's own."""
_CONTACT = 8
"""Words that a line with an address of the author's has."""
_PROMPT = 10
_STATEMENT_END = (".", "۔", '."', ".»", ".”", ":")
_SENTENCE_END = (*_STATEMENT_END[:-1], "؟", "?", "!")
_DOTS = ("...", "…")
_QUOTES = ('"', "“", "«", "'", "‘", "”")
_NUMBER_LINE = re.compile(r"[\W\d_]{1,40}$")
_TIMED = re.compile(r"\d{1,2}:\d\d|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$")
_MAIL_OR_HANDLE = re.compile(r"(?<![\w.])(?:[\w.+-]{1,64}@[\w-]{1,64}\.\w|@\w{3,40}\W{0,3}$)")
_SIGNED = re.compile(r"\w+\s{0,3}[:：/–—-]")
_PARTS = re.compile(r"[>›»|/•·←]")
_ARROW = re.compile("[>›»←]")
_INITIALS = re.compile(r"\(?\w{1,2}(?:[ .]{0,2}\w{1,2}){0,3}\s?/(?:\s?\w{1,2}[ .]?){1,4}\)?$")


def openers() -> frozenset[str]:
    """Return folded words with which first sentences begin."""
    return frozenset(lists().openers)


def kind_of(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is wherever it stands, None if it is none."""
    if len(line) > SHORT or line.startswith(_QUOTES):
        return None
    if _is_long(line) and (head := key_of(_first_words(line, _FOLLOW_WITHIN))):
        return _kind_of_long(line, head)
    key = key_of(line)
    return _kind_of_short(line, key) if key else None


def _kind_of_short(line: str, key: Key) -> RemovedKind | None:
    """Return the kind of a line that may stand in a list as a whole."""
    known = lists()
    kind = known.exact.get(key) or known.heads.get(key) or _labelled(line)
    if kind and not _is_sentence_rest(line, kind):
        return kind
    if kind := _begins(known.starts, key, line) or _ends(key, line):
        return kind
    if 1 < len(key) <= _VOICE and not _is_sentence(line) and (kind := known.voice(key)):
        return kind
    return RemovedKind.SHARE if _asks_to_follow(key, line) else _bar(line)


def _kind_of_long(line: str, head: Key) -> RemovedKind | None:
    """Return the kind of a line with too many words to stand in a list: by its first words, more where those say so.

    Most such lines are sentences of the article, so their words are not all looked up.
    """
    known = lists()
    if head[0] in known.starts or not known.verbs.isdisjoint(head):
        key = key_of(line)
        if kind := _begins(known.starts, key, line):
            return kind
        if _asks_to_follow(key, line):
            return RemovedKind.SHARE
    if not line.endswith(".") and (kind := _ends(key_of(" ".join(line.rsplit(" ", _END)[1:])), line)):
        return kind
    return _bar(line)


def edge_kind(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is at the top, at the end or beside other furniture."""
    if len(line) > SHORT or line.startswith(_QUOTES):
        return None
    if _is_long(line):
        key = key_of(_first_words(line, _OPENING))
        return _begins(lists().edge_starts, key, line) if key else None
    return _short_edge_kind(line, key_of(line))


def _short_edge_kind(line: str, key: Key) -> RemovedKind | None:
    """Return the kind at an edge of a line that may stand in a list as a whole."""
    if not key:
        return RemovedKind.NAVIGATION if _TIMED.search(line) and _NUMBER_LINE.match(line) else None
    known = lists()
    if len(key) <= _VOICE and (len(key) > 1 or not line.endswith(".")) and (kind := known.voice(key)):
        return kind
    if not line.endswith("."):
        if kind := known.edge.get(key):
            return kind
        if _is_byline(key[0], line) or _is_time(line) or _is_contact(line):
            return RemovedKind.NAVIGATION
    return _begins(known.edge_starts, key, line)


def last_kind(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line is where nothing but furniture follows."""
    if len(line) > _NOTICE:
        return None
    if kind := _marked(line):
        return kind
    long = _is_long(line)
    key = key_of(_first_words(line, _OPENING) if long else line)
    if not key:
        return None
    if not long and len(key) <= _SHORT_VOICE and not _is_sentence(line):
        return lists().voice(key, strangers=True) or _begins(lists().last, key, "")
    return _begins(lists().last, key, "")


def _is_long(line: str) -> bool:
    return line.count(" ") >= _LONG


def _first_words(line: str, count: int) -> str:
    return " ".join(line.split(" ", count)[:count])


def _marked(line: str) -> RemovedKind | None:
    """Return what kind of furniture a line at the end is by its marks alone."""
    if _NUMBER_LINE.match(line) or _INITIALS.match(line) or _ADDRESS.match(line):
        return RemovedKind.NAVIGATION
    if all(token.startswith("#") for token in line.split()):
        return RemovedKind.TAGS
    return RemovedKind.COPYRIGHT if "©" in line or "(c)" in line.lower() else None


def is_head(line: str) -> bool:
    """Say whether a line is the heading of a list of links or tags."""
    key = key_of(line)
    return key in lists().heads or (1 < len(key) <= _VOICE and lists().voice(key) is RemovedKind.RELATED)


def leads(line: str) -> bool:
    """Say whether a line announces one link below it, like "read also"."""
    known, key = lists(), key_of(line)
    listed = known.exact.get(key) or known.heads.get(key)
    return listed is RemovedKind.RELATED or (not listed and is_head(line))


def goes_on(line: str) -> bool:
    """Say whether a line below furniture is more of a form for comments or subscriptions; it may be a sentence too."""
    if len(line) > SHORT or not (key := key_of(line)):
        return False
    return any(
        kind in _FORMS and len(start) > 1 and key[: len(start)] == start
        for start, kind in lists().starts.get(key[0], ())
    )


def is_number(line: str) -> bool:
    """Say whether nothing but digits and marks is in a line."""
    return _NUMBER_LINE.match(line) is not None


def is_item(line: str, kind: RemovedKind) -> bool:
    """Say whether a line can be an entry of a list of links or tags: short, and no statement."""
    if kind is RemovedKind.TAGS and len(line.split()) > _TAG:
        return False
    return len(line) <= _ITEM and not line.endswith(_STATEMENT_END)


def _begins(index: Starts, key: Key, line: str) -> RemovedKind | None:
    for start, kind in index.get(key[0], ()):
        if key[: len(start)] == start and (len(start) >= _SPECIFIC or not line.endswith(".")):
            return kind
    return None


def _labelled(line: str) -> RemovedKind | None:
    """Return what kind of link or caption a line is by the label in front of its colon."""
    label, colon, rest = line.partition(":")
    return lists().labels.get(key_of(label)) if colon and rest.strip() and not line.endswith(_STATEMENT_END) else None


def _is_sentence_rest(line: str, kind: RemovedKind) -> bool:
    """Say whether a known line is rather the rest of a sentence ("comment.") or of a table ("previous 430.50")."""
    counted = (RemovedKind.COMMENTS, RemovedKind.SHARE, RemovedKind.COPYRIGHT)
    if line.endswith(".") and not line.endswith("..") and kind is not RemovedKind.COPYRIGHT:
        return True
    return kind not in counted and any(map(str.isdigit, line))


def _is_sentence(line: str) -> bool:
    return line.endswith(_SENTENCE_END) and not line.endswith(_DOTS)


def _ends(key: Key, line: str) -> RemovedKind | None:
    if key and not line.endswith("."):
        for end, kind in lists().ends.get(key[-1], ()):
            if key[-len(end) :] == end:
                return kind
    return None


def _asks_to_follow(key: Key, line: str) -> bool:
    """Say whether a line asks to follow the outlet on one of its channels."""
    known = lists()
    if not known.verbs.isdisjoint(key[:_FOLLOW_WITHIN]) and not known.ours.isdisjoint(key):
        return not known.channels.isdisjoint(key)
    if key[0] not in known.verbs or not 2 < len(key) <= _PROMPT or _is_sentence(line):  # noqa: PLR2004
        return False
    return not known.channels.isdisjoint(key[-2:])


def _is_byline(first: str, line: str) -> bool:
    """Say whether a line that opens like a byline is nothing but names."""
    known = lists()
    if first in known.signed:
        return _SIGNED.match(line) is not None and len(line.split()) <= _BYLINE
    if first not in known.bylines:
        return False
    names = [word for word in line.split() if known.bylines.isdisjoint(words(word)) and word != "and"]
    most = _BYLINE if any(word[0].isupper() for word in names) else _BYLINE_WITHOUT_CAPITALS
    return 0 < len(names) <= most and not any(word[0].islower() for word in names)


def _is_contact(line: str) -> bool:
    """Say whether a line is little more than an address to write to, or a name on a network."""
    return "@" in line and len(line.split()) <= _CONTACT and _MAIL_OR_HANDLE.search(line) is not None


def _is_time(line: str) -> bool:
    """Say whether a line tells a date or time and nothing else."""
    tokens = words(line)
    if len(tokens) > _PROMPT or not any(token[0].isdigit() for token in tokens):
        return False
    plain = [token for token in tokens if not token[0].isdigit()]
    return all(token in lists().times or token in weekdays() or month_of(token) is not None for token in plain)


def _bar(line: str) -> RemovedKind | None:
    """Return the kind of a line of several known parts between bars or arrows, or of a path from the home page."""
    parts = [part for part in _PARTS.split(line) if part.strip()]
    if len(parts) < 2 or any(len(part.split()) > _CRUMB for part in parts):  # noqa: PLR2004
        return None
    known = lists()
    kinds = [known.exact.get(key) or known.heads.get(key) or known.edge.get(key) for key in map(key_of, parts)]
    path = _ARROW.search(line) and not any(map(str.isdigit, line))
    if path and kinds[0] is RemovedKind.NAVIGATION and key_of(parts[0]) in known.exact:
        return RemovedKind.NAVIGATION
    return kinds[0] if all(kinds) else None
