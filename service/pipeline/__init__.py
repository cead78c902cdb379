"""The way of an article as pure functions: the same ones serve the agents, the offline pipeline, tests and bench."""

from service.pipeline.offline import Pipeline

__all__ = ["Pipeline"]
