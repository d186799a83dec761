# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to the portal as the environment has it: proxies, NO_PROXY, CA bundles, IPv6."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from portal import Portal
from support.ipv6 import needs_ipv6
from support.proxy import Proxy
from support.runner import AnsibleRunner, backlog

CREATE = {"group_id": 125, "created_by": 6, "modified_by": 9}
ADD = "tasks.api.scrum.backlog.add"


def _nobody():
    """Address of a proxy that is not there."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(params=[True, False], ids=["https", "http"])
def team(request):
    """A portal with one team, over HTTPS and over HTTP."""
    with Portal(tls=request.param) as portal:
        portal.user(6, 9)
        portal.group(125)
        yield portal


@pytest.fixture
def play(team, tmp_path):
    """Plays a task with an environment, once or more often; returns the last result."""
    runner = AnsibleRunner(tmp_path, [team.secret, "pr0xypassw0rd"])
    task = backlog(webhook_url=team.webhook_url, ca_path=team.ca_path or "", max_wait=0, **CREATE)

    def run(times=1, **env):
        *_earlier, last = runner.run_tasks({f"run {number}": task for number in range(times)}, **env).results.values()
        return last

    return run


def _through(team, url):
    """The environment that leads through a proxy."""
    name = "HTTPS_PROXY" if team.ca_path else "http_proxy"
    return {name: url}


def test_proxy_forwards_requests(team, play):
    """As a tunnel for https, whole addresses for http; NO_PROXY leaves it out."""
    with Proxy() as proxy:
        assert play(**_through(team, proxy.url))["changed"] is True
        verb, target, _version = proxy.asked[0].split()
        host = team.portal_url.partition("//")[2]
        assert (verb, target.startswith(host if team.ca_path else team.portal_url)) == ("CONNECT" if team.ca_path else "POST", True)
        asked = len(proxy.asked)
        assert play(**_through(team, proxy.url), NO_PROXY="127.0.0.1")["changed"] is False
        assert len(proxy.asked) == asked


def test_proxy_that_rejects_is_reported(team, play):
    """A tunnel is refused by the proxy; without one its answer cannot be told from the portal's."""
    with Proxy("refuse") as proxy:
        result = play(**_through(team, proxy.url.replace("//", "//somebody:pr0xypassw0rd@")))
    assert (result["error"]["code"], result["error"]["status"]) == ("proxy" if team.ca_path else "unexpected_answer", 403)
    assert "proxy" in result["msg"]
    assert team.requests == []


def test_unreachable_proxy_is_reported(team, play):
    """The portal may be well."""
    for url in (_nobody(), "http://nobody.invalid:3128"):
        result = play(**_through(team, url))
        assert (result["error"]["code"], result["error"]["status"]) == ("proxy", None)
        assert "HTTPS_PROXY" in result["msg"]


@pytest.mark.parametrize(("way", "codes"), [("cut", ("connection_broken",)), ("garble", ("connection_broken", "unexpected_answer"))])
def test_write_with_response_lost_in_proxy_is_reported_and_converges(team, play, way, codes):
    """It was stored, nobody can tell: the sentence says so; without the proxy the task goes on where it stopped."""
    with Proxy(way, when=lambda: team.writes) as proxy:
        result = play(**_through(team, proxy.url))
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["error"]["code"] in codes
    assert "could not verify" in result["msg"]
    last = play(times=2)
    assert (last["failed"], last["changed"]) == (False, False)
    assert team.writes.count(ADD) == 1
    assert team.backlog_of(125)[3:] == (6, 9)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_requests_ca_bundle_is_used_as_default(portal, tmp_path, variable):
    """It is used where the task names no other; it overrules neither ca_path nor validate_certs."""
    portal.group(125).backlog()
    runner = AnsibleRunner(tmp_path, [portal.secret])
    read = {"webhook_url": portal.webhook_url, "max_wait": 0, "group_id": 125}
    good = {"by the environment": backlog(**read)}
    assert runner.run_tasks(good, **{variable: portal.ca_path}).single["failed"] is False
    with Portal(tls="unknown-ca") as other:
        tasks = {"ca_path": backlog(**read, ca_path=portal.ca_path), "off": backlog(**read, validate_certs=False), **good}
        results = runner.run_tasks(tasks, **{variable: other.ca_path}).results
    assert [result["failed"] for result in results.values()] == [False, False, True]
    assert results["by the environment"]["error"]["code"] == "tls"


# the environment of a task -> the code that it fails with, at once
MACHINES = {
    "REQUESTS_CA_BUNDLE": ("/nonexistent.pem", "invalid_environment"),
    "CURL_CA_BUNDLE": ("/dev/null", "invalid_environment"),
    "HTTPS_PROXY": ("http://proxy:99999", "invalid_environment"),
    "all_proxy": ("socks://proxy:1", "invalid_environment"),
    "ALL_PROXY": ("http://nobody.invalid:3128", "proxy"),
}


@pytest.mark.smoke
def test_machine_that_cannot_be_used_is_named_at_once(portal, tmp_path):
    """Although the task may wait: nothing was sent, and no waiting helps."""
    read = backlog(webhook_url=portal.webhook_url, group_id=125, max_wait=300)
    tasks = {name: {**read, "environment": {name: value}} for name, (value, _code) in MACHINES.items()}
    begin = time.monotonic()
    results = AnsibleRunner(tmp_path, [portal.secret]).run_tasks(tasks).results
    assert time.monotonic() - begin < 200
    for name, (_value, code) in MACHINES.items():
        assert results[name]["error"]["code"] == code, results[name]["msg"]
        assert name in results[name]["msg"]
    assert portal.requests == []


def test_password_of_a_proxy_stays_secret(portal, tmp_path):
    """Even where its address cannot be read."""
    read = {"read": backlog(webhook_url=portal.webhook_url, ca_path=portal.ca_path, group_id=125, max_wait=0)}
    runner = AnsibleRunner(tmp_path, [portal.secret, "pr0xypassw0rd"])
    result = runner.run_tasks(read, HTTPS_PROXY="http://somebody:pr0xypassw0rd/x@proxy:1").single
    assert result["error"]["code"] == "invalid_environment"


@needs_ipv6
def test_ipv6_address_works_with_certificate_check(tmp_path):
    """In brackets, with its certificate checked, and in what is said of it."""
    with Portal(tls=True, host="::1") as portal:
        portal.user(6, 9)
        portal.group(125)
        portal.fault("redirect", method=ADD, location="http://[::1]/")
        options = {"webhook_url": portal.webhook_url, "ca_path": portal.ca_path, "max_wait": 0, **CREATE}
        results = AnsibleRunner(tmp_path, [portal.secret]).run_tasks({"refused": backlog(**options), "created": backlog(**options)}).results
        assert results["refused"]["error"]["code"] == "redirect_refused"
        assert portal.portal_url in results["refused"]["msg"]
        assert results["created"]["action"] == "create"
        assert portal.backlog_of(125)[3:] == (6, 9)
