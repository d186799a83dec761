# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every failure that a person will meet: its code, its hint, a portal that is left alone, and no secret at -vvvv.

The engine of these tests searches all that is printed and returned for the secret, see support/runner.py.
"""

from __future__ import annotations

import socket

import pytest

from portal import Portal
from support.runner import backlog

READ = {"group_id": 125}
WRITE = {"group_id": 125, "modified_by": 9}
GET = "tasks.api.scrum.backlog.get"
UPDATE = "tasks.api.scrum.backlog.update"


@pytest.fixture
def team(portal):
    """The portal with one team."""
    portal.user(9)
    portal.group(125).backlog(created_by=6, modified_by=7)
    return portal


def _wrong_secret(url):
    base, _slash, _secret = url.rstrip("/").rpartition("/")
    return base + "/Wr0ngS3cr3tQ1w2e3/"


# what goes wrong -> the portal's error as a fault, the code that the task fails with, a word of the hint
ANSWERS = {
    "no auth": (("error", {"code": "NO_AUTH_FOUND", "status": 401}), "NO_AUTH_FOUND", "webhook_url"),
    "scope": (("error", {"code": "insufficient_scope", "status": 401}), "insufficient_scope", "task"),
    "https": (("error", {"code": "INVALID_REQUEST", "description": "Https required.", "status": 401}), "INVALID_REQUEST", "https"),
    "dismissed owner": (("error", {"code": "authorization_error", "status": 401}), "authorization_error", "active user"),
    "expired": (("error", {"code": "expired_token", "status": 401}), "expired_token", "refresh_token"),
    "foreign token": (("error", {"code": "invalid_token", "status": 401}), "invalid_token", "portal_url"),
    "plan": (("error", {"code": "ACCESS_DENIED", "status": 403}), "ACCESS_DENIED", "subscription"),
    "unpaid": (("error", {"code": "PAYMENT_REQUIRED", "status": 401}), "PAYMENT_REQUIRED", "subscription"),
    "blocked": (("error", {"code": "OVERLOAD_LIMIT", "status": 503}), "OVERLOAD_LIMIT", "support"),
    "too many": (("error", {"code": "QUERY_LIMIT_EXCEEDED", "status": 503}), "QUERY_LIMIT_EXCEEDED", "max_wait"),
    "operation time": (("error", {"code": "OPERATION_TIME_LIMIT", "status": 429}), "OPERATION_TIME_LIMIT", "max_wait"),
    "deleted": (("error", {"code": "PORTAL_DELETED", "status": 403}), "PORTAL_DELETED", "address"),
    "unknown method": (("error", {"code": "ERROR_METHOD_NOT_FOUND", "status": 404}), "ERROR_METHOD_NOT_FOUND", "URL"),
    "unheard of": (("error", {"code": "BRAND_NEW", "description": "something new", "status": 418}), "BRAND_NEW", "something new"),
    "a page with the address on it": (("html", {"status": 403}), "unexpected_answer", "text/html"),
    "a page at 200": (("html", {"status": 200}), "unexpected_answer", "HTTP 200"),
    "empty": (("empty", {}), "unexpected_answer", "empty"),
    "not UTF-8": (("not_utf8", {}), "unexpected_answer", "HTTP 200"),
    "null": (("json", {"value": None}), "unexpected_answer", "no object"),
    "a result of the wrong type": (("json", {"value": {"result": "x"}}), "unexpected_answer", "four numbers"),
    "maintenance": (("html", {"status": 503}), "unexpected_answer", "max_wait"),
    "reset": (("reset", {}), "connection_broken", "max_wait"),
    "redirect to http": (("redirect", {"location": "http://elsewhere.example/"}), "redirect_refused", "not encrypted"),
    "redirect to nowhere": (("redirect", {"location": ""}), None, ""),
}


def test_module_when_portal_rejects_reports_its_error(team, runner):
    """One task each; the error is the portal's, the sentence says what to do."""
    before = team.rows
    for kind, detail in (ANSWERS[name][0] for name in ANSWERS):
        team.fault(kind, method=GET, **detail)
    results = runner.run_tasks({name: backlog(**WRITE) for name in ANSWERS if ANSWERS[name][1]}).results
    for name, result in results.items():
        _fault, code, word = ANSWERS[name]
        assert result["failed"], name
        assert result["changed"] is False, name
        assert result["error"]["code"] == code, (name, result["msg"])
        assert result["error"]["method"] == GET, name
        assert word in result["msg"], (name, result["msg"])
        assert "backlog of group 125" in result["msg"], (name, result["msg"])
    assert team.rows == before
    assert team.writes == []


