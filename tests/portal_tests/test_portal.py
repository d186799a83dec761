# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the recordings do not hold: sign-in, limits, faults, groups, tokens. The REST documentation decides."""

from __future__ import annotations

import json
import threading

import pytest
import requests

from portal import Portal
from support.ipv6 import needs_ipv6

GET = "tasks.api.scrum.backlog.get"
ADD = "tasks.api.scrum.backlog.add"
LIST = "socialnetwork.api.workgroup.list"
GROUP = "socialnetwork.api.workgroup.get"


@pytest.fixture
def portal():
    """A portal with one team."""
    with Portal() as started:
        started.group(125).backlog(created_by=6, modified_by=7)
        yield started


@pytest.fixture
def session():
    """One caller."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def ask(session, url, method, **params):
    """(status, decoded answer) of a call."""
    answer = session.post(url + method, json=params, allow_redirects=False, timeout=10)
    return answer.status_code, answer.json()


SIGN_IN = {
    "unknown method, even without a good secret": (
        lambda p: p.portal_url + "/rest/1/wrong/",
        "no.such.method",
        404,
        "ERROR_METHOD_NOT_FOUND",
    ),
    "wrong secret": (lambda p: p.portal_url + "/rest/1/wrong/", GET, 401, "INVALID_CREDENTIALS"),
    "wrong user": (lambda p: p.portal_url + f"/rest/2/{p.secret}/", GET, 401, "INVALID_CREDENTIALS"),
    "nothing presented": (lambda p: p.portal_url + "/rest/", GET, 401, "NO_AUTH_FOUND"),
    "inactive webhook": (lambda p: p.webhook(active=False), GET, 401, "INVALID_CREDENTIALS"),
    "missing scope": (lambda p: p.webhook(scopes=["user"]), GET, 401, "insufficient_scope"),
    "scope before the action": (lambda p: p.webhook(scopes=["user"]), "tasks.api.scrum.backlog.nope", 401, "insufficient_scope"),
    "unknown action": (lambda p: p.webhook_url, "tasks.api.scrum.backlog.nope", 400, "22002"),
}


@pytest.mark.parametrize("case", SIGN_IN)
def test_portal_checks_auth_in_server_order(portal, session, case):
    """Existence, then credentials, then scope, then the action."""
    url, method, status, code = SIGN_IN[case]
    found, answer = ask(session, url(portal), method, id=125)
    assert (found, answer["error"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "status", "error"),
    [(GET + "?id=125", 400, "invalid_http_method"), ("no.such.method", 404, "ERROR_METHOD_NOT_FOUND"), (GET[:-3] + "nope", 400, "22002")],
)
def test_portal_with_other_http_verb_rejects_in_action(portal, session, method, status, error):
    """Refused by the action itself, so after everything that comes before it; a batch is carried out, and its commands are refused."""
    answer = session.put(portal.webhook_url + method, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    batch = session.put(portal.webhook_url + "batch", params={"cmd[a]": method}, timeout=10)
    assert (batch.status_code, batch.json()["result"]["result_error"]["a"]["error"]) == (200, error)


def test_portal_with_documented_statuses_returns_them(portal, session):
    """The documentation gives other statuses than the server's own code."""
    portal.set_behavior(auth_status="docs")
    assert ask(session, portal.portal_url + "/rest/1/wrong/", GET, id=125)[0] == 403


def test_portal_requiring_https_rejects_http_webhook(portal, session):
    """A webhook over http is refused then."""
    portal.set_behavior(https_required=True)
    assert ask(session, portal.webhook_url, GET, id=125) == (401, {"error": "INVALID_REQUEST", "error_description": "Https required."})


def test_portal_bucket_rejects_excess_requests(portal, session):
    """So many requests at once; a batch counts as one."""
    portal.limits(bucket=2, leak=0)
    statuses = [ask(session, portal.webhook_url, "batch", cmd={"a": GET + "?id=125", "b": GET + "?id=125"})[0] for _call in range(3)]
    assert statuses == [200, 200, 503]
    assert portal.refused == 1


