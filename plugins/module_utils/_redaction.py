# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets out of texts: whole, percent-encoded, HTML-escaped, and pieces of them."""

from __future__ import annotations

import html
from urllib.parse import quote, quote_plus, unquote

MASK = "********"

#: A piece of a secret this long is masked too: portals and proxies print cut-off addresses.
PIECE = 6

#: A shorter secret would blank out ordinary words.
SHORTEST = 3

#: Ids have at most so many digits; the engine's own redaction also looks into numbers.
LONGEST_ID = 10


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
            for form in _forms(secret):
                self._secrets.add(form)
                lowered = _lowered(form)
                if len(lowered) >= PIECE:
                    self._pieces.update(lowered[i : i + PIECE] for i in range(len(lowered) - PIECE + 1))
                elif len(lowered) >= SHORTEST:
                    self._short.add(form)

    def values(self):
        """The secrets in all their forms, for the engine's own redaction; none that could be part of an id."""
        return {s for s in self._secrets if len(s) >= PIECE and not (s.isdigit() and len(s) <= LONGEST_ID)}

    def text(self, text):
        """The text with every secret, and every piece of one of PIECE characters or more, masked."""
        lowered = _lowered(text)
        parts, done, at = [], 0, 0
        while at + PIECE <= len(lowered):
            if lowered[at : at + PIECE] not in self._pieces:
                at += 1
                continue
            end = at + PIECE
            while lowered[end - PIECE + 1 : end + 1] in self._pieces and end < len(lowered):
                end += 1
            parts += [text[done:at], MASK]
            done = at = end
        text = "".join(parts) + text[done:]
        for secret in self._short:
            text = text.replace(secret, MASK)
        return text

    def data(self, value):
        """The same structure of dicts, lists and plain values with its texts masked; keys and numbers stay as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.data(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(item) for item in value]
        return value


def _lowered(text):
    """The text in lower case, as long as before: some letters would become two."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _forms(secret):
    decoded = unquote(secret)
    yield from {
        secret,
        decoded,
        quote(decoded, safe=""),
        quote_plus(decoded),
        html.escape(decoded),
        decoded.replace("/", "\\/"),
    }
