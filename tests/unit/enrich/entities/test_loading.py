"""Tables are loaded without a search for garbage, which goes on afterwards as it was."""

from __future__ import annotations

import gc

import pytest

from service.enrich.entities.loading import without_collection


def test_no_garbage_is_sought_inside_and_again_behind_even_after_an_error() -> None:
    assert gc.isenabled()
    with without_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no such list"), without_collection():
        raise ValueError("no such list")
    assert gc.isenabled()


def test_where_no_garbage_was_sought_before_none_is_sought_behind() -> None:
    gc.disable()
    try:
        with without_collection(), without_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
