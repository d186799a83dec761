# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups and people are found, listed and shown: a row for each rule."""

from __future__ import annotations

import pytest

from portal import Portal
from support.team import Row, ask, caller, fill, play

LIST = "socialnetwork.api.workgroup.list"
GET = "socialnetwork.api.workgroup.get"
EXISTS = "socialnetwork.api.workgroup.isExistingGroup"
FEATURE = "socialnetwork.api.workgroup.setFeature"
ACCESS = "sonet_group.feature.access"

#: Filter of workgroup.list -> ids; 13 is hidden.
FILTERS = {
    "G6 exact name": ({"NAME": "Mobile"}, [10]),
    "G6 with =": ({"=NAME": "Mobile"}, [10]),
    "G6 case follows the database": ({"NAME": "mobile"}, [10]),
    "G6 no wildcards": ({"NAME": "Mob%"}, []),
    "G6 many at once": ({"NAME": ["Old", "Mobile", "None"]}, [10, 12]),
    "G6 with @": ({"@NAME": ["Old", "Mobile"]}, [10, 12]),
    "G6 a part of it": ({"%NAME": "an"}, [14]),
    "G6 wildcards are escaped there": ({"%NAME": "%"}, []),
    "G6 live wildcards": ({"=%NAME": "M_b%"}, [10]),
    "G6 archived ones are included": ({}, [10, 12, 14]),
    "G6 unless asked otherwise": ({"CLOSED": "N"}, [10, 14]),
    "G6 an emoji finds nothing": ({"NAME": "Rocket \U0001f680"}, []),
    "G2.4 unknown key: all": ({"NAMES": "Mobile"}, [10, 12, 14]),
    "G2.4 unknown prefix: all": ({"~NAME": "Mobile"}, [10, 12, 14]),
    "Scrums only": ({">SCRUM_MASTER_ID": 0}, [10, 12]),
    "by type": ({"TYPE": "scrum"}, [10, 12]),
    "by id": ({"ID": [14, 10]}, [10, 14]),
    "by owner": ({"OWNER_ID": 2}, [10, 12, 14]),
    "not": ({"!ID": 10}, [12, 14]),
}

#: Filter of sonet_group.get -> ids.
OLD_FILTERS = {
    "G6 exact name": ({"NAME": "Mobile"}, [10]),
    "G6 many at once": ({"NAME": ["Old", "Mobile"]}, [12, 10]),
    "G6 @ removes the condition": ({"@NAME": ["Old"]}, [14, 12, 10]),
    "G6 !% is not negated": ({"!%NAME": "an"}, [14]),
    "G6 upper case only": ({"name": "Mobile"}, [14, 12, 10]),
    "G2.4 unknown key: all": ({"TYPE": "scrum"}, [14, 12, 10]),
}

