# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OAuth pair: who is asked for a new one, in what order, what is kept, and what is lost when it cannot be."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
from pathlib import Path

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth import token_file
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.auth import OAuthAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import OAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_file import TokenFile
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_store import TokenStore
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, WaitBudgetExceeded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._hints import BY_CODE
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.oauth_server import ITS_OWN, OAuthServer
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget

from ..scripted import ADD, Clock, FakeTransport, error, html_response, json_response, make_client, no_response, result

NEW = {"access_token": "new-access", "refresh_token": "new-refresh", "expires": 2}
USED_UP = error("invalid_grant", "used up")
URL = "https://auth.example/oauth/token/"


class Forms(FakeTransport):
    """An auth server that answers by a script."""

    def post(self, path, payload, method, as_form=False):
        """The next answer."""
        assert (path, as_form) == ("/oauth/token/", True)
        return super().post(path, payload, method)


class Kept:
    """Tokens with everything around them: the auth server's script, the token file, the warnings, the secrets."""

    def __init__(self, path, *answers, file=True, max_wait=0, **given):
        oauth = OAuth(
            "https://portal.example",
            given.get("access"),
            given.get("refresh"),
            "app.1",
            "client-secret",
            str(path) if file else None,
            URL,
        )
        self.script, self.clock, self.warnings, self.secrets = Forms(*answers), Clock(), [], set()
        server = OAuthServer(self.script, oauth, WaitBudget(max_wait, self.clock, random_fraction=lambda: 0.5), str)
        self.tokens = TokenStore(oauth, server.refresh, lambda *secrets: self.secrets.update(secrets), self.warnings.append)

    @property
    def asked(self):
        """The refresh tokens that the auth server was asked with."""
        return [form["refresh_token"] for _method, form in self.script.calls]


@pytest.fixture
def path(tmp_path):
    """Path of a token file that is not there yet."""
    return tmp_path / "tokens.json"


def keep(path, access, refresh):
    """Write a token file."""
    path.write_text(json.dumps({"access_token": access, "refresh_token": refresh}))
    path.chmod(0o600)


def test_refresh_uses_pair_of_another_process_from_file(path):
    """Nobody is asked. It may be old by now as well, so the caller may come again: then somebody is."""
    keep(path, "a1", "r1")
    kept = Kept(path, json_response(NEW))
    keep(path, "a2", "r2")
    assert kept.tokens.refresh() is False
    assert (kept.tokens.access_token(), kept.asked) == ("a2", [])
    assert kept.tokens.refresh() is True
    assert (kept.tokens.access_token(), kept.asked) == ("new-access", ["r2"])
    assert json.loads(path.read_text()) == NEW
    assert {"a2", "r2", "new-access", "new-refresh"} <= kept.secrets


def test_call_with_stale_pair_of_another_process_refreshes_again(path):
    """The client comes again while it gets pairs of others, and no more after one of the auth server's own."""
    keep(path, "a1", "r1")
    kept = Kept(path, json_response(NEW))
    keep(path, "a2", "r2")
    expired = error("expired_token", status=401)
    client, script, _clock, _sign_in = make_client(expired, expired, result(5))
    client._auth = OAuthAuth(kept.tokens)
    assert client.call(ADD) == 5
    script.finished()
    assert [payload["auth"] for _method, payload in script.calls] == ["a1", "a2", "new-access"]


@pytest.mark.parametrize("code", ["invalid_grant", "bad_verification_code"])
def test_refresh_tries_file_token_before_option_token(path, code):
    """Only when that one is used up."""
    keep(path, "a1", "r1")
    kept = Kept(path, error(code), json_response(NEW), refresh="r0")
    kept.tokens.refresh()
    assert kept.asked == ["r1", "r0"]
    other = Kept(path, error("invalid_client"), refresh="r0")
    with pytest.raises(PortalError):
        other.tokens.refresh()
    assert other.asked == ["new-refresh"]


