# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever happens on a portal: tasks, other people's edits between and within them, answers that get lost.

What a task should have done is judged by the portal's rows and the desired state alone, without the engine's own reasoning.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import DesiredBacklog
from portal import Portal
from support.secrecy import pieces_in

from .conftest import EXAMPLES
from .task import Collection

PREFIX = "tasks.api.scrum.backlog."
METHODS = [None, None, PREFIX + "get", PREFIX + "add", PREFIX + "update", PREFIX + "delete", "tasks.api.scrum.sprint.get"]
METHODS += ["socialnetwork.api.workgroup.get", "socialnetwork.api.workgroup.list", "profile", "batch"]

#: Groups in which everything goes, and others.
OURS = (1, 2, 3, 4)
NOT_A_MEMBER, WITHOUT_TASKS, NO_SCRUM, MISSING = 5, 6, 7, 8
GROUPS = (*OURS, NOT_A_MEMBER, WITHOUT_TASKS, NO_SCRUM, MISSING)
USERS = (1, 2, 3)
NOBODY = 9

#: What can go wrong: kind, details, whether it can also happen after the call was carried out.
FAULTS = [
    ("reset", {}, True),
    ("html", {"status": 502}, True),
    ("html", {"status": 503}, False),
    ("html", {"status": 504}, True),
    ("html", {"status": 500}, True),
    ("html", {"status": 200}, True),
    ("html", {"status": 403}, False),
    ("html", {"status": 429}, False),
    ("empty", {}, True),
    ("truncated", {}, True),
    ("cut", {}, True),
    ("not_utf8", {}, True),
    ("json", {"value": None}, True),
    ("json", {"value": {"result": []}}, True),
    ("json", {"value": {"result": {"result": [], "result_error": []}}}, True),
    ("json", {"value": {"result": True}}, True),
    ("error", {"code": "QUERY_LIMIT_EXCEEDED", "status": 503}, False),
    ("error", {"code": "OPERATION_TIME_LIMIT", "status": 429}, False),
    ("error", {"code": "INTERNAL_SERVER_ERROR", "status": 500}, True),
    ("error", {"code": "OVERLOAD_LIMIT", "status": 401}, False),
    ("error", {"code": 0, "description": "Access denied", "status": 400}, False),
    ("command", {"code": "OPERATION_TIME_LIMIT"}, False),
    ("command", {"code": "ERROR_CORE"}, False),
]

#: Why the portal may refuse in earnest what check mode could not know of: error code, or text of the controller.
UNPREDICTABLE = {
    "not_stored",
    "not_deleted",
    "createdBy user not found",
    "modifiedBy user not found",
    "It is forbidden move a backlog with items",
    "It is forbidden remove a backlog with items",
    "Access denied",
}

ids = st.integers(1, 12)
groups = st.sampled_from([*OURS, *OURS, *GROUPS])
users = st.sampled_from([None, None, None, *USERS, NOBODY])
states = st.sampled_from(["present", "present", "present", "absent"])


@st.composite
def desired_lists(draw):
    """A task's desired states: one or several, no two of which claim one id or one group."""
    all_desired, claimed = [], set()
    for _desired in range(draw(st.sampled_from([1, 1, 2, 3, 5]))):
        which = draw(st.sampled_from(["group", "group", "id", "both", "both"]))
        desired = DesiredBacklog(
            id=None if which == "group" else draw(ids),
            group_id=None if which == "id" else draw(groups),
            created_by=draw(users),
            modified_by=draw(users),
            state=draw(states),
        )
        claims = {("id", desired.id), ("group", desired.group_id)} - {("id", None), ("group", None)}
        if not claims & claimed:
            claimed |= claims
            all_desired.append(desired)
    return all_desired


def holds(rows, desired):
    """Whether the portal's rows are as desired."""
    matching = [
        (created_by, modified_by)
        for id, group, kind, created_by, modified_by in rows
        if kind == "backlog" and desired.id in (None, id) and desired.group_id in (None, group)
    ]
    if desired.state == "absent":
        return not matching
    return any(desired.created_by in (None, created) and desired.modified_by in (None, modified) for created, modified in matching)


def concerns(row, all_desired):
    """Whether a row is any of the desired states' business."""
    return any(desired.id == row[0] or desired.group_id == row[1] for desired in all_desired)


