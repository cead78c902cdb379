"""What a dialect is: signs by which it is recognised, and a table from our attributes to its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.intake.draft import Draft, Obj, Path
from service.intake.values import LISTS, READERS, missing, moment, string

Paths = tuple[str, ...]
_Row = tuple[str, Callable[[Any], Any], tuple[Path, ...]]


def _same(obj: Obj) -> Obj:
    return obj


def _nothing(_draft: Draft, _obj: Obj) -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """One producer's form of an article.

    ``signs`` weighs top-level field names; 3 points make the dialect possible, the most points win, and the order
    of the registry decides between equals. A dialect with ``keys`` (dotted paths, from a mapping file) is recognised
    by them instead: all must be there.
    ``fields`` maps attributes of :class:`Draft` to dotted paths, best first. ``ignored`` are top-level fields that
    nobody wants in ``extra`` because they repeat others or mislead. ``fixed`` holds values of attributes that the
    record leaves open. ``prepare`` may unpack the record first, ``finish`` says what a table cannot, and ``finishes``
    names the attributes that it sets and the fields that it reads for them.
    """

    name: str
    signs: Mapping[str, int]
    fields: Mapping[str, Paths]
    ignored: frozenset[str] = frozenset()
    keys: Paths = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Obj], Obj] = _same
    finish: Callable[[Draft, Obj], None] = _nothing
    finishes: Mapping[str, Paths] = field(default_factory=dict)
    known: frozenset[str] = field(init=False, repr=False)
    _table: tuple[_Row, ...] = field(init=False, repr=False)
    _keys: tuple[Path, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Split the paths once."""
        object.__setattr__(self, "_table", _rows(self.fields))
        object.__setattr__(self, "_keys", tuple(tuple(key.split(".")) for key in self.keys))
        read = [path for paths in (*self.fields.values(), *self.finishes.values()) for path in paths]
        object.__setattr__(
            self, "known", frozenset(path.split(".")[0] for path in read) | self.ignored | self.signs.keys()
        )

    def has_keys(self, obj: Obj) -> bool:
        """Say whether a record has all of ``keys``; False for a dialect without."""
        return bool(self._keys) and all(dig(obj, key) is not None for key in self._keys)

    def read(self, obj: Obj, aliases: Aliases | None = None) -> Draft:
        """Return the draft of one record; ``aliases`` fill what the dialect's own fields leave open."""
        obj = self.prepare(obj)
        draft = Draft(dialect=self.name)
        _fill(draft, obj, self._table)
        self.finish(draft, obj)
        if aliases is not None:
            aliases.fill(draft, obj, self.known)
        for name, value in self.fixed.items():
            if not getattr(draft, name):
                setattr(draft, name, value)
        draft.used.update((key,) for key in self.ignored)
        return draft


class Aliases:
    """Usual names of the parts that no article should lack, for producers that renamed one of them."""

    def __init__(self, fields: Mapping[str, Paths]) -> None:
        self._table = _rows(fields)

    def fill(self, draft: Draft, obj: Obj, known: frozenset[str]) -> None:
        """Fill the attributes that are still empty from fields that the dialect does not know by itself."""
        for name, reader, paths in self._table:
            if not getattr(draft, name):
                unknown = tuple(path for path in paths if path[0] in obj and path[0] not in known)
                if unknown:
                    _fill(draft, obj, ((name, reader, unknown),))


def dig(obj: Any, path: Path) -> Any:
    """Return what lies at a path, None if nothing does; a step into a list takes its first item."""
    for step in path:
        if isinstance(obj, list):
            obj = obj[0] if obj else None
        if not isinstance(obj, dict):
            return None
        obj = obj.get(step)
    return obj


def _rows(fields: Mapping[str, Paths]) -> tuple[_Row, ...]:
    return tuple(
        (name, READERS.get(name, string), tuple(tuple(path.split(".")) for path in paths))
        for name, paths in fields.items()
    )


def _fill(draft: Draft, obj: Obj, table: tuple[_Row, ...]) -> None:
    for name, reader, paths in table:
        if name in LISTS:
            _collect(draft, obj, name, paths)
        else:
            _first(draft, obj, name, (reader, paths))


def _first(draft: Draft, obj: Obj, name: str, how: tuple[Callable[[Any], Any], tuple[Path, ...]]) -> None:
    reader, paths = how
    for path in paths:
        value = obj.get(path[0]) if len(path) == 1 else dig(obj, path)
        if value is None:
            continue
        draft.used.add(path)
        if not missing(value) and (found := reader(value)) not in (None, []):
            draft.take(name, found, *path)
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
            if (stated := moment(value)) is None:
                continue
            found.append(stated)
        elif text := string(value):
            found.append(text)
        else:
            continue
        draft.taken.append((name, path))
