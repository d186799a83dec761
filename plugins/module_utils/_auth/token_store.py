# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An OAuth pair that lasts: taken from the options or the token file, renewed once for all processes that share the file.

Source: the OAuth pages of the Bitrix24 REST documentation. A refresh token is treated as single-use.
"""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_file import TokenFile, TokenPair
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import AUTH_SERVER, Bitrix24Error, ResponseError

#: Seconds to wait for another process that is renewing; its own request may take a whole timeout, and be repeated.
LOCK_TIMEOUT = 300.0


#: Answers that mean: this refresh token is no longer any good.
REJECTED_GRANTS = ("invalid_grant", "bad_verification_code")


#: What to do when it does not answer, or something else answers; what BY_CODE says then is meant for the portal.
OAUTH_SERVER_HINT = "Check oauth_url, and the network between this machine and the auth server."


def is_rejected_grant(error):
    """Whether the auth server takes the refresh token no more."""
    return error.code.lower() in REJECTED_GRANTS


class TokenStore:
    """The pair that a task signs in with.

    :param oauth: the OAuth options.
    :param refresh_call: called with a refresh token, asks the auth server and returns its answer as a dict.
    :param register_secrets: called with every token as soon as it is known.
    :param warn: called with a sentence for the user.
    """

    def __init__(self, oauth, refresh_call, register_secrets, warn):
        self._oauth = oauth
        self._refresh_call = refresh_call
        self._register_secrets = register_secrets
        self._warn = warn
        self._file = TokenFile(oauth.token_file, LOCK_TIMEOUT) if oauth.token_file else None
        self._pair = self._first_pair()

    @property
    def can_refresh(self):
        """Whether the auth server can be asked for a new pair."""
        return self._oauth.can_refresh and any(self._refresh_tokens(self._pair))

    def access_token(self):
        """The token to call with; asks for one when there is none yet.

        :raises Bitrix24Error: when there is none to be had.
        """
        if not self._pair.access_token:
            self.refresh()
        return self._pair.access_token

    def refresh(self):
        """Take a new pair in place of the one that was refused: from the file, when another process renewed it, or from the auth server.

        :returns: whether it is the auth server's; another process may have renewed so long ago that its pair is old as well.
        :raises Bitrix24Error: when there is none to be had.
        """
        if self._file is None:
            self._activate(self._refresh(self._pair))
            self._warn(
                "The OAuth tokens were refreshed for this task only, and the refresh token of the task may be used up."
                " Set token_file to store the new pair for the next task."
            )
            return True
        with self._file.locked():
            found = self._file.read()
            if found and found.access_token != self._pair.access_token:
                self._activate(found)
                return False
            self._activate(found or self._pair)
            with self._file.atomic_replace() as put:
                pair = self._refresh(self._pair)
                try:
                    put(pair)
                except OSError as error:
                    self._warn(f"The refreshed OAuth tokens could not be written to token_file: {error.strerror}.")
            self._activate(pair)
        return True

    def _first_pair(self):
        given = TokenPair(self._oauth.access_token or "", self._oauth.refresh_token or "")
        if self._file is None:
            return given
        found = self._file.read()
        if found is None:
            if not given.access_token and not (given.refresh_token and self._oauth.can_refresh):
                raise Bitrix24Error(
                    "token_file",
                    f"token_file {self._oauth.token_file} does not exist yet",
                    hint="Set access_token, or refresh_token with client_id and client_secret, for the first run.",
                )
            return given
        if self._file.has_loose_permissions():
            self._warn(f"token_file {self._oauth.token_file} can be read by other users. Set its mode to 0600.")
        self._activate(found)
        return found

    def _activate(self, pair):
        self._register_secrets(pair.access_token, pair.refresh_token)
        self._pair = pair

    def _refresh_tokens(self, pair):
        """Refresh tokens worth trying, the newest first: the one in the options may be new."""
        tokens = [pair.refresh_token, self._oauth.refresh_token]
        return list(dict.fromkeys(token for token in tokens if token))

    def _refresh(self, pair):
        candidates = self._refresh_tokens(pair)
        for position, token in enumerate(candidates, start=1):
            try:
                return self._parse_pair(self._refresh_call(token), token)
            except Bitrix24Error as error:
                if not is_rejected_grant(error) or position == len(candidates):
                    raise
        raise Bitrix24Error("expired_token", "no refresh token is set to refresh the access token")

    def _parse_pair(self, answer, old_refresh_token):
        access, refresh, expires = (answer.get(name) for name in ("access_token", "refresh_token", "expires"))
        if not (isinstance(access, str) and access):
            raise ResponseError(
                "unexpected_answer", "the auth server answered without an access token", method=AUTH_SERVER, hint=OAUTH_SERVER_HINT
            )
        self._register_secrets(access, refresh if isinstance(refresh, str) else None)
        return TokenPair(
            access,
            refresh if isinstance(refresh, str) and refresh else old_refresh_token,
            expires if isinstance(expires, int) and not isinstance(expires, bool) else None,
        )
