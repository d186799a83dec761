# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: which way of signing in, from where, and what is refused before any call."""

from __future__ import annotations

import os
from pathlib import Path

import certifi
import pytest
from ansible.module_utils.basic import AnsibleFallbackNotFound

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import (
    AUTH_OPTIONS,
    OAUTH_URL,
    TRANSPORT_OPTIONS,
    OAuth,
    argument_spec,
    non_empty_env_fallback,
    resolve,
    secrets_of,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import Webhook, parse_webhook
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error

HOOK = "https://example.bitrix24.com/rest/1/s3cr3tc0dexyz99/"
PORTAL = "https://example.bitrix24.com"


def _params(**task):
    params = {name: option.get("default") for name, option in {**TRANSPORT_OPTIONS, **AUTH_OPTIONS}.items()}
    return {**params, **task}


TASK_TOKEN = {"portal_url": PORTAL, "access_token": "token"}
TASK_REFRESH = {"portal_url": PORTAL, "refresh_token": "r", "client_id": "c", "client_secret": "s"}

# options of the task, the environment, the way of signing in or None for an error
SIGN_IN = [
    ({"webhook_url": HOOK}, {}, Webhook),
    ({}, {"BITRIX24_WEBHOOK_URL": HOOK}, Webhook),
    (TASK_TOKEN, {}, OAuth),
    (TASK_REFRESH, {}, OAuth),
    ({"portal_url": PORTAL, "token_file": "/t"}, {}, OAuth),
    ({}, {"BITRIX24_PORTAL_URL": PORTAL, "BITRIX24_ACCESS_TOKEN": "t"}, OAuth),
    ({"portal_url": PORTAL}, {"BITRIX24_ACCESS_TOKEN": "t"}, OAuth),
    # the task beats the environment of the other kind
    ({"webhook_url": HOOK}, {"BITRIX24_PORTAL_URL": PORTAL, "BITRIX24_ACCESS_TOKEN": "t"}, Webhook),
    (TASK_TOKEN, {"BITRIX24_WEBHOOK_URL": HOOK}, OAuth),
    ({"portal_url": PORTAL}, {"BITRIX24_WEBHOOK_URL": HOOK, "BITRIX24_ACCESS_TOKEN": "t"}, OAuth),
    # portal_url or oauth_url alone make no kind
    ({"webhook_url": HOOK, "portal_url": PORTAL}, {}, Webhook),
    ({"portal_url": PORTAL}, {"BITRIX24_WEBHOOK_URL": HOOK}, Webhook),
    ({"portal_url": PORTAL}, {}, None),
    # an empty variable counts as unset
    ({}, {"BITRIX24_WEBHOOK_URL": HOOK, "BITRIX24_ACCESS_TOKEN": "", "BITRIX24_CLIENT_ID": " "}, Webhook),
    ({}, {"BITRIX24_WEBHOOK_URL": "", "BITRIX24_PORTAL_URL": PORTAL, "BITRIX24_ACCESS_TOKEN": "t"}, OAuth),
    # none, both, or half of one
    ({}, {}, None),
    ({"webhook_url": ""}, {}, None),
    ({"webhook_url": HOOK, "access_token": "t"}, {}, None),
    ({}, {"BITRIX24_WEBHOOK_URL": HOOK, "BITRIX24_ACCESS_TOKEN": "t"}, None),
    ({"access_token": "t"}, {}, None),
    ({"portal_url": PORTAL, "refresh_token": "r"}, {}, None),
    ({"portal_url": PORTAL, "client_id": "c", "client_secret": "s"}, {}, None),
]


@pytest.mark.parametrize(("task", "environ", "kind"), SIGN_IN)
def test_resolve_chooses_one_auth_kind_or_fails(task, environ, kind):
    """One kind, or an error before any call."""
    if kind is None:
        with pytest.raises(Bitrix24Error) as error:
            resolve(_params(**task), environ)
        assert error.value.code == "invalid_connection"
    else:
        assert isinstance(resolve(_params(**task), environ).auth, kind)


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        (HOOK, "https://example.bitrix24.com", "/rest/1/s3cr3tc0dexyz99/"),
        (HOOK[:-1], "https://example.bitrix24.com", "/rest/1/s3cr3tc0dexyz99/"),
        (HOOK + "profile.json", "https://example.bitrix24.com", "/rest/1/s3cr3tc0dexyz99/"),
        (HOOK + "profile.json?x=1#y", "https://example.bitrix24.com", "/rest/1/s3cr3tc0dexyz99/"),
        ("https://box.example:8443/b24/rest/7/s3cr3t/", "https://box.example:8443", "/b24/rest/7/s3cr3t/"),
        ("http://[::1]:80/rest/admin/s3cr3t", "http://[::1]:80", "/rest/admin/s3cr3t/"),
    ],
)
def test_parse_webhook_accepts_pasted_forms(url, origin, path):
    """People paste what the portal shows."""
    webhook = parse_webhook(url)
    assert (webhook.origin, webhook.path) == (origin, path)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        '"{}"',
        "'{}'",
        "`{}`",
        "<{}>",
        "\u201c{}\u201d",
        "\u201e{}\u201c",
        "\xab{}\xbb",
        "\ufeff{}",
        "\u200b{}\u00a0",
        "\r\n\t{}\n",
        ' "<{}>"\n',
    ],
)
@pytest.mark.parametrize("option", ["webhook_url", "portal_url", "oauth_url"])
@pytest.mark.parametrize("place", ["task", "environment"])
def test_address_with_something_around_it_is_taken_without(around, option, place):
    """As people paste it; and the secret in it is known without it too."""
    given = around.format(HOOK if option == "webhook_url" else PORTAL)
    others = {} if option == "webhook_url" else TASK_TOKEN if option == "oauth_url" else {"access_token": "token"}
    at_once = place == "task" or option == "oauth_url"  # the engine's own fallback reads that one
    params = _params(**{**others, option: given} if at_once else others)
    environ = {} if at_once else {f"BITRIX24_{option.upper()}": given}
    auth = resolve(params, environ).auth
    assert auth.origin == PORTAL
    if option == "oauth_url":
        assert auth.url == PORTAL
    if option == "webhook_url":
        assert auth.path == "/rest/1/s3cr3tc0dexyz99/"
        assert set(secrets_of(params, environ)) == {"s3cr3tc0dexyz99"}


