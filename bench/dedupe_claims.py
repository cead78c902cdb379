"""Measure what de-duplication costs as the claims grow: time, memory, disk; or how they stay flat over a month.

usage: python bench/dedupe_claims.py [--claims 1000000] [--store rocksdb|dict]
       python bench/dedupe_claims.py --month [--a-day 4000]

The store is opened as the dedupe role opens it. The stream is drawn: texts are sets of random shingle hashes of which
some come from a common stock (phrases that many articles share), headlines are drawn from a vocabulary with few common
and many rare words; 68 % new articles, 17 % copies by others, 8 % re-crawls, 5 % new versions, 2 % columns with one
headline. Drawing a signature costs a tenth of signing a text, and decisions cannot tell the two apart.

Times are processor time of the deciding thread alone; a yardstick (a fixed loop) tells how fast the machine is.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import time
from array import array
from collections.abc import Iterator
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from msgspec.structs import replace

from service.dedupe.decide import decide
from service.dedupe.headline import KEY_VERSION, Headline
from service.dedupe.policy import DAY, Policy
from service.dedupe.signature import FIELDS, Signature, decode_signature, encode_signature
from service.dedupe.sketch import Sketch
from service.dedupe.sketching import FIGURES, SAMPLE_KEYS, SKETCH_VALUES
from service.stream.claims import PartitionClaims, open_claims
from service.wire.article import WIRE_VERSION

START = 1_760_000_000_000
STEP = 500
"""Ms between two records: a million fit into the lifetime of contents."""
SAMPLE = 5_000
RECENT = 4_000
_SHINGLES = 320
_COMMON = 12
"""Shingles of an article that come from the stock of common phrases."""
_OUTLETS = 120


class Stream:
    """An endless stream of signatures, the same for the same seed."""

    def __init__(self, seed: int, step: int = STEP) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
        self.step = step
        self.offset = 0
        letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
        self.words = ["".join(self.draw.choices(letters, k=self.draw.randint(3, 8))) for _ in range(40_000)]
        self.word_weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))
        self.stock = list(array("I", self.draw.randbytes(4 * 20_000)))
        self.stock_weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.stock))))
        self.columns = [self.headline() for _ in range(60)]
        self.recent: list[Signature] = []

    def __iter__(self) -> Iterator[Signature]:
        """Draw the next signatures."""
        while True:
            kind = self.draw.random()
            if kind < 0.68 or not self.recent:  # noqa: PLR2004 - shares as in the module's description
                signature = self.article(self.headline())
            elif kind < 0.70:  # noqa: PLR2004
                signature = self.article(self.draw.choice(self.columns))
            else:
                signature = self.repeat(self.draw.choice(self.recent), kind)
            yield self.placed(signature)

    def placed(self, signature: Signature) -> Signature:
        """Give a signature its place in the stream, and keep some for copies."""
        self.offset += 1
        signature = replace(signature, origin=("news.raw", 0, self.offset), record_time=START + self.offset * self.step)
        if len(self.recent) < RECENT:
            self.recent.append(signature)
        else:
            self.recent[self.draw.randrange(RECENT)] = signature
        return signature

    def headline(self) -> Headline:
        """Draw a headline."""
        words = self.draw.choices(self.words, cum_weights=self.word_weights, k=self.draw.randint(6, 11))
        return Headline(" ".join(words), "", "", cut=False)

    def article(self, headline: Headline) -> Signature:
        """Draw a new article."""
        common = self.draw.choices(self.stock, cum_weights=self.stock_weights, k=_COMMON)
        shingles = sorted({*array("I", self.draw.randbytes(4 * (_SHINGLES - _COMMON))), *common})
        text, keys = sketched(shingles, sorted(array("H", self.draw.randbytes(24))), self.draw.randbytes(8))
        return Signature(
            wire=WIRE_VERSION,
            key_version=KEY_VERSION,
            scope="default",
            origin=("news.raw", 0, 0),
            record_time=0,
            source=f"outlet{self.draw.randrange(_OUTLETS)}.example.com",
            url=self.draw.randbytes(16),
            guid=self.draw.randbytes(16) if self.draw.random() < 0.5 else b"",  # noqa: PLR2004 - half have one
            titled=self.draw.randbytes(16),
            content=self.draw.randbytes(16),
            reused=self.draw.randbytes(16),
            headline=headline,
            title=headline.key,
            text=text,
            keys=keys,
            part=False,
            fields=self.draw.randbytes(4 * len(FIELDS)),
            modified=None,
            published=None,
            retracted=False,
        )

    def repeat(self, old: Signature, kind: float) -> Signature:
        """Draw a re-crawl, a new version or another source's copy of an earlier article."""
        if kind < 0.78:  # noqa: PLR2004 - the same page again
            return old
        fresh = self.article(self.headline())
        if kind < 0.83:  # noqa: PLR2004 - the same page with a quarter of another text in it
            values = mixed(old.text.values, fresh.text.values, 4)
            text = old.text._replace(values=values, text_hash=fresh.text.text_hash, words=old.text.words + 40)
            return replace(old, text=text, fields=fresh.fields)
        text = old.text._replace(values=mixed(old.text.values, fresh.text.values, 20), text_hash=fresh.text.text_hash)
        return replace(fresh, text=text, keys=old.keys[:6] + fresh.keys[6:], title=old.title, headline=old.headline)


