# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as the server's ORM makes them: filter, select and order by the names of the database, and pages of 50."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass

from . import php

PAGE = 50
KEY = re.compile(r"([^A-Za-z0-9_]*)(.*)", re.DOTALL)
DISPLAYED = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)


class _Misspelt(Exception):
    """A name or a direction that the ORM does not know."""


@dataclass
class Listed:
    """A table that may be listed.

    :ivar rows: rows by id.
    :ivar columns: name in the database -> attribute of a row.
    :ivar dates: names of the columns that hold dates.
    """

    rows: dict
    columns: dict
    dates: tuple = ()


def select(process, table, filter, wanted, order, start):
    """A page of rows of the groups to which the caller has any relation, members or not; empty when there is a name that is not known.

    :param filter: condition -> value, as an array of PHP.
    :param wanted: names of columns; the others are None in what is returned.
    :param order: name of a column -> direction, or a list of names.
    :param start: where the page begins.
    """
    groups = process.store.groups
    related = [row for row in table.rows.values() if row.group_id in groups and groups[row.group_id].role_of(process.user)]
    related.sort(key=lambda row: (row.group_id, row.id))
    try:
        found = [row for row in related if _fulfils(process, table, row, filter)]
        _fulfils(process, table, None, filter)
        found = _sorted(table, found, order if isinstance(order, dict) else {})
        names = _selected(table, wanted)
    except _Misspelt:
        return []
    first = max(php.to_int(start), 0) // PAGE * PAGE
    return [_reduced(table, row, names) for row in found[first : first + PAGE]]


def _fulfils(process, table, row, filter):
    """Whether a row fulfils a filter; with None for the row, only the names are looked at."""
    logic = next((str(value).upper() for name, value in filter.items() if str(name).upper() == "LOGIC"), "AND")
    results = []
    for name, value in filter.items():
        if str(name).upper() == "LOGIC":
            continue
        if isinstance(name, int):
            results.append(_fulfils(process, table, row, value if isinstance(value, dict) else {}))
        else:
            results.append(_passes(process, table, row, str(name), value))
    return not results or (any(results) if logic == "OR" else all(results))


def _passes(process, table, row, name, value):
    sign, field = KEY.fullmatch(name).groups()
    field = field.upper()
    negative = sign.startswith("!")
    way = WAYS.get(sign[1:] if negative else sign)
    if way is None:
        raise _Misspelt(name)
    values = _values(process, table, row, field)
    if field in table.dates:
        value = _displayed(value)
        if value is None:
            return True
    hit = any(way(stored, value) for stored in values)
    return not hit if negative else hit


def _values(process, table, row, field):
    """The values that a row has for a field: one of its own, or those of its items or of the caller's place in its group."""
    if field in table.columns:
        return [] if row is None else [getattr(row, table.columns[field])]
    relation, _dot, column = field.partition(".")
    if relation == "UG" and column in ("ROLE", "USER_ID", "GROUP_ID"):
        if row is None:
            return []
        group = process.store.groups[row.group_id]
        return [{"ROLE": group.role_of(process.user), "USER_ID": process.user, "GROUP_ID": group.id}[column]]
    if relation == "ITEMS" and column in ITEM_COLUMNS and "ENTITY_TYPE" in table.columns:
        return [] if row is None else [getattr(item, ITEM_COLUMNS[column]) for item in process.store.items.where(entity_id=row.id)]
    raise _Misspelt(field)


ITEM_COLUMNS = {
    "ID": "id",
    "ENTITY_ID": "entity_id",
    "SOURCE_ID": "task_id",
    "EPIC_ID": "epic_id",
    "STORY_POINTS": "story_points",
    "SORT_FLOAT": "sort_float",
    "CREATED_BY": "created_by",
    "MODIFIED_BY": "modified_by",
    "ACTIVE": "active",
}


def _displayed(value):
    """A date in the format of the portal as it is stored; None for any other text, which the ORM drops without a word."""
    match = DISPLAYED.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, month, year, hour, minute, second = match.groups(default="00")
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"


def _each(compare):
    """A way to compare with one value, or with each of a list."""

    def way(stored, value):
        return any(compare(stored, item) for item in (value.values() if isinstance(value, dict) else [value]))

    return way


def _equal(stored, value):
    if stored is None or value is None or value is False:
        return stored is None and not value
    if isinstance(stored, str):
        return _collated(stored) == _collated(php.as_text(value))
    return stored == php.to_int(value)


def _like(stored, value):
    if not isinstance(stored, str):
        return _equal(stored, value)
    pieces = {"%": ".*", "_": "."}
    pattern = "".join(pieces.get(letter, re.escape(letter)) for letter in php.as_text(value))
    return re.fullmatch(pattern, stored, re.IGNORECASE | re.DOTALL) is not None


def _part(stored, value):
    return stored is not None and php.as_text(value).casefold() in str(stored).casefold()


def _ordering(compare):
    def way(stored, value):
        if stored is None:
            return False
        if isinstance(stored, str):
            return compare(_collated(stored), _collated(php.as_text(value)))
        return compare(stored, php.to_int(value))

    return way


def _between(stored, value):
    ends = list(value.values()) if isinstance(value, dict) else []
    return len(ends) == 2 and WAYS[">="](stored, ends[0]) and WAYS["<="](stored, ends[1])


#: Sign before a name -> how a stored value is compared.
WAYS = {
    "": _each(_like),
    "=": _each(_equal),
    "@": _each(_equal),
    "%": _each(_part),
    "=%": _each(_like),
    "%=": _each(_like),
    ">": _ordering(lambda a, b: a > b),
    ">=": _ordering(lambda a, b: a >= b),
    "<": _ordering(lambda a, b: a < b),
    "<=": _ordering(lambda a, b: a <= b),
    "><": _between,
}


def _sorted(table, rows, order):
    for name, direction in reversed(list(order.items())):
        if isinstance(name, int):
            name, direction = direction, "ASC"
        name, direction = str(name).upper(), str(direction).upper()
        if name not in table.columns or direction not in ("ASC", "DESC"):
            raise _Misspelt(name)
        rows = sorted(rows, key=lambda row: _place(getattr(row, table.columns[name])), reverse=direction == "DESC")
    return rows


def _place(value):
    return (value is not None, _collated(value) if isinstance(value, str) else value or 0)


def _selected(table, wanted):
    names = [str(name).upper() for name in wanted.values()] if isinstance(wanted, dict) else []
    if not names or "*" in names:
        return set(table.columns)
    if not set(names) <= set(table.columns):
        raise _Misspelt(names)
    return set(names)


def _reduced(table, row, names):
    row = copy.copy(row)
    for name, attribute in table.columns.items():
        if name not in names:
            setattr(row, attribute, None)
    return row


def _collated(text):
    """A text as the database compares it: neither case nor trailing blanks count."""
    return text.rstrip(" ").casefold()