@pytest.mark.parametrize("value", ["\ufefft0k3n", "t0k3n\n", "\u200b t0k3n "])
def test_token_with_blanks_around_it_is_taken_without(value):
    """Even with such as cannot be seen."""
    auth = resolve(_params(portal_url=PORTAL, access_token=value), {}).auth
    assert auth.access_token == "t0k3n"


@pytest.mark.parametrize(
    "url",
    [
        "example.bitrix24.com/rest/1/s3cr3tc0dexyz99/",
        "ftp://example.com/rest/1/s3cr3tc0dexyz99/",
        "https:///rest/1/s3cr3tc0dexyz99/",
        "https://example.com:99999/rest/1/s3cr3tc0dexyz99/",
        "https://example.com:0/rest/1/s3cr3tc0dexyz99/",
        "https://[::1/rest/1/s3cr3tc0dexyz99/",
        "https://example.com/rest/1/s3cr3tc0\ndexyz99/",
        '"https://example.com/rest/1/" s3cr3tc0dexyz99',
        "https://user:s3cr3tc0dexyz99@example.com/rest/1/s3cr3tc0dexyz99/",
        "https://example.com/rest/1/s3cr3t c0dexyz99/",
        "https://example.com/s3cr3tc0dexyz99/",
        "https://example.com/rest/s3cr3tc0dexyz99",
        "https://example.com/rest/1/profile.json",
        "https://example.com/rest/api/1/s3cr3tc0dexyz99/",
        "https://example.com/sub/rest/api/1/s3cr3tc0dexyz99/",
    ],
)
def test_parse_webhook_with_invalid_url_never_repeats_it(url):
    """The error names the option, never the address."""
    with pytest.raises(Bitrix24Error) as error:
        resolve(_params(webhook_url=url), {})
    assert error.value.code == "invalid_connection"
    assert "webhook_url" in error.value.message()
    assert "s3cr3t" not in error.value.message()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0.0),
        ("timeout", -1.0),
        ("timeout", float("nan")),
        ("timeout", float("inf")),
        ("timeout", 1e30),
        ("timeout", 1000001.0),
        ("max_wait", -0.1),
        ("max_wait", float("inf")),
        ("max_wait", float("nan")),
        ("max_wait", 1e30),
    ],
)
def test_resolve_with_invalid_durations_names_them(option, value):
    """They are refused, and named."""
    with pytest.raises(Bitrix24Error, match=option):
        resolve(_params(webhook_url=HOOK, **{option: value}), {})