SHOWN = {
    "G2.4 no id": Row("admin", [(GET, {"params": {}})], error=("SONET_CONTROLLER_WORKGROUP_EMPTY", "Workgroup id is not specified.")),
    "G2.4 the id beside params is ignored": Row(
        "admin", [(GET, {"groupId": 10})], error=("SONET_CONTROLLER_WORKGROUP_EMPTY", "Workgroup id is not specified.")
    ),
    "G2.4 not there": Row(
        "admin", [(GET, {"params": {"groupId": 99}})], error=("SONET_CONTROLLER_WORKGROUP_NOT_FOUND", "Workgroup not found.")
    ),
    "G2.4 hidden": Row(
        "member", [(GET, {"params": {"groupId": 13}})], error=("SONET_CONTROLLER_WORKGROUP_NOT_FOUND", "Workgroup not found.")
    ),
    "G2.6 a hidden group exists": Row("stranger", [(EXISTS, {"name": "secret "})], {"exists": True}),
    "G2.6 another does not": Row("stranger", [(EXISTS, {"name": "Nobody"})], {"exists": False}),
    "G2.6 a name is needed": Row("stranger", [(EXISTS, {})], error=("100", "Could not find value for parameter {name}")),
    "G2.5 the text true": Row(
        "owner",
        [(FEATURE, {"groupId": 10, "feature": {"featureName": "tasks", "active": "true"}})],
        True,
        holds={"tasks_tool": True},
    ),
    "G2.5 JSON true is off": Row(
        "owner", [(FEATURE, {"groupId": 10, "feature": {"featureName": "tasks", "active": True}})], True, holds={"tasks_tool": False}
    ),
    "G2.5 unknown tools are nothing": Row(
        "owner", [(FEATURE, {"groupId": 10, "feature": {"featureName": "none", "active": "true"}})], True, holds={"features": {}}
    ),
    "G2.5 who may not gets false": Row(
        "member", [(FEATURE, {"groupId": 10, "feature": {"featureName": "tasks", "active": ""}})], False, holds={"tasks_tool": True}
    ),
    "G2.5 a member may view tasks": Row("member", [(ACCESS, {"GROUP_ID": 10, "FEATURE": "tasks", "OPERATION": "view"})], True),
    "G2.5 an administrator as such may not": Row("admin", [(ACCESS, {"GROUP_ID": 10, "FEATURE": "tasks", "OPERATION": "view"})], False),
    "G2.5 nobody where the tool is off": Row(
        "owner",
        [
            (FEATURE, {"groupId": 10, "feature": {"featureName": "tasks", "active": ""}}),
            (ACCESS, {"GROUP_ID": 10, "FEATURE": "tasks", "OPERATION": "view"}),
        ],
        False,
    ),
    "G2.5 wrong tool": Row("owner", [(ACCESS, {"GROUP_ID": 10, "FEATURE": "x", "OPERATION": "view"})], error=("", "Wrong feature")),
    "G2.5 wrong operation": Row("owner", [(ACCESS, {"GROUP_ID": 10, "FEATURE": "tasks", "OPERATION": "x"})], error=("", "Wrong operation")),
    "G2.5 no group": Row("owner", [(ACCESS, {"FEATURE": "tasks"})], error=("", "Wrong socialnetwork group ID")),
    "G2.5 subjects": Row("owner", [("sonet_group_subject.get", {"SUBJECT_ID": 2})], [{"ID": "2", "NAME": "Clubs", "SITE_ID": ["s1"]}]),
}

#: What is sent to user.get -> ids; 7 is dismissed, 8 a bot, 9 from outside, 21 and 22 share an address.
PEOPLE = {
    "G5 equality": ({"=EMAIL": "MAX@example.com"}, [3]),
    "G5 a list": ({"=EMAIL": ["max@example.com", "mia@example.com"]}, [3, 4]),
    "G5 @ as well": ({"@EMAIL": ["max@example.com"]}, [3]),
    "G5 _ is a wildcard without =": ({"EMAIL": "m_@example.com"}, [5]),
    "G5 % too": ({"EMAIL": "%@EXAMPLE.com"}, [2, 3, 4, 5, 6, 7, 11, 20]),
    "G5 but not with =": ({"=EMAIL": "m_@example.com"}, []),
    "G5 a list without = is an or": ({"EMAIL": ["max@%", "mia@%"]}, [3, 4]),
    "G5 several of one address": ({"=EMAIL": "twin@elsewhere.example"}, [21, 22]),
    "G5 an empty value: people without one": ({"=EMAIL": ""}, [1, 23]),
    "G5 an empty list as well": ({"=EMAIL": []}, [1, 23]),
    "G5 a misspelt key: everybody": ({"=MAIL": "max@example.com"}, [1, 2, 3, 4, 5, 6, 7, 11, 20, 21, 22, 23]),
    "G5 LOGIN: everybody": ({"LOGIN": "max"}, [1, 2, 3, 4, 5, 6, 7, 11, 20, 21, 22, 23]),
    "G5 two signs and one: everybody": ({"!=%EMAIL": "max"}, [1, 2, 3, 4, 5, 6, 7, 11, 20, 21, 22, 23]),
    "G5 dismissed people are included": ({"=EMAIL": "dora@example.com"}, [7]),
    "G5 unless asked otherwise": ({"=EMAIL": "dora@example.com", "ACTIVE": True}, []),
    "G5 bots never": ({"=EMAIL": "robot@example.com"}, []),
    "G5 nor people from outside that one has no group with": ({"=EMAIL": "guest@partner.example"}, []),
    "G5 lower-case keys": ({"=email": "max@example.com"}, [3]),
    "G5 by id": ({"ID": [3, 99]}, [3]),
}


@pytest.fixture
def portal():
    """A portal with the teams of fill()."""
    with Portal() as started:
        fill(started)
        for id in (21, 22):
            started.person("twin@elsewhere.example", id=id)
        started.person("", name="Tele Phone", id=23)
        yield started


