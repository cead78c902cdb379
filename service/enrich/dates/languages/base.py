"""The shape of a language module's ``LANGUAGE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What the engine must know of a language beside its data files.

    ``code`` is the primary subtag and the name of the data folder. ``locales`` are the CLDR locales whose month
    and day names are in use. ``fold`` maps a word to the spelling that the lexicon is keyed by. ``cuts`` gives
    the ways to take clitics off a word, likeliest first: characters cut, class of the clitic, folded rest; ``glued``
    the folded words from which they come off a folded rest.
    ``spellings`` gives the spellings of a lexicon entry from its class and form; ``names`` the entries for a
    name of CLDR, of a weaker class where the name is an everyday word too.

    ``is_future`` and ``is_past`` know verbs by their form. ``qualifies`` says of an ordinal and the word before
    it that they belong together; ``foretells`` of one of the ``openers`` between its neighbours that what follows is
    still to come;
    ``joins`` that a word behind a comma opens another clause, with a tense of its own.
    ``padding`` are letters that only stretch a word; ``abbreviated`` says that
    names are shortened with a full stop.
    """

    code: str
    locales: Sequence[str]
    fold: Callable[[str], str]
    cuts: Callable[[str], Iterable[tuple[int, str, str]]]
    spellings: Callable[[str, str], Iterable[str]]
    names: Callable[[str, str], Iterable[tuple[str, str]]]
    is_future: Callable[[str], bool]
    is_past: Callable[[str], bool]
    qualifies: Callable[[str, str], bool] = lambda _word, _before: False
    openers: frozenset[str] = frozenset()
    joins: Callable[[str], bool] = lambda _word: False
    foretells: Callable[[str, str, str], bool] = lambda _before, _word, _behind: False
    glued: Callable[[str], Iterable[str]] = lambda _rest: ()
    padding: str = ""
    abbreviated: bool = False
