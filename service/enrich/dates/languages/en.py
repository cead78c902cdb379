"""English."""

from __future__ import annotations

from collections.abc import Iterable

from service.enrich.dates.languages.base import Language


def _fold(word: str) -> str:
    return word.lower()


def _cuts(word: str) -> Iterable[tuple[int, str, str]]:
    del word
    return ()


def _spellings(kind: str, form: str) -> Iterable[str]:
    del kind
    return (form,)


_EVERYDAY = frozenset(["mar", "aug", "jan", "dec", "sat", "wed", "mon", "sep"])
_FIRST_NAMES = frozenset({"march", "april", "may", "june", "august"})


def _names(kind: str, form: str) -> Iterable[tuple[str, str]]:
    """Names that are everyday words are weak without a capital; those that are names too need company with one."""
    if kind == "weekday" and len(form) > 3:  # noqa: PLR2004 - Sunday, not Sun
        yield "weekdays", form + "s"
    if form.lower() in _FIRST_NAMES:
        yield "cap_month", "^" + form
        yield "weak_month", form
    elif form == "Sun":
        yield "cap_weekday", "^" + form
        yield "weak_weekday", form
    elif form.lower() in _EVERYDAY:
        yield kind, "^" + form
        yield "weak_" + kind, form
    else:
        yield kind, form


def _is_past(word: str) -> bool:
    """Say whether a word has the ending of the past tense."""
    return len(word) > 3 and word.endswith("ed") and not word.endswith("eed") and word.lower() not in _NOT_PAST  # noqa: PLR2004 - red


_NOT_PAST = frozenset({"united", "hundred", "sacred", "naked", "shed", "sled", "embed", "biped"})
_PLANNED = frozenset(
    [
        "vote",
        "meet",
        "visit",
        "hold",
        "open",
        "close",
        "play",
        "face",
        "host",
        "begin",
        "start",
        "resume",
        "announce",
        "release",
        "launch",
        "sign",
        "travel",
        "address",
        "decide",
        "raise",
        "cut",
        "hear",
        "rule",
        "speak",
        "return",
        "arrive",
        "leave",
        "expire",
        "discuss",
        "debate",
        "unveil",
        "publish",
        "report",
        "strike",
        "appear",
        "lift",
        "reopen",
        "convene",
    ],
)
_SET = frozenset({"to", "for", "on"})
_ARE = frozenset({"is", "are", "was", "were"})
_AGREED = frozenset({"agreed", "expected", "scheduled", "slated", "planned", "supposed", "poised"})


def _foretells(before: str, word: str, behind: str) -> bool:
    """Say whether something planned opens here: "to" and a verb of programmes, where no past verb governs it."""
    if word == "set":
        return behind in _SET
    if before == "about":
        return False
    if before in _ARE:
        return True
    # Senate to vote: a headline. Elsewhere a verb governs it (recovered to close).
    return behind in _PLANNED and (before in _AGREED or before[:1].isupper())


LANGUAGE = Language(
    code="en",
    locales=("en",),
    fold=_fold,
    cuts=_cuts,
    spellings=_spellings,
    names=_names,
    is_future=lambda _: False,
    is_past=_is_past,
    openers=frozenset({"to", "set"}),
    foretells=_foretells,
    joins=lambda word: word in {"and", "but"},
    abbreviated=True,
)
