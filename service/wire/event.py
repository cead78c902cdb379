"""The event: what Khabar publishes, field by field.

UTF-8 JSON, schema version 1. Null is not empty: ``"dates": []`` says "looked, found none", ``"dates": null``
says "not looked", and ``quality`` says why. Times are RFC 3339 in UTC unless said otherwise. Offsets count
Unicode code points, half-open: ``event[field][start:end] == text``. Within schema version 1 fields are only added.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from service.wire import closed
from service.wire.record import Origin

SCHEMA_VERSION = 1

Text = str | None
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]


class Source(Struct, frozen=True, kw_only=True):
    """Who published the article, as far as the record says."""

    name: Annotated[Text, Meta(description="The name as declared.")] = None
    domain: Annotated[Text, Meta(description="Registrable domain of the canonical URL.")] = None
    host: Annotated[Text, Meta(description="Host of the canonical URL, without www.")] = None
    country: Annotated[Text, Meta(description="ISO 3166-1 alpha-2, only as declared.")] = None
    type: Annotated[Text, Meta(description="Kind of source, only as declared.")] = None


class Author(Struct, frozen=True, kw_only=True):
    """One author."""

    name: Annotated[str, Meta(description="The name as declared, trimmed.")]


class Credit(Struct, frozen=True, kw_only=True):
    """The wire agency that the text is credited to."""

    agency: Annotated[Text, Meta(description="The agency's name in a fixed form, null if it is not a known one.")] = (
        None
    )
    raw: Annotated[str, Meta(description="The credit as it stands in the text.")]


class Dateline(Struct, frozen=True, kw_only=True):
    """The place line that opens the text."""

    place: Annotated[Text, Meta(description="The place that the line names.")] = None
    raw: Annotated[str, Meta(description="The line as it stands in the text.")]


class Rights(Struct, frozen=True, kw_only=True):
    """Rights, only as declared."""

    license: Annotated[Text, Meta(description="Licence name or URL.")] = None
    holder: Annotated[Text, Meta(description="Holder of the rights.")] = None
    usage: Annotated[Text, Meta(description="Usage terms.")] = None


class Image(Struct, frozen=True, kw_only=True):
    """One image."""

    url: Annotated[str, Meta(description="Absolute URL.")]
    caption: Annotated[Text, Meta(description="Caption as declared.")] = None


class Removed(Struct, frozen=True, kw_only=True):
    """Something that cleaning took out of the body."""

    kind: closed.RemovedKind
    text: Annotated[Text, Meta(description="What was removed; null where the event had to be trimmed.")] = None
    count: Annotated[int, Meta(ge=1, description="How many times it was removed.")] = 1


class Related(Struct, frozen=True, kw_only=True):
    """An earlier article that is perhaps the same story, not surely enough to suppress this one."""

    article_id: str
    reason: closed.DuplicateReason
    score: Annotated[float, Meta(ge=0, le=1, description="Likeness, 0 to 1.")]


class Dedupe(Struct, frozen=True, kw_only=True):
    """What de-duplication decided, and on which evidence."""

    cluster_id: Annotated[str, Meta(description="duplicate_of or the article's own id: the one key to group by.")]
    duplicate_of: Annotated[
        Text, Meta(description="The published article that this one copies; never itself a duplicate.")
    ] = None
    reason: closed.DuplicateReason | None = None
    score: Annotated[Share | None, Meta(description="Strength of the evidence, 0 to 1.")] = None
    copies_so_far: Annotated[int, Meta(ge=0, description="Copies of this article suppressed so far.")] = 0
    sources_so_far: Annotated[int, Meta(ge=1, description="Distinct sources of this article so far.")] = 1
    related: list[Related] = []
    title_key: Annotated[Text, Meta(description="The headline key; equal keys are equal headlines.")] = None
    key_version: Annotated[int, Meta(ge=1, description="Version of the key rules; like is compared with like.")] = 1


class Mention(Struct, frozen=True, kw_only=True):
    """One mention of an entity."""

    field: closed.MentionField
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=1)]
    text: str


class Entity(Struct, frozen=True, kw_only=True):
    """One person, body, place or other name in the article, with all its mentions."""

    type: closed.EntityType
    name: Annotated[str, Meta(description="The fullest form in the article.")]
    key: Annotated[str, Meta(description="A surface key, independent of spelling variants; not an identity.")]
    count: Annotated[int, Meta(ge=1, description="Number of mentions.")]
    prominence: Annotated[float, Meta(ge=0, le=1, description="How much the article is about it, 0 to 1.")]
    mentions: list[Mention]


class Candidate(Struct, frozen=True, kw_only=True):
    """One place that an ambiguous name may mean."""

    name: str
    country: Text = None
    admin1: Text = None
    geonames_id: int | None = None


class Location(Struct, frozen=True, kw_only=True):
    """A place of the gazetteer that an entity of type LOC stands for, or its candidates."""

    name: Annotated[str, Meta(description="The gazetteer's name, or the entity's where only candidates are known.")]
    kind: closed.PlaceKind | None = None
    country: Annotated[Text, Meta(description="ISO 3166-1 alpha-2.")] = None
    admin1: Annotated[Text, Meta(description="Name or code of the first-level division.")] = None
    lat: float | None = None
    lon: float | None = None
    geonames_id: int | None = None
    confidence: Annotated[float, Meta(ge=0, le=1)]
    candidates: Annotated[
        list[Candidate], Meta(description="Set where the name is ambiguous and nothing was chosen.")
    ] = []
    entity: Annotated[int, Meta(ge=0, description="Index into entities.")]


DATE_VALUE = (
    r"^(?:\d{4}|\d{3}X|\d{2}XX|\d{4}-(?:0[1-9]|1[0-2]|2[1-4]|3[3-6]|4[01])|\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])"
    r"|\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T\d{2}(?::\d{2}){0,2}(?:Z|[+-]\d{2}:\d{2})?)?"
    r"|--(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?"
    r"|(?:\.\.|[-0-9TWZ:+X]+)/(?:\.\.|[-0-9TWZ:+X]+))$"
)
"""The profile of ISO 8601-1/-2 (EDTF) that date values keep to, as a regular expression."""

DateValue = Annotated[str, Meta(pattern=DATE_VALUE)]


class DateMention(Struct, frozen=True, kw_only=True):
    """One expression that names a point or stretch of calendar time."""

    field: closed.MentionField = closed.MentionField.TEXT
    start: Annotated[int, Meta(ge=0)]
    end: Annotated[int, Meta(ge=1)]
    text: str
    value: Annotated[
        DateValue | None,
        Meta(description="The whole interval; null without an anchor or outside the calendar's range."),
    ] = None
    end_value: Annotated[str | None, Meta(description="The last day of a closed interval, else null.")] = None
    relative_offset: Annotated[
        Text, Meta(description="ISO 8601 duration from the anchor, such as -P1D, for relative expressions.")
    ] = None
    grain: closed.Grain
    calendar: closed.Calendar = closed.Calendar.GREGORIAN
    value_hijri: Annotated[Text, Meta(description="The value in the Islamic calendar, where the text uses it.")] = None
    relative: Annotated[bool, Meta(description="The expression needs an anchor.")] = False
    part_of_day: closed.PartOfDay | None = None
    ambiguous: Annotated[bool, Meta(description="Two readings are possible; both stand in alternatives.")] = False
    alternatives: list[str] = []
    conflict: Annotated[bool, Meta(description="Weekday and date disagree; the date was taken.")] = False
    anchor: closed.Anchor | None = None


class DateSpan(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """First and last day that the certain date mentions cover."""

    from_: Annotated[str, Meta(description="First day, YYYY-MM-DD.")]
    to: Annotated[str, Meta(description="Last day, YYYY-MM-DD.")]


class MainDate(Struct, frozen=True, kw_only=True):
    """A day that the article talks about most."""

    date: str
    count: Annotated[int, Meta(ge=1)]


class Provenance(Struct, frozen=True, kw_only=True):
    """Where the raw record lay, and what processed it."""

    dialect: str
    topic: str
    partition: Annotated[int, Meta(ge=0)]
    offset: Annotated[int, Meta(ge=0)]
    timestamp: Annotated[int | None, Meta(description="Kafka timestamp of the raw record, ms since 1970.")] = None
    record_time: Annotated[int, Meta(description="min(timestamp, arrival + 5 min), ms since 1970.")]
    pipeline_version: str
    models: Annotated[dict[str, str], Meta(description="Name and version of each model and rule set used.")] = {}

    @property
    def origin(self) -> Origin:
        """Where the raw record lay."""
        return Origin(self.topic, self.partition, self.offset)


class Event(Struct, frozen=True, kw_only=True):
    """One structured news event."""

    schema_version: int = SCHEMA_VERSION
    article_id: Annotated[
        str, Meta(description="128 bits of SHA-256 over basis, value and scope, in base32: the article's identity.")
    ]
    article_id_basis: closed.IdBasis
    source_id: Annotated[Text, Meta(description="The producer's own id.")] = None
    version: Annotated[int, Meta(ge=1, description="1, 2, 3 ...: a friendly counter.")]
    revision: Annotated[
        int, Meta(description="Grows for ever; a consumer upserts when it is greater than what it has.")
    ]
    status: closed.Status
    changed_fields: list[closed.Field] = []
    previous_title: Text = None
    url: Annotated[Text, Meta(description="As fetched.")] = None
    canonical_url: Text = None
    source: Source = Source()
    authors: list[Author] = []
    byline: Annotated[Text, Meta(description="The raw line of authors.")] = None
    credit: Credit | None = None
    dateline: Dateline | None = None
    section: Text = None
    categories: list[str] = []
    tags: list[str] = []
    content_type: closed.ContentType | None = None
    is_paid: bool | None = None
    urgency: Annotated[int | None, Meta(description="1 (most) to 9, as declared.")] = None
    rights: Rights | None = None
    images: list[Image] = []
    title: Annotated[Text, Meta(description="Headline without site name and section prefix.")] = None
    title_full: Annotated[Text, Meta(description="The longest form received.")] = None
    description: Annotated[Text, Meta(description="As declared, never generated.")] = None
    text: Annotated[
        Text, Meta(description="The body as plain text, paragraphs separated by an empty line; null if none.")
    ] = None
    text_complete: Annotated[bool | None, Meta(description="False for snippets; null without a text.")] = None
    word_count: Count | None = None
    removed: list[Removed] = []
    language: Annotated[str, Meta(description="BCP 47, 'und' if unknown.")] = "und"
    language_confidence: Share | None = None
    language_declared: Annotated[Text, Meta(description="BCP 47, as declared.")] = None
    published_at: Annotated[
        Text, Meta(description="RFC 3339 instant in UTC; null for zone-less times and bare dates.")
    ] = None
    published_local: Annotated[
        Text, Meta(description="As stated: local date-time (with its offset if stated) or a date.")
    ] = None
    published_on: Annotated[Text, Meta(description="The stated date, YYYY-MM-DD.")] = None
    published_at_precision: closed.Precision = closed.Precision.MISSING
    published_at_source: closed.PublishedSource | None = None
    published_at_raw: Annotated[Text, Meta(description="The producer's string.")] = None
    modified_at: Text = None
    embargoed_until: Text = None
    first_seen_at: Annotated[str, Meta(description="Record time of the first record of this article.")]
    processed_at: Annotated[
        Text, Meta(description="When the event was written; the one field outside determinism.")
    ] = None
    dedupe: Dedupe
    entities: list[Entity] | None = None
    locations: list[Location] | None = None
    dates: list[DateMention] | None = None
    date_span: DateSpan | None = None
    main_dates: list[MainDate] | None = None
    quality: list[closed.Quality] = []
    provenance: Provenance
    extra: Annotated[
        dict[str, Any], Meta(description="Input fields that nobody mapped, small ones first, 16 KiB in all.")
    ] = {}
    extra_dropped: Annotated[list[str], Meta(description="Names of unmapped input fields that did not fit.")] = []
