"""Says how JSON becomes a table of transactions: the command of `jq` for what a file begins with."""

from __future__ import annotations

import json
import shlex
from typing import Any

_DECODER = json.JSONDecoder()


def way_from_json(name: str, head: bytes) -> str:
    """Returns what to do with a file of JSON, as the end of a message. head: its first bytes."""
    text = head.decode(errors="replace").lstrip("\ufeff \t\r\n")
    found = _value(text)
    is_array = text.startswith("[") and (not isinstance(found, list) or any(isinstance(v, list | dict) for v in found))
    if is_array:
        found = _value(text[1:].lstrip())
    cells = _cells(found)
    if cells is None:
        return "write a row for each transaction, or for each item"
    return f"jq -r {shlex.quote(('.[] | ' if is_array else '') + cells + '@csv')} {shlex.quote(name)} makes rows of it"


def _value(text: str) -> Any:
    """Returns the first value of JSON; None if there is none, or not all of it."""
    try:
        return _DECODER.raw_decode(text)[0]
    except ValueError:
        return None


def _cells(record: Any) -> str | None:
    """Returns what of a record becomes a row: '' for the whole, `.items | `, `[.order, .item] | `; None for nothing."""
    if isinstance(record, list):
        return "" if not any(isinstance(value, list | dict) for value in record) else None
    if not isinstance(record, dict):
        return None
    lists = [key for key, value in record.items() if isinstance(value, list) and _cells(value) is not None]
    if lists:
        return f".[{json.dumps(lists[0], ensure_ascii=False)}] | " if len(lists) == 1 else None
    if any(isinstance(value, dict | list) for value in record.values()):
        return None
    return f"[{', '.join(f'.[{json.dumps(key, ensure_ascii=False)}]' for key in record)}] | " if record else None
