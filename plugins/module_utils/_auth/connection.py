# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: one table that yields the argument spec, the environment names and the way of signing in."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field

from ansible.module_utils.basic import AnsibleFallbackNotFound

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.machine import fault_of_bundle
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import (
    BLANKS,
    Webhook,
    is_loopback,
    parse_address,
    parse_webhook,
    unwrapped,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error

#: Seconds; the machine's own clocks and sockets cannot wait much longer.
LONGEST = 1000000

#: What stands between the parts of an address.
BETWEEN_PARTS = re.compile(r"[/?#&=:@\s]+")

#: Parts of the address of a webhook that are no secret.
OPEN_PARTS = ("", "http", "https", "rest", "api")

OAUTH_URL = "https://oauth.bitrix.info/oauth/token/"


def non_empty_env_fallback(name):
    """Fallback of an option: the environment variable's value; an empty one counts as unset, as AWX injects them."""
    value = _stripped(os.environ.get(name))
    if not value:
        raise AnsibleFallbackNotFound
    return value


#: How the portal is reached. The environment fills in what the task leaves out, option by option.
TRANSPORT_OPTIONS: dict[str, dict] = {
    "oauth_url": {"type": "str", "default": OAUTH_URL},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 60.0},
    "max_wait": {"type": "float", "default": 300.0},
}

#: How the caller signs in. Which kind it is, is decided by the task first and the environment second.
AUTH_OPTIONS: dict[str, dict] = {
    "webhook_url": {"type": "str", "no_log": True},
    "portal_url": {"type": "str"},
    "access_token": {"type": "str", "no_log": True},
    "refresh_token": {"type": "str", "no_log": True},
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    "token_file": {"type": "path"},
}

#: Options that make OAuth; portal_url or oauth_url alone do not.
OAUTH_INDICATORS = ("access_token", "refresh_token", "client_id", "client_secret", "token_file")


def environment_name(option):
    """Name of the environment variable that stands for an option."""
    return "BITRIX24_" + option.upper()


def argument_spec(**own):
    """The connection options, followed by those of the module itself."""
    spec: dict[str, dict] = {}
    for name, option in TRANSPORT_OPTIONS.items():
        spec[name] = dict(option, fallback=(non_empty_env_fallback, [environment_name(name)]))
    for name, option in AUTH_OPTIONS.items():
        spec[name] = dict(option)
    spec.update(own)
    return spec


@dataclass(frozen=True)
class OAuth:
    """What was given to sign in with OAuth."""

    origin: str
    access_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    client_id: str | None
    client_secret: str | None = field(repr=False)
    token_file: str | None
    url: str

    @property
    def can_refresh(self):
        """Whether a renewal can be asked for, given a refresh token."""
        return bool(self.client_id and self.client_secret)


@dataclass(frozen=True)
class Connection:
    """Checked connection options.

    :param auth: a Webhook or an OAuth.
    :param verify: what requests takes as ``verify``: a bool or the path of a CA file.
    :param timeout: seconds for one HTTP request.
    :param max_wait: seconds that the task may sleep in all.
    """

    auth: Webhook | OAuth
    verify: bool | str
    timeout: float
    max_wait: float
    warnings: tuple = ()


def secrets_of(params, environ):
    """Every secret that the options or the environment hold, used or not."""
    for name, option in AUTH_OPTIONS.items():
        if option.get("no_log"):
            for value in (params.get(name), environ.get(environment_name(name))):
                if _stripped(value):
                    yield from _secret_parts(name, _stripped(value))
    for value in (params.get("portal_url"), environ.get(environment_name("portal_url"))):
        with contextlib.suppress(Bitrix24Error):  # a webhook, in the wrong option
            yield parse_webhook(value).secret


