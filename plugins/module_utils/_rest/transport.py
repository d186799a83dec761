# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One POST to one server: TLS, proxies and redirects."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

try:
    import requests
    from requests import Session
    from requests.auth import AuthBase
except ImportError:  # network_errors keeps the traceback
    AuthBase = Session = object  # type: ignore[assignment,misc]

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.machine import check_machine
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import parse_address
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.network_errors import classify, timed_out
from ansible_collections.scrumops.bitrix24.plugins.module_utils._version import VERSION

REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65536


@dataclass(frozen=True)
class Response:
    """An HTTP answer, whatever is in it.

    :param retry_after: seconds that the server asks to wait; None when it does not say.
    """

    status: int
    content_type: str
    body: bytes = field(repr=False)
    retry_after: float | None = None
    location: str = field(default="", repr=False)


class NoNetrc(AuthBase):
    """Keeps requests from adding an Authorization header out of ~/.netrc."""

    def __call__(self, request):
        return request


class NoRedirectSession(Session):
    """Keeps requests from working out where a redirect leads, at which it may stumble: Transport does that."""

    def get_redirect_target(self, resp):
        """Nowhere."""
        return None


class Transport:
    """The way to one server.

    :param origin: scheme, host and port; replaced when the server redirects to a new address.
    :param verify: True, False or the path of a CA file.
    :param timeout: seconds for one request.
    :param warn: called with a sentence when the server has moved.
    :param redact: masks the secrets in a text; applied to the address that a server redirects to.
    """

    def __init__(self, origin, verify, timeout, warn, redact=str):
        self.origin = origin
        self._shown = origin
        self._redact = redact
        self._proxies = {}
        self._verify = verify
        self._timeout = timeout
        self._warn = warn
        self._session = NoRedirectSession()
        self._session.auth = NoNetrc()
        self._session.headers["User-Agent"] = f"scrumops.bitrix24/{VERSION}"
        self._session.headers["Accept"] = "application/json"

    def post(self, path, payload, method, as_form=False):
        """Send JSON (or a form), follow at most one redirect, return the Response.

        :param path: path below the origin; may hold the secret.
        :param payload: dict that is sent.
        :param method: name of the call, for errors.
        :raises ResponseError: when nothing came back that is an HTTP answer; its text never holds path or payload.
        :raises Bitrix24Error: with code ``invalid_environment``, before anything is sent.
        """
        answer = self._post(path, payload, method, as_form)
        if answer.status not in REDIRECTS:
            return answer
        self._follow_redirect(answer, method)
        answer = self._post(path, payload, method, as_form)
        if answer.status in REDIRECTS:
            raise _redirect_error(f"{self._shown} redirects a second time", answer, method)
        return answer

    def _post(self, path, payload, method, as_form):
        if self.origin not in self._proxies:
            self._proxies[self.origin] = check_machine(self.origin, self._verify, method)
        deadline = time.monotonic() + self._timeout
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # validate_certs: false is the user's word, urllib3 need not repeat it
                # verify goes with every request: REQUESTS_CA_BUNDLE would overrule the session's
                response = self._session.post(
                    self.origin + path,
                    **{"data" if as_form else "json": payload},
                    verify=self._verify,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                )
            with response:
                body = self._read(response, deadline, method)
        except (requests.RequestException, OSError, ValueError) as error:
            raise classify(error, self._shown, self._timeout, method, self._proxies[self.origin]) from None
        headers = response.headers
        return Response(
            status=response.status_code,
            content_type=headers.get("Content-Type", ""),
            body=body,
            retry_after=_parse_retry_after(headers.get("Retry-After", "")),
            location=headers.get("Location", ""),
        )

    def _read(self, response, deadline, method):
        parts = []
        for part in response.iter_content(CHUNK):
            parts.append(part)
            if time.monotonic() > deadline:
                raise timed_out(self._shown, self._timeout, method)
        return b"".join(parts)

    def _follow_redirect(self, answer, method):
        """Take scheme and host of the redirect's target as the new origin; the path stays ours, as a renamed portal wants it."""
        try:
            target = urlsplit(urljoin(self.origin + "/", answer.location))
            new = parse_address(f"{target.scheme}://{target.netloc}", "Location")
        except (Bitrix24Error, ValueError):
            raise _redirect_error(f"{self._shown} redirects to an invalid address", answer, method) from None
        if self.origin.startswith("https:") and new.scheme != "https":
            raise _redirect_error(f"{self._shown} redirects to {self._redact(new.origin)}, which is not encrypted", answer, method)
        if new.origin != self.origin:
            self._warn(f"{self._shown} has moved to {self._redact(new.origin)}. Set the new address in the task or the environment.")
            self._shown = self._redact(new.origin)
        self.origin = new.origin


def _parse_retry_after(text):
    """A Retry-After header's seconds; None when there is none, or a date."""
    return float(text) if text.isascii() and text.isdigit() else None


def _redirect_error(what, answer, method):
    return ResponseError("redirect_refused", f"{what} (HTTP {answer.status})", status=answer.status, method=method)
