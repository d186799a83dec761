# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses: of a portal, and of an inbound webhook (https://HOST/rest/USER/SECRET/)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error

#: Blanks of all kinds; the byte-order mark and its like cannot be seen.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"

#: What else comes along when people copy an address out of a chat, a mail or a document: quotes and brackets.
WRAPPING = BLANKS + "<>\"'`\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e"

EXAMPLE_URL = "https://HOST/rest/USER/SECRET/"


@dataclass(frozen=True)
class Address:
    """Scheme, host and port of a server, and the path behind it."""

    scheme: str
    host: str
    origin: str
    path: str = field(repr=False)


@dataclass(frozen=True)
class Webhook:
    """An inbound webhook: where the portal is, and the secret path below it that signs in."""

    address: Address
    path: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def origin(self):
        """Scheme, host and port of the portal."""
        return self.address.origin


def unwrapped(text):
    """An address without what stands around it when it was pasted; an empty text for None."""
    return (text or "").strip(WRAPPING)


def parse_address(url, option):
    """Read an http(s) address.

    :param url: as it was given, quotes and the like around it included.
    :param option: name of the option, for the error.
    :raises Bitrix24Error: with code ``invalid_connection``; the address itself is not repeated in the error.
    """
    url = unwrapped(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid(f"{option} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _invalid(f"{option} must begin with https:// and a host name")
    if any(mark.isspace() or ord(mark) < 32 for mark in url):
        raise _invalid(f"{option} contains a space or a line break")
    if port == 0:
        raise _invalid(f"{option} has the invalid port 0")
    if "@" in parts.netloc:
        raise _invalid(f"{option} must not have a user name or password before the host name")
    host = parts.hostname
    origin = f"{parts.scheme}://" + (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return Address(parts.scheme, host, origin, parts.path)


def parse_webhook(url):
    """Read a webhook's address, with or without the slash and a method name at its end.

    :raises Bitrix24Error: with code ``invalid_connection``; the address itself is not repeated in the error.
    """
    address = parse_address(url, "webhook_url")
    segments = [segment for segment in address.path.split("/") if segment]
    if "rest" not in segments:
        raise _invalid(f"webhook_url does not contain /rest/, as in {EXAMPLE_URL}")
    base = segments.index("rest")
    if segments[base + 1 : base + 2] == ["api"]:
        raise _invalid(f"webhook_url is for REST version 3, but must be of the form {EXAMPLE_URL}")
    user, secret = (segments[base + 1 : base + 3] + ["", ""])[:2]
    if not secret or secret.endswith((".json", ".xml")):
        raise _invalid(f"webhook_url does not contain a secret, as in {EXAMPLE_URL}")
    path = "/" + "/".join(segments[: base + 1] + [user, secret]) + "/"
    return Webhook(address, path, secret)


def is_loopback(host):
    """Whether a host name stands for this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid(what):
    return Bitrix24Error("invalid_connection", what, hint="")
