# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets out of texts: whole, percent-encoded, HTML-escaped, and pieces of them."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, quote_plus, unquote

MASK = "********"

#: A piece of a secret this long is masked too: portals and proxies print cut-off addresses.
PIECE = 6

#: A shorter secret would blank out ordinary words.
SHORTEST = 3

#: Ids have at most so many digits; the engine's own redaction also looks into numbers.
LONGEST_ID = 10

#: How a text may write one letter: in an address, on a page, in JSON.
ESCAPE = re.compile(
    r"""%([0-9a-f]{2})|&#x0*([0-9a-f]{1,5});?|&#0*([0-9]{1,6});?|&(amp|lt|gt|quot|apos);|\\[ux](?:00)?([0-9a-f]{2})|\\([/"'\\])""", re.I
)
HEXADECIMAL = (1, 2, 5)
DECIMAL = 3
NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

#: Escapes may be escaped in turn, such as an address in a page in JSON.
DEEPEST = 3


class Redactor:
    """Masks the secrets it was told of."""

    def __init__(self):
        self._secrets = set()
        self._pieces = set()
        self._short = set()

    def add(self, *secrets):
        """Tell of secrets; None and empty ones are passed over."""
        for secret in secrets:
            if not secret:
                continue
            self._secrets.update(_forms(secret))
            for form in (secret, unquote(secret), quote(unquote(secret), safe="")):
                lowered = _lowered(form)
                if len(lowered) >= PIECE:
                    self._pieces.update(lowered[i : i + PIECE] for i in range(len(lowered) - PIECE + 1))
                elif len(lowered) >= SHORTEST:
                    self._short.add(lowered)

    def values(self):
        """The secrets in all their forms, for the engine's own redaction; none that could be part of an id."""
        return {s for s in self._secrets if len(s) >= PIECE and not (s.isdigit() and len(s) <= LONGEST_ID)}

    def text(self, text):
        """The text with every secret, and every piece of one of PIECE characters or more, masked, however they are escaped."""
        found = sorted((places[start], places[end]) for letters, places in _readings(text) for start, end in self._found(letters))
        parts, done = [], 0
        for start, end in found:
            if start >= done:
                parts += [text[done:start], MASK]
            done = max(done, end)
        return "".join(parts) + text[done:]

    def data(self, value):
        """The same structure of dicts, lists and plain values with its texts masked; keys and numbers stay as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.data(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(item) for item in value]
        return value

    def _found(self, letters):
        """Where secrets and pieces of them begin and end."""
        lowered = _lowered(letters)
        for start in range(len(lowered) - PIECE + 1):
            if lowered[start : start + PIECE] in self._pieces:
                yield start, start + PIECE
        for secret in self._short:
            start = lowered.find(secret)
            while start >= 0:
                yield start, start + len(secret)
                start = lowered.find(secret, start + 1)


def _readings(text):
    """(the letters, the place of each in the text and the text's end): as they stand, and as what its escapes stand for."""
    letters, places = text, list(range(len(text) + 1))
    yield letters, places
    for _depth in range(DEEPEST):
        if not ESCAPE.search(letters):
            return
        letters, places = _read(letters, places)
        yield letters, places


def _read(letters, places):
    read, where, done = [], [], 0
    for found in ESCAPE.finditer(letters):
        read += [letters[done : found.start()], _meant(found)]
        where += places[done : found.start() + 1]
        done = found.end()
    return "".join(read) + letters[done:], where + places[done:]


def _meant(found):
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


def _forms(secret):
    decoded = unquote(secret)
    return {
        secret,
        decoded,
        quote(decoded, safe=""),
        quote_plus(decoded),
        html.escape(decoded),
        decoded.replace("/", "\\/"),
    }