def test_portal_operation_limit_hits_calls_and_batch_commands(portal, session):
    """The whole answer has status 429; a command of a batch fails at 200."""
    portal.operation_limit(GET, times=2)
    assert ask(session, portal.webhook_url, GET, id=125)[0] == 429
    status, answer = ask(session, portal.webhook_url, "batch", cmd={"a": GET + "?id=125", "b": GET + "?id=125"})
    assert status == 200
    assert answer["result"]["result_error"]["a"]["error"] == "OPERATION_TIME_LIMIT"
    assert answer["result"]["result"]["b"]["groupId"] == 125


def test_portal_lists_groups_in_pages_as_text(portal, session):
    """Fifty a page, ids as text, total and next beside the result."""
    for number in range(200, 320):
        portal.group(number, scrum=number % 2 == 0)
    params = {"filter": {">SCRUM_MASTER_ID": 0}, "select": ["ID", "SCRUM_MASTER_ID"], "order": {"ID": "ASC"}}
    seen, start = [], 0
    while start is not None:
        _status, answer = ask(session, portal.webhook_url, LIST, start=start, **params)
        seen += answer["result"]["workgroups"]
        assert answer["total"] == 61
        start = answer.get("next")
    assert [row["id"] for row in seen] == ["125"] + [str(number) for number in range(200, 320, 2)]


def test_portal_group_returns_role_of_caller(portal, session):
    """Upper-case keys, numbers, and what was selected besides."""
    portal.group(126, members={1: "E"}, scrum=False)
    _status, answer = ask(session, portal.webhook_url, GROUP, params={"groupId": 126, "select": ["USER_DATA"]})
    assert (answer["result"]["ID"], answer["result"]["SCRUM_MASTER_ID"], answer["result"]["USER_DATA"]["ROLE"]) == (126, 0, "E")
    assert ask(session, portal.webhook_url, GROUP, params={"groupId": 999})[1]["error"] == "SONET_CONTROLLER_WORKGROUP_NOT_FOUND"


