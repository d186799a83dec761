# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The auth server: access tokens that expire, refresh tokens for one use."""

from __future__ import annotations

import secrets
import string
import threading
import time
from dataclasses import dataclass

from .signin import Caller
from .store import RestError


@dataclass
class Grant:
    """An application's leave to act for a user."""

    client_id: str
    client_secret: str
    user: int
    scopes: tuple
    lifetime: int


def new_secret(length=70):
    """A secret of more than hexadecimal digits: no time stamp and no checksum of a log holds a piece of it by chance."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _letter in range(length))


class Tokens:
    """Applications and the tokens that they were given.

    :ivar renewals: refresh tokens that were taken, in order.
    :ivar given: all tokens that were ever given out.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._grants = {}
        self._access = {}
        self._refresh = {}
        self.renewals = []
        self.given = []
        self.portal_url = ""

    def install(self, client_id, client_secret, user, scopes, lifetime):
        """Install an application; returns its first pair."""
        with self._lock:
            self._grants[client_id] = grant = Grant(client_id, client_secret, user, tuple(scopes), lifetime)
            return self._pair(grant)

    def expire(self):
        """Let all access tokens be too old."""
        with self._lock:
            self._access = {token: (grant, 0) for token, (grant, _end) in self._access.items()}

    def caller(self, token, switches):
        """The Caller behind an access token."""
        with self._lock:
            found = self._access.get(token)
        if found is None:
            raise RestError("Unable to get application by token", "invalid_token", switches.auth_status_of("invalid_token"))
        grant, end = found
        if end <= time.time():
            raise RestError("The access token provided has expired", "expired_token", 401)
        return Caller(grant.user, grant.scopes)

    def renew(self, params):
        """(status, body) of a renewal."""
        given = {name: str(params.get(name) or "") for name in ("grant_type", "client_id", "client_secret", "refresh_token")}
        if given["grant_type"] != "refresh_token" or not given["refresh_token"]:
            return 400, _error("invalid_request", "Invalid grant_type or refresh_token")
        with self._lock:
            grant = self._grants.get(given["client_id"])
            if grant is None:
                return 200, _error("wrong_client", "Client not found")
            if grant.client_secret != given["client_secret"]:
                return 400, _error("invalid_client", "Wrong client secret")
            if self._refresh.pop(given["refresh_token"], None) is not grant:
                return 400, _error("invalid_grant", "Refresh token is not valid")
            self.renewals.append(given["refresh_token"])
            access, refresh = self._pair(grant)
        body = {
            "access_token": access,
            "refresh_token": refresh,
            "expires": int(time.time()) + grant.lifetime,
            "expires_in": grant.lifetime,
            "client_endpoint": self.portal_url + "/rest/",
            "server_endpoint": self.portal_url + "/rest/",
            "domain": "oauth.example",
            "member_id": "0123456789abcdef",
            "scope": ",".join(grant.scopes),
            "status": "L",
            "user_id": grant.user,
        }
        return 200, body

    def _pair(self, grant):
        access, refresh = new_secret(), new_secret()
        self._access[access] = (grant, time.time() + grant.lifetime)
        self._refresh[refresh] = grant
        self.given += [access, refresh]
        return access, refresh


def _error(code, text):
    return {"error": code, "error_description": text}
