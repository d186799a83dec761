# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a text holds a secret, an encoded form of it, or a piece of it."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, unquote

PIECE = 6


def pieces_in(text, secrets):
    """The pieces of secrets, of six characters or more, that a text holds, as they are or encoded."""
    shown = [form.lower() for form in (text, _decoded(text))]
    found = []
    for secret in secrets:
        for form in dict.fromkeys((secret, unquote(secret), quote(secret, safe=""))):
            pieces = {form[start : start + PIECE].lower() for start in range(len(form) - PIECE + 1)} or {form.lower()}
            found += [piece for piece in pieces if any(piece in text for text in shown)]
    return found


def _decoded(text):
    """What a person would make of percent-encoding, of a page's entities and of the escapes of JSON, in any mixture."""
    text = unquote(html.unescape(text))
    text = re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda found: chr(int(found.group(1) or found.group(2), 16)), text)
    return re.sub(r"\\([/\"'\\])", r"\1", text)
