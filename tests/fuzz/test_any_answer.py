# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a server answers: a Bitrix24Error or a value, no secret in its texts, and no more waiting than was allowed."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.connection import OAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.token_store import TokenStore
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import MAX_ID
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_info import list_backlogs
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import (
    DesiredBacklog,
    Record,
    parse_record,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import read_current
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.caller import parse_profile, profile_command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import list_scrum_groups, parse_target, target_command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.oauth_server import OAuthServer
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget
from support.secrecy import pieces_in

from . import answers
from .clock import Clock

METHODS = ["tasks.api.scrum.backlog.get", "tasks.api.scrum.backlog.add", "tasks.api.scrum.backlog.update", "profile"]
ids = st.one_of(st.none(), st.integers(1, 4))
all_desired = st.builds(DesiredBacklog, id=ids, group_id=ids, created_by=ids, modified_by=ids, state=st.sampled_from(["present", "absent"]))


class Playback:
    """A transport that plays answers back, and breaks when there are no more."""

    def __init__(self, script):
        self._script = list(script)

    def post(self, path, payload, method, as_form=False):
        """The next answer."""
        json.dumps(payload)
        found = self._script.pop(0) if self._script else ResponseError("tls", "nothing more was scripted", method=method)
        if isinstance(found, Exception):
            raise found
        return found


class FakeAuth:
    """Signs in with what never expires, or always has."""

    def __init__(self, can_refresh):
        self.can_refresh = can_refresh

    def sign(self, method, params):
        """Path and payload."""
        return "/rest/1/" + answers.SECRET + "/" + method, params

    def refresh(self):
        """Nothing to do."""


def _redactor():
    made = Redactor()
    made.add(answers.SECRET)
    return made


def _client(script, max_wait, can_refresh=False):
    clock = Clock()
    redactor = _redactor()
    return Client(Playback(script), FakeAuth(can_refresh), WaitBudget(max_wait, clock), redact=redactor.text), clock, redactor


def _check_readable(redactor, error):
    """All that a user gets to read of an error: nothing secret in it, and it can be written as JSON."""
    text = json.dumps(redactor.data([error.message("Reading"), error.to_result()]))
    assert not pieces_in(text, [answers.SECRET]), text
    assert len(text) < 5000
    assert error.message().isprintable()


WORK = {
    "a call": lambda client, desired: client.call(METHODS[0], id=1),
    "a creation": lambda client, desired: client.call(METHODS[1], fields={"groupId": 1}),
    "a batch": lambda client, desired: [r.error for r in client.send([Command(name, {"id": 1}) for name in METHODS])],
    "several calls": lambda client, desired: [r.error for r in client.send([Command(name, {"id": 1}) for name in METHODS], batch=False)],
    "the listing of groups": lambda client, desired: [list_scrum_groups(client)[1]],
    "a target": lambda client, desired: parse_target(client.send([target_command(1)], batch=False)[0]),
    "the caller": lambda client, desired: parse_profile(client.send([profile_command()], batch=False)[0]),
    "a survey": lambda client, desired: _error_of(list_backlogs(client, None)),
    "a survey of chosen groups": lambda client, desired: _error_of(list_backlogs(client, list(range(1, 60)))),
    "a look": lambda client, desired: list(read_current(client, {0: desired, 1: DesiredBacklog(group_id=9)}).values()),
    "a look at one": lambda client, desired: list(read_current(client, {0: desired}, batch=False).values()),
    "one backlog": lambda client, desired: _errors_of(Reconciler(Backlog(), client, False, str).run([desired])),
    "many backlogs": lambda client, desired: _errors_of(
        Reconciler(Backlog(), client, False, str).run([desired, DesiredBacklog(group_id=9), DesiredBacklog(id=9, state="absent")])
    ),
}


def _error_of(found):
    json.dumps(found.to_result())
    return [found.error]


def _errors_of(outcome):
    items, _refusal = outcome
    for item in items:
        json.dumps([item.to_row(), item.to_result(), item.diff(), item.message])
    return [item.error for item in items]


@given(st.sampled_from(sorted(WORK)), answers.scripts, all_desired, st.sampled_from([0, 7, 300]), st.booleans())
def test_client_with_any_response_returns_or_raises(work, script, desired, max_wait, can_refresh):
    """To any call, and in the middle of any work."""
    client, clock, redactor = _client(script, max_wait, can_refresh)
    try:
        value = WORK[work](client, desired)
    except Bitrix24Error as error:
        _check_readable(redactor, error)
    else:
        for error in value if isinstance(value, list) else []:
            if isinstance(error, Bitrix24Error):
                _check_readable(redactor, error)
    assert sum(clock.slept) <= max_wait * (1 + 1e-9)


@given(answers.scripts, st.sampled_from([0, 300]))
def test_token_refresh_with_any_response_returns_text_or_raises(script, max_wait):
    """A renewal ends with a token that is text, or with an error; the new tokens are known as secrets by then."""
    clock, redactor = Clock(), _redactor()
    oauth = OAuth("https://portal.example", None, answers.SECRET, "app.1", "s3cr3tOfTheClient", None, "https://oauth.example/oauth/token/")
    server = OAuthServer(Playback(script), oauth, WaitBudget(max_wait, clock), redactor.text)
    tokens = TokenStore(oauth, server.refresh, redactor.add, str)
    try:
        token = tokens.access_token()
    except Bitrix24Error as error:
        _check_readable(redactor, error)
    else:
        assert isinstance(token, str)
        assert token
        assert redactor.text(token) != token or len(token) < 3
    assert sum(clock.slept) <= max_wait * (1 + 1e-9)


@given(st.one_of(answers.records, answers.values))
def test_parse_record_with_any_value_returns_integers_or_raises(value):
    """Four whole numbers, or an error."""
    try:
        record = parse_record(value, METHODS[0])
    except ResponseError as error:
        assert error.code == "unexpected_answer"
    else:
        assert isinstance(record, Record)
        found = record.as_dict()
        numbers = [found[key] for key in ("id", "group_id")] + [found[key] or 0 for key in ("created_by", "modified_by")]
        assert all(isinstance(number, int) and not isinstance(number, bool) for number in numbers)
        assert 0 not in (found["created_by"], found["modified_by"])


@given(answers.scalars)
def test_parse_int_with_any_scalar_returns_integer_or_none(value):
    """A number, also as text; nothing that merely looks like one."""
    number = parse_int(value)
    assert number is None or (
        not isinstance(number, bool) and isinstance(value, (int, str)) and not isinstance(value, bool) and int(value) == number
    )


@given(st.integers(-MAX_ID, MAX_ID))
def test_parse_int_with_text_returns_same_number(value):
    """As most of the portal's lists write them."""
    assert parse_int(value) == parse_int(str(value)) == value
