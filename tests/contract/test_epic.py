# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One epic, in this process: every row of the contract's table four ways, and what the portal's answers hide."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.auth import WebhookAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import parse_webhook
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic import Epic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import DesiredEpic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Transport
from portal import Portal
from support import task

MODULE = "bitrix24_scrum_epic"
GROUP, FOREIGN, OTHER = 1, 2, 3
CHECKOUT, TWIN, SECOND_TWIN, ELSEWHERE, HIDDEN = 11, 12, 13, 14, 15
ADD = "tasks.api.scrum.epic.add"


@pytest.fixture
def portal():
    """A group of the caller with an epic and two of one name, one of strangers, and another one of the caller."""
    with Portal() as started:
        started.user(6, 7, 9)
        mine = started.group(GROUP).epic("Checkout", description="Pay &amp; go", color="#69DAFC", created_by=6, id=CHECKOUT)
        mine.epic("Twin", id=TWIN).epic("Twin", id=SECOND_TWIN)
        started.group(FOREIGN, members={9: "A"}).epic("Checkout", id=HIDDEN)
        started.group(OTHER).epic("Elsewhere", id=ELSEWHERE)
        yield started


@pytest.fixture
def run(portal):
    """Called with options, runs the module; returns its result."""
    return lambda check=False, max_wait=0, **options: task.run(
        MODULE, {"webhook_url": portal.webhook_url, "max_wait": max_wait, **options}, task.Clock(), check
    )


def client_of(portal):
    """A client of its own, for runs side by side."""
    webhook = parse_webhook(portal.webhook_url)
    transport = Transport(webhook.origin, True, 30, pytest.fail, str)
    return Client(transport, WebhookAuth(webhook), WaitBudget(0, task.Clock()), False, str)


def stored(portal):
    """ID -> (group, name, description, color, creator, editor)."""
    rows = portal.engine.store.epics.values()
    return {e.id: (e.group_id, e.name, e.description, e.color, e.created_by, e.modified_by) for e in rows}


# what is asked -> (action, error.code or None, what differs afterwards in the one epic, or "new", "gone")
ROWS = {
    "in order": ({"name": "Checkout", "group_id": GROUP}, "none", None, {}),
    "all in order": (
        {"id": CHECKOUT, "name": "Checkout", "group_id": GROUP, "description": "Pay & go\n", "color": "69dafc", "created_by": 6},
        "none",
        None,
        {},
    ),
    "description": ({"name": "Checkout", "group_id": GROUP, "description": "Pay <now>"}, "update", None, {2: "Pay &lt;now&gt;", 5: 1}),
    "color": ({"name": "Checkout", "group_id": GROUP, "color": "ff0000"}, "update", None, {3: "#ff0000", 5: 1}),
    "creator": ({"name": "Checkout", "group_id": GROUP, "created_by": 7}, "update", None, {4: 7, 5: 1}),
    "rename": ({"id": CHECKOUT, "name": "Pay"}, "update", None, {1: "Pay", 5: 1}),
    "unknown creator": ({"id": CHECKOUT, "created_by": 404}, "update", "0", {}),
    "create": ({"name": "checkout", "group_id": GROUP}, "create", None, (GROUP, "checkout", "", "", 1, None)),
    "create all": (
        {"name": "New", "group_id": GROUP, "description": "x", "color": "#00FF00", "created_by": 7},
        "create",
        None,
        (GROUP, "New", "x", "#00FF00", 7, None),
    ),
    "several": ({"name": "Twin", "group_id": GROUP, "color": "#00FF00"}, "none", "ambiguous_epic", {}),
    "one of several": ({"id": TWIN, "color": "#00FF00"}, "update", None, {3: "#00FF00", 5: 1}),
    "other group": ({"id": CHECKOUT, "group_id": OTHER}, "none", "other_group", {}),
    "no such id": ({"id": 999}, "none", "no_such_epic", {}),
    "no access by id": ({"id": HIDDEN}, "none", "0", {}),
    "no access by name": ({"name": "Checkout", "group_id": FOREIGN}, "none", "group_not_readable", {}),
    "no group": ({"name": "Checkout", "group_id": 404}, "none", "group_not_found", {}),
    "absent": ({"name": "Checkout", "group_id": GROUP, "state": "absent"}, "delete", None, None),
    "absent by id": ({"id": TWIN, "state": "absent"}, "delete", None, None),
    "absent, none": ({"name": "None", "group_id": GROUP, "state": "absent"}, "none", None, {}),
    "absent, no such id": ({"id": 999, "state": "absent"}, "none", None, {}),
    "absent, several": ({"name": "Twin", "group_id": GROUP, "state": "absent"}, "none", "ambiguous_epic", {}),
    "absent, other group": ({"id": CHECKOUT, "group_id": OTHER, "state": "absent"}, "none", "other_group", {}),
    "absent, no access": ({"name": "Checkout", "group_id": FOREIGN, "state": "absent"}, "none", "group_not_readable", {}),
}


