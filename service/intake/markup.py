"""HTML fragments in text fields."""

from __future__ import annotations

import re

from resiliparse.extract.html2text import extract_plain_text

from service.intake.tame import tamed

_MARKUP = re.compile(
    r"</(?:p|div|a|span|strong|b|em|i|ul|ol|li|h[1-6]|blockquote|figure|article|section|td)>|<(?:p|br|img|div|hr)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_SKIPPED = ["script", "style", "noscript", "iframe", "form", "button", "figcaption", "select", "svg", "template"]


def is_markup(text: str) -> bool:
    """Say whether a text is a fragment of HTML."""
    return "<" in text and _MARKUP.search(text) is not None


def to_text(fragment: str) -> str:
    """Return the visible text of a fragment, blocks separated by empty lines."""
    return extract_plain_text(tamed(fragment), list_bullets=False, alt_texts=False, skip_elements=_SKIPPED)
