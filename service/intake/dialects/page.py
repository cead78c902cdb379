"""A whole HTML page as the message."""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.page import FIELDS, read_page, settle

DIALECT = Dialect(
    name="html",
    signs={},
    fields=FIELDS,
    prepare=lambda obj: read_page(obj["html"]),
    finish=settle,
)
