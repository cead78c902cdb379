"""Names in news text: persons, bodies, places and works, with exact offsets."""

from service.enrich.entities.backends import BUILTIN, check, tagger_for
from service.enrich.entities.group import group
from service.enrich.entities.tagger import find, find_both, supported
from service.enrich.entities.tokens import EntityMention

__all__ = ["BUILTIN", "EntityMention", "check", "find", "find_both", "group", "supported", "tagger_for"]
