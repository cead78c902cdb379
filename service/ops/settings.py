"""From environment variables to :class:`Settings`, and back to a table for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ByteSize, SecretStr, ValidationError

from service.errors import Misconfigured
from service.ops.declared import MIB, Settings

__all__ = ["Described", "Settings", "as_text", "describe", "env_name", "load_settings"]

PREFIX = "KHABAR_"
FILE_SUFFIX = "_FILE"
MASK = "********"

_INJECTED = re.compile(r"KHABAR_(?:.+_)?(?:SERVICE_.+|PORT|PORT_.+)")
"""What Kubernetes sets in every pod for a Service whose name starts with khabar."""

_LIKE_OURS = 0.85
"""How alike (0 to 1, difflib) an injected-looking name must be to one of ours to be a misspelling of it."""


class Described(NamedTuple):
    """One setting for people: values as text, secrets masked, ``default`` as it would be written."""

    name: str
    env: str
    value: str
    default: str
    description: str


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that the environment names, defaults for the rest.

    An empty variable counts as unset. Raises :class:`Misconfigured` with one line for an unknown ``KHABAR_``
    name, a value that is not allowed, a file that cannot be read, or values that contradict each other.
    """
    _refuse_unknown(environ)
    given: dict[str, str] = {}
    for name in Settings.model_fields:
        text = _text(environ, env_name(name))
        if text is not None:
            given[name] = text
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise Misconfigured("; ".join(_one_line(problem, given) for problem in error.errors())) from None


def env_name(name: str) -> str:
    """Return the variable of a setting: ``http_port`` is ``KHABAR_HTTP_PORT``."""
    return PREFIX + name.upper()


def describe(settings: Settings) -> list[Described]:
    """Return every setting with its value, in the order of their declaration."""
    rows = []
    for name, field in Settings.model_fields.items():
        value, default = getattr(settings, name), field.get_default(call_default_factory=True)
        rows.append(Described(name, env_name(name), as_text(value), as_text(default), field.description or ""))
    return rows


def as_text(value: object) -> str:
    """Return a value as it would be written into its variable; unset and empty are the empty text."""
    match value:
        case None:
            text = ""
        case SecretStr():
            text = MASK
        case bool():
            text = str(value).lower()
        case ByteSize():
            text = f"{value // MIB}MiB" if value % MIB == 0 else str(int(value))
        case float():
            text = f"{value:g}"
        case Mapping():
            text = ",".join(f"{key}={item}" for key, item in value.items())
        case tuple():
            text = ",".join(value)
        case _:
            text = str(value)
    return text


def _text(environ: Mapping[str, str], env: str) -> str | None:
    text, file = environ.get(env, "").strip(), environ.get(env + FILE_SUFFIX, "").strip()
    if text and file:
        raise Misconfigured(f"{env} and {env}{FILE_SUFFIX} are both set: take one of them")
    if not file:
        return text or None
    try:
        return Path(file).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Misconfigured(f"{env}{FILE_SUFFIX}: cannot read {file}: {reason}") from error


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [env_name(name) for name in Settings.model_fields]
    known += [name + FILE_SUFFIX for name in known]
    for name in sorted(set(environ).difference(known)):
        if not name.startswith(PREFIX):
            continue
        injected = _INJECTED.fullmatch(name) is not None
        near = difflib.get_close_matches(name, known, n=1, cutoff=_LIKE_OURS if injected else 0.6)
        # Kubernetes gives *_PORT an address such as tcp://10.0.0.7:80; we never mean one.
        if injected and (not near or "://" in environ[name]):
            continue
        hint = f"; did you mean {near[0]}?" if near else "; `khabar settings` lists them"
        raise Misconfigured(f"unknown setting {name}{hint}")


def _one_line(problem: object, given: Mapping[str, str]) -> str:
    """Return one of pydantic's problems as ``KHABAR_X: what is wrong (got ...)``; secrets are not repeated."""
    details: Mapping[str, object] = problem if isinstance(problem, Mapping) else {}
    location, message = details.get("loc"), str(details.get("msg", problem)).removeprefix("Value error, ")
    if not isinstance(location, tuple) or not location:
        return re.sub(r"\b[a-z]+_[a-z_]+\b", lambda found: _as_env(found[0]), message)
    name = str(location[0])
    secret = "password" in name or "secret" in name
    got = "" if secret or given.get(name, "") in message else f" (got {given[name]!r})"
    return f"{env_name(name)}: {message}{got}"


def _as_env(word: str) -> str:
    return env_name(word) if word in Settings.model_fields else word
