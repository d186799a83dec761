# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The auth server: a new pair for a refresh token (Bitrix24 REST documentation, page on the OAuth protocol)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_store import (
    OAUTH_SERVER_HINT,
    REJECTED_GRANTS,
    is_rejected_grant,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import AUTH_SERVER, Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import decode_body
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_rate_limit, is_transient

#: Further errors of its own, for which BY_CODE says what to do.
ITS_OWN = (
    *REJECTED_GRANTS,
    "wrong_client",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "insufficient_scope",
    "not_installed",
    "payment_required",
    "query_limit_exceeded",
)

HINTS = {"tls": "Add the CA certificate of the auth server to ca_path, if ca_path is set.", "proxy": None, "invalid_environment": None}
LOST_HINT = "Authorize the application again and store the new token pair. A response of the auth server, with the new tokens, was lost."


class OAuthServer:
    """Where OAuth tokens are renewed.

    :param transport: the way to the server.
    :param oauth: the OAuth options: the address, the client's id and secret.
    :param budget: the task's budget of waiting.
    :param redact: masks the secrets in a text.
    """

    def __init__(self, transport, oauth, budget, redact):
        self._transport = transport
        self._oauth = oauth
        self._budget = budget
        self._redact = redact

    def refresh(self, refresh_token):
        """The server's answer to a refresh token, a dict. The secrets go in the body, never in the address.

        :raises Bitrix24Error: when the server refuses, also inside HTTP 200, or does not answer.
        """
        form = {
            "grant_type": "refresh_token",
            "client_id": self._oauth.client_id,
            "client_secret": self._oauth.client_secret,
            "refresh_token": refresh_token,
        }
        try:
            return self._answer(form)
        except Bitrix24Error as error:
            error.uncertain = False  # the portal itself was not asked for anything
            raise

    def _answer(self, form):
        """The answer; asked for again when it was lost, although the token may be used up by then: nothing better can be done."""
        path = urlsplit(self._oauth.url).path or "/"
        attempt, response_lost = 0, False
        while True:
            try:
                return decode_body(self._transport.post(path, form, AUTH_SERVER, as_form=True), AUTH_SERVER, self._redact)
            except Bitrix24Error as error:
                if response_lost and is_rejected_grant(error):
                    error.hint = LOST_HINT
                elif error.code.lower() not in ITS_OWN:
                    error.hint = HINTS.get(error.code, OAUTH_SERVER_HINT) or error.hint
                if not (is_transient(error) or is_rate_limit(error)):
                    raise
                response_lost = response_lost or error.uncertain
                self._budget.wait(error, attempt)
                attempt += 1
