# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The auth server: a new pair for a refresh token (Bitrix24 REST documentation, page on the OAuth protocol)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ansible_collections.scrumops.bitrix24.plugins.module_utils._envelope import decoded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._waiting import is_passing, is_rate_limit

METHOD = "oauth/token"


class AuthServer:
    """Where OAuth tokens are renewed.

    :param transport: the way to the server.
    :param oauth: the OAuth options: the address, the client's id and secret.
    :param patience: the task's budget of waiting.
    :param redact: masks the secrets in a text.
    """

    def __init__(self, transport, oauth, patience, redact):
        self._transport = transport
        self._oauth = oauth
        self._patience = patience
        self._redact = redact

    def renew(self, refresh_token):
        """The server's answer to a refresh token, a dict. The secrets go in the body, never in the address.

        :raises Bitrix24Error: when the server refuses, also inside HTTP 200, or does not answer.
        """
        form = {
            "grant_type": "refresh_token",
            "client_id": self._oauth.client_id,
            "client_secret": self._oauth.client_secret,
            "refresh_token": refresh_token,
        }
        path = urlsplit(self._oauth.url).path or "/"
        attempt = 0
        while True:
            try:
                return decoded(self._transport.post(path, form, METHOD, as_form=True), METHOD, self._redact)
            except Bitrix24Error as error:
                if not (is_passing(error) or is_rate_limit(error)):
                    raise
                self._patience.wait(error, attempt)
                attempt += 1