def test_portal_concurrent_adds_store_two_rows(portal):
    """The one-per-group rule is a check before the insert."""
    portal.group(126)
    portal.delay_add(0.2)
    url = portal.webhook_url + ADD

    def add():
        requests.post(url, json={"fields": {"groupId": 126, "createdBy": 6}}, timeout=10)

    racers = [threading.Thread(target=add) for _racer in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [row[1] for row in portal.rows] == [125, 126, 126]


def test_portal_read_only_rejects_and_records_writes(portal, session):
    """A write in a check-mode run fails the test that declared it."""
    with pytest.raises(AssertionError, match="add"), portal.read_only():
        ask(session, portal.webhook_url, ADD, fields={"groupId": 126, "createdBy": 6})
    assert portal.writes == []


FAULTS = {
    "html": ({"status": 502}, 502, None),
    "empty": ({}, 200, b""),
    "not_utf8": ({}, 200, b'{"result": "\xff\xfe"}'),
    "json": ({"value": None}, 200, b"null"),
    "error": ({"code": "X", "status": 403}, 403, None),
    "redirect": ({"location": "http://elsewhere.example/"}, 302, b""),
    "raw": ({"status": 429, "body": b"slow down"}, 429, b"slow down"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_portal_fault_hits_its_method_once(portal, session, kind):
    """The script is used up line by line."""
    detail, status, body = FAULTS[kind]
    portal.fault(kind, method=GET, **detail)
    assert session.post(portal.webhook_url + "profile", timeout=10).status_code == 200
    answer = session.post(portal.webhook_url + GET, json={"id": 125}, allow_redirects=False, timeout=10)
    assert answer.status_code == status
    assert body is None or answer.content == body
    assert ask(session, portal.webhook_url, GET, id=125)[0] == 200


@pytest.mark.parametrize("executed", [False, True])
def test_portal_reset_fault_may_store_or_not(portal, session, executed):
    """The caller sees the same; the portal holds something else."""
    portal.group(126)
    portal.fault("reset", method=ADD, executed=executed)
    with pytest.raises(requests.ConnectionError):
        ask(session, portal.webhook_url, ADD, fields={"groupId": 126, "createdBy": 6})
    assert bool(portal.backlog_of(126)) is executed


def test_portal_restart_keeps_port(portal, session):
    """Connections are refused in between."""
    portal.stop()
    with pytest.raises(requests.ConnectionError):
        ask(session, portal.webhook_url, GET, id=125)
    portal.start()
    assert ask(session, portal.webhook_url, GET, id=125)[0] == 200


def renew(session, portal, **form):
    """(status, decoded answer) of a renewal."""
    answer = session.post(portal.oauth_url, data={"grant_type": "refresh_token", **form}, timeout=10)
    return answer.status_code, answer.json()


def test_portal_tokens_expire_and_refresh_tokens_work_once(portal, session):
    """A token works wherever it is presented, until it is too old."""
    secret, access, refresh = portal.oauth(client_id="app")
    rest = portal.portal_url + "/rest/"
    assert ask(session, rest, GET, id=125, auth=access)[0] == 200
    bearer = {"Authorization": f"Bearer {access}"}
    assert session.post(rest + GET, json={"id": 125}, headers=bearer, timeout=10).status_code == 200
    portal.expire_tokens()
    assert ask(session, rest, GET, id=125, auth=access)[1]["error"] == "expired_token"
    status, pair = renew(session, portal, client_id="app", client_secret=secret, refresh_token=refresh)
    assert status == 200
    assert ask(session, rest, GET, id=125, auth=pair["access_token"])[0] == 200
    assert renew(session, portal, client_id="app", client_secret=secret, refresh_token=refresh)[1]["error"] == "invalid_grant"
    assert renew(session, portal, client_id="none", client_secret=secret, refresh_token="x") == (
        200,
        {"error": "wrong_client", "error_description": "Client not found"},
    )
    assert renew(session, portal, client_id="app", client_secret="x", refresh_token="x")[1]["error"] == "invalid_client"
    assert portal.renewals == [refresh]


def test_portal_is_controlled_over_http(portal, session):
    """Groups are made, rows edited, writes refused over HTTP."""
    control = portal.control_url
    assert session.post(control + "group", json={"id": 130, "backlog": {"created_by": 6}}, timeout=10).status_code == 200
    id = portal.backlog_of(130)[0]
    session.post(control + "edit", json={"id": id, "modified_by": 9}, timeout=10)
    session.post(control + "read-only", json={"on": True}, timeout=10)
    ask(session, portal.webhook_url, ADD, fields={"groupId": 131, "createdBy": 6})
    state = session.get(control + "state", timeout=10).json()
    assert [id, 130, "backlog", 6, 9] in state["rows"]
    assert state["trespasses"] == [ADD]
    assert session.post(control + "edit", data=json.dumps({"id": 4711}), timeout=10).status_code == 400
    assert session.get(control + "nothing", timeout=10).status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
def test_portal_https_requires_its_ca(host):
    """The CA is needed, and enough."""
    with Portal(tls=True, host=host) as portal:
        portal.group(125).backlog()
        url = portal.webhook_url + GET
        assert requests.post(url, json={"id": 125}, verify=portal.ca_path, timeout=10).status_code == 200


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "unknown-ca"])
def test_portal_bad_certificates_are_rejected(kind):
    """Each in its own way."""
    with Portal(tls=kind) as portal, pytest.raises(requests.exceptions.SSLError):
        requests.post(portal.webhook_url + GET, verify=portal.ca_path, timeout=10)
