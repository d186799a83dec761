# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in an HTTP answer of the REST interface: a result, or an error.

Sources: the pages on errors and on batch of the Bitrix24 REST documentation, and the server's own code where the two differ.
"""

from __future__ import annotations

import json

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import LOST_BEHIND, PortalError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import is_known

#: How much of a page that is no JSON is worth showing, in characters.
EXCERPT_CHARS = 120

#: How much of a page is looked at for them.
EXCERPT_BYTES = 20000

#: How much of an error's text is worth showing.
MAX_ERROR_TEXT = 500

#: Statuses of an error after which a write may have been stored: with 200 it is the answer that failed, with 503 the portal refuses before
#: it begins.
UNCERTAIN_STATUSES = (200, 500, *LOST_BEHIND)


def parse_envelope(answer, method, redact):
    """The envelope of a successful call: a dict with ``result``, maybe ``time``, ``total``, ``next``.

    :param answer: a Response of the transport.
    :param method: REST method that was called.
    :param redact: masks the secrets in a text; applied before anything is cut off.
    :raises PortalError: the portal answered with an error, whatever the HTTP status.
    :raises ResponseError: what came is no answer of the REST interface.
    """
    envelope = decode_body(answer, method, redact)
    if "result" not in envelope:
        raise _unexpected(answer, method, "JSON without a result")
    return envelope


def decode_body(answer, method, redact):
    """The JSON object of an answer that is no error; parameters and errors as for parse_envelope."""
    try:
        content = json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unexpected(answer, method, _excerpt(answer, redact)) from None
    if not isinstance(content, dict):
        raise _unexpected(answer, method, "JSON that is no object")
    if "error" in content:
        raise portal_error(content, answer.status, method, redact, answer.retry_after, uncertain=answer.status in UNCERTAIN_STATUSES)
    if answer.status != 200:
        raise _unexpected(answer, method, "an error status without an error")
    return content


def portal_error(error_body, status, method, redact, retry_after=None, uncertain=False):
    """The PortalError of an error pair, as the whole answer or as one command's share of a batch; parameters as there."""
    code, description = error_body.get("error"), error_body.get("error_description")
    nested = code if isinstance(code, dict) else None
    if nested is not None:  # as version 3 of the interface puts it
        code, description = nested.get("code"), nested.get("message")
    return PortalError(
        _said(code, redact),
        _said(description, redact),
        status=status,
        method=method,
        uncertain=uncertain,
        retry_after=retry_after,
    )


def php_map(value):
    """A map of a batch answer, which PHP writes as ``[]``, as a list or as an object."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(position): item for position, item in enumerate(value)}
    return {}


def parse_int(value):
    """The integer in a JSON value, which may be written as text; None when there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20:
        return int(value)
    return None


def _said(value, redact):
    """A code or a text of the portal, with secrets masked; the words of the tables are no secret, whatever the secret is."""
    try:
        text = "" if value is None else str(value)[:EXCERPT_BYTES]
    except RecursionError:
        return ""
    return _printable(text if is_known(text) else redact(text))


def _printable(text):
    """A text as one line that a terminal can show."""
    text = "".join(letter if letter.isprintable() else " " for letter in text[:MAX_ERROR_TEXT])
    return text + ("..." if len(text) == MAX_ERROR_TEXT else "")


def _unexpected(answer, method, what):
    return ResponseError(
        "unexpected_answer",
        f"the response is not from the REST API: HTTP {answer.status}, {what}",
        status=answer.status,
        method=method,
        uncertain=not 400 <= answer.status < 500,
        retry_after=answer.retry_after,
    )


def _excerpt(answer, redact):
    kind = _printable(redact(answer.content_type)).partition(";")[0].strip()[:60]
    words = " ".join(redact(answer.body[:EXCERPT_BYTES].decode("utf-8", "replace")).split())
    shown = "an empty body" if not words else f"beginning with {words[:EXCERPT_CHARS]!r}"
    return f"{kind or 'no content type'}, {shown}"