def test_refresh_response_without_refresh_token_keeps_old_one(path):
    """And a moment of expiry that is none is not kept."""
    keep(path, "a1", "r1")
    Kept(path, json_response({"access_token": "a2", "expires": "soon"})).tokens.refresh()
    assert json.loads(path.read_text()) == {"access_token": "a2", "refresh_token": "r1", "expires": None}


@pytest.mark.parametrize(
    "answer",
    [
        error("NO_AUTH_FOUND", "Wrong authorization data", status=401),
        error("ERROR_METHOD_NOT_FOUND", "Method not found!", status=404),
        error("INVALID_CREDENTIALS", "Invalid request credentials", status=401),
        error("BRAND_NEW", "x", status=418),
        html_response(404),
        html_response(200),
        json_response([]),
        json_response({"result": 1}),
        no_response("name_not_resolved"),
        no_response("connection_refused"),
        no_response("redirect_refused"),
        no_response("tls"),
    ],
)
def test_wrong_oauth_url_gets_advice_about_itself(path, answer):
    """A portal may answer there, or anybody: webhooks have nothing to do with it."""
    keep(path, "a1", "r1")
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path, answer).tokens.refresh()
    assert "webhook" not in caught.value.message()
    assert "oauth_url" in caught.value.hint or "ca_path" in caught.value.hint


@pytest.mark.parametrize("code", [code for code in ITS_OWN if code != "query_limit_exceeded"])
def test_auth_server_error_of_its_own_keeps_its_advice(path, code):
    """The address is right then."""
    keep(path, "a1", "r1")
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path, error(code.upper(), "x")).tokens.refresh()
    assert caught.value.hint == BY_CODE[code]


@pytest.mark.parametrize("answer", [no_response(), no_response("timeout"), html_response(502), html_response(504)])
def test_refresh_with_lost_response_retries_and_explains(path, answer):
    """The refresh token may be used up by then; the hint then says so, and no write of the portal is in doubt because of it."""
    keep(path, "a1", "r1")
    kept = Kept(path, answer, USED_UP, max_wait=300)
    with pytest.raises(PortalError) as caught:
        kept.tokens.refresh()
    assert kept.asked == ["r1", "r1"]
    assert "lost" in caught.value.hint
    assert not caught.value.uncertain
    assert "the auth server answered" in caught.value.message()
    fine = Kept(path, answer, json_response(NEW), max_wait=300)
    assert fine.tokens.refresh() is True
    impatient = Kept(path, answer)
    with pytest.raises(WaitBudgetExceeded) as caught:
        impatient.tokens.refresh()
    assert "oauth_url" in caught.value.message()
    assert not caught.value.uncertain


def test_refresh_with_rejected_token_reports_it(path):
    """Nothing was lost here."""
    with pytest.raises(PortalError) as caught:
        Kept(path, USED_UP, file=False, access="a1", refresh="r1").tokens.refresh()
    assert "lost" not in caught.value.hint


