# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of PHP that show on the wire: numeric text, casts, queries, arrays as JSON.

A PHP array is a dict here, whose keys are int or str; ``rendered()`` decides whether JSON sees a list or an object.
"""

from __future__ import annotations

import json
import math
import re
from urllib.parse import unquote_plus

BLANKS = " \t\n\r\v\f"
NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*", re.ASCII)
LEADING_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
LARGEST = 2**63 - 1
SMALLEST = -(2**63)
DEEPEST = 512


def is_numeric(value):
    """is_numeric(): a number, or text that is one."""
    if isinstance(value, str):
        return NUMERIC.fullmatch(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def to_int(value):
    """The cast (int)."""
    if isinstance(value, dict):
        return 1 if value else 0
    if isinstance(value, str):
        return _int_in_text(value)
    if isinstance(value, float):
        return _wrapped(value)
    return int(value or 0)


def fits_int(value):
    """Whether a numeric value may be passed for a parameter that is declared int."""
    number = value
    if isinstance(value, str):
        text = value.strip(BLANKS)
        number = int(text) if WHOLE.fullmatch(text) else float(text)
    return math.isfinite(number) and SMALLEST <= int(number) <= LARGEST


def as_text(value):
    """The string form, as messages show it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, dict):
        return "Array"
    return _float_text(value) if isinstance(value, float) else str(value)


def truthy(value):
    """The cast (bool)."""
    return value not in (None, False, 0, 0.0, "", "0") and value != {}


def key(name):
    """An array key: text that looks like an integer becomes one."""
    if isinstance(name, str) and re.fullmatch(r"0|-?[1-9]\d{0,18}", name, re.ASCII) and SMALLEST <= int(name) <= LARGEST:
        return int(name)
    return name


def decoded(body):
    """json_decode(): the value, lists as arrays; None for what PHP does not take, and for null."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_int=_integer, object_pairs_hook=_object)
        return _array(_encodable(value))
    except (ValueError, RecursionError):
        return None


def parsed(query):
    """parse_str(): the parameters of a query or a form."""
    result: dict = {}
    for pair in query.split("&"):
        name, _equals, value = pair.partition("=")
        name = unquote_plus(name, errors="surrogateescape").lstrip(" ").partition("\0")[0]
        if name:
            _put(result, name, unquote_plus(value, errors="surrogateescape"))
    return result


def rendered(value):
    """What json_encode() makes of an array: a list when its keys are 0, 1, ... in order, an object otherwise."""
    if not isinstance(value, dict):
        return value
    if list(value) == list(range(len(value))):
        return [rendered(item) for item in value.values()]
    return {str(name): rendered(item) for name, item in value.items()}


def array(value):
    """A Python structure as a PHP array, keys and all."""
    return _array(value)


def _array(value, depth=1):
    if not isinstance(value, (dict, list)):
        return value
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return {key(name): _array(item, depth + 1) for name, item in items}


def _object(pairs):
    return dict(_encodable(pairs))


def _encodable(value):
    """The value; half of a surrogate pair is refused, also where a later pair of the same name hides it."""
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _refuse(constant):
    raise ValueError(constant)


def _integer(digits):
    number = int(digits)
    if SMALLEST <= number <= LARGEST:
        return number
    return float(digits)


def _float_text(number):
    """A float with 14 digits, which is what PHP shows of one."""
    text = f"{number:.14G}"
    digits, exponent, power = text.partition("E")
    if not exponent:
        return text
    return f"{digits if '.' in digits else digits + '.0'}E{power[0]}{power[1:].lstrip('0')}"


def _int_in_text(text):
    found = LEADING_NUMBER.match(text)
    if not found:
        return 0
    number = found.group(1)
    if WHOLE.fullmatch(number):
        return max(SMALLEST, min(LARGEST, int(number)))
    number = float(number)
    return max(SMALLEST, min(LARGEST, int(number))) if math.isfinite(number) else 0


def _wrapped(number):
    if not math.isfinite(number):
        return 0
    return (int(number) - SMALLEST) % 2**64 + SMALLEST


def _put(result, name, value):
    outer, bracket, rest = name.partition("[")
    if bracket and not outer:
        return
    if "]" not in rest:
        result[key(re.sub(r"[. \[]", "_", name))] = value
        return
    names = [key(re.sub(r"[. ]", "_", outer))]
    rest = bracket + rest
    while rest.startswith("[") and "]" in rest:
        inner, _bracket, rest = rest[1:].partition("]")
        names.append("" if inner.isspace() and len(inner) == 1 else key(inner))
    place = result
    for step in names[:-1]:
        step = _next_free(place) if step == "" else step
        if not isinstance(place.get(step), dict):
            place[step] = {}
        place = place[step]
    place[_next_free(place) if names[-1] == "" else names[-1]] = value


def _next_free(place):
    return max([name for name in place if isinstance(name, int)], default=-1) + 1