def sketched(shingles: list[int], figures: list[int], text_hash: bytes) -> tuple[Sketch, list[int]]:
    """Return the sketch of ascending 32-bit shingle hashes, packed as ``service.dedupe.sketch`` packs them."""
    upper = dict.fromkeys(value >> 16 for value in shingles[:SKETCH_VALUES])
    values = array("H", [*list(upper)[-1:], *upper]).tobytes()
    counted = array("H", [0xFFFF, *dict.fromkeys(figures[:FIGURES])]).tobytes()
    sketch = Sketch(len(shingles), len(shingles), values, counted, len(figures), text_hash[:4], text_hash)
    return sketch, shingles[:SAMPLE_KEYS]


def mixed(old: bytes, new: bytes, one_in: int) -> bytes:
    """Return a sample with one value in ``one_in`` taken from another one."""
    values = array("H", old)
    other = array("H", new)
    kept = [value for place, value in enumerate(values[1:]) if place % one_in]
    return array("H", [values[0], *sorted({*kept, *other[1 : 1 + len(values) // one_in]})]).tobytes()


class DictClaims:
    """Claims in a dictionary, to see what RocksDB costs."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.get = self.values.get

    def write(self, *groups: Any) -> None:
        """Apply writes."""
        for writes in groups:
            for key, value in writes:
                if value is None:
                    self.values.pop(key, None)
                else:
                    self.values[key] = value


def yardstick() -> float:
    """Return ms of processor time of a fixed loop of hashing and dictionaries."""

    def once() -> float:
        start, found = time.thread_time(), {}
        for number in range(20_000):
            found[blake2b(number.to_bytes(4, "big"), digest_size=8).digest()] = number
        return (time.thread_time() - start) * 1e3

    return min(once() for _ in range(3))


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def resident_mib() -> float:
    """Return the process's resident memory in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def grow(claims: Any, folder: Path, most: int) -> None:
    """Let the claims grow to ``most`` and print what a record costs on the way."""
    policy, stream = Policy(), iter(Stream(7))
    marks = [mark for mark in (1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000) if mark <= most]
    published = records = 0
    logged_records = logged_bytes = 0
    started = time.process_time()
    print(
        "claims     decide µs: median  mean   p99  write mean   disk B/claim  memory MiB  changelog rec/B a record"
        "  yardstick ms"
    )
    for mark in marks:
        costs: list[tuple[float, float]] = []
        while published < mark or len(costs) < min(SAMPLE, mark):
            # As it comes from Kafka: decoded anew, nothing of it cached anywhere.
            header = encode_signature(next(stream))
            measured = published >= mark - min(SAMPLE, mark) // 2
            before = time.thread_time_ns()
            decision = decide(decode_signature(header), claims, policy)
            middle = time.thread_time_ns()
            claims.write(decision.logged, decision.derived)
            after = time.thread_time_ns()
            if measured:
                costs.append(((middle - before) / 1e3, (after - middle) / 1e3))
            records += 1
            published += decision.verdict.status.value == "new"
            logged_records += len(decision.logged)
            logged_bytes += sum(len(key) + len(value or b"") for key, value in decision.logged)
        decided, written = [cost for cost, _ in costs], mean(cost for _, cost in costs)
        print(
            f"{published:>9}  {median(decided):>17.0f} {mean(decided):>6.0f} {quantiles(decided, n=100)[98]:>5.0f}"
            f"  {written:>10.0f}   {size_of(folder) / published:>12.0f}  {resident_mib():>10.0f}"
            f"  {logged_records / records:.2f} / {logged_bytes / records:.0f}  {yardstick():>24.1f}",
            flush=True,
        )
    print(f"{records} records, {time.process_time() - started:.0f} s of processor time with drawing and compaction")


class Log:
    """A compacted changelog: the last value of each key."""

    def __init__(self) -> None:
        self.values: dict[bytes, int] = {}
        self.size = self.tombstones = 0

    def append(self, writes: list[tuple[bytes, bytes | None]]) -> None:
        """Take writes as the compacted topic would."""
        for key, value in writes:
            self.size -= self.values.pop(key, 0)
            if value is None:
                self.tombstones += 1
            else:
                self.values[key] = len(key) + len(value)
                self.size += self.values[key]


def month(claims: Any, folder: Path, a_day: int) -> None:
    """Simulate 40 days of steady load with short lifetimes and print what is kept each day."""
    policy = Policy(content_days=2, identity_days=10, recurring_days=8)
    stream, log = iter(Stream(7, step=DAY // a_day)), Log()
    print(f"content {policy.content_days} days, identity {policy.identity_days}, {a_day} records a day")
    print("day  disk MiB  changelog records  MiB  tombstones so far  decide+write µs")
    for day in range(1, 41):
        spent = 0
        for _ in range(a_day):
            signature = next(stream)
            start = time.thread_time_ns()
            decision = decide(signature, claims, policy)
            claims.write(decision.logged, decision.derived)
            spent += time.thread_time_ns() - start
            log.append(decision.logged)
        print(
            f"{day:>3}  {size_of(folder) / 2**20:>8.1f}  {len(log.values):>17}  {log.size / 2**20:>4.1f}"
            f"  {log.tombstones:>17}  {spent / a_day / 1e3:>6.0f}",
            flush=True,
        )


def main() -> None:
    """Run one of the measurements."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--claims", type=int, default=100_000)
    arguments.add_argument("--store", choices=["rocksdb", "dict"], default="rocksdb")
    arguments.add_argument("--month", action="store_true")
    arguments.add_argument("--a-day", type=int, default=4_000)
    arguments.add_argument("--folder", type=Path, default=None)
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="khabar-claims-", dir=chosen.folder))
    try:
        claims: Any = DictClaims() if chosen.store == "dict" else PartitionClaims(open_claims(folder / "0"))
        if chosen.month:
            month(claims, folder, chosen.a_day)
        else:
            grow(claims, folder, chosen.claims)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