def test_module_with_wrong_secret_fails_without_printing_it(team, runner):
    """The wrong one is a secret too: somebody may have mistyped it."""
    runner.secrets.append("Wr0ngS3cr3tQ1w2e3")
    result = runner.run_tasks({"read": backlog(**READ)}, BITRIX24_WEBHOOK_URL=_wrong_secret(team.webhook_url)).single
    assert (result["error"]["code"], result["error"]["status"]) == ("INVALID_CREDENTIALS", 401)


def test_module_without_scope_names_the_scope(team, runner):
    """The scope to tick is named."""
    url = team.webhook(scopes=["user"])
    runner.secrets.append(url.split("/")[-2])
    result = runner.run_tasks({"read": backlog(**READ)}, BITRIX24_WEBHOOK_URL=url).single
    assert result["error"]["code"] == "insufficient_scope"
    assert "task" in result["msg"]


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "unknown-ca"])
def test_module_with_bad_certificate_names_the_option(runner, kind):
    """The option that helps is named."""
    with Portal(tls=kind) as bad:
        runner.secrets.append(bad.secret)
        result = runner.run_tasks({"read": backlog(**READ)}, BITRIX24_WEBHOOK_URL=bad.webhook_url, BITRIX24_CA_PATH=bad.ca_path).single
        assert result["error"] == {**result["error"], "code": "tls", "status": None}
        assert "ca_path" in result["msg"]
        assert bad.requests == []


def test_validate_certs_false_ignores_every_ca(team, runner):
    """Neither the CA nor REQUESTS_CA_BUNDLE matters then, and nothing is warned of."""
    play_result = runner.run_tasks(
        {"read": backlog(**READ, validate_certs=False)}, BITRIX24_CA_PATH="", REQUESTS_CA_BUNDLE="/nowhere/ca.pem"
    )
    assert play_result.single["failed"] is False


def test_ca_path_overrides_requests_ca_bundle(team, runner):
    """REQUESTS_CA_BUNDLE is for others."""
    assert runner.run_tasks({"read": backlog(**READ)}, REQUESTS_CA_BUNDLE="/nowhere/ca.pem").single["failed"] is False


def test_netrc_is_ignored(team, runner):
    """It would sign in as somebody else."""
    (runner.folder / ".netrc").write_text("machine 127.0.0.1 login somebody password n3trcpassw0rd\n")
    assert runner.run_tasks({"read": backlog(**READ)}).single["failed"] is False
    assert "Authorization" not in team.requests[0].headers


@pytest.mark.smoke
def test_module_when_portal_is_unreachable_reports_the_cause(team, runner):
    """Nobody listens, nobody has that name, nobody answers in time."""
    with socket.socket() as free, socket.create_server(("127.0.0.1", 0)) as silent:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/rest/1/{team.secret}/"
        mute = f"http://127.0.0.1:{silent.getsockname()[1]}/rest/1/{team.secret}/"
        results = runner.run_tasks(
            {
                "connection_refused": backlog(**READ, webhook_url=closed),
                "name_not_resolved": backlog(**READ, webhook_url=f"https://nobody.invalid/rest/1/{team.secret}/"),
                "timeout": backlog(**READ, webhook_url=mute, timeout=0.3),
            }
        ).results
    for code, result in results.items():
        assert result["error"]["code"] == code, result["msg"]
        assert result["error"]["status"] is None


def test_redirect_to_new_host_is_followed_with_warning(team, runner):
    """One hop to as good an address, with a warning; the path stays ours."""
    with Portal(tls=True, secret=team.secret) as new:
        new.group(125).backlog(created_by=6, modified_by=7)
        new.user(9)
        team.fault("redirect", location=new.portal_url + "/elsewhere")
        bundle = runner.folder / "both.pem"
        with open(team.ca_path, encoding="utf-8") as one, open(new.ca_path, encoding="utf-8") as other:
            bundle.write_text(one.read() + other.read())
        play_result = runner.run_tasks({"write": backlog(**WRITE)}, expect_warnings=True, BITRIX24_CA_PATH=bundle)
        assert play_result.single["changed"] is True
        assert len(play_result.warnings) == 1
        assert new.portal_url in play_result.warnings[0]
        assert new.backlog_of(125)[3:] == (6, 9)
    assert len(team.requests) == 1


