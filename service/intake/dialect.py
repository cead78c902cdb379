"""What a dialect is: signs by which it is recognised, and a table from our attributes to its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.intake.draft import Draft, Obj
from service.intake.values import LISTS, READERS, missing, string

Paths = tuple[str, ...]
Path = tuple[str, ...]


def _same(obj: Obj) -> Obj:
    return obj


def _nothing(_draft: Draft, _obj: Obj) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One producer's form of an article.

    ``signs`` weighs top-level field names; 3 points make the dialect possible, the most points win, and the order
    of the registry decides between equals. ``fields`` maps attributes of :class:`Draft` to dotted paths, best first.
    ``ignored`` are top-level fields that nobody wants in ``extra`` because they repeat others or mislead.
    ``prepare`` may unpack the record first, ``finish`` says what a table cannot.
    """

    name: str
    signs: Mapping[str, int]
    fields: Mapping[str, Paths]
    ignored: frozenset[str] = frozenset()
    prepare: Callable[[Obj], Obj] = _same
    finish: Callable[[Draft, Obj], None] = _nothing
    _table: tuple[tuple[str, Callable[[Any], Any], tuple[Path, ...]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Split the paths once."""
        table = tuple(
            (name, READERS.get(name, string), tuple(tuple(path.split(".")) for path in paths))
            for name, paths in self.fields.items()
        )
        object.__setattr__(self, "_table", table)

    def read(self, obj: Obj) -> Draft:
        """Return the draft of one record."""
        obj = self.prepare(obj)
        draft = Draft(dialect=self.name)
        for name, reader, paths in self._table:
            if name in LISTS:
                _collect(draft, obj, name, paths)
            else:
                _first(draft, obj, name, (reader, paths))
        self.finish(draft, obj)
        draft.used.update((key,) for key in self.ignored)
        return draft


def dig(obj: Any, path: Path) -> Any:
    """Return what lies at a path, None if nothing does; a step into a list takes its first item."""
    for step in path:
        if isinstance(obj, list):
            obj = obj[0] if obj else None
        if not isinstance(obj, dict):
            return None
        obj = obj.get(step)
    return obj


def _first(draft: Draft, obj: Obj, name: str, how: tuple[Callable[[Any], Any], tuple[Path, ...]]) -> None:
    reader, paths = how
    for path in paths:
        value = obj.get(path[0]) if len(path) == 1 else dig(obj, path)
        if value is None:
            continue
        draft.used.add(path)
        if not missing(value) and (found := reader(value)) not in (None, []):
            setattr(draft, name, found)
            return


def _collect(draft: Draft, obj: Obj, name: str, paths: tuple[Path, ...]) -> None:
    found = getattr(draft, name)
    for path in paths:
        value = dig(obj, path)
        if value is None:
            continue
        draft.used.add(path)
        if missing(value):
            continue
        if name == "published":
            found.append(value)
        elif text := string(value):
            found.append(text)
