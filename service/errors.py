"""What can go wrong, and what the shell does about it.

KhabarError
├── Refused         the message is bad   -> dead letter with the reason, the stream goes on
├── Misconfigured   we were set up badly -> one clear line, exit code 2, before the first record
├── Unavailable     the world is bad     -> one clear line, exit code of the case
└── DeliveryFault   a send or the state failed -> exit 70 un-acknowledged, the supervisor restarts us

This module imports nothing of Khabar: everybody may raise.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self


class ClosedList(StrEnum):
    """A closed list of words, each with the sentence that the schema and the docs print for it."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        """Make a member whose value is ``value`` and whose meaning is ``description``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class ErrorReason(ClosedList):
    """Why a raw record became a dead letter (header ``khabar-error`` and a metric label)."""

    EMPTY = "empty", "The record has no value, or an empty one."
    TOO_LARGE = "too_large", "The record, or a part of it that cannot be cut, is over the size limit."
    BAD_ENCODING = "bad_encoding", "The bytes are not valid UTF-8 text."
    BINARY = "binary", "The bytes are binary data (control characters), not text."
    BAD_JSON = "bad_json", "The value starts like JSON and does not parse, for example because it was cut."
    NOT_AN_OBJECT = "not_an_object", "The value is JSON but not an object: one message is one article."
    PRODUCER_FAILURE = "producer_failure", "The value is a producer's own error text in place of an article."
    NO_CONTENT = "no_content", "Neither a title nor a text was found in the record."
    NOT_AN_ARTICLE = (
        "not_an_article",
        "The record is an error page, a consent page, a forum reply or another thing that is no article.",
    )
    WITHHELD = "withheld", "The producer marks the item as withheld from publication."
    EMBARGOED = "embargoed", "The item is under an embargo that ends after the record's time."
    INTERNAL_ERROR = "internal_error", "Khabar's own code failed on this record: a defect to report."


class ExitCode(IntEnum):
    """Exit codes of the ``khabar`` command beside 0 (well) and 1 (a command's own negative answer)."""

    MISCONFIGURED = 2
    NO_BROKER = 3
    PORT_IN_USE = 4
    DEAD_LETTERS = 5
    DELIVERY_FAULT = 70


class KhabarError(Exception):
    """Root of every error that Khabar raises on purpose."""


class Refused(KhabarError):
    """The message is bad: it becomes a dead letter and the stream goes on.

    ``reason`` is from the closed list, ``detail`` a sentence that a person understands (it is the header
    ``khabar-message``; never the article's text), ``retryable`` says whether a later replay may succeed.
    """

    def __init__(self, reason: ErrorReason, detail: str, *, retryable: bool = False) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retryable = retryable


class Misconfigured(KhabarError):
    """A setting, an argument or a data file is wrong; the text says which and what would be right."""

    exit_code = ExitCode.MISCONFIGURED


class Unavailable(KhabarError):
    """Something outside is not there: no broker (exit 3), a port in use (exit 4)."""

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class DeliveryFault(KhabarError):
    """A record could not be delivered or the state could not be kept: end the process un-acknowledged."""

    exit_code = ExitCode.DELIVERY_FAULT