@pytest.mark.parametrize("name", ROWS)
def test_epic_row_of_the_table_four_ways(portal, run, name):
    """Check mode writes nothing and predicts the run; a second run changes nothing."""
    options, action, code, outcome = ROWS[name]
    before = stored(portal)
    with portal.read_only():
        predicted = run(check=True, **options)
    applied = run(**options)
    assert (applied["action"], applied.get("error", {}).get("code")) == (action, code), applied
    expected = dict(before)
    if outcome is None:
        del expected[options.get("id", CHECKOUT)]
    elif isinstance(outcome, tuple):
        expected[max(stored(portal))] = outcome
    elif outcome:
        id = options.get("id", CHECKOUT)
        expected[id] = tuple(outcome.get(place, value) for place, value in enumerate(before[id]))
    assert stored(portal) == expected
    assert applied["changed"] is (expected != before)
    if name != "unknown creator":  # the portal looks for users only when it writes
        for key in ("failed", "changed", "action"):
            assert predicted[key] == applied[key], key
    if applied["changed"] and name != "description":
        after = dict(applied["diff"]["after"], **({"id": None} if action == "create" else {}))
        assert predicted["diff"] == {"before": applied["diff"]["before"], "after": after}
    again = run(**options)
    assert (again["changed"], again["failed"]) == (False, applied["failed"])
    with portal.read_only():
        assert run(check=True, **options)["changed"] is (name == "unknown creator")
    assert stored(portal) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name": "Checkout"}, ["epic.list"]),
        ({"name": "Checkout", "color": "#000000"}, ["epic.list", "epic.update", "epic.list"]),
        ({"name": "New"}, ["epic.list", "workgroup.get", "epic.add", "epic.list"]),
        ({"name": "Checkout", "state": "absent"}, ["epic.list", "epic.delete", "epic.list"]),
        ({"id": CHECKOUT, "name": "Pay"}, ["epic.get", "epic.update", "epic.get"]),
    ],
)
def test_epic_outcome_costs_these_requests(portal, run, options, expected):
    """Nothing is asked twice."""
    assert not run(group_id=GROUP, **options)["failed"]
    assert [".".join(request.method.rsplit(".", 2)[-2:]) for request in portal.requests] == expected


@pytest.mark.parametrize("option", ["name", "description", "color"])
@pytest.mark.parametrize("value", ["", "0"])
def test_epic_empty_text_is_refused_before_any_call(portal, run, option, value):
    """The portal would drop it without a word."""
    refused = run(id=CHECKOUT, **{option: value})
    assert (refused["error"]["code"], portal.requests) == ("invalid_input", [])


@pytest.mark.parametrize(
    "options",
    [
        {"id": 0},
        {"id": 2**31},
        {"id": 1, "created_by": -1},
        {"name": "x"},
        {"id": 1, "name": "x" * 256},
        {"id": 1, "color": "red"},
        {"id": 1, "color": "#12345"},
        {"id": 1, "color": "##123456"},
        {"id": 1, "color": "#123456\n"},
    ],
    ids=str,
)
def test_epic_bad_input_is_refused_before_any_call(portal, run, options):
    """Whatever the portal would make of it."""
    refused = run(**options)
    assert (refused["error"]["code"], portal.requests) == ("invalid_input", [])


def test_epic_ambiguous_name_names_the_ids(run):
    """So that the next task can name one."""
    said = run(group_id=GROUP, name="Twin")["msg"]
    assert str(TWIN) in said
    assert str(SECOND_TWIN) in said


def test_epic_without_scope_for_groups_makes_no_second_one(portal, run):
    """The empty list may mean no access, and nobody can say."""
    portal.engine.store.webhooks[0].scopes = ("task",)
    before = stored(portal)
    refused = run(group_id=FOREIGN, name="Checkout")
    assert refused["error"]["code"].lower() == "insufficient_scope"
    assert stored(portal) == before


def test_epic_beyond_the_first_page_is_found(portal, run):
    """A list has pages of 50."""
    team = portal.group(4)
    for number in range(120):
        team.epic(f"Epic {number}")
    assert run(group_id=4, name="Epic 119")["action"] == "none"


