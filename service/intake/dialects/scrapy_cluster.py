"""Raw pages of scrapy-cluster: the article has to be taken from the HTML in ``body``."""

from __future__ import annotations

import base64
import binascii

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.page import FIELDS, read_page, settle
from service.intake.values import string

_FIRST_ERROR_STATUS = 400


def _prepare(obj: Obj) -> Obj:
    """Read the page, which may be in base64."""
    body = obj.get("body")
    if not isinstance(body, str):
        return obj
    if "<" not in body:
        try:
            body = base64.b64decode(body, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return obj
    return {**obj, **read_page(body)}


def _finish(draft: Draft, obj: Obj) -> None:
    """Refuse pages that report an error."""
    settle(draft, obj)
    status = obj.get("status_code")
    if isinstance(status, int) and status >= _FIRST_ERROR_STATUS:
        draft.refusal = f"the page is an error page: status {status}"
    elif obj.get("success") is False:
        draft.refusal = f"the crawl failed: {string(obj.get('exception')) or 'no reason given'}"[:200]


DIALECT = Dialect(
    name="scrapy-cluster",
    signs={"crawlid": 3, "appid": 3, "response_url": 2, "status_code": 1, "response_headers": 1},
    fields={**FIELDS, "url": ("response_url", "url")},
    ignored=frozenset({"body", "links", "encoding", "status_msg", "success", "exception", "timestamp", "url"}),
    prepare=_prepare,
    finish=_finish,
)