class PortalMachine(RuleBasedStateMachine):
    """One portal, and everybody who works on it."""

    portal: Portal

    @initialize(
        door=st.sampled_from(["ok", "ok", "missing", "no_entity_type"]),
        scopes=st.sampled_from([("task", "socialnetwork"), ("task", "socialnetwork"), ("task",)]),
    )
    def setup(self, door, scopes):
        """A portal with some teams; four of them have a backlog."""
        portal = self.portal
        portal.reset()
        portal.user(*USERS)
        portal.set_behavior(sprint_get=door)
        for group in OURS:
            portal.group(group)
        portal.group(NOT_A_MEMBER, members=[2])
        portal.group(WITHOUT_TASKS, tasks_tool=False)
        portal.group(NO_SCRUM, scrum=False)
        for group in (1, 2, NOT_A_MEMBER, WITHOUT_TASKS):
            portal.open_planning_page(group, user=2)
        portal.sprint(1)
        self.collection = Collection(portal, portal.webhook(scopes=scopes))
        self.door = door
        self.can_look_at_groups = "socialnetwork" in scopes
        self.faulty = False

    # --- what others do

    def _external_change(self, act, number, group, user):
        """Somebody does something on the portal; what does not fit the moment is left out."""
        portal = self.portal
        backlogs = [row for row in portal.rows if row[2] == "backlog"]
        row = portal.backlog_of(group) or (backlogs[number % len(backlogs)] if backlogs else None)
        if act == "page" and group != MISSING:
            portal.open_planning_page(group, user=user)
        elif act == "edit" and row:
            portal.edit(row[0], modified_by=user)
        elif act == "remove" and row:
            portal.remove(row[0])
        elif act == "fill" and row:
            portal.edit(row[0], items=number % 2)
        elif act == "move" and row and portal.backlog_of(OURS[number % 4]) is None:
            portal.edit(row[0], group_id=OURS[number % 4])
        elif act == "leave":
            portal.engine.store.groups[OURS[number % 4]].members.pop(1, None)
        elif act == "join":
            for ours in OURS:
                portal.engine.store.groups[ours].members[1] = "K"

    acts = {
        "act": st.sampled_from(["page", "page", "page", "edit", "remove", "fill", "move", "leave", "join", "join"]),
        "number": st.integers(0, 7),
        "group": groups,
        "user": st.sampled_from(USERS),
    }

    @rule(**acts)
    def others_act(self, act, number, group, user):
        """Between the tasks."""
        self._external_change(act, number, group, user)

    @rule(
        fault=st.sampled_from(FAULTS),
        method=st.sampled_from(METHODS),
        times=st.integers(1, 3),
        skip=st.integers(0, 3),
        executed=st.booleans(),
    )
    def something_breaks(self, fault, method, times, skip, executed):
        """In one of the next requests."""
        kind, detail, either = fault
        self.portal.fault(kind, method=method, times=times, skip=skip, executed=executed and either, **detail)
        self.faulty = True

    @rule(what=st.sampled_from(["add", "update", "delete"]))
    def the_database_fails(self, what):
        """Once."""
        self.portal.database_fails(what)
        self.faulty = True

    # --- what we do

    @rule(all_desired=desired_lists(), max_wait=st.sampled_from([0, 10, 300]))
    def task(self, all_desired, max_wait):
        """A task, and the same once more when it succeeded."""
        before = self.portal.rows
        done = self.collection.run(all_desired, max_wait=max_wait)
        note([(item.action, item.changed, item.error and item.error.summary()) for item in done.items])
        self._judge(all_desired, before, done)
        if not self.faulty and len(all_desired) == 1:
            self._could_it_fail(all_desired[0], before, done.items[0])
        self._clear_faults()
        if done.succeeded and not any(self._by_chance(desired, before) for desired in all_desired):
            self.portal.clear_log()
            after = self.portal.rows
            again = self.collection.run(all_desired)
            assert (again.changed, self.portal.rows, self.portal.writes) == (False, after, [])
            assert {item.action for item in again.items} == {"none"}
            assert all(item.error is None or self._may_be_elsewhere(item) for item in again.items)

    @rule(all_desired=desired_lists(), max_wait=st.sampled_from([0, 300]))
    def predicted_task(self, all_desired, max_wait):
        """Check mode writes nothing, and tells what then comes."""
        before = self.portal.rows
        with self.portal.read_only():
            predicted = self.collection.run(all_desired, check=True, max_wait=max_wait)
        assert self.portal.rows == before
        if self.faulty:
            self._clear_faults()
            return
        done = self.collection.run(all_desired)
        self._judge(all_desired, before, done)
        for expected, item in zip(predicted.items, done.items):
            note([expected.error and expected.error.summary(), item.error and item.error.summary()])
            if item.error is None:
                assert expected.error is None
                assert (expected.action, expected.changed, _known(expected.current)) == (item.action, item.changed, _known(item.current))
            elif expected.error is None:
                assert {item.error.code, item.error.description} & UNPREDICTABLE
            else:
                assert expected.changed is item.changed is False

    @rule(
        all_desired=desired_lists(),
        moment=st.integers(1, 4),
        aimed=st.booleans(),
        lost=st.sampled_from([None, "add", "update", "delete"]),
        **acts,
    )
    def task_that_others_disturb(self, all_desired, moment, aimed, lost, act, number, group, user):
        """Somebody acts between two of its requests, mostly on the very group that it is about; the answer to a write may be lost."""
        self._clear_faults()
        if lost:
            self.portal.fault("reset", method=PREFIX + lost, executed=True)
        group = all_desired[0].group_id or group if aimed else group
        theirs = set()

        def act_at(count):
            if count == moment:
                known = {row[0] for row in self.portal.rows}
                self._external_change(act, number, group, user)
                theirs.update(row[0] for row in self.portal.rows if row[0] not in known)

        done = self.collection.run(all_desired, before=act_at)
        self._clear_faults()
        for item in done.items:
            if item.error is None:
                assert any(holds(rows, item.desired) for rows in done.states)
        theirs -= {desired.id for desired in all_desired if desired.state == "absent"}  # an id that was only now given to one
        assert theirs <= {row[0] for row in self.portal.rows}, "a backlog was deleted that somebody just made"

    @rule(chosen=st.one_of(st.none(), st.lists(groups, max_size=4)))
    def list_backlogs(self, chosen):
        """What is told is what is there."""
        listed = self.collection.list_backlogs(chosen)
        for record in listed["backlogs"]:
            row = (record["id"], record["group_id"], "backlog", record["created_by"], record["modified_by"])
            assert row in self.portal.rows
        for group in listed["groups_without_backlog"]:
            assert self.portal.backlog_of(group) is None
        self._clear_faults()

    # --- what must be true

    def _judge(self, all_desired, before, done):
        """By the rows alone."""
        after = self.portal.rows
        for item in done.items:
            if item.error is None and not self._by_chance(item.desired, before):
                assert holds(after, item.desired)
                assert not item.unverified
            if item.current is not None and not item.unverified:
                now = item.current
                assert (now.id, now.group_id, "backlog", now.created_by, now.modified_by) in after
            assert not pieces_in(repr([item.message, item.to_row()]), [self.collection.secret])
        if any(item.unverified for item in done.items):
            assert self.faulty or not self.can_look_at_groups
        else:
            assert done.changed is (before != after)
        touched = set(before) ^ set(after)
        assert all(concerns(row, all_desired) for row in touched)
        removed = {row[0] for row in before} - {row[0] for row in after}
        unwanted = [desired for desired in all_desired if desired.state == "absent"]
        assert all(concerns(row, unwanted) for row in before if row[0] in removed)

    def _could_it_fail(self, desired, before, item):
        """Without faults, a team's own plain request is fulfilled."""
        mine = self.portal.engine.store.groups.get(desired.group_id)
        if (
            desired.id is not None
            or mine is None
            or not mine.tasks_tool
            or 1 not in mine.members
            or NOBODY in (desired.created_by, desired.modified_by)
        ):
            return
        row = next((row for row in before if row[1:3] == (desired.group_id, "backlog")), None)
        if desired.state == "present" and (row is None or desired.created_by in (None, row[3])):
            assert item.error is None
        if desired.state == "absent" and (row is None or row[0] not in self._filled(row)):
            assert item.error is None

    def _may_be_elsewhere(self, item):
        """Whether a portal cannot be asked for a backlog by its id, and it could be in a group that we may not read."""
        return self.door != "ok" and item.desired.id is not None and item.error.description == "Access denied"

    def _by_chance(self, desired, before):
        """Whether the id of a backlog that was to be absent, and was, has just been given to a new one."""
        return desired.state == "absent" and desired.id in {row[0] for row in self.portal.rows} - {row[0] for row in before}

    def _filled(self, row):
        entity = self.portal.engine.store.entities.get(row[0])
        return {row[0]} if entity is not None and entity.items else set()

    def _clear_faults(self):
        self.portal.clear_faults()
        self.portal.set_behavior(_failures=Counter())
        self.faulty = False

    @invariant()
    def one_backlog_for_a_group(self):
        """At most."""
        held = Counter(row[1] for row in self.portal.rows if row[2] == "backlog")
        assert not held or max(held.values()) == 1


def _known(record):
    """The record without the id that a creation gives."""
    return record and (record.group_id, record.created_by, record.modified_by)


@pytest.fixture(scope="module")
def portal():
    """One, that is reset for each story."""
    with Portal() as started:
        yield started


def test_portal_machine_keeps_invariants(portal):
    """Of up to thirty events."""
    PortalMachine.portal = portal
    run_state_machine_as_test(PortalMachine, settings=settings(max_examples=EXAMPLES or 120, stateful_step_count=30))


@pytest.mark.parametrize("moment", [1, 2, 3])
@pytest.mark.parametrize("act", ["page", "remove", "edit"])
def test_delete_with_lost_response_and_concurrent_change_keeps_invariants(portal, act, moment):
    """A backlog is deleted, the answer is lost, and the planning page is opened before anybody looks again."""
    PortalMachine.portal = portal
    machine = PortalMachine()
    machine.setup(door="ok", scopes=("task", "socialnetwork"))
    all_desired = [DesiredBacklog(group_id=1, state="absent")]
    machine.task_that_others_disturb(all_desired=all_desired, moment=moment, aimed=True, lost="delete", act=act, number=0, group=1, user=2)
