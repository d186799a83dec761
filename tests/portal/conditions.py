# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of filters: a prefix that says how to compare, and a field; and names as the database compares them."""

from __future__ import annotations

import re

from . import php

KEY = re.compile(r"([^a-zA-Z]*)(.*)", re.DOTALL)
MATCH = ("", "=", "@")


def parts(key):
    """(prefix, field) of a filter's key."""
    return KEY.fullmatch(str(key)).groups()


def values(value):
    """The values that a condition is about: those of a list, or the one."""
    return list(value.values()) if isinstance(value, dict) else [value]


def collated(text):
    """A text as the database compares it: neither case nor trailing blanks count."""
    return text.rstrip(" ").casefold()


def holds_emoji(text):
    """Whether a text has characters that the database stores in another way, so that a search never finds them."""
    return any(ord(character) > 0xFFFF for character in text)


def like(stored, pattern):
    """LIKE, with % and _ as wildcards."""
    pieces = {"%": ".*", "_": "."}
    expression = "".join(pieces.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, stored, re.IGNORECASE | re.DOTALL) is not None


def passes(stored, prefix, value):
    """Whether a stored value fulfils a condition.

    :param stored: int, str, bool (compared with Y and N), or None.
    :param prefix: how to compare.
    """
    if prefix.startswith("!"):
        return not passes(stored, prefix[1:], value)
    wanted = values(value)
    if prefix in MATCH:
        return any(_equal(stored, item) for item in wanted)
    if prefix == "%":
        return any(php.as_text(item).casefold() in _text(stored).casefold() for item in wanted)
    if prefix in ("=%", "%="):
        return any(like(_text(stored), php.as_text(item)) for item in wanted)
    if stored is None:
        return False
    ways = {">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b}
    if isinstance(stored, int):
        return ways[prefix](int(stored), php.to_int(wanted[0]))
    return ways[prefix](_text(stored), php.as_text(wanted[0]))


def _text(stored):
    if isinstance(stored, bool):
        return "Y" if stored else "N"
    return "" if stored is None else str(stored)


def _equal(stored, value):
    if isinstance(stored, int) and not isinstance(stored, bool):
        return stored == php.to_int(value)
    text = php.as_text(value)
    return not holds_emoji(text) and collated(_text(stored)) == collated(text)
