"""Language codes: BCP 47 from whatever producers write."""

from __future__ import annotations

import functools
import re

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,4}(?:\.[A-Za-z0-9-]{1,12})?")
_NAME_LOCALES = ("en", "ar", "fr")
"""Languages in which producers write language names."""
_SCRIPT_LETTERS = 4
_ARABIC_KURDISH = {"ku": "ckb"}
"""Codes that mean another language in the Arabic script, which is the one that news in it is written in here."""


@functools.cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for locale in _NAME_LOCALES:
        for code, name in Locale.parse(locale).languages.items():
            if "_" not in code:
                found.setdefault(name.casefold(), code)
    return found


@functools.lru_cache(maxsize=2048)
def normalise_language(declared: str) -> str | None:
    """Return the BCP 47 form of a declared language, None if it names none.

    Takes tags in any case and with underscores (``ar_SA.UTF-8``), three-letter codes (``ara``) and names in English,
    Arabic or French (``arabic``, ``العربية``).

    >>> normalise_language("ar_sa"), normalise_language("eng"), normalise_language("Arabic")
    ('ar-SA', 'en', 'ar')
    """
    text = declared.strip()
    named = _names().get(text.casefold().removesuffix(" language"))
    if named:
        return named
    if not _TAG.fullmatch(text):
        return None
    first, *rest = re.split("[-_]", text.split(".")[0])
    code = _code(first.lower())
    if code is None:
        return None
    return "-".join([code, *(_part(part) for part in rest if part.lower() != "utf8")])


def primary(code: str) -> str:
    """Return the language of a BCP 47 code without script and region."""
    return code.split("-", maxsplit=1)[0]


def script(code: str) -> str | None:
    """Return the script (ISO 15924) that a language is most likely written in, by CLDR; None if unknown.

    >>> script("en"), script("ckb")
    ('Latn', 'Arab')
    """
    likely = get_global("likely_subtags").get(code)
    return str(likely).split("_")[1] if likely else None


def _code(first: str) -> str | None:
    """Return the shortest current code, None where no such language is known."""
    aliases = get_global("language_aliases").get(first)
    code = str(aliases[0] if isinstance(aliases, list) else aliases or first).split("_")[0]
    if code in ("und", "mul", "zxx", "mis"):
        return None
    try:
        known = code in Locale.parse("en").languages
    except UnknownLocaleError:  # pragma: no cover - "en" is always there
        return None
    return code if known else None


def _part(part: str) -> str:
    """Write a script or region the usual way."""
    return part.title() if len(part) == _SCRIPT_LETTERS else part.upper()
