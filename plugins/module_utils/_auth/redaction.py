# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets out of texts: whole, percent-encoded, HTML-escaped, and pieces of them.

A secret may be, or hold, an ordinary word. In texts of others (a portal's, a proxy's, a library's) such a word is masked as well, at the
place where the text comes in. Sentences of the collection are made of constant words and of those texts: in them, only what no word
can be is masked once more.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, quote_plus, unquote

MASK = "********"

#: A piece of a secret this long is masked too: portals and proxies print cut-off addresses.
MIN_FRAGMENT = 6

#: A shorter secret would blank out ordinary words.
MIN_SECRET = 3

#: Ids have at most so many digits; the engine's own redaction also looks into numbers.
MAX_ID_DIGITS = 10

#: A secret this long is none of the words of a sentence, whatever it is made of.
LONGEST_WORD = 15

#: A piece of a secret this long is masked in sentences of the collection too, unless it may be a word or an id.
LONG_PIECE = 10

#: Keys of a result that hold words of the collection, and what it took over from others after masking it.
SENTENCES = ("msg", "action", "code", "description", "method")

WORDS = re.compile(r"[^\W\d_]+|\d")

#: How a text may write one letter: in an address, on a page, in JSON.
ESCAPE = re.compile(
    r"""%([0-9a-f]{2})|&#x0*([0-9a-f]{1,5});?|&#0*([0-9]{1,6});?|&(amp|lt|gt|quot|apos);|\\[ux](?:00)?([0-9a-f]{2})|\\([/"'\\])""", re.I
)
HEXADECIMAL = (1, 2, 5)
DECIMAL = 3
NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

#: Escapes may be escaped in turn, such as an address in a page in JSON.
MAX_ESCAPE_DEPTH = 3


def is_ordinary(secret):
    """Whether a secret may be a word, or a few, such as "refresh_token": it would blank out what the collection itself says."""
    return len(secret) <= LONGEST_WORD and all(word.islower() or word.isupper() or word.istitle() for word in WORDS.findall(secret))


class Redactor:
    """Masks the secrets that it knows."""

    def __init__(self):
        self._secrets = set()
        self._foreign = Marks(MIN_FRAGMENT)
        self._own = Marks(LONG_PIECE)

    def add(self, *secrets):
        """Register secrets; ignores None and empty ones."""
        for secret in secrets:
            if not secret:
                continue
            self._secrets.update(_encodings(secret))
            for form in (secret, unquote(secret), quote(unquote(secret), safe="")):
                self._foreign.add(form)
                self._own.add(form, unless=_may_be_ours)

    def values(self):
        """The secrets in all their forms, for the engine's own redaction; none that could be part of an id or a word."""
        return {secret for secret in self._secrets if len(secret) >= MIN_FRAGMENT and not _may_be_ours(secret)}

    def text(self, text):
        """A text of others with every secret, and every piece of MIN_FRAGMENT characters or more of one, masked in any escaping."""
        return _masked(text, self._foreign)

    def sentence(self, text):
        """A sentence of the collection, with texts of others in it that are masked already: what no word and no id can be is masked."""
        return _masked(text, self._own)

    def data(self, value):
        """The same structure of dicts, lists and plain values with its texts masked; keys and numbers stay as they are.

        What stands under the keys in SENTENCES is the collection's own, all else is not.
        """
        return _masked_data(value, self.text, self.sentence)


class Marks:
    """What secrets are known by: pieces of one length, and each as a whole.

    :param piece: length of a piece, in characters.
    """

    def __init__(self, piece):
        self._piece = piece
        self._pieces = set()
        self._whole = set()

    def add(self, secret, unless=lambda _piece: False):
        """Know a secret from now on.

        :param unless: whether a piece, or the whole, is not to be known.
        """
        pieces = (secret[start : start + self._piece] for start in range(len(secret) - self._piece + 1))
        self._pieces.update(_lowered(piece) for piece in pieces if not unless(piece))
        if len(secret) >= MIN_SECRET and not unless(secret):
            self._whole.add(_lowered(secret))

    def found(self, chars):
        """Where secrets and pieces of them begin and end."""
        lowered = _lowered(chars)
        for start in range(len(lowered) - self._piece + 1):
            if lowered[start : start + self._piece] in self._pieces:
                yield start, start + self._piece
        for secret in self._whole:
            start = lowered.find(secret)
            while start >= 0:
                yield start, start + len(secret)
                start = lowered.find(secret, start + 1)


def _may_be_ours(secret):
    return is_ordinary(secret) or (secret.isdigit() and len(secret) <= MAX_ID_DIGITS)


def _masked(text, marks):
    found = sorted((offsets[start], offsets[end]) for chars, offsets in _decoded_variants(text) for start, end in marks.found(chars))
    parts, done = [], 0
    for start, end in found:
        if start >= done:
            parts += [text[done:start], MASK]
        done = max(done, end)
    return "".join(parts) + text[done:]


def _masked_data(value, foreign, own):
    if isinstance(value, str):
        return foreign(value)
    if isinstance(value, dict):
        return {key: _masked_data(item, own if key in SENTENCES else foreign, own) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked_data(item, foreign, own) for item in value]
    return value


def _decoded_variants(text):
    """(the letters, the place of each in the text and the text's end): as they stand, and as what its escapes stand for."""
    chars, offsets = text, list(range(len(text) + 1))
    yield chars, offsets
    for _depth in range(MAX_ESCAPE_DEPTH):
        if not ESCAPE.search(chars):
            return
        chars, offsets = _read(chars, offsets)
        yield chars, offsets


def _read(chars, offsets):
    read, where, done = [], [], 0
    for found in ESCAPE.finditer(chars):
        read += [chars[done : found.start()], _unescape(found)]
        where += offsets[done : found.start() + 1]
        done = found.end()
    return "".join(read) + chars[done:], where + offsets[done:]


def _unescape(found):
    """The one letter that an escape stands for."""
    code = found.group(found.lastindex)
    if found.lastindex in HEXADECIMAL:
        return chr(int(code, 16))
    if found.lastindex == DECIMAL:
        return chr(int(code))
    return NAMES.get(code.lower(), code)


def _lowered(text):
    """The text in lower case, as long as before: some letters would become two."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _encodings(secret):
    decoded = unquote(secret)
    return {
        secret,
        decoded,
        quote(decoded, safe=""),
        quote_plus(decoded),
        html.escape(decoded),
        decoded.replace("/", "\\/"),
    }