def resolve(params, environ):
    """Check the connection options and choose the way of signing in.

    :param params: the module's parameters.
    :param environ: mapping of the environment variables.
    :returns: a Connection.
    :raises Bitrix24Error: with code ``invalid_connection``, before any call is made.
    """
    warnings = []
    _validate_durations(params)
    auth = _resolve_auth(params, environ)
    address = auth.address if isinstance(auth, Webhook) else parse_address(auth.origin, "portal_url")
    if address.scheme == "http" and not is_loopback(address.host):
        warnings.append(f"The connection to {address.origin} is not encrypted, so others can read the secret. Use https://.")
    if isinstance(auth, OAuth):
        auth_server = parse_address(auth.url, "oauth_url")
        if auth_server.scheme == "http" and not is_loopback(auth_server.host):
            warnings.append(f"The connection to {auth_server.origin} is not encrypted, so others can read the tokens. Use https://.")
    return Connection(auth, _verify(params), params["timeout"], params["max_wait"], tuple(warnings))


def _secret_parts(name, value):
    if name != "webhook_url":
        yield value
        return
    try:
        yield parse_webhook(value).secret
    except Bitrix24Error:  # of what cannot be understood, any part may be the secret
        host = _host_in(value)
        yield from (part for part in BETWEEN_PARTS.split(unwrapped(value)) if part.lower() not in (*OPEN_PARTS, host))


def _host_in(url):
    """The host name in an address that is no webhook's; a bare word is none."""
    try:
        host = parse_address(url, "webhook_url").host
    except Bitrix24Error:
        return ""
    return host if "." in host else ""


def _validate_durations(params):
    timeout, max_wait = params["timeout"], params["max_wait"]
    if not 0 < timeout <= LONGEST:
        raise _invalid(f"timeout must be a number of seconds above 0, and at most {LONGEST}")
    if not 0 <= max_wait <= LONGEST:
        raise _invalid(f"max_wait must be a number of seconds from 0 to {LONGEST}")


def _resolve_auth(params, environ):
    task = {name: _stripped(params.get(name)) for name in AUTH_OPTIONS}
    from_env = {name: _stripped(environ.get(environment_name(name))) for name in AUTH_OPTIONS}
    kind = _auth_kind(task, from_env)
    merged = {name: task[name] or from_env[name] for name in AUTH_OPTIONS}
    return parse_webhook(merged["webhook_url"]) if kind == "webhook" else _oauth(merged, unwrapped(params["oauth_url"]))


def _auth_kind(task, from_env):
    if task["webhook_url"]:
        marks = [name for name in OAUTH_INDICATORS if task[name]]
        if marks:
            raise _invalid(f"webhook_url and {', '.join(marks)} are mutually exclusive")
        return "webhook"
    if any(task[name] for name in OAUTH_INDICATORS):
        return "oauth"
    marks = [name for name in OAUTH_INDICATORS if from_env[name]]
    if not from_env["webhook_url"]:
        if marks:
            return "oauth"
        raise _invalid(
            "no credentials are set: set webhook_url (or BITRIX24_WEBHOOK_URL in the environment),"
            " or portal_url with access_token, with refresh_token, client_id and client_secret, or with token_file"
        )
    if not marks:
        return "webhook"
    if task["portal_url"]:
        return "oauth"
    names = ", ".join(environment_name(name) for name in marks)
    raise _invalid(f"BITRIX24_WEBHOOK_URL and {names} are both set in the environment, but you can use only one of them")


def _oauth(merged, url):
    if not merged["portal_url"]:
        raise _invalid("OAuth needs portal_url, such as https://example.bitrix24.com")
    if not (merged["access_token"] or merged["token_file"]):
        missing = [name for name in ("refresh_token", "client_id", "client_secret") if not merged[name]]
        if missing:
            raise _invalid(f"OAuth without access_token or token_file also needs {', '.join(missing)}")
    origin = parse_address(merged["portal_url"], "portal_url").origin
    parts = {name: merged[name] or None for name in OAUTH_INDICATORS}
    return OAuth(origin=origin, url=url, **parts)


def _verify(params):
    if not params["validate_certs"]:
        return False
    ca_path = params["ca_path"]
    if not ca_path:
        return True
    fault = fault_of_bundle(ca_path)
    if fault:
        raise _invalid(f"ca_path {fault}")
    return ca_path


def _stripped(value):
    return (value or "").strip(BLANKS)


def _invalid(what):
    return Bitrix24Error("invalid_connection", what, hint="")
