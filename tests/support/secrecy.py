# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a text holds a secret, an encoded form of it, or a piece of it."""

from __future__ import annotations

from urllib.parse import quote

PIECE = 6


def pieces_in(text, secrets):
    """The pieces of secrets, of six characters or more, that a text holds."""
    lowered = text.lower()
    found = []
    for secret in secrets:
        for form in (secret, quote(secret, safe="")):
            pieces = {form[start : start + PIECE].lower() for start in range(len(form) - PIECE + 1)} or {form.lower()}
            found += [piece for piece in pieces if piece in lowered]
    return found
