# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong below HTTP: exceptions of requests told as ours, in our own words.

The library's own texts are never passed on: they hold the path of the request, and with it the secret.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import traceback

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import ResponseError

#: The request cannot have reached the server.
CONNECT_ERRNOS = (
    errno.ECONNREFUSED,
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
)

#: What OpenSSL says of records that were changed on the way.
TLS_RECORD_ERRORS = ("BAD_RECORD_MAC", "DECRYPTION_FAILED")


def classify(error, origin, timeout, method, proxy=None):
    """A ResponseError for an exception that the HTTP library raised.

    :param error: what was raised.
    :param origin: scheme, host and port of the server.
    :param timeout: seconds that the request was given.
    :param method: name of the call.
    :param proxy: name of the variable that names the proxy on the way; None where there is none.
    """
    causes = list(_exception_chain(error))

    def first(*kinds):
        return next((cause for cause in causes if isinstance(cause, kinds)), None)

    def failure(code, what, uncertain=False, status=None):
        return ResponseError(code, what, status=status, method=method, uncertain=uncertain)

    tunnel = _proxy_status(causes)
    never_connected = first(urllib3.exceptions.NewConnectionError, socket.gaierror)
    handshake = first(ssl.SSLError)
    if isinstance(error, requests.exceptions.ProxyError):
        named = f"the proxy for {origin}" + (f", named by {proxy}," if proxy else "")
        if tunnel:
            return failure("proxy", f"{named} does not forward the request", status=tunnel)
        if never_connected or first(urllib3.exceptions.ConnectTimeoutError):
            return failure("proxy", f"{named} cannot be reached")
        if handshake and not _is_broken_record(handshake):
            return failure("proxy", f"{named} does not accept a TLS connection: its URL may have to begin with http://")
    if first(socket.gaierror, UnicodeError, requests.exceptions.InvalidURL):
        return failure("name_not_resolved", f"the host name of {origin} cannot be resolved")
    certificate = first(ssl.SSLCertVerificationError)
    if certificate:
        why = getattr(certificate, "verify_message", "it is for another host name").rstrip(".")  # urllib3 1 checks the name by itself
        return failure("tls", f"the certificate of {origin} is not accepted: {why}")
    unreachable = next((cause for cause in causes if getattr(cause, "errno", None) in CONNECT_ERRNOS), None)
    if unreachable and never_connected:
        return failure("connection_refused", f"no connection to {origin}: {os.strerror(unreachable.errno)}")
    if first(requests.exceptions.ConnectTimeout):
        return timed_out(origin, timeout, method, uncertain=False)
    if first(requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, socket.timeout):
        return timed_out(origin, timeout, method)
    if isinstance(error, requests.exceptions.SSLError) and not _is_broken_record(handshake):
        return failure("tls", f"no TLS connection to {origin}: {getattr(handshake, 'reason', None) or 'the certificate is not accepted'}")
    return failure("connection_broken", f"the connection to {origin} broke before the response was complete", uncertain=True)


def timed_out(origin, timeout, method, uncertain=True):
    """A ResponseError for a request that took longer than its timeout, in seconds."""
    return ResponseError("timeout", f"{origin} did not answer within {timeout:g} s", method=method, uncertain=uncertain)


def _is_broken_record(error):
    """Whether an encrypted connection broke, or was tampered with, after it was made."""
    return isinstance(error, ssl.SSLEOFError) or any(mark in (getattr(error, "reason", None) or "") for mark in TLS_RECORD_ERRORS)


def _exception_chain(error):
    """The exception and everything that is wrapped in it, each once."""
    queue, seen = [error], set()
    while queue:
        cause = queue.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]


def _proxy_status(causes):
    """The status that a proxy answered CONNECT with, when it did."""
    for cause in causes:
        found = re.search(r"Tunnel connection failed: (\d{3})", str(cause))
        if found:
            return int(found.group(1))
    return None
