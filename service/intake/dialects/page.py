"""A whole HTML page as the message."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Obj
from service.intake.page import FIELDS, read_page, settle
from service.intake.urls import canonical_url, is_root
from service.intake.values import web_address


def _read(obj: Obj) -> Obj:
    """Read the page; an address of the front page is a template's mistake where another one is stated."""
    page = read_page(obj["html"])
    stated = (page.get("canonical"), page.get("og:url"), page["linked"].get("url"))
    if any((address := web_address(one)) and not _is_front(address) for one in stated):
        for name in ("canonical", "og:url"):
            if _is_front(page.get(name)):
                page[name] = None
    return page


def _is_front(address: str | None) -> bool:
    return bool(address) and is_root(canonical_url(address or ""))


DIALECT = Dialect(
    name="html",
    signs={},
    fields={name: paths for name, paths in FIELDS.items() if name != "canonical"},  # it is the only address
    prepare=_read,
    finish=settle,
)
