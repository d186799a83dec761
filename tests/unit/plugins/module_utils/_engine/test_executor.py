# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes whose outcome is in doubt: read again before anything is said or sent."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import DesiredBacklog

from ..scripted import ADD, DELETE, GET, UPDATE, batch, error, html_response, make_client, no_response, result

BLOCKED = error("OVERLOAD_LIMIT", "blocked", status=503)
NONE = error(0, "Backlog not found")
MISSING = {"error": "0", "error_description": "Backlog not found"}
TAKEN = {"error": "0", "error_description": "Backlog already added"}


def record(id, group, created_by=6, modified_by=6):
    """A backlog as the portal answers it."""
    return {"id": id, "groupId": group, "createdBy": created_by, "modifiedBy": modified_by}


def entity(id, group):
    """A backlog as the way by its own id answers it."""
    return dict(record(id, group), entityType="backlog")


def group(id):
    """A Scrum that the caller can write to."""
    return {"ID": id, "TYPE": "scrum", "SCRUM_MASTER_ID": 1, "USER_DATA": {"ROLE": "K"}}


class ReadAgain(Backlog):
    """A backlog whose writes are verified by reading as at the beginning."""

    def read_back(self, change, write):
        """No read of its own."""
        return None


def run(all_desired, *answers, max_wait=0, resource=Backlog):
    """(items, methods that were called) of a task on a portal that answers by a script."""
    client, script, _clock, _sign_in = make_client(*answers, max_wait=max_wait)
    items, refusal = Reconciler(resource(), client, False, lambda _sentence: None).run(all_desired)
    script.finished()
    assert refusal is None
    return items, [method for method, _payload in script.calls]


UPDATED = DesiredBacklog(group_id=10, modified_by=7)
CREATED = DesiredBacklog(group_id=10, created_by=6, modified_by=7)
BEFORE, AFTER = result(record(1, 10)), result(record(1, 10, 6, 7))


@pytest.mark.parametrize("resource", [Backlog, ReadAgain])
@pytest.mark.parametrize("answer", [BLOCKED, html_response(200), html_response(403), error("INVALID_CREDENTIALS", status=401)])
def test_failed_verification_read_is_repeated_once(answer, resource):
    """Whatever the reason: the write was accepted, so there is something to be found out."""
    items, methods = run([UPDATED], BEFORE, result(True), answer, AFTER, resource=resource)
    assert (items[0].error, items[0].changed) == (None, True)
    assert methods == [GET, UPDATE, GET, GET]


def test_verification_read_that_shows_nothing_is_repeated_once():
    """The portal took the write of an object that it then does not show."""
    items, methods = run([UPDATED], BEFORE, result(True), NONE, AFTER)
    assert (items[0].error, items[0].changed) == (None, True)
    assert methods == [GET, UPDATE, GET, GET]


@pytest.mark.parametrize("last", [BLOCKED, html_response(200), no_response()])
def test_write_without_verification_is_unverified(last):
    """The write was accepted; nobody knows what became of it, and the row says so."""
    items, _methods = run([UPDATED], BEFORE, result(True), BLOCKED, last)
    assert (items[0].error.code, items[0].changed, items[0].unverified) == ("OVERLOAD_LIMIT", True, True)
    items, _methods = run([DesiredBacklog(id=1, group_id=20)], NONE, result(entity(1, 10)), result(group(20)), result(True), NONE, last)
    assert (items[0].error is None, items[0].changed, items[0].unverified) == (False, True, True)


@pytest.mark.parametrize("group", [9, 11])
def test_record_of_another_group_is_no_reading(group):
    """Whichever it is, it says nothing of the group that was asked for."""
    items, methods = run([UPDATED], result(record(1, group)))
    assert (items[0].error.code, items[0].before, methods) == ("unexpected_answer", None, [GET])


@pytest.mark.parametrize("answer", [BLOCKED, error("INVALID_CREDENTIALS", status=401)])
def test_create_with_failed_second_write_reports_first(answer):
    """The backlog is there, although the second write was refused."""
    items, methods = run([CREATED], NONE, result(record(1, 10)), answer, BEFORE)
    assert (items[0].error.code, items[0].changed, items[0].current.modified_by) == (answer_code(answer), True, 6)
    assert methods == [GET, ADD, UPDATE, GET]
    items, _methods = run([CREATED], NONE, result(record(1, 10)), answer, answer)
    assert (items[0].error.code, items[0].changed, items[0].unverified) == (answer_code(answer), True, True)


def answer_code(answer):
    """The error code in an answer."""
    return "OVERLOAD_LIMIT" if answer is BLOCKED else "INVALID_CREDENTIALS"


def test_conflict_in_a_list_is_replanned():
    """Another run created it: what it lacks is written, and nothing is added."""
    all_desired = [CREATED, DesiredBacklog(group_id=20)]
    items, methods = run(
        all_desired,
        batch({"c1": record(2, 20)}, {"c0": MISSING}),
        batch([], {"c0": TAKEN}),
        batch({"c0": record(1, 10)}),
        batch({"c0": True, "c1": record(1, 10, 6, 7)}),
    )
    assert [(item.error, item.changed) for item in items] == [(None, True), (None, False)]
    assert methods == ["batch"] * 4


