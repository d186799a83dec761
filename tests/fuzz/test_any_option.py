# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever people put into the connection options: a way of signing in, or an error that repeats no secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import (
    AUTH_OPTIONS,
    TRANSPORT_OPTIONS,
    OAuth,
    environment_name,
    resolve,
    secrets_of,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import Webhook, parse_address, parse_webhook
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from support.secrecy import pieces_in

SECRET = "s3cr3tc0dexyz99"

pieces = st.one_of(
    st.sampled_from(
        ["https://", "http://", "ftp://", "//", "/", "rest", "/rest/", "1", "/1/", SECRET, "profile.json", "api", ":", "@", "?", "#"]
    ),
    st.sampled_from(
        ["[::1]", "[", "]", "127.0.0.1", "portal.example", ":8443", ":99999", ":x", "%2F", " ", "\t", "\n", "\x00", "..", "пример.рф"]
    ),
    st.text(max_size=3),
)
addresses = st.one_of(
    st.lists(pieces, max_size=8).map("".join),
    st.builds(
        lambda scheme, host, base, user, slash: f"{scheme}{host}{base}/rest/{user}/{SECRET}{slash}",
        st.sampled_from(["https://", "http://", "HTTPS://"]),
        st.sampled_from(["portal.example", "[::1]:80", "127.0.0.1", "PORTAL.example:8443", "xn--e1afmkfd.xn--p1ai"]),
        st.sampled_from(["", "/", "/b24", "/rest"]),
        st.sampled_from(["1", "admin", "0"]),
        st.sampled_from(["", "/", "//", "/profile.json", "/profile.json?a=b", "?x=1#y"]),
    ),
)


@given(addresses)
def test_parse_address_with_any_text_never_repeats_it(url):
    """It is read, or refused with a sentence that does not repeat it."""
    try:
        webhook = parse_webhook(url)
    except Bitrix24Error as error:
        assert error.code == "invalid_connection"
        assert not pieces_in(error.message(), [SECRET])
        return
    parts = urlsplit(webhook.origin)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert webhook.path.startswith("/")
    assert webhook.path.endswith(f"/{webhook.secret}/")
    assert "//" not in webhook.path
    assert webhook.secret not in repr(webhook) or webhook.secret in webhook.origin
    for again in (webhook.origin + webhook.path, webhook.origin + webhook.path + "profile.json"):
        read = parse_webhook(again)
        assert (read.origin, read.path, read.secret) == (webhook.origin, webhook.path, webhook.secret)
    assert parse_address(webhook.origin, "x").origin == webhook.origin


option_values = st.one_of(
    st.none(), st.just(""), st.just(" "), st.just("t0k3nOfSomebody"), st.just("https://portal.example"), addresses, st.text(max_size=6)
)
chosen = st.dictionaries(st.sampled_from(sorted(AUTH_OPTIONS)), option_values, max_size=4)
seconds = st.one_of(st.floats(), st.floats(0.1, 100))


def _own(params, environ):
    """The secrets that were given, as a person sees them."""
    for name in ("webhook_url", "access_token", "refresh_token", "client_secret"):
        for value in (params[name], environ.get(environment_name(name))):
            if value and SECRET in value:
                yield SECRET
            elif value and len(value.strip()) > 8 and name != "webhook_url":
                yield value.strip()


@given(chosen, chosen, seconds, seconds, st.sampled_from([None, "/nowhere", "/"]), option_values)
def test_resolve_with_any_options_registers_secrets_first(task, outside, timeout, max_wait, ca_path, oauth_url):
    """Of the task and of the environment; what is secret is known before anything is said."""
    defaults = {name: option.get("default") for name, option in {**TRANSPORT_OPTIONS, **AUTH_OPTIONS}.items()}
    params = {**defaults, "timeout": timeout, "max_wait": max_wait, "ca_path": ca_path, **task}
    if oauth_url:
        params["oauth_url"] = oauth_url
    environ = {environment_name(name): value for name, value in outside.items() if value is not None}
    redactor = Redactor()
    redactor.add(*secrets_of(params, environ))
    try:
        connection = resolve(params, environ)
    except Bitrix24Error as error:
        assert error.code == "invalid_connection"
        told = error.message()
    else:
        assert isinstance(connection.auth, (Webhook, OAuth))
        assert connection.timeout > 0
        assert connection.max_wait >= 0
        told = " ".join([*connection.warnings, repr(connection)])
    assert not pieces_in(redactor.text(told), _own(params, environ))
