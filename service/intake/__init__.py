"""Intake: from the bytes of one raw record to one clean :class:`service.wire.article.Article`."""

from __future__ import annotations

from service.intake.accept import accept
from service.intake.options import IntakeOptions

__all__ = ["IntakeOptions", "accept"]