def test_dependent_moves_after_lost_batch_keep_order():
    """2 leaves group 20, 1 comes: neither was carried out, and the first makes room for the second once more."""
    items, methods = run(
        [DesiredBacklog(id=1, group_id=20), DesiredBacklog(id=2, group_id=30), DesiredBacklog(group_id=40, created_by=6)],
        batch({"c0": record(2, 20)}, {"c1": MISSING, "c2": MISSING}),
        batch({"c0": entity(1, 10), "c1": entity(2, 20)}),
        batch({"c0": group(20), "c1": group(30)}),
        html_response(502),
        batch({"c1": record(2, 20)}, {"c0": MISSING, "c2": MISSING}),
        batch({"c0": entity(2, 20), "c1": entity(1, 10)}),
        batch({"c0": True, "c1": True, "c2": record(3, 40), "c3": record(2, 30), "c4": record(1, 20), "c5": record(3, 40)}),
        max_wait=300,
    )
    assert [(item.error, item.changed) for item in items] == [(None, True)] * 3
    assert methods == ["batch"] * 7


def drifted(first, last):
    """Items of which each needs a write, and the readings that say so."""
    numbers = range(first, last + 1)
    return [DesiredBacklog(group_id=n, modified_by=7) for n in numbers], batch({f"c{at}": record(n, n) for at, n in enumerate(numbers)})


def test_write_one_batch_is_too_large_the_next_one_is_sent():
    """Somebody between the task and the portal does not let it pass: that says nothing of the others."""
    all_desired, before = drifted(1, 26)
    items, methods = run(all_desired, before, html_response(413), batch({"c0": True, "c1": record(26, 26, 6, 7)}))
    assert [item.error and item.error.status for item in items] == [413] * 25 + [None]
    assert methods == ["batch"] * 3


@pytest.mark.parametrize("answer", [error("INVALID_CREDENTIALS", status=401), BLOCKED])
def test_write_the_portal_is_closed_nothing_more_is_sent(answer):
    """Neither after a write nor after a reading; nothing is stored of what was not sent."""
    all_desired, before = drifted(1, 26)
    items, methods = run(all_desired, before, answer)
    assert [(item.error.code, item.changed) for item in items] == [(answer_code(answer), False)] * 26
    more = all_desired + [DesiredBacklog(group_id=n) for n in range(101, 126)]
    readings = batch({f"c{at}": record(desired.group_id, desired.group_id) for at, desired in enumerate(more[:50])})
    items, methods = run(more, readings, answer)
    assert [item.error and item.error.code for item in items] == [answer_code(answer)] * 26 + [None] * 24 + [answer_code(answer)]
    assert not any(item.changed for item in items)
    assert methods == ["batch"] * 2


@pytest.mark.parametrize("seen", [html_response(500), batch([], {"c0": {"error": "0", "error_description": "Access denied"}})])
def test_write_a_surplus_backlog_cannot_be_read_its_id_is_told(seen):
    """Nobody knows whether it is still there, so nobody is left without its id."""
    warnings = []
    answers = [
        batch({"c1": record(2, 20)}, {"c0": MISSING}),
        batch({"c0": record(8, 10), "c1": record(5, 10)}),
        seen,
        batch({"c0": record(5, 10)}),
    ]
    client, script, _clock, _sign_in = make_client(*answers, max_wait=0)
    items, _refusal = Reconciler(Backlog(), client, False, warnings.append).run(
        [DesiredBacklog(group_id=10, created_by=6), DesiredBacklog(group_id=20)]
    )
    script.finished()
    assert [item.error for item in items] == [None, None]
    assert len(warnings) == 1
    assert "backlog 8" in warnings[0]


def test_delete_with_lost_response_keeps_recreated_backlog():
    """It was carried out, and somebody has opened the planning page since."""
    items, methods = run([DesiredBacklog(group_id=10, state="absent")], BEFORE, no_response(), result(record(2, 10)))
    assert (items[0].error.code, items[0].changed) == ("not_deleted", True)
    assert methods == [GET, DELETE, GET]


def test_move_to_unreadable_group_is_reported_as_changed():
    """It was stored for all that is known: nobody is told that nothing changed."""
    unscoped, denied = error("insufficient_scope", status=401), error(0, "Access denied")
    items, _methods = run([DesiredBacklog(id=1, group_id=20)], NONE, result(entity(1, 10)), unscoped, result(record(1, 10)), denied, denied)
    assert (items[0].changed, items[0].action, items[0].error.description) == (True, "move", "Access denied")


def test_items_describing_one_backlog_are_both_rejected():
    """Neither is written, whatever else rejects one of them: its target is not even looked at."""
    items, _methods = run(
        [DesiredBacklog(id=1, group_id=20), DesiredBacklog(group_id=10, modified_by=9)],
        batch({"c1": record(1, 10)}, {"c0": MISSING}),
        batch({"c0": entity(1, 10)}),
    )
    assert [item.error.code for item in items] == ["same_backlog"] * 2


@pytest.mark.parametrize(
    ("shown", "said"),
    [(result(record(2, 10)), "already has a new one, 2"), (result(record(1, 10)), "still exists"), (NONE, None)],
)
def test_delete_is_verified_by_what_the_group_shows(shown, said):
    """A new backlog in its place is not the one that was to be deleted, and neither is a success."""
    answers = [BEFORE, result([]), shown, *([shown] if said else [])]
    client, _script, _clock, _sign_in = make_client(*answers, max_wait=0)
    (item,), _refusal = Reconciler(Backlog(), client, False, lambda _sentence: None).run([DesiredBacklog(group_id=10, state="absent")])
    assert (item.error is None) is (said is None)
    if said:
        assert (item.error.code, said in item.message) == ("not_deleted", True), item.message
