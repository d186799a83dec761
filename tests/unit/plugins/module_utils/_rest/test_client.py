# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls, batches, what is repeated and what never is, by the meaning of what came back."""

from __future__ import annotations

import json

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PortalError, ResponseError, WaitBudgetExceeded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Response

from ..scripted import ADD, DELETE, GET, UPDATE, batch, error, html_response, json_response, make_client, no_response, result

#: A method that no resource declares, whatever its name promises.
UNDECLARED = "tasks.api.scrum.sprint.list"

RECORD = {"id": 1, "groupId": 10, "createdBy": 6, "modifiedBy": 7}

UNREADABLE = {
    "empty": Response(200, "application/json", b""),
    "page": html_response(200),
    "not UTF-8": Response(200, "application/json", b'{"result": "\xff"}'),
    "truncated": Response(200, "application/json", b'{"result": {"id'),
    "null": json_response(None),
    "list": json_response([1]),
    "text": json_response("ok"),
    "nothing in it": json_response({}),
    "a result with an error status": json_response({"result": 1}, 500),
    "deeply nested": Response(200, "application/json", b"[" * 100000),
    "a number beyond bounds": Response(200, "application/json", b'{"result": ' + b"9" * 5000 + b"}"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_call_with_foreign_response_fails_without_retry(kind):
    """It is told with its status, and is not tried again."""
    client, script, clock, _sign_in = make_client(UNREADABLE[kind])
    with pytest.raises(ResponseError) as caught:
        client.call(GET, id=10)
    script.finished()
    assert (caught.value.code, caught.value.status, clock.slept) == ("unexpected_answer", UNREADABLE[kind].status, [])


ERRORS = [
    (error(0, "Access denied"), "0", "Access denied", 400),
    (error("0", "Access denied"), "0", "Access denied", 400),
    (error("WRONG_ENCODING", "x", status=200), "WRONG_ENCODING", "x", 200),
    (error("insufficient_scope", None, status=401), "insufficient_scope", "", 401),
    (json_response({"error": {"code": "V3", "message": "new"}}, 404), "V3", "new", 404),
    (error("", "no code"), "", "no code", 400),
    (error("OVERLOAD_LIMIT", "blocked", status=503), "OVERLOAD_LIMIT", "blocked", 503),
    (error("INTERNAL_SERVER_ERROR", "", status=500), "INTERNAL_SERVER_ERROR", "", 500),
]


@pytest.mark.parametrize(("answer", "code", "description", "status"), ERRORS)
@pytest.mark.parametrize("method", [GET, UPDATE, ADD, DELETE])
def test_call_with_portal_error_is_not_retried(method, answer, code, description, status):
    """Whatever the type of the code, and also inside HTTP 200."""
    client, script, clock, _sign_in = make_client(answer)
    with pytest.raises(PortalError) as caught:
        client.call(method)
    script.finished()
    assert caught.value.to_result() == {"code": code, "description": description, "status": status, "method": method}
    assert clock.slept == []


LIMITS = [
    error("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503),
    error("query_limit_exceeded", "Too many requests", status=200),
    error("OPERATION_TIME_LIMIT", "blocked", status=429),
    html_response(429),
]
PASSING = [
    no_response(),
    no_response("connection_refused"),
    no_response("timeout"),
    html_response(502),
    html_response(503),
    html_response(504),
    error("x", "y", status=502),
]
PASSING += [*map(html_response, range(520, 526)), html_response(527), html_response(530), error("x", "y", status=522)]


@pytest.mark.parametrize("method", [GET, UPDATE, ADD, DELETE])
@pytest.mark.parametrize("answer", LIMITS)
def test_call_at_limit_waits_and_retries(method, answer):
    """Nothing was executed."""
    client, script, clock, _sign_in = make_client(answer, answer, result(RECORD))
    assert client.call(method) == RECORD
    script.finished()
    assert len(clock.slept) >= 2


@pytest.mark.parametrize("answer", PASSING)
@pytest.mark.parametrize("method", [GET, UPDATE])
def test_read_or_update_with_transient_error_is_retried(method, answer):
    """Doing them twice is doing them once."""
    client, script, clock, _sign_in = make_client(answer, result(RECORD))
    assert client.call(method) == RECORD
    script.finished()
    assert len(clock.slept) == 1


@pytest.mark.parametrize("answer", PASSING)
@pytest.mark.parametrize("method", [ADD, DELETE, UNDECLARED])
def test_add_or_delete_with_transient_error_is_not_retried(method, answer):
    """The state has to be read first; the client does not know it."""
    client, script, clock, _sign_in = make_client(answer)
    with pytest.raises(Bitrix24Error):
        client.call(method)
    script.finished()
    assert clock.slept == []


@pytest.mark.parametrize(("method", "fine"), [(GET, True), (UPDATE, True), (ADD, False), (UNDECLARED, False)])
def test_batch_with_transient_error_is_retried_only_without_adds(method, fine):
    """One add in it, and it is not."""
    commands = [Command(GET, {"id": 1}), Command(method)]
    assert all(command.is_retry_safe for command in commands) is fine
    client, script, _clock, _sign_in = make_client(no_response(), *([batch({"c0": 1, "c1": 2})] if fine else []))
    if fine:
        assert [reply.value for reply in client.send(commands)] == [1, 2]
    else:
        with pytest.raises(ResponseError):
            client.send(commands)
    script.finished()


def test_certificate_that_a_fronting_proxy_refuses_is_not_waited_for():
    """526 does not pass by itself."""
    client, script, clock, _sign_in = make_client(html_response(526))
    with pytest.raises(ResponseError):
        client.call(GET)
    script.finished()
    assert clock.slept == []


@pytest.mark.parametrize(("content", "read"), [({"result": 5}, 5), ({"error": "BRAND_NEW", "error_description": "x"}, None)])
def test_json_after_a_byte_order_mark_is_read(content, read):
    """A self-hosted portal's own file may begin with one."""
    client, _script, _clock, _sign_in = make_client(Response(200, "application/json", b"\xef\xbb\xbf" + json.dumps(content).encode()))
    if read:
        assert client.call(GET) == read
    else:
        with pytest.raises(PortalError) as caught:
            client.call(GET)
        assert caught.value.code == "BRAND_NEW"


@pytest.mark.parametrize("secret", ["expired_token", "Access denied", "query_limit_exceeded", "not found", "limit"])
def test_secret_that_is_a_word_of_the_portal_changes_nothing(secret):
    """Errors that are known are told apart, and waited for, as ever; what is not known is masked before it is a part of a message."""
    redactor = Redactor()
    redactor.add(secret)
    odd = error(f"X_{secret}", f"see {secret}")
    client, script, clock, _sign_in = make_client(
        error("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503), error(0, "Access denied"), odd, redact=redactor.text
    )
    with pytest.raises(PortalError) as known:
        client.call(GET)
    assert clock.slept
    assert known.value.has_text("Access denied")
    assert known.value.hint
    with pytest.raises(PortalError) as unknown:
        client.call(GET)
    assert secret not in unknown.value.message() + str(unknown.value.to_result())
    script.finished()


@pytest.mark.parametrize("secret", ["refresh", "s3cr3tZ9k1QwPx"])
def test_secret_in_an_error_of_a_batch_is_masked(secret):
    """Each command has an error of its own."""
    redactor = Redactor()
    redactor.add(secret)
    client, _script, _clock, _sign_in = make_client(batch([], {"c0": {"error": 0, "error_description": secret}}), redact=redactor.text)
    assert secret not in client.send([Command(GET)])[0].error.message()


@pytest.mark.parametrize("answer", [LIMITS[0], no_response("timeout"), html_response(504)])
def test_call_with_max_wait_zero_fails_at_once(answer):
    """max_wait: 0."""
    client, script, clock, _sign_in = make_client(answer, max_wait=0)
    with pytest.raises(WaitBudgetExceeded) as caught:
        client.call(GET)
    script.finished()
    assert clock.slept == []
    assert "max_wait (0 s)" in caught.value.message()


def test_waits_of_all_calls_stay_within_max_wait():
    """Over all calls of a task, jitter included."""
    client, _script, clock, _sign_in = make_client(*[no_response("timeout")] * 50, max_wait=100)
    with pytest.raises(WaitBudgetExceeded):
        client.call(GET)
    assert sum(clock.slept) == pytest.approx(100)


def test_call_with_known_wait_over_budget_fails_without_waiting():
    """Retry-After, or the moment at which the method is free again."""
    client, script, clock, _sign_in = make_client(error("QUERY_LIMIT_EXCEEDED", status=503, retry_after=301.0))
    with pytest.raises(WaitBudgetExceeded):
        client.call(GET)
    script.finished()
    assert clock.slept == []
    client, script, clock, _sign_in = make_client(error("QUERY_LIMIT_EXCEEDED", status=503, retry_after=20.0), result(1))
    client.call(GET)
    assert 20 <= clock.slept[0] <= 22


def test_operation_limit_wait_uses_clock_of_portal():
    """Ours may be wrong by years."""
    client, script, clock, _sign_in = make_client(
        result(1, finish=5_000_000.0, operating_reset_at=5_000_040), error("OPERATION_TIME_LIMIT", status=429), result(2)
    )
    assert [client.call(GET), client.call(GET)] == [1, 2]
    script.finished()
    assert 40 <= clock.slept[0] <= 44


@pytest.mark.parametrize(
    "times", [{"finish": "x", "operating_reset_at": 5}, {"operating_reset_at": True, "finish": 1.0}, {"finish": 1e300}]
)
def test_operation_limit_with_invalid_times_backs_off_exponentially(times):
    """A growing delay takes their place."""
    client, _script, clock, _sign_in = make_client(result(1, **times), error("OPERATION_TIME_LIMIT", status=429), result(2))
    assert [client.call(GET), client.call(GET)] == [1, 2]
    assert clock.slept == [1.0]


def test_calls_after_rate_limit_keep_the_pace():
    """Two requests a second, as the bucket drains."""
    client, script, clock, _sign_in = make_client(result(0), result(0), LIMITS[0], *[result(0)] * 5)
    for _call in range(7):
        client.call(GET)
    script.finished()
    assert clock.slept[0] == 4.0
    assert clock.slept[1:] == [pytest.approx(0.5)] * 4


def test_batch_at_operation_limit_retries_only_refused_commands():
    """And the reads that verify them."""
    write = Command(UPDATE, {"id": 1, "fields": {"modifiedBy": 7}})
    other = Command(UPDATE, {"id": 2, "fields": {"modifiedBy": 7}})
    commands = [write, other, Command(GET, {"id": 10}, write), Command(GET, {"id": 20}, other)]
    limited = {"error": "OPERATION_TIME_LIMIT", "error_description": ""}
    client, script, _clock, _sign_in = make_client(
        batch({"c1": "u2", "c2": "old", "c3": "r2"}, {"c0": limited}), batch({"c0": "u1", "c1": "new"})
    )
    assert [reply.value for reply in client.send(commands)] == ["u1", "u2", "new", "r2"]
    script.finished()
    assert list(script.calls[1][1]["cmd"].values()) == [write.to_query(), commands[2].to_query()]


def test_batch_command_over_wait_budget_fails_alone():
    """Each with its own method; the others keep what came of them."""
    limited = {"error": "OPERATION_TIME_LIMIT", "error_description": ""}
    client, script, _clock, _sign_in = make_client(batch({"c1": 5}, {"c0": limited, "c2": limited}), max_wait=0)
    first, second, third = client.send([Command(GET, {"id": 1}), Command(GET, {"id": 2}), Command(UPDATE, {"id": 3})])
    script.finished()
    assert [type(reply.error) for reply in (first, third)] == [WaitBudgetExceeded] * 2
    assert [reply.error.method for reply in (first, third)] == [GET, UPDATE]
    assert second.value == 5


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (batch({"c0": 1, "c1": None}), [1, None]),
        (batch({"c0": 1}, {"c1": {"error": 0, "error_description": "Access denied"}}), [1, "0"]),
        (batch({"c0": 1}), [1, "unexpected_answer"]),
        (batch([], {"c0": "x", "c1": None}), ["", ""]),
        (result([]), ["unexpected_answer", "unexpected_answer"]),
        (result("x"), ["unexpected_answer", "unexpected_answer"]),
    ],
)
def test_batch_reads_php_maps(answer, expected):
    """A command without a word in the answer was not executed, as far as one can know."""
    client, _script, _clock, _sign_in = make_client(answer)
    replies = client.send([Command(GET, {"id": 1}), Command(GET, {"id": 2})])
    assert [reply.error.code if reply.error else reply.value for reply in replies] == expected


def test_send_splits_commands_into_batches_of_fifty():
    """And 101 in three."""
    answers = [batch({f"c{number}": number for number in range(size)}) for size in (50, 50, 1)]
    client, script, _clock, _sign_in = make_client(*answers)
    replies = client.send([Command(GET, {"id": number}) for number in range(101)])
    script.finished()
    assert len(replies) == 101
    assert [len(payload["cmd"]) for _method, payload in script.calls] == [50, 50, 1]


def test_send_without_batch_skips_read_after_failed_write():
    """The read that would verify it."""
    write = Command(UPDATE, {"id": 1})
    client, script, _clock, _sign_in = make_client(error(0, "Access denied"))
    replies = client.send([write, Command(GET, {"id": 1}, write)], batch=False)
    script.finished()
    assert replies[0] is replies[1]


def test_send_without_commands_sends_nothing():
    """No empty batch."""
    client, script, _clock, _sign_in = make_client()
    assert client.send([]) == client.send([], batch=False) == []
    script.finished()


@pytest.mark.parametrize("method", [ADD, UPDATE, DELETE, UNDECLARED])
def test_client_in_check_mode_refuses_writes(method):
    """Neither alone nor in a batch."""
    client, script, _clock, _sign_in = make_client(check_mode=True)
    with pytest.raises(AssertionError, match="a write in check mode"):
        client.call(method)
    for together in (True, False):
        with pytest.raises(AssertionError, match="a write in check mode"):
            client.send([Command(GET), Command(method)], batch=together)
    assert script.calls == []


@pytest.mark.parametrize("method", [GET, ADD])
def test_call_with_expired_token_refreshes_once(method):
    """And the call repeated, whatever it is: nothing was executed."""
    client, script, _clock, auth = make_client(error("expired_token", status=401), result(1), can_refresh=True)
    assert client.call(method) == 1
    script.finished()
    assert [payload["token"] for _method, payload in script.calls] == [0, 1]
    client, script, _clock, auth = make_client(*[error("expired_token", status=401)] * 2, can_refresh=True)
    with pytest.raises(PortalError):
        client.call(method)
    script.finished()
    assert auth.renewals == 1


def test_to_query_encodes_nested_params_for_php():
    """Nested in brackets, lists by position."""
    command = Command("m", {"id": 5, "fields": {"groupId": 7}, "select": ["ID", "NAME"], "filter": {">X": 0}})
    assert command.to_query() == "m?id=5&fields%5BgroupId%5D=7&select%5B0%5D=ID&select%5B1%5D=NAME&filter%5B%3EX%5D=0"
    assert Command("m").to_query() == "m"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Access denied", "Access denied"),
        ("one\ntwo\x1b[2J\ud800", "one two [2J "),
        ("Доступ закрыт", "Доступ закрыт"),
        ("x" * 5000, "x" * 500 + "..."),
        (["a", 1], "['a', 1]"),
    ],
)
def test_portal_error_text_is_one_printable_line(text, shown):
    """Whatever it is."""
    client, _script, _clock, _sign_in = make_client(error("x", text))
    with pytest.raises(PortalError) as caught:
        client.call(GET)
    assert caught.value.description == shown


