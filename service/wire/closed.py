"""The closed lists of the event. A word is added in a release, never removed within a schema version."""

from __future__ import annotations

from service.errors import ClosedList


class Status(ClosedList):
    """What an event says about its article."""

    NEW = "new", "The article was not seen before."
    UPDATED = "updated", "A newer version of an article that was published before."
    RETRACTED = "retracted", "The source withdrew the article; the event has identity and reason only."
    DUPLICATE = "duplicate", "A copy of a published article (topic news.duplicates only)."


class IdBasis(ClosedList):
    """What an article's identity rests on."""

    URL = "url", "The canonical URL (or URL and content where a URL was reused for another article)."
    GUID = "guid", "The producer's own stable id."
    TITLE = "title", "The headline key with the day and, where known, the source."
    CONTENT = "content", "The folded text, where nothing better is known."


class DuplicateReason(ClosedList):
    """Which evidence made a record a duplicate."""

    SAME_ARTICLE = "same_article", "The same article again: same identity and no newer content."
    SAME_TEXT = "same_text", "Another article with (almost) the same text."
    NEAR_TEXT = "near_text", "Another article with a lightly edited copy of the text."
    SAME_HEADLINE = "same_headline", "The same headline where a text is missing or cut."


class Field(ClosedList):
    """A group of fields whose change makes a new version (``changed_fields``)."""

    TITLE = "title", "The title."
    TEXT = "text", "The text."
    DESCRIPTION = "description", "The description."
    PUBLISHED = "published", "The date or time of publication."
    AUTHORS = "authors", "The authors."
    SECTION = "section", "Section, categories or tags."
    IMAGES = "images", "The images."
    URL = "url", "The canonical URL."
    STATUS = "status", "The article was retracted or reinstated."


class Precision(ClosedList):
    """How exactly the time of publication is known."""

    FULL = "full", "An instant with its zone."
    ZONE_UNKNOWN = "zone_unknown", "Date and time are stated without a zone; published_at is null."
    DAY = "day", "Only a date is stated; published_at is null."
    MISSING = "missing", "Nothing is known."


class PublishedSource(ClosedList):
    """Where the time of publication was found."""

    DECLARED = "declared", "A field of the raw record states it."
    URL = "url", "It was read off the digits of the URL, for want of anything better."


class ContentType(ClosedList):
    """What kind of item the source declares."""

    ARTICLE = "article", "A written article."
    LIVE = "live", "A live page that keeps changing."
    OPINION = "opinion", "An opinion piece."
    VIDEO = "video", "A video item."
    GALLERY = "gallery", "A gallery of pictures."
    CORRECTION = "correction", "A correction notice."


class RemovedKind(ClosedList):
    """What cleaning took out of the body."""

    HEADLINE = "headline", "The headline repeated in the body."
    COMMENTS = "comments", "A comment counter or comment prompt."
    SHARE = "share", "A share bar or follow-us line."
    RELATED = "related", "A related, most-read or read-also list."
    TAGS = "tags", "A line of tags or topics."
    COPYRIGHT = "copyright", "A copyright or rights line."
    NEWSLETTER = "newsletter", "A newsletter, subscription or app prompt."
    CREDIT = "credit", "A credit line at the end (it stays readable in credit)."
    NAVIGATION = "navigation", "Menu, advertisement, consent or other page furniture."
    REPEATED = "repeated", "A paragraph repeated word for word."
    CUT_MARK = "cut_mark", "A mark that the producer cut the text, such as [+123 chars]."


