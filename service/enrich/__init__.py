"""Enrichment of one cleaned article: date mentions, entities and places, with exact offsets. Pure."""

from service.enrich.article import Enrichment, enrich

__all__ = ["Enrichment", "enrich"]