@pytest.mark.parametrize("rule", FILTERS)
def test_list_of_any_filter_holds_the_groups_of_the_row(portal, rule):
    """workgroup.list, as somebody who cannot see the hidden one."""
    filter, ids = FILTERS[rule]
    found = ask(caller(portal, "stranger"), LIST, {"filter": filter, "order": {"ID": "ASC"}})["result"]["workgroups"]
    assert [int(row["id"]) for row in found] == ids


@pytest.mark.parametrize("rule", OLD_FILTERS)
def test_old_list_of_any_filter_holds_the_groups_of_the_row(portal, rule):
    """sonet_group.get, newest first."""
    filter, ids = OLD_FILTERS[rule]
    found = ask(caller(portal, "stranger"), "sonet_group.get", {"FILTER": filter})["result"]
    assert [int(row["ID"]) for row in found] == ids
    assert not any(name.startswith(("SCRUM", "TYPE", "INITIATE")) for row in found for name in row)


@pytest.mark.parametrize("rule", SHOWN)
def test_reading_of_any_row_answers_what_the_row_says(portal, rule):
    """workgroup.get, isExistingGroup, setFeature, feature.access."""
    play(portal, SHOWN[rule])


@pytest.mark.parametrize("rule", PEOPLE)
@pytest.mark.parametrize("place", ["FILTER", "top"])
def test_people_of_any_filter_are_those_of_the_row(portal, rule, place):
    """user.get; a map FILTER, or the keys beside the others."""
    filter, ids = PEOPLE[rule]
    answer = ask(portal.webhook_url, "user.get", {"FILTER": filter} if place == "FILTER" else filter)
    assert [int(row["ID"]) for row in answer["result"]] == ids
    assert answer.get("total", 0) == len(ids) and ("total" in answer) is bool(ids)


@pytest.mark.parametrize(("scope", "email"), [("user", True), ("user_basic", True), ("user_brief", False)])
def test_address_is_read_and_searched_only_in_two_scopes(portal, scope, email):
    """G5: in user_brief, the key is dropped: everybody comes back, without an address."""
    url = portal.webhook(1, [scope])
    found = ask(url, "user.get", {"FILTER": {"=EMAIL": "max@example.com"}})["result"]
    assert len(found) == (1 if email else 12)
    assert all(("EMAIL" in row) is email and "LAST_NAME" in row for row in found)
    assert ("EMAIL" in ask(url, "user.current", {})["result"]) is email


SCOPES = {
    "sonet_group.create": "sonet_group",
    "sonet_group.get": "sonet_group",
    "sonet_group.user.add": "sonet_group",
    "sonet_group.feature.access": "sonet_group",
    LIST: "socialnetwork",
    EXISTS: "socialnetwork",
    "user.get": "user",
    "user.current": "user_brief",
    "tasks.api.scrum.backlog.get": "task",
}


@pytest.mark.parametrize("method", SCOPES)
def test_method_without_its_scope_is_refused(portal, method):
    """G1: the one scope is enough, all others together are not."""
    others = {"task", "sonet_group", "socialnetwork", "user", "user_basic", "user_brief", "sonet"} - {SCOPES[method]}
    others -= {"user", "user_basic", "user_brief"} if SCOPES[method].startswith("user") else set()
    assert ask(portal.webhook(1, sorted(others)), method, {})["error"] == "insufficient_scope"
    assert ask(portal.webhook(1, [SCOPES[method]]), method, {}).get("error") != "insufficient_scope"


def test_admin_is_told_without_a_scope(portal):
    """G10: it decides on what can be managed."""
    assert ask(portal.webhook(1, []), "user.admin", {})["result"] is True
    assert ask(portal.webhook(2, []), "user.admin", {})["result"] is False


def test_hidden_group_is_listed_to_its_members_and_to_administrators_who_ask(portal):
    """G2.4: an administrator has to say so."""
    special = {"params": {"IS_ADMIN": "Y"}}

    def listed(who, **params):
        return "13" in [row["id"] for row in ask(caller(portal, who), LIST, params)["result"]["workgroups"]]

    assert [listed("owner"), listed("admin"), listed("admin", **special), listed("member", **special)] == [True, False, True, False]
    assert len(ask(portal.webhook_url, "sonet_group.get", {"IS_ADMIN": "Y"})["result"]) == 4