class Quality(ClosedList):
    """What a consumer should know about an event's quality."""

    MISSING_DATE = "missing_date", "No date of publication is known."
    FUTURE_DATE = "future_date", "The stated date of publication is more than a day after the record."
    BAD_DATE = "bad_date", "A date of publication is stated and could not be read; see published_at_raw."
    DATE_FROM_URL = "date_from_url", "The date of publication was read off the URL."
    MISSING_TITLE = "missing_title", "The record has no title."
    MISSING_TEXT = "missing_text", "The record has no text."
    MISSING_URL = "missing_url", "The record has no usable URL."
    SHORT_TEXT = "short_text", "The text has fewer than 20 words."
    TRUNCATED = "truncated", "Khabar cut a text or a list to keep this event, or a field of it, within its limit."
    EXTRA_TRIMMED = "extra_trimmed", "Some of the unmapped input fields were left out, see extra_dropped."
    SNIPPET = "snippet", "The producer delivered only a part of the text."
    MIXED_LANGUAGE = "mixed_language", "The text mixes languages."
    UNKNOWN_LANGUAGE = "unknown_language", "The language could not be found out."
    LANGUAGE_DISAGREES = "language_disagrees", "The declared language is not the one that was found."
    ENCODING_REPAIRED = "encoding_repaired", "Broken characters were repaired or removed."
    URL_REUSED = "url_reused", "The URL carried another article before."
    EMBARGO_IGNORED = "embargo_ignored", "Published before its embargo ended, because a setting says so."
    DEDUPE_FAILED = "dedupe_failed", "De-duplication failed on this record; it was passed on as new."
    ENRICH_FAILED = "enrich_failed", "Enrichment failed on this record; the enriched fields are null."
    DATES_UNSUPPORTED_LANGUAGE = "dates_unsupported_language", "No date rules for this language; dates is null."
    ENTITIES_UNSUPPORTED_LANGUAGE = (
        "entities_unsupported_language",
        "No entity model for this language; entities is null.",
    )
    DATES_RELATIVE_TO_RECEIPT = (
        "dates_relative_to_receipt",
        "Relative dates were resolved against the record time, for want of a date of publication.",
    )
    MENTIONS_PARTIAL = (
        "mentions_partial",
        "Names and dates were looked for in the first 200 000 characters of the text only.",
    )


class MentionField(ClosedList):
    """The event field that a mention's offsets point into."""

    TITLE = "title", "Offsets count from the start of title."
    TEXT = "text", "Offsets count from the start of text."


class EntityType(ClosedList):
    """What an entity is (docs/annotation.md)."""

    PER = "PER", "A person's name, without titles and ranks."
    ORG = "ORG", "A named body: ministry, party, armed group, agency, company, medium, club, court, university."
    LOC = "LOC", "A place, also where a country or city stands for its government."
    MISC = "MISC", "A named event, work, product, agreement, law or operation."


class PlaceKind(ClosedList):
    """What kind of place a location is."""

    COUNTRY = "country", "A country."
    CAPITAL = "capital", "The capital city of a country."
    ADMIN1 = "admin1", "A first-level division of a country."
    CITY = "city", "A city or town."
    REGION = "region", "A region that is not a division of one country."


class Grain(ClosedList):
    """The finest unit of time that a date mention states."""

    MINUTE = "minute", "A clock time."
    HOUR = "hour", "An hour."
    PART_OF_DAY = "part_of_day", "A part of a day."
    DAY = "day", "A day."
    WEEKEND = "weekend", "A weekend."
    WEEK = "week", "A week."
    MONTH = "month", "A month."
    QUARTER = "quarter", "A quarter of a year."
    SEASON = "season", "A season."
    HALF = "half", "A half-year."
    YEAR = "year", "A year."
    DECADE = "decade", "A decade."
    CENTURY = "century", "A century."


class Calendar(ClosedList):
    """The calendar in which a date mention is written."""

    GREGORIAN = "gregorian", "The Gregorian calendar, whatever names its months carry."
    HIJRI = "hijri", "The Islamic calendar (values by Umm al-Qura)."


class PartOfDay(ClosedList):
    """The part of a day that a date mention names."""

    DAWN = "dawn", "Dawn."
    MORNING = "morning", "Morning."
    NOON = "noon", "Noon."
    AFTERNOON = "afternoon", "Afternoon."
    EVENING = "evening", "Evening."
    NIGHT = "night", "Night."


class Anchor(ClosedList):
    """What a relative date was resolved against."""

    PUBLISHED = "published", "The stated time of publication."
    RECEIVED = "received", "The record time, because no time of publication is known."
