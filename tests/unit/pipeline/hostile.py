"""Records as an attacker would write them, and what each may cost."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import strategies as st

from service.pipeline import Pipeline
from service.wire.record import Record
from tests.corpora.intake.producers.read import read_cases
from tests.unit.intake.raw import RECORD_TIME

SEEDS = [case.record.encode() for case in read_cases()]
"""The producers' own records, Arabic and English."""

SECONDS, SECONDS_A_BYTE = 0.1, 30e-6
MEMORY, MEMORY_A_BYTE = 2 * 1024 * 1024, 560
"""What one record may cost at most: a start, and so much for each byte of it.

The start has the 512 words in it that the network for names reads at once, for which it takes a good megabyte.
News takes 1 to 3 µs and 100 bytes a byte, most of it for the tokens that names are found in; words of one letter take
10 µs and 280 bytes, each on a line of its own 520, up to where names and dates are looked for (200 000 characters).
JSON objects take up to 36 bytes a byte, and orjson reserves (without touching) 64 more to write them.
"""


@dataclass
class Cost:
    """What a record cost: processor time in seconds, memory at its peak in bytes (0 where it was not measured)."""

    seconds: float = 0.0
    memory: int = 0


@contextmanager
def measured(*, memory: bool) -> Iterator[Cost]:
    """Measure what happens inside; memory is that of Python's allocators, and its measurement takes time itself."""
    cost = Cost()
    if memory:
        tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    started = time.process_time()
    try:
        yield cost
    finally:
        cost.seconds = time.process_time() - started
        if memory:
            cost.memory = tracemalloc.get_traced_memory()[1] - before
            tracemalloc.stop()


def run(value: bytes, pipeline: Pipeline | None = None) -> Record:
    """Send one record through the whole pipeline; it must come out as one record, and none of our own may fail."""
    pipeline = pipeline or Pipeline(clock=lambda: RECORD_TIME)
    (record,) = pipeline.process(value)
    return record


def cost_of(value: bytes) -> Cost:
    """Return what a record costs: its time the best of three where the first looks like too much."""
    with measured(memory=True) as cost:
        run(value)
    cost.seconds = float("inf")
    for _ in range(3):
        with measured(memory=False) as bare:
            run(value)
        cost.seconds = min(cost.seconds, bare.seconds)
        if cost.seconds <= SECONDS + SECONDS_A_BYTE * len(value):
            break
    return cost


def check_cost(value: bytes) -> Cost:
    """Assert that a record costs no more than it may; return what it costs."""
    cost = cost_of(value)
    assert cost.seconds <= SECONDS + SECONDS_A_BYTE * len(value), f"{cost.seconds:.2f} s for {len(value)} bytes"
    assert cost.memory <= MEMORY + MEMORY_A_BYTE * len(value), f"{cost.memory} bytes of memory for {len(value)} bytes"
    return cost


