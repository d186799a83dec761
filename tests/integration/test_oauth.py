# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OAuth as a user has it: tokens that expire, a pair that is renewed and kept, and what each refusal of the auth server says."""

from __future__ import annotations

import json
import os

import pytest

from portal import Portal
from support.runner import AnsibleRunner, backlog, backlogs
from support.secrecy import pieces_in

GET = "tasks.api.scrum.backlog.get"
ADD = "tasks.api.scrum.backlog.add"
READ = {"group_id": 125}


class App:
    """An application on the portal, and the first pair that a user got of it."""

    def __init__(self, portal):
        self.portal = portal
        self.secret, self.access, self.refresh = portal.oauth()

    def options(self, *names, **more):
        """Connection options of a task: those named, of access_token, refresh_token and client."""
        known = {
            "access_token": {"access_token": self.access},
            "refresh_token": {"refresh_token": self.refresh},
            "client": {"client_id": "app.1", "client_secret": self.secret},
        }
        given = {"portal_url": self.portal.portal_url, "oauth_url": self.portal.oauth_url, "ca_path": self.portal.ca_path}
        for name in names:
            given.update(known[name])
        return {**given, "max_wait": 0, **more}

    @property
    def asked(self):
        """The requests that the auth server got."""
        return [request for request in self.portal.requests if request.method == "oauth"]


@pytest.fixture
def app(portal):
    """The application, and a team."""
    portal.user(9)
    portal.group(125).backlog(created_by=6, modified_by=7)
    return App(portal)


@pytest.fixture
def play(app, tmp_path):
    """Plays tasks; no token is printed, the renewed ones neither, and none is in an address."""
    folder = tmp_path / "run"
    folder.mkdir()
    runner = AnsibleRunner(folder, [app.secret, app.access, app.refresh])

    def run(tasks, **more):
        play_result = runner.run_tasks(tasks, **more)
        assert not pieces_in(play_result.output + str(play_result.results), app.portal.tokens)
        assert not pieces_in(" ".join(request.path for request in app.portal.requests), [app.secret, *app.portal.tokens])
        return play_result

    return run


