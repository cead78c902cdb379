"""The way of an article as pure functions: the same ones serve the agents, the offline pipeline, tests and bench."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.pipeline.offline import Pipeline

__all__ = ["Pipeline"]


def __getattr__(name: str) -> object:
    """Import :class:`Pipeline` where it is asked for: commands that only read topics need no language data."""
    if name == "Pipeline":
        from service.pipeline.offline import Pipeline  # noqa: PLC0415

        return Pipeline
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
