"""The shape of a language module's ``LANGUAGE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What the engine must know of a language beside its data files.

    ``fold`` maps a word to the spelling that the lexicon is keyed by. ``cuts`` gives the ways to take clitics
    off a word: (characters cut, class of the clitic or empty, folded rest), likeliest first. ``spellings``
    gives the spellings of a lexicon entry, from its class and form. ``locales`` are the CLDR locales whose
    month and day names are in use; ``names`` gives the entries for such a name, which may be a weaker class where
    the name is an everyday word too. ``padding`` are letters that only stretch a word. ``abbreviated`` says that
    names are shortened with a full stop, ``month_first`` how a numeric date is usually read.
    """

    code: str
    locales: Sequence[str]
    fold: Callable[[str], str]
    cuts: Callable[[str], Iterable[tuple[int, str, str]]]
    spellings: Callable[[str, str], Iterable[str]]
    names: Callable[[str, str], Iterable[tuple[str, str]]]
    is_future: Callable[[str], bool]
    is_past: Callable[[str], bool]
    padding: str = ""
    abbreviated: bool = False
    month_first: bool = False
