"""Rows of features by hash: parts of words meet the names that training wrote out, what is no feature meets none."""

from __future__ import annotations

import numpy as np
import pytest

from service.enrich.entities import tagger
from service.enrich.entities.hashed import Names, Parts, Table
from service.enrich.entities.word_features import NOTHING


def table_of(names: list[str]) -> tuple[Table, list[int]]:
    """Return the table of some names and the rows that it gives them."""
    hashes = Names("\n".join(names).encode()).hashes(np.arange(len(names)))
    table = Table(np.unique(hashes))
    return table, table.find(hashes).tolist()


def test_every_part_of_a_word_is_found_by_its_name() -> None:
    words, shapes = ["Łódź", "رام", "a", "", "𐎀𐎁𐎂x"], ["X", "a", "x", "", "M"]
    parts = Parts([(("k", 0), ("p", 2), ("X", -3)), (("h", 0),)])
    names = [[f"k{w}" for w in words], [f"p{w[:2]}" for w in words], [f"X{w[-3:]}" for w in words]]
    names.append([f"h{shape}" for shape in shapes])
    known = sorted({name for row in names for name in row} - {"kرام", "h"})
    table, rows = table_of(known)
    assert sorted(rows) == [*range(1, len(known) + 1)]
    number = dict(zip(known, rows, strict=True))
    found = table.find(parts.hashes([words, shapes])).tolist()
    assert found == [[number.get(name, 0) for name in row] for row in names]


def test_a_word_without_features_meets_none() -> None:
    table, _ = table_of(["k", "p", "X", "k\0", "c"])
    assert not table.find(Parts([(("k", 0), ("p", 2), ("X", -3))]).hashes([[NOTHING]])).any()


def test_an_empty_table_and_no_words() -> None:
    parts = Parts([(("k", 0),), (("h", 0),)])
    assert Table(np.empty(0, np.uint64)).find(parts.hashes([["a"], ["x"]])).tolist() == [[0], [0]]
    assert parts.hashes([[], []]).shape == (2, 0)


def test_names_are_hashed_alike_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names("0kOslo\n#g3\n-wRome\n+x\n<gنهر".encode())
    assert names.opening("0-+<").tolist() == [0, 2, 3, 4]
    assert names.texts(names.opening("#"), 1) == ["g3"]
    at_once = names.hashes(np.arange(5), 1)
    monkeypatch.setattr("service.enrich.entities.hashed._TOGETHER", 2)
    assert names.hashes(np.arange(5), 1).tolist() == at_once.tolist()
    assert at_once[0] == Names(b"kOslo").hashes(np.arange(1))[0]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_two_of_the_shipped_features_share_a_hash(language: str) -> None:
    path = tagger.__file__.replace("tagger.py", f"data/{language}/model.npz")
    with np.load(path) as arrays:
        names = Names(arrays["keys"])
    assert len(np.unique(names.hashes(np.arange(len(names))))) == len(names) > 50_000