def test_group_of_another_site_is_not_listed(portal):
    """G2.4: as after somebody from outside was added."""
    ask(portal.webhook_url, "sonet_group.user.add", {"GROUP_ID": 10, "USER_ID": [9]})
    assert ask(portal.webhook_url, LIST, {"filter": {"ID": 10}})["result"]["workgroups"] == []
    assert [row["ID"] for row in ask(portal.webhook_url, "sonet_group.get", {"GROUP_ID": 10})["result"]] == ["10"]


def test_scrum_columns_are_null_in_the_list_and_zero_in_get(portal):
    """G2.4: never set, they differ by method."""
    select = ["SCRUM_MASTER_ID", "SCRUM_SPRINT_DURATION", "SCRUM_TASK_RESPONSIBLE", "TYPE"]
    row = ask(portal.webhook_url, LIST, {"filter": {"ID": [14]}, "select": select})["result"]["workgroups"][0]
    expected = {"id": "14", "scrumMasterId": None, "scrumSprintDuration": None, "scrumTaskResponsible": None, "type": "group"}
    assert row == expected
    group = ask(portal.webhook_url, GET, {"params": {"groupId": 14}})["result"]
    assert [group[name] for name in select] == [0, 0, "", "group"]
    scrum = ask(portal.webhook_url, LIST, {"filter": {"ID": [10]}, "select": select})["result"]["workgroups"][0]
    assert (scrum["scrumMasterId"], scrum["scrumSprintDuration"]) == ("3", "1209600")


def test_tool_is_shown_only_after_its_setting_was_stored(portal):
    """G2.5: unless it was, it counts as on."""

    def tools():
        return ask(portal.webhook_url, GET, {"params": {"groupId": 10, "select": ["FEATURES", "TAGS"]}})["result"]

    assert (tools()["FEATURES"], tools()["TAGS"]) == ([], ["ios", "android"])
    ask(portal.webhook_url, FEATURE, {"groupId": 10, "feature": {"featureName": "tasks", "active": "", "customName": "Work"}})
    found = tools()["FEATURES"][0]
    assert (found["featureName"], found["active"], found["customName"]) == ("tasks", False, "Work")


@pytest.mark.parametrize(("dates", "shown"), [("iso", "2026-12-01T00:00:00+00:00"), ("culture", "01.12.2026")])
def test_dates_of_a_project_come_in_two_forms(portal, dates, shown):
    """G2.4: the source and the documentation differ."""
    portal.set_behavior(project_dates=dates)
    ask(portal.webhook_url, "sonet_group.update", {"GROUP_ID": 10, "PROJECT_DATE_START": "2026-12-01"})
    group = ask(portal.webhook_url, GET, {"params": {"groupId": 10}})["result"]
    assert (group["PROJECT_DATE_START"], group["PROJECT_DATE_FINISH"]) == (shown, "")


def test_people_come_in_pages(portal):
    """G5: fifty a page, with next, and a total."""
    for number in range(100, 160):
        portal.person(f"p{number}@example.com", id=number)
    first = ask(portal.webhook_url, "user.get", {"FILTER": {"EMAIL": "p1%"}})
    last = ask(portal.webhook_url, "user.get", {"FILTER": {"EMAIL": "p1%"}, "start": first["next"]})
    assert (len(first["result"]), first["total"], first["next"], len(last["result"]), "next" in last) == (50, 60, 50, 10, False)


def test_person_from_outside_sees_the_people_of_the_own_groups(portal):
    """G5: and an administrator sees everybody who asks for it."""
    portal.engine.store.groups[10].enter(9, "K")
    ids = [int(row["ID"]) for row in ask(caller(portal, "guest"), "user.get", {})["result"]]
    assert ids == [2, 3, 4, 5, 9]
    assert 9 in [int(row["ID"]) for row in ask(portal.webhook_url, "user.get", {"ADMIN_MODE": 1})["result"]]


@pytest.mark.parametrize(
    "call", [(LIST, {}), (GET, {"params": {"groupId": 10}}), (EXISTS, {"name": "Mobile"}), (FEATURE, {"groupId": 10, "feature": {}})]
)
def test_controller_refuses_people_from_outside(portal, call):
    """G1: by their kind of account, members of the group included."""
    portal.engine.store.groups[10].enter(9, "K")
    answer = ask(caller(portal, "guest"), *call)
    assert (answer["error"], answer["error_description"]) == ("restricted_by_user_type", "Access restricted by user type")
