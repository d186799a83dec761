# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What PHP 8.2 makes of queries, JSON and numbers, as it was seen to do."""

from __future__ import annotations

import pytest

from portal import php

QUERIES = {
    "a=1&a=2": {"a": "2"},
    "a[b]=1&a[c]=2": {"a": {"b": "1", "c": "2"}},
    "a[]=1&a[]=2": {"a": ["1", "2"]},
    "a[ ]=1": {"a": ["1"]},
    "a[b]=1&a=5": {"a": "5"},
    "a.b c=1": {"a_b_c": "1"},
    "a[b.c]=1": {"a": {"b.c": "1"}},
    "a[b=1": {"a_b": "1"},
    "a[ b.=1": {"a__b_": "1"},
    "[a]=1": [],
    "=1": [],
    "  a=1": {"a": "1"},
    "a": {"a": ""},
}

BODIES = {
    '{"a": 1e20}': {"a": 1e20},
    '{"a": 9223372036854775808}': {"a": 9223372036854775808.0},
    '{"0": 1, "1": 2}': [1, 2],
    '{"1": 1, "0": 2}': {"1": 1, "0": 2},
    '{"a": NaN}': None,
    '{"a": "\\ud800"}': None,
    '{"a": "\\ud800", "a": 1}': None,
    "\ufeff{}": None,
    "{,}": None,
}

TEXTS = [
    (None, ""),
    (False, ""),
    (True, "1"),
    (12.9, "12.9"),
    (0.1, "0.1"),
    (2.0, "2"),
    (-0.0, "-0"),
    (1e13, "10000000000000"),
    (1e14, "1.0E+14"),
    (1.5e-7, "1.5E-7"),
    (0.0001, "0.0001"),
    (123456789012345678.0, "1.2345678901235E+17"),
    (float("inf"), "INF"),
]

NUMBERS = {
    "125": (True, 125),
    " 125 ": (True, 125),
    "125abc": (False, 125),
    "1e3": (True, 1000),
    "1_0": (False, 1),
    ".": (False, 0),
    "1.": (True, 1),
    "-.5e1": (True, -5),
    "0x1A": (False, 0),
    "99999999999999999999": (True, 2**63 - 1),
    "1e400": (True, 0),
    "\u00a01": (False, 0),
}


@pytest.mark.parametrize("query", QUERIES)
def test_parse_query_builds_php_arrays(query):
    """Brackets make arrays; what is not closed is part of the name."""
    assert php.rendered(php.parsed(query)) == QUERIES[query]


@pytest.mark.parametrize("body", BODIES)
def test_parse_body_reads_php_json(body):
    """None stands for what is not taken as JSON."""
    assert php.rendered(php.decoded(body.encode())) == BODIES[body]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_to_text_formats_numbers_as_php(value, text):
    """Fourteen digits, and an exponent of its own style."""
    assert php.as_text(value) == text


@pytest.mark.parametrize("text", NUMBERS, ids=repr)
def test_numeric_text_is_cast_as_php(text):
    """(is it numeric, what the cast makes of it)."""
    assert (php.is_numeric(text), php.to_int(text)) == NUMBERS[text]