@pytest.fixture
def kept(tmp_path):
    """The path of a token file that is not there yet, in a folder of its own."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "tokens.json"


def keep(path, access, refresh, mode=0o600):
    """Write a token file as a user does."""
    path.write_text(json.dumps({"access_token": access, "refresh_token": refresh}))
    path.chmod(mode)


def held(path):
    """(access token, refresh token, mode) of a token file; nothing else is left beside it."""
    assert {found.name for found in path.parent.iterdir()} <= {path.name, path.name + ".lock"}
    content = json.loads(path.read_text())
    assert set(content) == {"access_token", "refresh_token", "expires"}
    return content["access_token"], content["refresh_token"], path.stat().st_mode & 0o777


def test_valid_access_token_alone_authenticates(app, play):
    """It goes in the body."""
    result = play({"write": backlog(**app.options("access_token"), **READ, modified_by=9)}).single
    assert result["changed"] is True
    assert all(app.access.encode() in request.body for request in app.portal.requests)


@pytest.mark.parametrize("given", [("access_token",), ("access_token", "refresh_token"), ("access_token", "client")])
def test_expired_token_without_refresh_options_names_them(app, play, given):
    """The auth server is not asked."""
    app.portal.expire_tokens()
    result = play({"read": backlog(**app.options(*given), **READ)}).single
    assert (result["failed"], result["error"]["code"], result["error"]["status"]) == (True, "expired_token", 401)
    for option in ("refresh_token", "client_id", "client_secret", "token_file"):
        assert option in result["msg"]
    assert app.asked == []


def test_refresh_without_token_file_warns(app, play):
    """The task works; a warning says that the pair is gone with it."""
    app.portal.expire_tokens()
    play_result = play(
        {"write": backlog(**app.options("access_token", "refresh_token", "client"), **READ, modified_by=9)}, expect_warnings=True
    )
    assert play_result.single["changed"] is True
    assert len(play_result.warnings) == 1
    assert "token_file" in play_result.warnings[0]
    (request,) = app.asked
    assert request.verb == "POST"
    for secret in (app.refresh, app.secret):
        assert secret.encode() in request.body
        assert secret not in request.path


def test_refresh_token_alone_gets_and_stores_access_token(app, play, kept):
    """It is kept; the next task asks for nothing."""
    options = app.options("refresh_token", "client", token_file=str(kept))
    results = play({"one": backlog(**options, **READ), "two": backlog(**options, **READ)}).results
    assert not any(result["failed"] for result in results.values())
    assert len(app.asked) == 1
    assert held(kept) == (*app.portal.tokens[2:], 0o600)


def test_token_file_overrides_options(app, play, kept):
    """The pair in the options was good once."""
    keep(kept, app.access, app.refresh)
    options = app.options("client", access_token="old-access-token-of-the-task", refresh_token="old-refresh-token-of-the-task")
    assert play({"read": backlog(**options, token_file=str(kept), **READ)}).single["failed"] is False
    app.portal.expire_tokens()
    assert play({"read": backlog(**options, token_file=str(kept), **READ)}).single["failed"] is False
    assert app.portal.renewals == [app.refresh]


def test_refresh_uses_option_token_when_file_token_is_rejected(app, play, kept):
    """Somebody authorized again and put it there."""
    keep(kept, app.access, "used-up-refresh-token")
    app.portal.expire_tokens()
    assert play({"read": backlog(**app.options("refresh_token", "client", token_file=str(kept)), **READ)}).single["failed"] is False
    assert app.portal.renewals == [app.refresh]
    assert held(kept)[:2] == tuple(app.portal.tokens[2:])


def test_token_file_readable_by_others_warns_and_is_tightened(app, play, kept):
    """It is warned of, and a renewed pair is for the owner only."""
    keep(kept, app.access, app.refresh, mode=0o644)
    app.portal.expire_tokens()
    play_result = play({"read": backlog(**app.options("client", token_file=str(kept)), **READ)}, expect_warnings=True)
    assert [("0600" in warning) for warning in play_result.warnings] == [True]
    assert held(kept)[2] == 0o600


def test_token_file_symlink_is_kept(app, play, kept, tmp_path):
    """What it leads to is replaced."""
    keep(kept, app.access, app.refresh)
    link = tmp_path / "link.json"
    link.symlink_to(kept)
    app.portal.expire_tokens()
    assert play({"read": backlog(**app.options("client", token_file=str(link)), **READ)}).single["failed"] is False
    assert link.is_symlink()
    assert held(kept) == (*app.portal.tokens[2:], 0o600)


def _missing_folder(path):
    path.parent.rmdir()


def _holding(content):
    return lambda path: path.write_bytes(content)


# what is there in place of the file -> whether it is found out only when the pair is renewed
BAD_FILES = {
    "missing folder": (_missing_folder, True),
    "a folder": (lambda path: path.mkdir(), False),
    "empty": (_holding(b""), False),
    "not JSON": (_holding(b"{"), False),
    "not UTF-8": (_holding(b'{"access_token": "\xff"}'), False),
    "nested too deeply": (_holding(b"[" * 100000), False),
    "no object": (_holding(b"[1]"), False),
    "no tokens": (_holding(b"{}"), False),
    "tokens that are no texts": (_holding(b'{"access_token": 1, "refresh_token": null}'), False),
    "a lock that is none": (lambda path: (path.parent / "tokens.json.lock").mkdir(), True),
    "no room for a new one": (lambda path: (path.parent / "tokens.json.new").mkdir(), True),
}


def test_unusable_token_file_fails_and_keeps_its_content(app, play, tmp_path):
    """The sentence names the file; nothing is lost: the refresh token has not been used, and what is there is left alone."""
    app.portal.expire_tokens()
    tasks = {}
    for number, (name, (spoil, _late)) in enumerate(BAD_FILES.items()):
        path = tmp_path / f"kept{number}" / "tokens.json"
        path.parent.mkdir()
        spoil(path)
        options = app.options("access_token", "refresh_token", "client", token_file=str(path))
        tasks[name] = backlog(**options, **READ)
    before = {name: name.is_file() and name.read_bytes() for name in sorted(tmp_path.glob("kept*/*"))}
    results = play(tasks).results
    for number, (name, (_spoil, late)) in enumerate(BAD_FILES.items()):
        assert results[name]["error"]["code"] == "token_file", (name, results[name])
        assert f"kept{number}/tokens.json" in results[name]["msg"], name
        assert results[name]["changed"] is False if late else results[name]["failed"], name
    assert app.asked == []
    assert {name: content for name, content in before.items() if name.suffix != ".lock"} == {
        name: name.is_file() and name.read_bytes() for name in sorted(tmp_path.glob("kept*/*")) if name.suffix != ".lock"
    }


# what the auth server answers -> the fault, the code that the task fails with, a word of the hint
REFUSALS = {
    "unknown client, inside 200": (("error", {"code": "wrong_client", "status": 200}), "wrong_client", "client_id"),
    "wrong secret": (("error", {"code": "invalid_client", "status": 400}), "invalid_client", "client_secret"),
    "wrong secret, as 401": (("error", {"code": "invalid_client", "status": 401}), "invalid_client", "client_secret"),
    "used up": (("error", {"code": "invalid_grant", "status": 400}), "invalid_grant", "Authorize the application"),
    "used up, the other word": (
        ("error", {"code": "bad_verification_code", "status": 400}),
        "bad_verification_code",
        "Authorize the application",
    ),
    "a request it does not take": (("error", {"code": "invalid_request", "status": 400}), "invalid_request", "oauth"),
    "a scope it was not given": (("error", {"code": "invalid_scope", "status": 403}), "invalid_scope", "permission"),
    "a scope it lacks": (("error", {"code": "insufficient_scope", "status": 403}), "insufficient_scope", "permission"),
    "removed": (("error", {"code": "NOT_INSTALLED", "status": 401}), "NOT_INSTALLED", "Install"),
    "unpaid": (("error", {"code": "PAYMENT_REQUIRED", "status": 401}), "PAYMENT_REQUIRED", "subscription"),
    "unheard of": (("error", {"code": "brand_new", "description": "something new", "status": 418}), "brand_new", "something new"),
    "too many": (("error", {"code": "QUERY_LIMIT_EXCEEDED", "status": 503}), "QUERY_LIMIT_EXCEEDED", "max_wait"),
    "a page at 200": (("html", {"status": 200}), "unexpected_answer", "oauth_url"),
    "a page at 500": (("html", {"status": 500}), "unexpected_answer", "oauth_url"),
    "a page at 503": (("html", {"status": 503}), "unexpected_answer", "max_wait"),
    "empty": (("empty", {}), "unexpected_answer", "oauth_url"),
    "null": (("json", {"value": None}), "unexpected_answer", "oauth_url"),
    "no token in it": (("json", {"value": {"expires": 5}}), "unexpected_answer", "access token"),
    "a token that is none": (("json", {"value": {"access_token": {"a": 1}}}), "unexpected_answer", "access token"),
    "reset": (("reset", {}), "connection_broken", "oauth_url"),
    "timeout": (("reset", {"seconds": 5}), "timeout", "oauth_url"),
    "redirect to http": (("redirect", {"location": "http://elsewhere.example/"}), "redirect_refused", "not encrypted"),
}


def test_refresh_with_auth_server_error_reports_it(app, play, kept):
    """Each row of its errors; the portal is left alone, and so is the file."""
    keep(kept, app.access, app.refresh)
    app.portal.expire_tokens()
    before, file_before = app.portal.rows, kept.read_text()
    for (kind, detail), _code, _word in REFUSALS.values():
        app.portal.fault(kind, method="oauth", **detail)
    options = app.options("client", token_file=str(kept))
    tasks = {name: backlog(**{**options, "timeout": 4 if name == "timeout" else 60}, **READ, modified_by=9) for name in REFUSALS}
    results = play(tasks).results
    for name, result in results.items():
        _fault, code, word = REFUSALS[name]
        assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, code), (name, result)
        assert result["error"]["method"] == "oauth/token", name
        assert word in result["msg"], (name, result["msg"])
        assert "portal answered" not in result["msg"], (name, result["msg"])
    assert app.portal.rows == before
    assert kept.read_text() == file_before
    assert {found.name for found in kept.parent.iterdir()} == {"tokens.json", "tokens.json.lock"}


def test_refresh_with_invalid_credentials_is_rejected(app, play):
    """As the auth server gives them by itself."""
    app.portal.expire_tokens()
    good = app.options("access_token", "refresh_token", "client")
    results = play(
        {
            "wrong_client": backlog(**{**good, "client_id": "app.2"}, **READ),
            "invalid_client": backlog(**{**good, "client_secret": "wrong-secret-of-the-app"}, **READ),
            "invalid_grant": backlog(**{**good, "refresh_token": "wrong-refresh-token"}, **READ),
        }
    ).results
    for code, result in results.items():
        assert result["error"]["code"] == code
    assert app.portal.renewals == []


def test_refresh_with_lost_response_is_retried_or_explained(app, play):
    """Not carried out: asked again. Carried out: the token is used up, and only authorizing again helps; the sentence says why."""
    app.portal.expire_tokens()
    options = app.options("access_token", "refresh_token", "client", max_wait=5)
    app.portal.fault("reset", method="oauth")
    assert play({"asked again": backlog(**options, **READ)}, expect_warnings=True).single["failed"] is False
    second = App(app.portal)
    app.portal.expire_tokens()
    app.portal.fault("reset", method="oauth", executed=True)
    result = play({"lost": backlog(**second.options("access_token", "refresh_token", "client", max_wait=5), **READ)}).single
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, "invalid_grant")
    assert "lost" in result["msg"]
    assert "Authorize the application again" in result["msg"]


@pytest.mark.smoke
def test_token_expired_before_write_is_refreshed_and_write_is_sent_once(app, play, kept):
    """The write was refused, not executed: it is sent once more, one by one and in a batch."""
    options = app.options("access_token", "refresh_token", "client", token_file=str(kept))
    for group in (1, 2, 3):
        app.portal.group(group)
    app.portal.fault("error", method=ADD, code="expired_token", status=401, times=1)
    one = play({"one": backlog(**options, group_id=1, created_by=1)}).single
    app.portal.fault("error", method=ADD, code="expired_token", status=401, times=1)
    many = play({"many": backlogs([{"group_id": 2, "created_by": 1}, {"group_id": 3, "created_by": 1}], **options)}).single
    assert (one["failed"], many["failed"]) == (False, False)
    assert app.portal.writes == [ADD] * 3
    assert len(app.portal.renewals) == 2


def test_token_of_another_portal_is_not_refreshed(app, play):
    """Its tokens are unknown elsewhere; they are not renewed in vain."""
    with Portal(tls=True) as other:
        options = {**app.options("access_token", "refresh_token", "client"), "portal_url": other.portal_url, "ca_path": other.ca_path}
        result = play({"read": backlog(**options, **READ)}).single
    assert result["error"]["code"] == "invalid_token"
    assert "portal_url" in result["msg"]
    assert app.asked == []


def test_oauth_url_of_another_region_is_used(app, play, kept, tmp_path):
    """Only that one is asked, and it has to be known to ca_path as well."""
    with Portal(tls=True) as region:
        region.engine.tokens = app.portal.engine.tokens
        app.portal.expire_tokens()
        bundle = tmp_path / "both.pem"
        with open(app.portal.ca_path, encoding="utf-8") as one, open(region.ca_path, encoding="utf-8") as other:
            bundle.write_text(one.read() + other.read())
        options = {**app.options("access_token", "refresh_token", "client", token_file=str(kept)), "oauth_url": region.oauth_url}
        results = play({"unknown": backlog(**options, **READ), "known": backlog(**{**options, "ca_path": str(bundle)}, **READ)}).results
        assert results["unknown"]["error"] == {**results["unknown"]["error"], "code": "tls", "method": "oauth/token"}
        assert "auth server" in results["unknown"]["msg"]
        assert results["known"]["failed"] is False
        assert [request.method for request in region.requests] == ["oauth"]
    assert app.asked == []


TWENTY = 20


def test_twenty_concurrent_tasks_refresh_once(app, kept, tmp_path):
    """They all meet the expired token at the same time; one renews it, all succeed."""
    keep(kept, app.access, app.refresh)
    app.portal.expire_tokens()
    app.portal.barrier(GET, TWENTY)
    folder = tmp_path / "run"
    folder.mkdir()
    runner = AnsibleRunner(folder, [app.secret, app.access, app.refresh])
    task = {"name": "Read", **backlog(**app.options("client", token_file=str(kept), timeout=300), **READ)}
    status, output = runner.side_by_side({f"team{number}": {} for number in range(TWENTY)}, task)
    assert status == 0, output
    assert output.count("failed=0") == TWENTY
    assert not pieces_in(output, app.portal.tokens)
    assert app.portal.renewals == [app.refresh]
    assert len(app.asked) == 1
    assert held(kept) == (*app.portal.tokens[2:], 0o600)


@pytest.mark.parametrize("kind", ["a folder", "a named pipe", "a link to a named pipe", "a list"])
def test_token_file_that_is_none_is_refused_before_any_call(app, play, kept, kind):
    """Nobody waits for the other end of a pipe."""
    if kind == "a folder":
        kept.mkdir()
    elif kind == "a list":
        kept.write_text("[]")
    else:
        pipe = kept if kind == "a named pipe" else kept.with_name("pipe")
        os.mkfifo(pipe)
        if pipe != kept:
            kept.symlink_to(pipe)
    result = play({"get": backlog(**app.options("access_token", "refresh_token", "client", token_file=str(kept)), **READ)}).single
    assert (result["failed"], result["error"]["code"]) == (True, "token_file")
    assert app.portal.requests == []
