"""Names of the Gregorian months in the languages whose sites write dates out."""

from __future__ import annotations

import functools

from babel import Locale

from service.intake.data import load_toml
from service.lang.fold import fold


@functools.cache
def _months() -> dict[str, int]:
    data = load_toml("months.toml")
    found: dict[str, int] = {}
    for code in data["locales"]:
        for widths in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                found.update({fold(name).rstrip("."): number for number, name in widths[width].items()})
    for number, names in data["names"].items():
        found.update({fold(name): int(number) for name in names})
    return found


@functools.lru_cache(maxsize=1024)
def month_of(name: str) -> int | None:
    """Return the number of the month that ``name`` names, None if it names none.

    A double name such as "فبراير/شباط" counts where both parts are the same month.
    """
    months = _months()
    parts = [fold(part).strip(" .") for part in name.replace("(", "/").replace(")", "").split("/")]
    found = {months.get(part) for part in parts if part}
    return found.pop() if len(found) == 1 else None
