# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the secret and the text: nothing of the one stays in the other, and nothing else goes."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import (
    MAX_ID_DIGITS,
    MIN_FRAGMENT,
    MIN_SECRET,
    Redactor,
    is_ordinary,
)
from support.secrecy import pieces_in

from .answers import encodings

#: Without what the mask is made of, and what cannot be told from the escape of the letter behind it.
letters = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="*\\")
secrets = st.one_of(st.text(letters, min_size=MIN_FRAGMENT, max_size=40), st.text("0123456789", min_size=MIN_FRAGMENT, max_size=12))
short = st.text(letters, min_size=MIN_SECRET, max_size=MIN_FRAGMENT - 1)
surroundings = st.one_of(st.text(max_size=20), st.sampled_from(["https://portal.example/rest/1/", "%2", "&#", "\\u00", "backlog 3: "]))


def _redactor(*secrets):
    made = Redactor()
    made.add(*secrets)
    return made


@st.composite
def echoes(draw, secret):
    """A part of the secret, each letter written as it pleases."""
    start = draw(st.integers(0, len(secret) - MIN_FRAGMENT))
    end = draw(st.integers(start + MIN_FRAGMENT, len(secret)))
    return "".join(draw(encodings(letter)) for letter in secret[start:end])


@given(st.data(), secrets, surroundings, surroundings)
def test_redactor_with_any_encoding_leaves_no_fragment(data, secret, before, after):
    """Nor of a part of it, in any mixture of encodings."""
    echo = data.draw(echoes(secret))
    assert not pieces_in(_redactor(secret).text(before + echo + after), [secret])


@given(secrets, surroundings, st.lists(st.sampled_from([quote, quote_plus, lambda text: json.dumps(text)[1:-1], str.upper]), max_size=3))
def test_redactor_with_nested_encodings_masks_secret(secret, before, ways):
    """An address in a page in JSON."""
    text = secret
    for way in ways:
        text = way(text)
    assert not pieces_in(_redactor(secret).text(before + text), [secret])


@given(short, surroundings, surroundings)
def test_redactor_with_short_secret_masks_whole_secret(secret, before, after):
    """A piece of them would be an ordinary word."""
    assert secret not in _redactor(secret).text(before + secret + after)


@given(st.lists(st.one_of(secrets, short, st.text(letters, max_size=2)), max_size=3), st.text(max_size=60))
def test_redactor_without_secret_keeps_text(held, text):
    """To the letter; and what is masked is not masked again."""
    redactor = _redactor(*held)
    redacted = redactor.text(text)
    assert redactor.text(redacted) == redacted
    if not pieces_in(text, [secret for secret in held if len(secret) >= MIN_SECRET]):
        assert redacted == text


@given(st.one_of(short, secrets, st.sampled_from(["secret", "refresh", "rest", "portal", "refresh_token"])), surroundings)
def test_sentences_keep_words_and_lose_secrets(secret, before):
    """What may be a word stays in what the collection says itself; what cannot be one goes there too."""
    redacted = _redactor(secret).sentence(before + secret)
    if is_ordinary(secret):
        assert redacted.endswith(secret)
    elif not secret.isdigit() or len(secret) > MAX_ID_DIGITS:
        assert secret not in redacted


structures = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=10,
)


def _shape(value):
    """The structure without its texts."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else "" if isinstance(value, str) else value


@given(st.one_of(secrets, short), structures)
def test_redactor_data_keeps_numbers_and_keys(secret, value):
    """Whatever the secret is made of."""
    assert _shape(_redactor(secret).data(value)) == _shape(value)


@given(st.text("0123456789", min_size=1, max_size=MAX_ID_DIGITS))
def test_redactor_values_never_hold_possible_ids(secret):
    """Its own redaction looks into numbers: it does not get a secret that an id could hold."""
    assert not _redactor(secret).values()