TITLE = "Rain fills the reservoirs of the valley"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE html [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def _message(**fields: object) -> bytes:
    return json.dumps({"title": TITLE, **fields}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _raw(field: bytes) -> bytes:
    """Return a record whose last field is written as it is."""
    return b'{"title": "%s", %s}' % (TITLE.encode(), field)


def _page(body: str, doctype: str = "<!DOCTYPE html>") -> bytes:
    return f"{doctype}<html><head><title>{TITLE}</title></head><body>{body}</body></html>".encode()


def _names(size: int) -> bytes:
    return b", ".join(b'"k%d": "x"' % number for number in range(size // 14))


PROSE = "The mayor of Tyre, Rana Haddad, said on Monday 2 March 2026 that rain had filled the dams. "

HOSTILE: dict[str, Callable[[int], bytes]] = {
    "prose": lambda size: _message(text=PROSE * (size // len(PROSE))),
    "brackets": lambda size: b"[" * size,
    "a field of nested lists": lambda size: _raw(b'"text": ' + b"[" * (size // 2) + b"]" * (size // 2)),
    "a field of nested objects": lambda size: _raw(b'"text": ' + b'{"name":' * (size // 9) + b"1" + b"}" * (size // 9)),
    "nested just below the limit": lambda _: _raw(b'"text": ' + b'{"name":' * 1000 + b'"x y z"' + b"}" * 1000),
    "empty lists": lambda size: _raw(b'"z": [' + b"[]," * (size // 3) + b"1]"),
    "small objects": lambda size: _raw(b'"z": [' + b'{"a":1},' * (size // 8) + b"1]"),
    "one name over and over": lambda size: _raw(b", ".join([b'"text": "some words here"'] * (size // 27))),
    "many names": lambda size: _raw(_names(size)),
    "many names of objects": lambda size: _raw(_names(size).replace(b'"x"', b'{"x":1}')),
    "long numbers": lambda size: _raw(b'"n": ' + b"9" * size),
    "numbers out of range": lambda size: _raw(b'"n": [' + b"-1e999, " * (size // 8) + b"1]"),
    "fractions": lambda size: _raw(b'"n": 0.' + b"3" * size),
    "exponents": lambda size: _raw(b'"published": 1e' + b"9" * size),
    "half surrogates": lambda size: _raw(b'"text": "' + rb"\ud83d \udc00 " * (size // 14) + b'"'),
    "surrogates in UTF-8": lambda size: _raw(b'"text": "' + b"\xed\xa0\x80" * (size // 3) + b'"'),
    "escaped NULs": lambda size: _raw(b'"text": "' + rb"a\u0000" * (size // 7) + b'"'),
    "raw NULs": lambda size: _raw(b'"text": "' + b"ab\x00cdefgh" * (size // 9) + b'"'),
    "invalid UTF-8": lambda size: _raw(b'"text": "' + b"\xff\xfe" * (size // 2) + b'"'),
    "a gzip bomb": lambda size: gzip.compress(b"0" * size * 50, mtime=0),
    "entities of entities in a page": lambda size: _page("&l9;" * (size // 4), DOCTYPE),
    "entities of entities in a text": lambda size: _message(text=DOCTYPE + "&l9;" * (size // 4)),
    "entities of entities in a field of HTML": lambda size: _message(
        html=_page("&l9;" * (size // 4), DOCTYPE).decode()
    ),
    "a file as an entity": lambda size: _page("<p>Rain &file; fell.</p>" * (size // 24), DOCTYPE),
    "numbered entities": lambda size: _message(text="&#x41;&#1114111;&#0;&#55357;" * (size // 28)),
    "ampersands": lambda size: _message(text="&" + "amp;" * (size // 4)),
    "nested elements": lambda size: _page("<div>" * (size // 5) + PROSE),
    "nested tables": lambda size: _page("<table><tr><td>" * (size // 15) + PROSE),
    "attributes": lambda size: _page("<p " + "a=b " * (size // 4) + f">{PROSE * 3}</p>"),
    "scripts never closed": lambda size: _page("<script>//" * (size // 10)),
    "comments never closed": lambda size: _page("<!--" * (size // 4)),
    "JSON-LD in JSON-LD": lambda size: _page(f'<script type="application/ld+json">{"[" * size}</script>{PROSE * 3}'),
    "tags of a text": lambda size: _message(text="<p><b>" * (size // 6) + PROSE),
    "capitals": lambda size: _message(text="Aa " * (size // 3)),
    "new names": lambda size: _message(text="".join(f"Mr Ab{n} Cd{n}, " for n in range(size // 16))),
    "dates": lambda size: _message(text="3 March 2026, " * (size // 14)),
    "Arabic dates": lambda size: _message(text="يوم الاثنين 3 آذار 2026، " * (size // 40)),
    "Arabic names": lambda size: _message(text="وزارة الدفاع الروسية ومحمد علوش في بيروت " * (size // 75)),
    "numbers": lambda size: _message(text="1 2 " * (size // 4)),
    "one word": lambda size: _message(text="a" * size),
    "one Arabic word": lambda size: _message(text="ب" * (size // 2)),
    "joined Arabic letters": lambda size: _message(text="وبال" * (size // 8)),
    "combining marks": lambda size: _message(text="a\u0301\u0323" * (size // 5)),
    "ligatures that grow": lambda size: _message(text="\ufdfa " * (size // 4)),
    "letters that fold to two": lambda size: _message(text="ßİﬃ" * (size // 7)),
    "directions": lambda size: _message(text="\u202e\u2066ab \u2069" * (size // 12)),
    "lines of one digit": lambda size: _raw(b'"text": "' + b"0\n" * (size // 2) + PROSE.encode() + b'"'),
    "line ends": lambda size: _message(text="a b\n" * (size // 4)),
    "blanks": lambda size: _message(text="rain " + " " * size + " falls"),
    "dashes": lambda size: _message(text="a - " * (size // 4)),
    "title of dashes": lambda size: _message(title="a - b " * (size // 6)),
    "authors": lambda size: _message(authors=[f"Ann Bo{n}" for n in range(size // 14)]),
    "one line of authors": lambda size: _message(author="By Ann Bo and " * (size // 14)),
    "tags": lambda size: _message(tags=[f"x{n}" for n in range(size // 8)]),
    "pictures": lambda size: _message(images=[f"http://a.example/{n}.jpg" for n in range(size // 28)]),
    "an address": lambda size: _message(url="https://a.example/" + "a/../" * (size // 5)),
    "a query": lambda size: _message(url="https://a.example/?" + "a=b&" * (size // 4)),
    "a time": lambda size: _message(published="2026-03-0" + "1" * size),
    "a language": lambda size: _message(language="en-" * (size // 3)),
    "a text file": lambda size: (PROSE * (size // len(PROSE))).encode(),
}
"""By name: a record of about so many bytes."""

PIECES = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"null", b"true", b"1e999", b"-0", b"9" * 30, b"NaN", b"\x00",
    b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", rb"\ud800", rb"\u0000", rb"\udfff", b"<", b">", b"<p>", b"</p>", b"<br>",
    b"<div>", b"<script>", b"<!--", b"]]>", b"&amp;", b"&#0;", b"&lt;p&gt;", b"&l9;", b"\n", b"\r", b" ", b"\t", b"-",
    b" - ", b" | ", b"(", b")", b"/", b"//", b".", b"...", b"http://", b"www.", b"@", b"%", b"%00", b"#", b"?", b"=",
    b"2026", b"3 March 2026", b"10:15", b"Mr ", b"Aa ", b"and ", b"the ", "و".encode(), "ال".encode(), "في ".encode(),
    "آذار ".encode(), "الاثنين ".encode(), "محمد ".encode(), "\u0640".encode(), "\u200f".encode(), "\u0301".encode(),
    "ﷺ".encode(), "٣".encode(), "😀".encode(), "\u2028".encode(), DOCTYPE.encode(),
]  # fmt: skip
MOST = 3_000


@st.composite
def attacked(draw: st.DrawFn) -> bytes:
    """Draw a producer's record after some attacks: cut, bits flipped, two records joined, a piece put in many times."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(["cut", "flip", "join", "piece", "piece", "piece", "again", "nest"]))
        if how == "cut":
            data = data[:at]
        elif how == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << draw(st.integers(0, 7))]) + data[at + 1 :]
        elif how == "join":
            other = draw(st.sampled_from(SEEDS))
            data = data[:at] + other[draw(st.integers(0, len(other))) :]
        elif how == "piece":
            piece = draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=4))
            data = data[:at] + piece * draw(st.integers(1, MOST)) + data[at:]
        elif how == "again":
            end = draw(st.integers(at, min(len(data), at + 300)))
            data = data[:at] + data[at:end] * draw(st.integers(2, 60)) + data[end:]
        elif how == "nest":
            opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}"), (b"<b>", b"</b>")]))
            depth = draw(st.integers(1, 10_000))
            data = data[:at] + opening * depth + closing * depth + data[at:]
    return data
