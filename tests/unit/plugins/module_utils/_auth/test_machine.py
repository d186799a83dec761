# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the machine that the HTTP library cannot use: refused before anything is sent, by the name of the variable."""

from __future__ import annotations

import base64
import os
import socket
from contextlib import closing
from pathlib import Path

import certifi
import pytest
import requests

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth import machine
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.machine import check_machine, proxy_secrets, proxy_to
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_transient
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Transport

PASSWORD = "pr0xypassw0rd"
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """A machine without any such setting, and a folder with what is no bundle."""
    for name in (*VARIABLES, *PROXIES, *(name.lower() for name in PROXIES)):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.pem").touch()
    (tmp_path / "notes.pem").write_text("no certificate")
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def nobody():
    """An origin at which nobody listens, over https."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        yield f"https://127.0.0.1:{free.getsockname()[1]}"


# the environment -> the code at which a request to an https portal ends, and the variable that is named
HTTPS = {
    "bundle that is missing": ({"REQUESTS_CA_BUNDLE": "none.pem"}, "invalid_environment", "REQUESTS_CA_BUNDLE"),
    "curl's bundle that is missing": ({"CURL_CA_BUNDLE": "none.pem"}, "invalid_environment", "CURL_CA_BUNDLE"),
    "bundle of blanks": ({"REQUESTS_CA_BUNDLE": " "}, "invalid_environment", "REQUESTS_CA_BUNDLE"),
    "bundle that is empty": ({"REQUESTS_CA_BUNDLE": "empty.pem"}, "invalid_environment", "REQUESTS_CA_BUNDLE"),
    "bundle that is none": ({"REQUESTS_CA_BUNDLE": "notes.pem"}, "invalid_environment", "REQUESTS_CA_BUNDLE"),
    "bundle in an empty folder": ({"REQUESTS_CA_BUNDLE": "folder"}, "invalid_environment", "REQUESTS_CA_BUNDLE"),
    "bundle that is a FIFO": ({"CURL_CA_BUNDLE": "fifo"}, "invalid_environment", "CURL_CA_BUNDLE"),
    "key log in no folder": ({"SSLKEYLOGFILE": "none/keys"}, "invalid_environment", "SSLKEYLOGFILE"),
    "key log that is a folder": ({"SSLKEYLOGFILE": "folder"}, "invalid_environment", "SSLKEYLOGFILE"),
    "proxy with a port too large": ({"HTTPS_PROXY": "http://proxy:99999"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy with a port of letters": ({"https_proxy": "http://proxy:x"}, "invalid_environment", "https_proxy"),
    "proxy with port 0": ({"HTTPS_PROXY": "http://proxy:0"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy without a scheme or a dot": ({"HTTPS_PROXY": "localhost:3128"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy of one slash": ({"HTTPS_PROXY": "http:/proxy:3128"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy of another kind": ({"ALL_PROXY": "ftp://proxy:1"}, "invalid_environment", "ALL_PROXY"),
    "proxy of no version of SOCKS": ({"all_proxy": "socks://proxy:1"}, "invalid_environment", "all_proxy"),
    "proxy without a host": ({"HTTPS_PROXY": "http://:3128"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy of blanks": ({"HTTPS_PROXY": " "}, "invalid_environment", "HTTPS_PROXY"),
    "proxy in quotes": ({"HTTPS_PROXY": '"http://proxy:3128"'}, "invalid_environment", "HTTPS_PROXY"),
    "proxy in half a bracket": ({"HTTPS_PROXY": "http://[::1"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy with a line break": ({"HTTPS_PROXY": "http://proxy:3128\n"}, "invalid_environment", "HTTPS_PROXY"),
    "password with a slash": ({"HTTPS_PROXY": f"http://u:{PASSWORD}/x@proxy:1"}, "invalid_environment", "HTTPS_PROXY"),
    "password without a scheme": ({"HTTPS_PROXY": f"user:{PASSWORD}@proxy:1"}, "invalid_environment", "HTTPS_PROXY"),
    "small letters come first": ({"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://:1"}, "invalid_environment", "https_proxy"),
    "the scheme's own comes first": ({"ALL_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "ftp://x"}, "invalid_environment", "HTTPS_PROXY"),
    "proxy that nobody can find": ({"HTTPS_PROXY": f"http://u:{PASSWORD}@nobody.invalid:3128"}, "proxy", "HTTPS_PROXY"),
    "proxy that nobody can find, without a scheme": ({"HTTPS_PROXY": "nobody.invalid:3128"}, "proxy", "HTTPS_PROXY"),
    "proxy that is not there": ({"ALL_PROXY": "http://127.0.0.1:9"}, "proxy", "ALL_PROXY"),
    # what the library does not take, or can use: the portal itself does not listen
    "nothing": ({}, "connection_refused", None),
    "empty variables": (dict.fromkeys((*VARIABLES, *PROXIES), ""), "connection_refused", None),
    "proxy for http": ({"HTTP_PROXY": "ftp://proxy:1"}, "connection_refused", None),
    "proxy that is passed by": ({"HTTPS_PROXY": "ftp://proxy:1", "NO_PROXY": "127.0.0.1"}, "connection_refused", None),
    "the one for curl comes second": (
        {"REQUESTS_CA_BUNDLE": certifi.where(), "CURL_CA_BUNDLE": "none.pem"},
        "connection_refused",
        None,
    ),
    "variables of OpenSSL": ({"SSL_CERT_FILE": "none.pem", "SSL_CERT_DIR": "none"}, "connection_refused", None),
    "NO_PROXY that is no list": ({"NO_PROXY": "[::1,https://x/,%%,10.0.0.0/99"}, "connection_refused", None),
    "key log": ({"SSLKEYLOGFILE": "keys"}, "connection_refused", None),
}


def _failure(origin, verify=True):
    redactor = Redactor()
    redactor.add(*proxy_secrets(os.environ))
    with pytest.raises(Bitrix24Error) as error:
        Transport(origin, verify, 5.0, pytest.fail, redactor.text).post("/rest/1/s3cr3t/profile", {}, "profile")
    return error.value


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        (("ALL_PROXY", "HTTPS_PROXY"), "HTTPS_PROXY"),
        (("all_proxy", "HTTPS_PROXY"), "HTTPS_PROXY"),
        (("HTTPS_PROXY", "https_proxy"), "https_proxy"),
        (("ALL_PROXY",), "ALL_PROXY"),
    ],
)
def test_proxy_to_names_the_variable_that_counts(bare, variables, name):
    """That of the scheme before the one for all, the lower-case one before the other."""
    for variable in variables:
        bare.setenv(variable, "http://proxy.example:3128")
    assert proxy_to("https://example.bitrix24.com") == (name, "http://proxy.example:3128")


@pytest.mark.parametrize("setting", HTTPS)
def test_machine_setting_that_cannot_be_used_is_named(bare, nobody, setting):
    """At once, not as the portal's fault; without the password of a proxy."""
    environ, code, variable = HTTPS[setting]
    for name, value in environ.items():
        bare.setenv(name, value)
    error = _failure(nobody)
    assert error.code == code
    assert PASSWORD not in error.message()
    if variable:
        assert variable in error.description
        assert not is_transient(error)
        assert not error.uncertain
        assert error.hint