def test_second_redirect_is_refused(team, runner):
    """Two hops are one too many."""
    team.fault("redirect", times=2, location=team.portal_url)
    assert runner.run_tasks({"read": backlog(**READ)}).single["error"]["code"] == "redirect_refused"


BAD_OPTIONS = {
    "no id at all": {},
    "zero": {"group_id": 0},
    "negative": {"id": -5},
    "fraction": {"group_id": 12.5},
    "true": {"group_id": True},
    "too large": {"group_id": 2147483648},
    "a word": {"group_id": "mobile"},
    "infinite": {"group_id": "inf"},
    "unknown state": {"group_id": 1, "state": "gone"},
    "no time": {"group_id": 1, "timeout": 0},
    "negative wait": {"group_id": 1, "max_wait": -1},
    "no CA file": {"group_id": 1, "ca_path": "/nowhere/ca.pem"},
    "no address": {"group_id": 1, "webhook_url": "portal.example"},
    "no secret": {"group_id": 1, "webhook_url": "https://portal.example/rest/1/"},
    "two ways of signing in": {"group_id": 1, "webhook_url": "https://portal.example/rest/1/abcdefgh/", "access_token": "Qx7Lm2Vt9Zk4"},
    "half of OAuth": {"group_id": 1, "access_token": "Qx7Lm2Vt9Zk4"},
    "a token file that is none": {"group_id": 1, "portal_url": "https://portal.example", "token_file": "/dev/null"},
}


@pytest.mark.smoke
def test_module_with_bad_input_fails_before_any_call(team, runner):
    """With a sentence, not a traceback."""
    results = runner.run_tasks({name: backlog(**options) for name, options in BAD_OPTIONS.items()}).results
    for name, result in results.items():
        assert result["failed"], name
        assert result["msg"], name
        assert "Traceback" not in str(result), name
    assert team.requests == []


def test_module_without_credentials_fails_before_any_call(team, runner):
    """An empty variable counts as unset."""
    result = runner.run_tasks({"read": backlog(**READ)}, BITRIX24_WEBHOOK_URL="").single
    assert result["error"]["code"] == "invalid_connection"


def test_plain_http_to_remote_host_warns(runner):
    """Unless it stays on the machine."""
    url = "http://portal.invalid/rest/1/abcdefghijkl/"
    play_result = runner.run_tasks({"read": backlog(**READ)}, expect_warnings=True, BITRIX24_WEBHOOK_URL=url)
    assert len(play_result.warnings) == 1


@pytest.mark.parametrize("form", ["{url}", "{bare}", "{url}profile.json"])
def test_webhook_url_in_any_pasted_form_is_accepted(team, runner, form):
    """With a slash, without one, with the method that the portal shows."""
    url = form.format(url=team.webhook_url, bare=team.webhook_url.rstrip("/"))
    assert runner.run_tasks({"read": backlog(**READ)}, BITRIX24_WEBHOOK_URL=url).single["failed"] is False


def test_user_agent_names_version_and_ids_stay_readable(team, runner):
    """The version is told; the id in the webhook's address is no secret and blanks out nothing."""
    result = runner.run_tasks({"write": backlog(**WRITE, webhook_url=team.webhook_url)}).single
    assert result["backlog"] == {"id": team.backlog_of(125)[0], "group_id": 125, "created_by": 6, "modified_by": 9}
    assert team.requests[0].headers["User-Agent"].startswith("scrumops.bitrix24/")
    assert b'"modifiedBy": 9' in team.requests[1].body
    assert b"createdBy" not in team.requests[1].body


def test_move_without_group_scope_warns(portal, runner):
    """A move is not checked then, and a warning says so."""
    portal.group(1).backlog(id=1)
    portal.group(2)
    url = portal.webhook(scopes=["task"])
    runner.secrets.append(url.split("/")[-2])
    play_result = runner.run_tasks({"move": backlog(id=1, group_id=2)}, expect_warnings=True, BITRIX24_WEBHOOK_URL=url)
    assert play_result.single["action"] == "move"
    assert len(play_result.warnings) == 1
    assert portal.backlog_of(2)[0] == 1
