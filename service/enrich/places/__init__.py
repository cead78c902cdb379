"""Places: the gazetteer and the step from names to places."""

from service.enrich.places.resolve import resolve

__all__ = ["resolve"]