@pytest.mark.parametrize("setting", [name for name, (environ, _code, _variable) in HTTPS.items() if set(environ) <= set(VARIABLES)])
def test_bundles_are_no_matter_over_http(bare, nobody, setting):
    """Nor where the task names another, or wants none."""
    for name, value in HTTPS[setting][0].items():
        bare.setenv(name, value)
    assert _failure(nobody.replace("https", "http")).code == "connection_refused"
    if "SSLKEYLOGFILE" not in HTTPS[setting][0]:
        assert _failure(nobody, verify=False).code == "connection_refused"
        assert _failure(nobody, verify=certifi.where()).code == "connection_refused"


def test_proxy_for_http_is_named_over_http(bare, nobody):
    """The other one is not."""
    bare.setenv("HTTPS_PROXY", "http://:1")
    bare.setenv("HTTP_PROXY", "ftp://proxy")
    error = _failure(nobody.replace("https", "http"))
    assert (error.code, error.description.split()[0]) == ("invalid_environment", "HTTP_PROXY")


def test_socks_proxy_without_its_library_is_refused(bare):
    """With the library's name; with the library it may be used."""
    bare.setenv("ALL_PROXY", "socks5h://proxy:1080")
    bare.setitem(__import__("sys").modules, "socks", None)
    with pytest.raises(Bitrix24Error, match=r"ALL_PROXY .*PySocks"):
        check_machine("https://portal.example", True, "profile")
    bare.setitem(__import__("sys").modules, "socks", object())
    assert check_machine("https://portal.example", True, "profile") == "ALL_PROXY"


def test_folder_of_hashed_certificates_is_a_bundle(bare, tmp_path):
    """As OpenSSL takes it."""
    (tmp_path / "folder" / "0a1b2c3d.0").touch()
    assert machine.fault_of_bundle("folder") == ""


def test_bundle_of_certifi_that_is_gone_is_named(bare, nobody):
    """A broken installation is no fault of the portal."""
    bare.setattr(requests.utils, "DEFAULT_CA_BUNDLE_PATH", "none.pem")
    error = _failure(nobody)
    assert (error.code, "certifi" in error.description) == ("invalid_environment", True)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "ALL_PROXY", "ftp_proxy"])
@pytest.mark.parametrize("value", [f"http://me:{PASSWORD}@proxy:1", f"me:{PASSWORD}@proxy:1", f"socks5://me:{PASSWORD}@[::1]:1/"])
def test_password_of_a_proxy_is_a_secret(name, value):
    """In the form in which a request carries it as well; the user's name, and NO_PROXY, are none."""
    carried = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
    assert set(proxy_secrets({name: value, "NO_PROXY": "a:b@c", "PATH": "x:y@z"})) == {PASSWORD, carried}
    assert set(proxy_secrets({name: "http://proxy:3128"})) == set()


def test_certificates_of_the_machine_are_read(tmp_path):
    """The bundle that the library brings along is one."""
    assert Path(certifi.where()).is_file()
    assert machine.fault_of_bundle(certifi.where()) == ""
