"""Raw pages of scrapy-cluster: the article has to be taken from the HTML in ``body``."""

from __future__ import annotations

import base64
import binascii

from service.errors import ErrorReason, Refused
from service.intake.decode import declared_charset
from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.page import FIELDS, read_page, settle
from service.intake.values import string, whole


def _prepare(obj: Obj) -> Obj:
    """Read the page, which may be in base64."""
    body = obj.get("body")
    if not isinstance(body, str):
        return obj
    if "<" not in body:
        try:
            data = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            return obj
        body = _decode(data, string(obj.get("encoding")))
    return {**obj, **read_page(body)}


def _decode(data: bytes, declared: str | None) -> str:
    """Return a page in UTF-8, or in the encoding that the crawler or the page names; raises Refused for neither."""
    in_page = declared_charset(data)
    for encoding in ("utf-8", declared, in_page):
        try:
            return data.decode(encoding or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    raise Refused(ErrorReason.BAD_ENCODING, "the page in body is neither UTF-8 nor in the encoding that it names")


def _finish(draft: Draft, obj: Obj) -> None:
    """Read what the site answered, and refuse what is no page."""
    settle(draft, obj)
    draft.http_status = whole(obj.get("status_code"))
    if obj.get("success") is False:
        draft.refusal = f"the crawl failed: {string(obj.get('exception')) or 'no reason given'}"[:200]


DIALECT = Dialect(
    name="scrapy-cluster",
    signs={"crawlid": 3, "appid": 3, "response_url": 2, "status_code": 1, "response_headers": 1},
    fields={**FIELDS, "url": ("response_url", "url")},
    ignored=frozenset({"body", "links", "encoding", "status_msg", "success", "exception", "timestamp", "url"}),
    prepare=_prepare,
    finish=_finish,
    finishes={"http_status": ("status_code",), "refusal": ("success", "exception")},
)
