"""The internal value: its version is checked."""

from __future__ import annotations

import msgspec
import pytest

from service.errors import DeliveryFault
from service.wire.article import WIRE_VERSION, Article, decode_article, encode_article
from service.wire.event import Provenance

ARTICLE = Article(
    title="Council votes",
    provenance=Provenance(dialect="text", topic="t", partition=0, offset=1, record_time=5, pipeline_version="1"),
)


@pytest.mark.parametrize("version", [WIRE_VERSION, WIRE_VERSION - 1])
def test_this_version_and_the_one_before_are_read(version: int) -> None:
    article = msgspec.structs.replace(ARTICLE, wire=version)

    assert decode_article(encode_article(article)) == article


@pytest.mark.parametrize("version", [WIRE_VERSION + 1, WIRE_VERSION - 2])
def test_other_versions_are_refused_with_the_order_of_upgrade(version: int) -> None:
    with pytest.raises(DeliveryFault, match="upgrade enrich first"):
        decode_article(encode_article(msgspec.structs.replace(ARTICLE, wire=version)))


def test_other_bytes_are_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_article(b"\x00")