def test_epic_description_that_comes_back_different_is_not_stored(portal, run, monkeypatch):
    """It fails, and is not changed for ever."""
    monkeypatch.setattr("portal.epic.texts.to_html", lambda text: text.replace("bad", "***"))
    first = run(id=CHECKOUT, description="a bad word")
    second = run(id=CHECKOUT, description="a bad word")
    assert [r["error"]["code"] for r in (first, second)] == ["not_stored"] * 2
    assert [r["changed"] for r in (first, second)] == [True, False]


@pytest.mark.parametrize("executed", [True, False])
def test_epic_lost_answers_to_add_make_one_epic(portal, run, executed):
    """The list is read before anything is repeated."""
    for number in range(50):
        portal.fault("reset", ADD, executed=executed)
        result = run(group_id=OTHER, name=f"Lost {number}", max_wait=100)
        assert (result["failed"], result["changed"], result["action"]) == (False, True, "create"), result
        assert [row[1] for row in stored(portal).values()].count(f"Lost {number}") == 1
        assert result["epic"]["id"] in stored(portal)
    assert portal.writes.count(ADD) == 50  # none was made twice and withdrawn
    assert not portal.writes.count("tasks.api.scrum.epic.delete")


def test_epic_two_runs_at_once_make_one_epic(portal):
    """Both list, both add; the later one withdraws its own."""
    portal.barrier(ADD, 2)
    items = []

    def one():
        (item,), _refusal = Reconciler(Epic(), client_of(portal), False, pytest.fail).run([DesiredEpic(group_id=OTHER, name="Both")])
        items.append(item)

    threads = [threading.Thread(target=one) for _run in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [id for id, row in stored(portal).items() if row[1] == "Both"]
    assert len(ids) == 1
    assert [(item.error, item.current.id) for item in items] == [(None, ids[0])] * 2


def test_epic_deletion_without_effect_fails(portal, run):
    """The database refuses, and the portal answers 200 all the same."""
    portal.fault("json", "tasks.api.scrum.epic.delete", value={"result": []})
    result = run(id=CHECKOUT, state="absent")
    assert (result["error"]["code"], result["changed"]) == ("not_deleted", False)


def test_epic_created_or_deleted_leaves_nothing_else(portal, run):
    """Items of a deleted epic keep its ID: the module says so, and touches no task."""
    portal.group(5).epic("Going", id=50).task("Story", epic="Going")
    run(group_id=5, name="Going", state="absent")
    assert [item.epic_id for item in portal.engine.store.items.values()] == [50]


def test_epic_with_names_in_place_of_ids_is_the_same_epic(portal):
    """The group by its name, the creator by the address; a name that nobody has is an error before any write."""
    portal.grant("user_basic")
    portal.person("ben@example.com", id=7)
    portal.group(1, name="Mobile").epic("Login", id=31, created_by=6)
    portal.user(6)
    options = {"webhook_url": portal.webhook_url, "max_wait": 0, "group": "Mobile", "name": "Login", "created_by": "ben@example.com"}
    first, again = (task.run("bitrix24_scrum_epic", options, task.Clock()) for _run in range(2))
    assert (first["action"], first["epic"]["created_by"], again["changed"]) == ("update", 7, False)
    for wrong, code in ({"group": "Mobil"}, "group_not_found"), ({"created_by": "nobody@example.com"}, "user_not_found"):
        before = list(portal.writes)
        assert task.run("bitrix24_scrum_epic", {**options, **wrong}, task.Clock())["error"]["code"] == code
        assert portal.writes == before


def test_epic_with_group_and_group_id_is_refused_before_any_call(portal):
    """One of them could be a mistake."""
    options = {"webhook_url": portal.webhook_url, "group": "Mobile", "group_id": 1, "name": "Login"}
    assert task.run("bitrix24_scrum_epic", options, task.Clock())["error"]["code"] == "invalid_input"
    assert not portal.requests


def test_message_of_an_epic_names_its_group_and_leaves_its_name_alone(portal):
    """A name that holds the number of the group is not taken for it."""
    portal.group(1, name="Mobile").epic("Ask group 12", id=31)
    options = {"webhook_url": portal.webhook_url, "max_wait": 0, "group": "Mobile", "name": "Ask group 12", "created_by": 99}
    returned = task.run("bitrix24_scrum_epic", options, task.Clock())
    assert returned["failed"]
    assert "epic 31 (Ask group 12) of group 1 (Mobile)" in returned["msg"]
