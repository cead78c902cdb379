"""What happens to a text on its way from one outlet to another without becoming other news."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from random import Random

Change = Callable[[Random, str], str]

_TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_INVISIBLE = "\u200b\u200c\u200e\u200f\u2060"
_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_FULLWIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _after_letters(random: Random, text: str, marks: str, share: float) -> str:
    """Put one of the marks behind some Arabic letters."""
    return "".join(
        letter + (random.choice(marks) if "ء" <= letter <= "ي" and random.random() < share else "") for letter in text
    )


def _presentation(_random: Random, text: str) -> str:
    """Print Arabic letters as the shapes of old page systems."""
    return "".join(_SHAPES.get(letter, letter) for letter in text)


_SHAPES = {
    plain: chr(code)
    for code in range(0xFE80, 0xFEF5)
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and "ء" <= plain <= "ي"
}

SPELLINGS: dict[str, Change] = {
    "vowel signs": lambda random, text: _after_letters(random, text, _TASHKEEL, 0.3),
    "tatweel": lambda random, text: re.sub("(?<=[بتسشصفقكلمن])(?=[ا-ي])", lambda _: "ـ" * random.randint(0, 2), text),
    "alef": lambda _random, text: text.translate(str.maketrans("أإآ", "ااا")),
    "ya and ta marbuta": lambda _random, text: re.sub(r"ي\b", "ى", re.sub(r"ة\b", "ه", text)),
    "Arabic digits": lambda _random, text: text.translate(_INDIC),
    "Persian digits": lambda _random, text: text.translate(_PERSIAN),
    "per cent": lambda random, text: re.sub(
        r"(?<=\d) ?[%٪]", random.choice([" في المئة", " بالمائة", "٪", " %"]), text
    ),
    "quotes": lambda random, text: re.sub('["“”«»]', lambda _: random.choice('"“”«»'), text),
    "dashes": lambda random, text: re.sub(r"(?<=\s)[-–—](?=\s)", lambda _: random.choice("-–—"), text),
    "invisible marks": lambda random, text: "\u200f" + _after_letters(random, text, _INVISIBLE, 0.1) + "\u200e",
    "presentation forms": _presentation,
    "entities": lambda _random, text: html.escape(text).replace("«", "&laquo;").replace("»", "&raquo;"),
    "white space": lambda random, text: "  " + text.replace(" ", random.choice(["  ", " ", "\u00a0"])) + " \n",
    "upper case": lambda _random, text: text.upper(),
    "full width": lambda _random, text: text.translate(_FULLWIDTH),
}
"""Changes of spelling and typography, for headlines and texts."""

DRESSES: dict[str, Change] = {
    "urgent": lambda random, title: random.choice(["عاجل | ", "عاجل: ", "#عاجل ", "🔴 عاجل | ", "BREAKING: "]) + title,
    "section": lambda random, title: (
        random.choice(["محليات", "رياضة", "Business", "أخبار"]) + random.choice([" | ", ": ", " / ", " > "]) + title
    ),
    "section behind": lambda random, title: title + random.choice([" | اقتصاد", " - Politics"]),
    "media before": lambda random, title: random.choice(["بالصور.. ", "شاهد | ", "فيديو: ", "Video: "]) + title,
    "media behind": lambda random, title: title + random.choice([" (فيديو)", " [صور]", " - فيديو", " (photos)"]),
    "declared outlet": lambda random, title: title + random.choice([" - ", " | ", " – "]) + OUTLET,
    "another outlet": lambda _random, title: title + " - Port Amery Mirror",
    "cut": lambda random, title: " ".join(title.split()[: random.randint(5, 7)]) + random.choice(["…", "...", " .."]),
}
"""What outlets put around a headline, and how they cut it."""

OUTLET = "Example Post"

FRAMES: dict[str, Change] = {
    "credit": lambda random, text: (
        random.choice(["واس - الرملة: ", "Port Amery (EPA) - ", "وكالات - متابعات:\n"]) + text
    ),
    "share buttons": lambda _random, text: text + "\nشارك الخبر على واتساب تويتر فيسبوك\nاكتب رأيك",
    "copyright": lambda _random, text: text + "\n© 2025 Example Post. All rights reserved.",
    "read also": lambda _random, text: text + "\nRead also: what the harbour was like a hundred years ago",
    "snippet": lambda random, text: text[: random.randint(180, 260)].rsplit(" ", 1)[0] + "…",
}
"""What stands around the text of a copy, and how feeds cut it."""
