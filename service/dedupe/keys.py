"""The headline key: the public contract by which two headlines are equal."""

from __future__ import annotations

from service.dedupe.headline import KEY_VERSION, parse

__all__ = ["KEY_VERSION", "headline_key"]


def headline_key(title: str, *, source_name: str | None = None) -> str:
    """Return the key of a headline: equal keys are equal headlines; "" for a title without any word.

    Independent of vowel signs, tatweel, letter variants, digits, quotes, dashes, case, invisible marks and markup, and
    of marks such as "عاجل" or "(video)" and section names in front. ``source_name``, the source as the record declares
    it, is taken off where it stands as the first or last segment. Names of outlets that nobody declared stay in.
    At most 120 characters: a longer key ends in a hash of the whole. Keys of one ``KEY_VERSION`` compare.

    >>> headline_key("عاجل | زلزال يضرب المغرب - صحيفة المثال", source_name="صحيفة المثال")
    'زلزال يضرب المغرب'
    """
    return parse(title, source_name).key
