# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret, no encoded form of one, and no piece of six characters or more gets out; numbers stay readable."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._redaction import Redactor

SECRET = "aB3/x+y&Z9k2pQ7w"


@pytest.fixture
def redactor():
    """A redactor that knows the secret."""
    made = Redactor()
    made.add(SECRET, None, "")
    return made


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), html.escape(SECRET), SECRET.lower(), SECRET.replace("/", "\\/")])
def test_all_forms_of_a_secret(redactor, form):
    """As it is, percent-encoded, as a page or JSON shows it, in another case."""
    assert redactor.text(f"before {form} after") == "before ******** after"


@pytest.mark.parametrize(
    "form",
    [
        quote(SECRET).lower(),
        html.escape(quote(SECRET, safe="")),
        quote(quote(SECRET, safe=""), safe=""),
        "aB3&#047;x&#43;y&#x26;Z9k2pQ7w",
        "aB3\\/x+y\\u0026Z9k2pQ7w",
        "%61B3/x%2By&amp;Z9k2p\\u00517w",
    ],
)
def test_letters_written_otherwise(redactor, form):
    """One by one, in any mixture, and more than once."""
    assert redactor.text(f"before {form} after") == "before ******** after"


@pytest.mark.parametrize("length", range(6, len(SECRET)))
def test_pieces_of_a_secret(redactor, length):
    """Portals and proxies cut texts off."""
    for start in range(len(SECRET) - length + 1):
        assert SECRET[start : start + length] not in redactor.text(f"<{SECRET[start : start + length]}>")


def test_other_text_stays(redactor):
    """Only the secret goes."""
    text = "Reading the backlog of group 125 failed: Access denied"
    assert redactor.text(text) == text
    assert redactor.text("") == ""
    assert redactor.text("100%25 &amp; &Quot; \\u00e9 \\/") == "100%25 &amp; &Quot; \\u00e9 \\/"


def test_structures_keep_their_keys_and_numbers(redactor):
    """A user id is no secret, even when a secret is made of digits."""
    redactor.add("1234567890123")
    data = {"id": 125, "msg": SECRET, "list": [SECRET, 1234567890123, None, True], "pair": (1, SECRET)}
    assert redactor.data(data) == {"id": 125, "msg": "********", "list": ["********", 1234567890123, None, True], "pair": [1, "********"]}


def test_nothing_short_goes_to_the_engines_own_redaction(redactor):
    """It would blank out numbers that contain it."""
    redactor.add("125", "2147483647", "abc")
    assert not {"125", "2147483647", "abc"} & redactor.values()
    assert SECRET in redactor.values()
    assert redactor.text("xabcxABCx") == "x********x********x"  # a host name has no capitals


def test_letters_that_grow_in_lower_case(redactor):
    """The text keeps its length while it is searched."""
    assert redactor.text("İ" + SECRET) == "İ********"
