"""Training the entity models: names hidden from the lists."""

from __future__ import annotations

import subprocess
import sys

from service.enrich.entities._train import HIDDEN, HIDDEN_PARTS

SHARES = """
from service.enrich.entities._train import WHOLE, hide_names
from service.enrich.entities.lexicon import NAME, Known, lexicon
lists = lexicon("ar")
def count():
    words = [known for known in lists.words.values() if not known & Known.COUNTRY]
    countries = sum(bool(known & Known.COUNTRY) for known in lists.words.values())
    return len(lists.phrases), sum(bool(k & WHOLE) for k in words), sum(bool(k & NAME) for k in words), countries
before = count()
hide_names()
print(*(left / all for left, all in zip(count(), before)))
"""


def test_a_share_of_the_arabic_names_is_hidden_and_no_country() -> None:
    # In a process of its own: the lists stay as they are for the other tests.
    done = subprocess.run([sys.executable, "-c", SHARES], capture_output=True, text=True, check=True)
    phrases, whole, parts, countries = map(float, done.stdout.split())
    assert abs(phrases - (1 - HIDDEN)) < 0.03
    assert abs(whole - (1 - HIDDEN)) < 0.03
    assert abs(parts - (1 - HIDDEN_PARTS)) < 0.03
    assert countries == 1