def _full(*_arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_refresh_with_full_disk_fails_before_using_token(path, monkeypatch):
    """Room for the new pair is made first."""
    keep(path, "a1", "r1")
    kept = Kept(path)
    monkeypatch.setattr(token_file.os, "write", _full)
    with pytest.raises(Bitrix24Error) as caught:
        kept.tokens.refresh()
    assert (caught.value.code, kept.asked) == ("token_file", [])
    assert "No space left" in caught.value.description
    assert [found.name for found in path.parent.iterdir() if found.suffix == ".new"] == []


@pytest.mark.parametrize("step", ["replace", "ftruncate"])
def test_refresh_with_failed_write_warns_and_continues(path, monkeypatch, step):
    """A warning says so; the file holds what it held."""
    keep(path, "a1", "r1")
    before = path.read_text()
    kept = Kept(path, json_response(NEW))
    plain = getattr(os, step)

    def fail_when_asked(*arguments):
        return _full() if kept.asked else plain(*arguments)

    monkeypatch.setattr(token_file.os, step, fail_when_asked)
    kept.tokens.refresh()
    assert (kept.tokens.access_token(), len(kept.warnings), path.read_text()) == ("new-access", 1, before)
    assert {found.name for found in path.parent.iterdir()} == {"tokens.json", "tokens.json.lock"}


def test_refresh_removes_leftover_of_killed_process(path):
    """It may hold tokens, and may be a link that somebody put there."""
    keep(path, "a1", "r1")
    precious = path.parent / "precious"
    precious.write_text("as before")
    (path.parent / "tokens.json.new").symlink_to(precious)
    Kept(path, json_response(NEW)).tokens.refresh()
    assert precious.read_text() == "as before"
    assert json.loads(path.read_text()) == NEW
    assert path.stat().st_mode & 0o777 == 0o600
    assert {found.name for found in path.parent.iterdir()} == {"precious", "tokens.json", "tokens.json.lock"}


def test_lock_held_by_another_process_times_out(path):
    """Then the file is named."""
    with open(str(path) + ".lock", "w", encoding="utf-8") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Bitrix24Error) as caught, TokenFile(str(path), lock_timeout=0).locked():
            pass
    assert caught.value.code == "token_file"
    with TokenFile(str(path), lock_timeout=0).locked():
        pass


def test_lock_unsupported_by_file_system_is_reported(path, monkeypatch):
    """Told, not a traceback."""

    def cannot(*_arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(token_file.fcntl, "flock", cannot)
    with pytest.raises(Bitrix24Error) as caught, TokenFile(str(path), lock_timeout=0).locked():
        pass
    assert "cannot be locked" in caught.value.description


def test_refresh_with_unwritable_folder_fails_before_using_token(path, monkeypatch):
    """Found out before the refresh token is used."""
    keep(path, "a1", "r1")
    kept = Kept(path)
    plain = os.open

    def read_only(name, flags, *more):
        if flags & os.O_CREAT and str(name).endswith(".new"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return plain(name, flags, *more)

    monkeypatch.setattr(token_file.os, "open", read_only)
    with pytest.raises(Bitrix24Error) as caught:
        kept.tokens.refresh()
    assert (caught.value.code, kept.asked) == ("token_file", [])


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, "null", "[]", "{}", '{"access_token": "a1"}', '{"access_token": "a1", "refresh_token": 2}']
)
def test_token_file_without_pair_is_rejected(path, content):
    """Found out at the start, before anybody is asked."""
    path.write_text(content)
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path, access="a0", refresh="r0")
    assert caught.value.code == "token_file"


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"   \n", b'[{"access_token": "a1", "refresh_token": "r1"}]', b"\xef\xbb\xbf"])
def test_token_file_other_content_is_refused_before_any_call(path, content):
    """Not text, blanks, a list, a byte-order mark alone."""
    path.write_bytes(content)
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path, access="a0", refresh="r0")
    assert caught.value.code == "token_file"
    assert str(path) in caught.value.message()
    assert path.read_bytes() == content


def test_token_file_after_a_byte_order_mark_is_read(path):
    """As some editors write it."""
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"access_token": "a1", "refresh_token": "r1"}).encode())
    path.chmod(0o600)
    assert Kept(path).tokens.access_token() == "a1"


def _pipe(place):
    os.mkfifo(place)


def _socket(place):
    here = os.getcwd()
    os.chdir(place.parent)  # the path of a socket has to be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


NO_FILES = {"a folder": Path.mkdir, "a named pipe": _pipe, "a socket": _socket, "a device": lambda place: place.symlink_to(os.devnull)}


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("kind", NO_FILES)
def test_token_file_no_file_is_refused_before_any_call(path, kind, linked):
    """Nobody waits for the other end of a pipe, and what is there stays there."""
    place = path.with_name("other") if linked else path
    NO_FILES[kind](place)
    if linked:
        path.symlink_to(place)
    before = os.stat(path)
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path, access="a0", refresh="r0")
    assert caught.value.code == "token_file"
    assert kind in caught.value.description
    assert os.stat(path) == before
    assert {found.name for found in path.parent.iterdir()} == {path.name, place.name}


