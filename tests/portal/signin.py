# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks: a webhook in the path, or a token; checked in the server's order."""

from __future__ import annotations

from dataclasses import dataclass

from .store import RestError


@dataclass
class Caller:
    """Somebody who is signed in."""

    user: int
    scopes: tuple


def sign_in(store, tokens, switches, path, params, headers, encrypted):
    """The Caller of a request.

    :param path: (user, secret) of a webhook's path, or None.
    :raises RestError: with the code that the portal gives.
    """
    if path is None and isinstance(params.get("ap"), str) and isinstance(params.get("aplogin"), str):
        path = (params["aplogin"], params["ap"])
    if path:
        return _webhook(store, switches, path, encrypted)
    token = _token(params, headers)
    if not token:
        raise _refusal(switches, "NO_AUTH_FOUND", "Wrong authorization data")
    return tokens.caller(token, switches)


def _webhook(store, switches, path, encrypted):
    if switches.https_required and not encrypted:
        raise _refusal(switches, "INVALID_REQUEST", "Https required.")
    user, secret = path
    for webhook in store.webhooks:
        if webhook.secret == secret and str(webhook.user) == user and webhook.active:
            owner = store.users.get(webhook.user)
            if owner and not owner.active:
                raise _refusal(switches, "authorization_error", "Unable to authorize user")
            return Caller(webhook.user, webhook.scopes)
    raise _refusal(switches, "INVALID_CREDENTIALS", "Invalid request credentials")


def _token(params, headers):
    kind, _blank, token = headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token
    return next((params[name] for name in ("auth", "access_token") if isinstance(params.get(name), str)), "")


def _refusal(switches, code, text):
    return RestError(text, code, switches.auth_status_of(code))
