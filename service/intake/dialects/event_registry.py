"""Event Registry articles; ``lang`` has three letters.

``dateTimePub`` is the time of publication, ``dateTime`` the time at which Event Registry stored the article;
``date`` is documented as the day of publication (its data model: github.com/EventRegistry/event-registry-python/wiki).
"""

from __future__ import annotations

from service.intake.dialect import Dialect
from service.intake.draft import Draft, Obj
from service.intake.values import names


def _finish(draft: Draft, obj: Obj) -> None:
    """Keep agencies apart from people: the record says which author is one."""
    people = obj.get("authors")
    found = [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    agencies = names([person for person in found if person.get("isAgency") is True])
    if agencies:
        draft.take("agency", agencies[0], "authors")
        draft.authors = [name for name in draft.authors if name not in agencies]


DIALECT = Dialect(
    name="event-registry",
    signs={"dateTimePub": 3, "isDuplicate": 2, "eventUri": 2, "dataType": 1, "storyUri": 1, "duplicateList": 1},
    fields={
        "url": ("url",),
        "guid": ("uri",),
        "source_id": ("uri",),
        "title": ("title",),
        "text": ("body",),
        "authors": ("authors",),
        "published": ("dateTimePub", "date"),
        "language": ("lang",),
        "source_name": ("source.title",),
        "source_host": ("source.uri",),
        "source_type": ("source.dataType",),
        "source_country": ("source.location.country.label.eng", "source.location.label.eng"),
        "categories": ("categories",),
        "images": ("image",),
    },
    ignored=frozenset({"links", "videos", "time", "dateTime", "extractedDates", "duplicateList"}),
    finish=_finish,
    finishes={"agency": ("authors",)},
)