@pytest.mark.parametrize("kind", NO_FILES)
def test_token_file_its_lock_is_no_file_it_is_refused(path, kind):
    """Neither a pipe nor a link to somewhere else is opened, nor waited for."""
    keep(path, "a1", "r1")
    NO_FILES[kind](path.with_name("tokens.json.lock"))
    kept = Kept(path)
    with pytest.raises(Bitrix24Error) as caught:
        kept.tokens.refresh()
    assert (caught.value.code, kept.asked) == ("token_file", [])


@pytest.mark.parametrize("exists", [True, False])
def test_token_file_a_link_stays_a_link(path, exists):
    """The file that it leads to is replaced, or made there."""
    real = path.with_name("real.json")
    path.symlink_to(real)
    if exists:
        keep(real, "a1", "r1")
    Kept(path, json_response(NEW), refresh="r1").tokens.refresh()
    assert path.readlink() == real
    assert json.loads(real.read_text()) == NEW


@pytest.mark.parametrize("before, after", [(0o600, 0o600), (0o400, 0o400), (0o700, 0o700), (0o640, 0o600), (0o604, 0o600)])
def test_token_file_keeps_its_mode_unless_it_is_open_to_others(path, before, after):
    """Owner and group stay in any case."""
    keep(path, "a1", "r1")
    path.chmod(before)
    with contextlib.suppress(PermissionError):  # only root gives files away
        os.chown(path, 1234, 1234)
    owner = (os.stat(path).st_uid, os.stat(path).st_gid)
    Kept(path, json_response(NEW)).tokens.refresh()
    found = path.stat()
    assert (json.loads(path.read_text()), found.st_mode & 0o7777, (found.st_uid, found.st_gid)) == (NEW, after, owner)


def test_token_file_unreadable_or_unlockable_is_reported(tmp_path):
    """A folder stands in its place; there is no folder to put the lock in."""
    with pytest.raises(Bitrix24Error) as caught:
        Kept(tmp_path, access="a0")
    assert caught.value.code == "token_file"
    lost_folder = Kept(tmp_path / "missing" / "tokens.json", refresh="r0")
    with pytest.raises(Bitrix24Error) as caught:
        lost_folder.tokens.access_token()
    assert (caught.value.code, lost_folder.asked) == ("token_file", [])


def test_token_store_without_file_content_uses_options(path):
    """With none in them either, the file is named; a refresh token alone is enough, and is used at the first call."""
    with pytest.raises(Bitrix24Error) as caught:
        Kept(path)
    assert caught.value.code == "token_file"
    assert Kept(path, access="a0").tokens.access_token() == "a0"
    kept = Kept(path, json_response(NEW), refresh="r0")
    assert (kept.tokens.access_token(), kept.asked) == ("new-access", ["r0"])
    assert json.loads(path.read_text()) == NEW


def test_token_file_with_loose_permissions_warns(path):
    """Used, with a warning."""
    keep(path, "a1", "r1")
    path.chmod(0o640)
    kept = Kept(path)
    assert (kept.tokens.access_token(), len(kept.warnings)) == ("a1", 1)


def test_refresh_without_file_warns_that_pair_is_lost(path):
    """A warning says that the refresh token may be used up; with no refresh token nobody is asked."""
    kept = Kept(path, json_response(NEW), file=False, access="a1", refresh="r1")
    kept.tokens.refresh()
    assert (kept.tokens.access_token(), len(kept.warnings), path.exists()) == ("new-access", 1, False)
    alone = Kept(path, file=False, access="a1")
    with pytest.raises(Bitrix24Error) as caught:
        alone.tokens.refresh()
    assert (caught.value.code, alone.asked) == ("expired_token", [])
