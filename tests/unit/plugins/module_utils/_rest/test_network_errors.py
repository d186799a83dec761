# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exceptions of the HTTP library, old versions too: their names, whether a write may be stored, and that no text of theirs gets out."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest
import requests
import urllib3

from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.network_errors import classify

PATH = "/rest/1/S3cr3tS3cr3t/"
ORIGIN = "https://portal.example"


def _error(number):
    return OSError(number, os.strerror(number))


def _caused(error, cause):
    error.__cause__ = cause
    return error


def _gave_up(kind, reason):
    return kind(urllib3.exceptions.MaxRetryError(None, PATH, reason))


def _not_connected(cause):
    return _caused(urllib3.exceptions.NewConnectionError(None, f"cannot connect to {PATH}"), cause)


def _tls(cause):
    return _gave_up(requests.exceptions.SSLError, urllib3.exceptions.SSLError(cause))


def _openssl(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


def _proxy(cause):
    return _gave_up(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError("Cannot connect to proxy.", cause))


# what the library raised -> the code, whether a write may be stored
RAISED = {
    "refused": (_gave_up(requests.ConnectionError, _not_connected(_error(errno.ECONNREFUSED))), "connection_refused", False),
    "no way": (_gave_up(requests.ConnectionError, _not_connected(_error(errno.EHOSTUNREACH))), "connection_refused", False),
    "no way any more": (
        requests.ConnectionError(urllib3.exceptions.ProtocolError("x", _error(errno.EHOSTUNREACH))),
        "connection_broken",
        True,
    ),
    "reset": (requests.ConnectionError(urllib3.exceptions.ProtocolError("x", _error(errno.ECONNRESET))), "connection_broken", True),
    "no name": (_gave_up(requests.ConnectionError, _not_connected(socket.gaierror(-2, "x"))), "name_not_resolved", False),
    "no name at all": (requests.exceptions.InvalidURL(PATH), "name_not_resolved", False),
    "a name that is none": (UnicodeError(PATH), "name_not_resolved", False),
    "not connected in time": (requests.exceptions.ConnectTimeout(PATH), "timeout", False),
    "not answered in time": (requests.exceptions.ReadTimeout(PATH), "timeout", True),
    "not read in time": (requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, PATH, "x")), "timeout", True),
    "another host's certificate, urllib3 1": (_tls(ssl.SSLCertVerificationError(f"hostname doesn't match {PATH}")), "tls", False),
    "a certificate error of urllib3's own": (_tls(ValueError("hostname doesn't match")), "tls", False),
    "no TLS there": (_tls(_openssl("WRONG_VERSION_NUMBER")), "tls", False),
    "cut during TLS": (_tls(ssl.SSLEOFError(8, "EOF")), "connection_broken", True),
    "garbled": (_tls(_openssl("DECRYPTION_FAILED_OR_BAD_RECORD_MAC")), "connection_broken", True),
    "no proxy": (_proxy(_not_connected(_error(errno.ECONNREFUSED))), "proxy", False),
    "no such proxy": (_proxy(_not_connected(socket.gaierror(-2, "x"))), "proxy", False),
    "tunnel refused": (_proxy(OSError("Tunnel connection failed: 407 Proxy Authentication Required")), "proxy", False),
    "cut behind a proxy, urllib3 1": (_proxy(_error(errno.ECONNRESET)), "connection_broken", True),
    "anything else": (requests.exceptions.ChunkedEncodingError(PATH), "connection_broken", True),
}


@pytest.mark.parametrize("what", RAISED)
def test_classify_hides_the_texts_of_the_library(what):
    """In our own words: theirs hold the path, and with it the secret."""
    raised, code, uncertain = RAISED[what]
    error = classify(raised, ORIGIN, 60, "profile")
    assert (error.code, error.uncertain) == (code, uncertain)
    assert ORIGIN in error.description
    assert "S3cr3t" not in error.message()
    assert error.status == (407 if what == "tunnel refused" else None)
