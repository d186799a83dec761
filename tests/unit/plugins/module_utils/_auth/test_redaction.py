# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret, no encoded form of one, and no piece of six characters or more gets out; numbers stay readable."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import MASK, Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import EXAMPLE_URL
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import COLLECTION_CODES
from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import BY_CODE, BY_TEXT

SECRET = "aB3/x+y&Z9k2pQ7w"


@pytest.fixture
def redactor():
    """A redactor that knows the secret."""
    made = Redactor()
    made.add(SECRET, None, "")
    return made


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), html.escape(SECRET), SECRET.lower(), SECRET.replace("/", "\\/")])
def test_redactor_masks_every_encoding(redactor, form):
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
def test_redactor_masks_escaped_characters(redactor, form):
    """One by one, in any mixture, and more than once."""
    assert redactor.text(f"before {form} after") == "before ******** after"


@pytest.mark.parametrize("length", range(6, len(SECRET)))
def test_redactor_masks_fragments(redactor, length):
    """Portals and proxies cut texts off."""
    for start in range(len(SECRET) - length + 1):
        assert SECRET[start : start + length] not in redactor.text(f"<{SECRET[start : start + length]}>")


def test_redactor_keeps_other_text(redactor):
    """Only the secret goes."""
    text = "Reading the backlog of group 125 failed: Access denied"
    assert redactor.text(text) == text
    assert redactor.text("") == ""
    assert redactor.text("100%25 &amp; &Quot; \\u00e9 \\/") == "100%25 &amp; &Quot; \\u00e9 \\/"


def test_redactor_data_keeps_keys_and_numbers(redactor):
    """A user id is no secret, even when a secret is made of digits."""
    redactor.add("1234567890123")
    data = {"id": 125, "msg": SECRET, "list": [SECRET, 1234567890123, None, True], "pair": (1, SECRET)}
    assert redactor.data(data) == {"id": 125, "msg": "********", "list": ["********", 1234567890123, None, True], "pair": [1, "********"]}


def test_redactor_values_leave_out_short_secrets(redactor):
    """It would blank out numbers that contain it."""
    redactor.add("125", "2147483647", "abc")
    assert not {"125", "2147483647", "abc"} & redactor.values()
    assert SECRET in redactor.values()
    assert redactor.text("xabcxABCx") == "x********x********x"  # a host name has no capitals


WORDS = [
    "secret",
    "refresh",
    "rest",
    "SECRET",
    "Refresh",
    "refresh_token",
    "backlog",
    "portal",
    "proxy",
    "webhook_url",
    "client-secret",
    "task",
]


def _said_by_the_collection():
    texts = [
        *BY_CODE.values(),
        *(hint for texts in BY_TEXT.values() for hint in texts.values()),
        *COLLECTION_CODES.values(),
        f"webhook_url has no secret in it; it looks like {EXAMPLE_URL}",
    ]
    return [*texts, "Reading the backlog of group 125 failed: the portal answered: Access denied (code 0, HTTP 400)"]


@pytest.mark.parametrize(
    "secret", [*WORDS, "125", "https://", "my-secret-is-a-refresh-token-42", "secret1 backlog", "s3cr3t portal answers 9"]
)
def test_sentence_of_the_collection_keeps_the_words_that_a_secret_holds(secret):
    """They are constant, and leak nothing; the engine's own redaction is not given such words either."""
    redactor = Redactor()
    redactor.add(secret)
    for text in _said_by_the_collection():
        assert redactor.sentence(text) == text
        assert not any(value in text for value in redactor.values())


@pytest.mark.parametrize("secret", WORDS)
def test_word_that_is_a_secret_is_masked_in_texts_of_others(secret):
    """A portal's page, an address, a group's name."""
    redactor = Redactor()
    redactor.add(secret)
    assert redactor.text(f"/rest/1/{secret}/x").count(MASK) >= 1
    assert secret not in redactor.text(f"<{secret}>")
    row = redactor.data({"msg": f"Correct {secret}", "error": {"description": f"no {secret}"}, "group_name": f"Team {secret}"})
    assert row == {"msg": f"Correct {secret}", "error": {"description": f"no {secret}"}, "group_name": f"Team {MASK}"}


@pytest.mark.parametrize("secret", [SECRET, "Qx7Lm", "407152968301746", "qwfpgjluyarstdhnqwfp", "QxLmVtZkWp", "refresh1token2"])
def test_secret_that_no_word_can_be_is_masked_in_sentences_too(secret):
    """Whatever may have brought it there."""
    redactor = Redactor()
    redactor.add(secret)
    for form in (secret, quote(secret, safe=""), html.escape(secret)):
        assert redactor.sentence(f"Reading {form} failed") == f"Reading {MASK} failed"
        assert redactor.data({"msg": form}) == {"msg": MASK}
        assert secret in redactor.values() or len(secret) < 6


def test_redactor_with_growing_lowercase_keeps_offsets(redactor):
    """The text keeps its length while it is searched."""
    assert redactor.text("İ" + SECRET) == "İ********"