@pytest.mark.parametrize("depth", range(980, 1000))
def test_portal_error_nested_too_deep_is_readable(depth):
    """It can be read, and not be written as text, by some Pythons."""
    client, _script, _clock, _sign_in = make_client(Response(400, "application/json", b'{"error": ' + b"[" * depth + b"]" * depth + b"}"))
    with pytest.raises(Bitrix24Error):
        client.call(GET)


def test_batch_retry_that_fails_keeps_earlier_results():
    """The commands that went through did; only those that were sent again have failed."""
    limited = {"error": "OPERATION_TIME_LIMIT", "error_description": ""}
    client, script, _clock, _sign_in = make_client(batch({"c1": 5}, {"c0": limited}), error("OVERLOAD_LIMIT", status=503))
    first, second = client.send([Command(ADD, {"id": 1}), Command(ADD, {"id": 2})])
    script.finished()
    assert first.error.code == "OVERLOAD_LIMIT"
    assert second.value == 5


@pytest.mark.parametrize(
    ("status", "uncertain"), [(200, True), (400, False), (401, False), (500, True), (502, True), (503, False), (520, True), (524, True)]
)
def test_error_is_uncertain_when_write_may_be_stored(status, uncertain):
    """An error inside 200 is one of the answer, not of the write; a command of a batch is answered for itself."""
    client, _script, _clock, _sign_in = make_client(error("X", status=status))
    with pytest.raises(PortalError) as caught:
        client.call(ADD)
    assert caught.value.uncertain is uncertain
    client, _script, _clock, _sign_in = make_client(batch([], {"c0": {"error": "X"}}))
    failure = client.send([Command(ADD)])[0].error
    assert (failure.uncertain, failure.status) == (False, 200)


@pytest.mark.parametrize(("status", "uncertain"), [(200, True), (399, True), (400, False), (401, False), (499, False), (500, True)])
def test_page_in_place_of_an_answer_is_uncertain_unless_refused(status, uncertain):
    """A server that says 4xx did not pass the write on."""
    client, _script, _clock, _sign_in = make_client(html_response(status))
    with pytest.raises(ResponseError) as caught:
        client.call(ADD)
    assert caught.value.uncertain is uncertain