@pytest.mark.parametrize(
    ("url", "count"),
    [(HOOK, 0), (HOOK.replace("https", "http"), 1), ("http://127.0.0.1/rest/1/abcdefgh/", 0), ("http://localhost/rest/1/abcdefgh/", 0)],
)
def test_resolve_with_plain_http_warns(url, count):
    """Except on this machine."""
    assert len(resolve(_params(webhook_url=url), {}).warnings) == count


def test_resolve_with_plain_http_auth_server_warns():
    """It gets the client's secret."""
    assert len(resolve(_params(oauth_url="http://oauth.example/", **TASK_TOKEN), {}).warnings) == 1
    assert not resolve(_params(oauth_url="https://oauth.example/", **TASK_TOKEN), {}).warnings


def test_resolve_verify_follows_validate_certs_and_ca_path(tmp_path):
    """validate_certs: false wins, a CA file has to be one."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(Path(certifi.where()).read_bytes())
    assert resolve(_params(webhook_url=HOOK), {}).verify is True
    assert resolve(_params(webhook_url=HOOK, ca_path=str(ca)), {}).verify == str(ca)
    assert resolve(_params(webhook_url=HOOK, ca_path="/none", validate_certs=False), {}).verify is False


@pytest.mark.parametrize("path", ["none", "empty.pem", "notes.txt", "folder", "fifo", "a\0b"])
def test_ca_path_that_is_no_bundle_is_refused(tmp_path, path):
    """At once, with the option's name; nothing waits for a FIFO to be written to."""
    (tmp_path / "empty.pem").touch()
    (tmp_path / "notes.txt").write_text("no certificate")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(Bitrix24Error, match=r"^ca_path ") as error:
        resolve(_params(webhook_url=HOOK, ca_path=str(tmp_path / path)), {})
    assert error.value.code == "invalid_connection"


def test_secrets_of_returns_all_secrets_before_validation():
    """Also those that are not used, and an address that cannot be read."""
    params = _params(webhook_url="https://example.com/rest/1/inthetask1/", client_secret="cs", client_id="public")
    environ = {"BITRIX24_WEBHOOK_URL": "no address", "BITRIX24_ACCESS_TOKEN": "at", "BITRIX24_PORTAL_URL": "public"}
    assert set(secrets_of(params, environ)) == {"inthetask1", "cs", "no", "address", "at"}
    half = _params(webhook_url="https://example.bitrix24.com/1/s3cr3tc0dexyz99/")
    assert set(secrets_of(half, {})) == {"1", "s3cr3tc0dexyz99"}  # the host name is none
    assert set(secrets_of(_params(portal_url=HOOK), {})) == {"s3cr3tc0dexyz99"}  # in the wrong option


def test_environment_fallback_ignores_empty_values(monkeypatch):
    """Empty is unset."""
    monkeypatch.setenv("BITRIX24_TIMEOUT", "5")
    assert non_empty_env_fallback("BITRIX24_TIMEOUT") == "5"
    for unset in ("", "  "):
        monkeypatch.setenv("BITRIX24_TIMEOUT", unset)
        with pytest.raises(AnsibleFallbackNotFound):
            non_empty_env_fallback("BITRIX24_TIMEOUT")


def test_argument_spec_marks_exactly_the_secrets():
    """And nothing else is: an id would blank out numbers."""
    spec = argument_spec(extra={"type": "str"})
    assert {name for name, option in spec.items() if option.get("no_log")} == {
        "webhook_url",
        "access_token",
        "refresh_token",
        "client_secret",
    }
    assert spec["oauth_url"]["default"] == OAUTH_URL
    assert "extra" in spec
