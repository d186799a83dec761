# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets stay secret, however a portal, a proxy or a crash puts them before the modules; and numbers stay readable.

The engine of these tests searches all that is printed at -vvvv, logged and returned, see support/runner.py.
"""

from __future__ import annotations

import html
import json
import shutil
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

import portal.oauth
from portal import Portal
from support.runner import COLLECTIONS, AnsibleRunner, backlog, backlogs, info
from support.secrecy import pieces_in

GET = "tasks.api.scrum.backlog.get"

#: Everything that ansible-core can be told to show. What is only in the environment has to stay out of all of it.
TALKATIVE = {
    "ANSIBLE_DEBUG": "1",
    "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1",
    "ANSIBLE_DISPLAY_TRACEBACK": "always",
    "ANSIBLE_KEEP_REMOTE_FILES": "1",
}

WEBHOOKS = {
    "with special characters": "aB3/x+y&Z9k2 p'7w<Q%41",
    "of digits": "407152968301746",
    "of five letters": "Qx7Lm",
}


def _echoes(secret):
    """A secret as portals, proxies and pages repeat it."""
    return [
        secret,
        f"/rest/1/{secret}/{GET}",
        quote(secret, safe=""),
        quote(f"https://PORTAL.example/rest/1/{secret}/", safe=""),
        html.escape(secret),
        json.dumps(secret).replace("/", "\\/"),
        "".join(f"%{ord(letter):02x}" for letter in secret),
        secret.upper() if len(secret) > 5 else secret,
        secret[:8] if len(secret) > 5 else secret,
    ]


def _files_that_hold(folder, secrets):
    """Files below a folder that hold a piece of a secret; remote files were kept there too."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert len(files) > 2
    return [path.name for path in files if pieces_in(path.read_text(encoding="utf-8", errors="replace"), secrets)]


def _ways_out(portal, secrets):
    """Tasks whose answers repeat the secrets in every place that the modules look at."""
    shown = " ".join(echo for secret in secrets for echo in _echoes(secret))
    ascii_only = shown.encode("ascii", "replace").decode()
    faults = {
        "error text": ("error", {"code": 0, "description": shown, "status": 400}),
        "error code": ("error", {"code": shown, "status": 400}),
        "page": ("raw", {"status": 403, "headers": {"Content-Type": "text/html"}, "body": f"<p>{shown}</p>".encode()}),
        "content type": ("raw", {"headers": {"Content-Type": ascii_only}, "body": b"x"}),
        "broken JSON": ("raw", {"headers": {"Content-Type": "application/json"}, "body": ('{"error": "' + shown).encode()}),
        "redirect": ("redirect", {"location": f"https://{secrets[0]}.invalid/"}),
    }
    for kind, detail in faults.values():
        portal.fault(kind, method=GET, **detail)
    portal.group(90, name=f"Team {shown}").backlog(created_by=6)
    return {
        **{name: backlog(group_id=1) for name in faults},
        "group name": info(group_ids=[90]),
        "error in a batch": backlogs([{"group_id": 1}, {"group_id": 90}]),
    }


@pytest.mark.parametrize("kind", WEBHOOKS)
def test_webhook_from_environment_is_never_printed(tmp_path, kind):
    """In the environment only; ansible-core shows all that it can."""
    secret = WEBHOOKS[kind]
    with Portal(secret=secret) as team:
        team.group(1).backlog(created_by=6)
        runner = AnsibleRunner(tmp_path, [secret])
        url = f"{team.portal_url}/rest/1/{quote(secret, safe='')}/"
        tasks = _ways_out(team, [secret])
        play_result = runner.run_tasks(tasks, expect_warnings=True, BITRIX24_WEBHOOK_URL=url, BITRIX24_MAX_WAIT=0, **TALKATIVE)
    failed = {name for name, result in play_result.results.items() if result["failed"]}
    assert failed == set(tasks) - {"group name", "error in a batch"}
    assert not any("report this" in result.get("msg", "") for result in play_result.results.values())
    assert _files_that_hold(tmp_path, [secret]) == []


def test_webhook_from_option_is_never_printed(tmp_path):
    """Not by the arguments that a result repeats either."""
    secret = WEBHOOKS["with special characters"]
    with Portal(secret=secret) as team, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        team.group(1).backlog(created_by=6)
        runner = AnsibleRunner(tmp_path, [secret])
        path = f"/rest/1/{quote(secret, safe='')}/"
        tasks = {
            "good": backlog(group_id=1, webhook_url=team.portal_url + path),
            "mistyped option": backlog(group_id="one", webhook_url=team.portal_url + path),
            "nobody listens": backlog(group_id=1, webhook_url=f"http://127.0.0.1:{free.getsockname()[1]}{path}"),
            "no address": backlog(group_id=1, webhook_url=f"portal.example{path}"),
            "as the portal's address": backlog(group_id=1, portal_url=team.portal_url + path, access_token="Zk4Qx7Lm2Vt9"),
            "page": backlog(group_id=1, webhook_url=team.portal_url + path),
        }
        team.fault("html", method=GET, status=403, skip=2)  # the good one, and the one with a token that nobody gave
        play_result = runner.run_tasks(tasks, expect_warnings=True, BITRIX24_MAX_WAIT=0, ANSIBLE_DISPLAY_TRACEBACK="always")
    assert [name for name, result in play_result.results.items() if not result["failed"]] == ["good"]


