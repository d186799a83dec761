# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of this machine that the HTTP library takes by itself: proxies, CA bundles, the log of TLS keys.

They are checked before anything is sent. An address of a proxy is never repeated: it may hold a password.
Sources: requests.utils, requests.sessions, requests.adapters and urllib3.util.ssl_.
"""

from __future__ import annotations

import base64
import os
import re
import ssl
from urllib.parse import unquote, urlsplit

try:
    import requests
    import urllib3
except ImportError:  # network_errors keeps the traceback
    pass

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error

#: Variables that name a CA bundle, the first one first.
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
KEY_LOG = "SSLKEYLOGFILE"

#: Kinds of proxies that the library knows.
PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")

HOST = re.compile(r"[\w.-]+|\[[\w:.%]+\]")
PORT_ZERO = re.compile(r":0+/?$")

#: Name of a certificate in a folder, as OpenSSL looks for it.
HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def check_machine(origin, verify, method):
    """Refuse a machine from which a server cannot be asked.

    :param origin: scheme, host and port of the server.
    :param verify: whether its certificate is checked against what the machine has: True, False or the path of a bundle.
    :param method: name of the call.
    :returns: name of the variable that names the proxy on the way; None where there is none.
    :raises Bitrix24Error: with code ``invalid_environment``.
    """
    variable, proxy = proxy_to(origin)
    problems = [(variable, _fault_of_proxy(proxy) if proxy else "")]
    if origin.startswith("https:"):
        problems.append((KEY_LOG, _fault_of_key_log(os.environ.get(KEY_LOG))))
        if verify is True:
            problems.append(_fault_of_default_bundle())
    for name, fault in problems:
        if fault:
            raise Bitrix24Error("invalid_environment", f"{name} {fault}", method=method)
    return variable


def proxy_to(origin):
    """(name of the variable, value) of the proxy that the library takes to a server; (None, None) where it takes none."""
    proxy = requests.utils.select_proxy(origin, requests.utils.get_environ_proxies(origin))
    if not proxy:
        return None, None
    own = urlsplit(origin).scheme + "_proxy"
    names = [name for name, value in os.environ.items() if value == proxy and name.lower() in (own, "all_proxy")]
    return min(names, key=lambda name: (name.lower() != own, not name.islower()), default="the proxy of this machine"), proxy


def fault_of_bundle(path):
    """Why a path is no CA bundle that can be used, as the end of a clause; an empty text when it is one."""
    try:
        if os.path.isdir(path):
            hashed = any(HASHED.fullmatch(name) for name in os.listdir(path))
            return (
                ""
                if hashed
                else f"names the folder {path}, which contains no certificate under its hash: use a file, or run openssl rehash"
            )
        if os.path.exists(path) and not os.path.isfile(path):
            return f"names {path}, which is not a file"
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return f"names {path}, which contains no certificate"
    except OSError as error:
        return f"names {path}, which cannot be read: {error.strerror}"
    except ValueError:
        return "is not a path"
    return ""


def proxy_secrets(environ):
    """User names with passwords, and passwords, of all proxies in the environment, also as a request carries them."""
    for name, value in environ.items():
        if name.lower().endswith("_proxy") and "@" in value and name.lower() != "no_proxy":
            credentials = value.rpartition("@")[0].rpartition("//")[2]
            user, _colon, password = credentials.partition(":")
            if password:
                yield from (password, base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode())


def _fault_of_proxy(proxy):
    if any(letter.isspace() for letter in proxy):
        return "is not a proxy URL such as http://HOST:PORT"
    if PORT_ZERO.search(proxy):  # an older library drops it
        return "names a proxy with port 0"
    try:
        address = urllib3.util.parse_url(requests.utils.prepend_scheme_if_needed(proxy, "http"))
    except ValueError:
        return "is not a proxy URL such as http://HOST:PORT"
    if not HOST.fullmatch(address.host or ""):
        return "is not a proxy URL such as http://HOST:PORT"
    if address.scheme not in PROXY_SCHEMES:
        return "names an unsupported kind of proxy: use http://, https:// or socks5h://"
    if address.scheme.startswith("socks"):
        try:
            import socks  # noqa: F401, PLC0415  # pylint: disable=unused-import,import-outside-toplevel
        except ImportError:
            return "names a SOCKS proxy, but the Python library PySocks is missing"
    return ""


def _fault_of_key_log(path):
    if path:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = os.path.expandvars(path)
        except OSError as error:
            return f"names {path}, which cannot be written: {error.strerror}"
    return ""


def _fault_of_default_bundle():
    for name in BUNDLES:
        if os.environ.get(name):
            return name, fault_of_bundle(os.environ[name])
    path = requests.utils.DEFAULT_CA_BUNDLE_PATH
    return "the Python library certifi", "" if os.path.exists(path) else f"names {path}, which does not exist"
