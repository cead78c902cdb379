"""Khabar: raw news articles on a Kafka topic in, clean de-duplicated enriched events out."""

__version__ = "0.1.0"