@pytest.mark.smoke
def test_tokens_before_and_after_refresh_are_never_printed(tmp_path, monkeypatch):
    """The pair is renewed in between; the auth server and the portal repeat all of them."""
    made = [f"{letter}{number}7k2w9q4z8x" * 3 for number, letter in enumerate("abcdefghij")]
    tokens = iter(made)
    monkeypatch.setattr(portal.oauth, "new_secret", lambda length=70: next(tokens))
    with Portal() as team:
        team.group(1).backlog(created_by=6)
        client_secret, access, refresh = team.oauth()
        team.expire_tokens()
        tasks = {"renewal": backlog(group_id=1), **_ways_out(team, made[:6])}
        for fault in team.engine.script._faults:
            fault.skip += 2  # the call with the expired token, and the first task
        team.fault("error", method="oauth", skip=1, status=400, code="invalid_grant", description=" ".join(made))
        tasks["refused renewal"] = backlog(group_id=1, access_token="xpired0ne")
        env = {
            "BITRIX24_PORTAL_URL": team.portal_url,
            "BITRIX24_OAUTH_URL": team.oauth_url,
            "BITRIX24_ACCESS_TOKEN": access,
            "BITRIX24_REFRESH_TOKEN": refresh,
            "BITRIX24_CLIENT_ID": "app.1",
            "BITRIX24_CLIENT_SECRET": client_secret,
            "BITRIX24_TOKEN_FILE": tmp_path / "tokens.json",
        }
        play_result = AnsibleRunner(tmp_path, made).run_tasks(tasks, expect_warnings=True, BITRIX24_MAX_WAIT=0, **TALKATIVE, **env)
        assert team.renewals == [refresh]
    assert play_result.results["renewal"]["failed"] is False
    assert play_result.results["error text"]["failed"] is True
    assert _files_that_hold(tmp_path, made) == ["tokens.json"]
    assert (tmp_path / "tokens.json").stat().st_mode & 0o777 == 0o600


def test_numeric_ids_are_not_masked(tmp_path):
    """User 1 blanks out nothing, and no secret of digits an id."""
    secret = "123456"
    with Portal(secret=secret) as team:
        team.user(1234567890)
        team.group(1234567).backlog(id=123456, created_by=1, modified_by=1234567890)
        url = f"{team.portal_url}/rest/1/{secret}/"
        tasks = {
            "one": backlog(group_id=1234567, modified_by=1),
            "many": backlogs([{"group_id": 1234567, "modified_by": 1234567890}]),
            "info": info(group_ids=[1234567, 111]),
        }
        results = AnsibleRunner(tmp_path).run_tasks(tasks, BITRIX24_WEBHOOK_URL=url).results
    record = {"id": 123456, "group_id": 1234567, "created_by": 1, "modified_by": 1}
    assert results["one"]["backlog"] == record
    assert results["one"]["diff"]["after"] == record
    assert results["many"]["diff"]["after"] == {"1234567": dict(record, modified_by=1234567890)}
    assert {key: results["many"]["backlogs"][0][key] for key in record} == dict(record, modified_by=1234567890)
    assert results["info"]["groups_without_backlog"] == [111]
    assert results["info"]["backlogs"][0]["id"] == 123456


#: file -> the line before which it crashes, and what its exceptions say.
CRASHES = {
    "_rest/transport.py": ("        answer = self._post(path, payload", "self.origin + path"),
    "_engine/reconciler.py": ("        refused = refused or {}", "self._client._auth.sign('profile', {})[0]"),
}


@pytest.mark.parametrize("where", CRASHES)
@pytest.mark.smoke
def test_unexpected_error_prints_no_secret(portal, runner, tmp_path, where):
    """A fault of our own, with the address in the exception, in what caused it, and in the names of its objects."""
    patched = tmp_path / "patched"
    shutil.copytree(COLLECTIONS, patched, ignore=shutil.ignore_patterns("*.tar.gz"))
    file = patched / "ansible_collections" / "scrumops" / "bitrix24" / "plugins" / "module_utils" / where
    text = file.read_text(encoding="utf-8")
    begin, url = CRASHES[where]
    assert begin in text
    crash = ["try:", f"    raise KeyError({url})", "except KeyError as cause:", f"    raise RuntimeError({url}) from cause"]
    lines = "".join(f"        {line}\n" for line in crash)
    file.write_text(text.replace(begin, lines + begin, 1), encoding="utf-8")
    result = runner.run_tasks({"crash": backlog(group_id=1)}, ANSIBLE_COLLECTIONS_PATH=patched, **TALKATIVE).single
    assert result["failed"]
    assert "report this" in result["msg"]
    assert portal.requests == []


def _processes():
    """Command line and environment of every process that we may look at."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield (folder / "cmdline").read_bytes().decode(errors="replace"), (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue


@pytest.mark.parametrize("place", ["environment", "option"])
def test_process_list_shows_no_secret(portal, runner, monkeypatch, place):
    """Looked at while the module waits for its answer: the secret is only where the user put it."""
    holders = []

    def look(_address):
        for command, environment in _processes():
            assert not pieces_in(command, [portal.secret])
            holders.extend(entry.partition("=")[0] for entry in environment.split("\0") if pieces_in(entry, [portal.secret]))

    portal.group(1).backlog()
    url = portal.webhook_url
    monkeypatch.setattr(portal.engine, "admit", look)
    if place == "environment":
        play_result = runner.run_tasks({"read": backlog(group_id=1)})
    else:
        play_result = runner.run_tasks({"read": backlog(group_id=1, webhook_url=url)}, BITRIX24_WEBHOOK_URL="")
    assert play_result.single["failed"] is False
    assert set(holders) == ({"BITRIX24_WEBHOOK_URL"} if place == "environment" else set())
