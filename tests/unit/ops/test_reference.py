from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import ErrorReason
from service.ops.declared import Settings
from service.ops.metrics import DECLARED
from service.ops.reference import PAGES, main

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_not_stale(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_the_pages_name_everything() -> None:
    text = "".join(page() for page in PAGES.values())

    assert all(f"`KHABAR_{name.upper()}`" in text for name in Settings.model_fields)
    assert all(f"`{metric.name}`" in text for metric in DECLARED)
    assert all(f"`{reason}`" in text for reason in ErrorReason)


def test_check_tells_a_stale_page_and_writing_heals_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(tmp_path)]) == 1
    assert "metrics.md is stale" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
