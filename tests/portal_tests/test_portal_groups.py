# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups are created, changed, handed over and removed as the server's own code was read to do it: a row for each rule."""

from __future__ import annotations

import pytest

from portal import Portal
from support.team import Row, ask, caller, fill, play

DENIED = ("", "User has no permissions to update group")


def new(**fields):
    """The call that makes a group."""
    return ("sonet_group.create", {"NAME": "New", **fields})


def change(**fields):
    """The call that changes group 10."""
    return ("sonet_group.update", {"GROUP_ID": 10, **fields})


CREATED = {
    "G2.1 an id comes back, and the caller owns it": Row("owner", [new(SCRUM_MASTER_ID=3)], 15, roles={2: "A"}, group=15),
    "G2.1 the Scrum master is no member": Row(
        "admin", [new(SCRUM_MASTER_ID=3)], holds={"type": "scrum", "master": 3, "project": True}, roles={3: ""}, group=0
    ),
    "G2.1 the Scrum master need not exist": Row("admin", [new(SCRUM_MASTER_ID=4711)], holds={"master": 4711, "type": "scrum"}, group=0),
    "G2.1 a Scrum master 0 makes a phantom": Row(
        "admin", [new(SCRUM_MASTER_ID=0)], holds={"type": "scrum", "scrum": False, "project": False}, group=0
    ),
    "G2.1 null is not sent": Row("admin", [new(SCRUM_MASTER_ID=None)], holds={"type": "group", "master": None}, group=0),
    "G2.1 PROJECT makes a project": Row("admin", [new(PROJECT="Y")], holds={"type": "project", "project": True}, group=0),
    "G2.1 an explicit type wins": Row("admin", [new(TYPE="group", SCRUM_MASTER_ID=3)], holds={"type": "group", "master": 3}, group=0),
    "G2.1 an unknown type is refused": Row("admin", [new(TYPE="team")], error=("WRONG_GROUP_TYPE", "The type of the group is incorrect.")),
    "G2.1 blanks are a name, untrimmed": Row("admin", [new(NAME=" ")], holds={"name": " "}, group=0),
    "G2.1 an empty name is refused": Row("admin", [new(NAME="")], error=("EMPTY_NAME", "The name of the group is not specified.")),
    "G2.1 no name is an empty name": Row(
        "admin", [("sonet_group.create", {})], error=("EMPTY_NAME", "The name of the group is not specified.")
    ),
    "G2.1 KEYWORDS as a list are dropped": Row("admin", [new(KEYWORDS=["a", "b"])], holds={"keywords": ""}, group=0),
    "G2.1 KEYWORDS are one text": Row("admin", [new(KEYWORDS="a,b")], holds={"keywords": "a,b"}, group=0),
    "G2.1 the duration of sprints is any number": Row("admin", [new(SCRUM_SPRINT_DURATION="5")], holds={"sprint_duration": 5}, group=0),
    "G2.1 there is no default of it": Row("admin", [new()], holds={"sprint_duration": None, "task_responsible": None}, group=0),
    "G2.1 any responsible is stored": Row("admin", [new(SCRUM_TASK_RESPONSIBLE="X")], holds={"task_responsible": "X"}, group=0),
    "G2.1 an administrator names the owner": Row("admin", [new(OWNER_ID=4)], roles={4: "A", 1: ""}, group=0),
    "G2.1 others are made the owner themselves": Row("owner", [new(OWNER_ID=4)], roles={4: "", 2: "A"}, group=0),
    "G2.1 the owner has to exist": Row("admin", [new(OWNER_ID=99)], error=("ERROR_NO_OWNER_ID", "The owner of the group is incorrect.")),
    "G2.1 a dismissed owner does": Row("admin", [new(OWNER_ID=7)], roles={7: "A"}, group=0),
    "G2.1 JSON booleans are no Y": Row(
        "admin", [new(VISIBLE=False, OPENED=True, CLOSED=True)], holds={"visible": True, "opened": False, "closed": False}, group=0
    ),
    "G2.1 texts are": Row(
        "admin", [new(VISIBLE="N", OPENED="Y", CLOSED="Y")], holds={"visible": False, "opened": True, "closed": True}, group=0
    ),
    "G2.1 dates lose their time": Row(
        "admin", [new(PROJECT_DATE_START="2026-12-01T10:00:00+03:00")], holds={"project_start": "2026-12-01"}, group=0
    ),
    "G2.1 what is no date is nothing": Row("admin", [new(PROJECT_DATE_FINISH="soon")], holds={"project_finish": None}, group=0),
    "G2.1 the first subject is the default": Row("admin", [new(SUBJECT_ID=-1)], holds={"subject": 1}, group=0),
    "G2.1 a wrong subject is refused": Row(
        "admin", [new(SUBJECT_ID=9)], error=("ERROR_NO_SUBJECT_ID", "The subject of the group is incorrect.")
    ),
    "G2.1 who may invite, wrong: members": Row("admin", [new(INITIATE_PERMS="X")], holds={"initiate_perms": "K"}, group=0),
    "G2.1 who may invite": Row("admin", [new(INITIATE_PERMS="A")], holds={"initiate_perms": "A"}, group=0),
    "G2.1 who may write, wrong: refused": Row("admin", [new(SPAM_PERMS="X")], error=("ERROR_NO_SPAM_PERMS", "Who may write is incorrect.")),
    "G2.1 ACTIVE is always Y": Row("admin", [new(ACTIVE="N")], holds={"active": True}, group=0),
    "G2.1 keys with ~ and = are dropped": Row(
        "admin", [new(**{"~DESCRIPTION": "x", "=KEYWORDS": "y"})], holds={"description": "", "keywords": ""}, group=0
    ),
    "G2.1 a picture that cannot be read is dropped": Row("admin", [new(IMAGE=["a.png", "!"])], holds={"avatar": 0}, group=0),
    "G2.1 a caller from outside makes it hidden": Row(
        "guest", [new(VISIBLE="Y", OPENED="Y")], holds={"visible": False, "opened": False, "site": "ex"}, group=0
    ),
    "G2.1 field: a portal that makes a collab": Row(
        "admin", [new(SCRUM_MASTER_ID=3)], holds={"type": "collab", "master": None}, group=0, switch={"ignores_scrum_master": True}
    ),
    "G2.1 the plan's limit of Scrums": Row(
        "admin", [new(SCRUM_MASTER_ID=3)], error=("ERROR_CORE", "Scrum limit exceeded"), switch={"scrum_limit": 3}
    ),
    "G2.1 it is no limit of groups": Row("admin", [new()], switch={"scrum_limit": 3}),
    "G6 a name is taken once": Row(
        "admin", [new(NAME="Mobile")], error=("ERROR_GROUP_NAME_EXISTS", "A group with this name already exists.")
    ),
    "G6 neither case nor blanks at the ends count": Row(
        "admin", [new(NAME=" mobile ")], error=("ERROR_GROUP_NAME_EXISTS", "A group with this name already exists.")
    ),
    "G6 archived and hidden groups count": Row(
        "member", [new(NAME="Secret")], error=("ERROR_GROUP_NAME_EXISTS", "A group with this name already exists.")
    ),
    "G6 0 is nobody's name": Row("admin", [new(NAME="0"), new(NAME="0")], 16),
    "G6 the rule can be off": Row("admin", [new(NAME="Mobile")], 15, switch={"unique_group_names": False}),
    "G6 entities stay raw": Row("admin", [new(NAME='A & <B> "C"')], holds={"name": 'A & <B> "C"'}, group=0),
}

CHANGED = {
    "G2.2 the owner may": Row("owner", [change(DESCRIPTION="New")], 10, holds={"description": "New", "name": "Mobile"}),
    "G2.2 the Scrum master may, as a member": Row("master", [change(DESCRIPTION="New")], 10, holds={"description": "New"}),
    "G2.2 but not without a role": Row("master", [("sonet_group.update", {"GROUP_ID": 13})], error=DENIED),
    "G2.2 an administrator may": Row("admin", [change(DESCRIPTION="New")], 10, holds={"description": "New"}),
    "G2.2 a member may not": Row("member", [change(DESCRIPTION="New")], error=DENIED, holds={"description": "Apps"}),
    "G2.2 an unknown group is no group of the caller": Row("admin", [("sonet_group.update", {"GROUP_ID": 99})], error=DENIED),
    "G2.2 no id": Row("admin", [("sonet_group.update", {"NAME": "x"})], error=("", "Wrong group ID")),
    "G2.2 the id alone changes nothing": Row(
        "owner", [change()], 10, holds={"name": "Mobile", "type": "scrum", "master": 3, "project": True}
    ),
    "G2.2 null is not sent": Row("owner", [change(DESCRIPTION=None)], holds={"description": "Apps"}),
    "G2.2 empty texts clear": Row(
        "owner",
        [change(DESCRIPTION="", KEYWORDS="", PROJECT_DATE_START="")],
        holds={"description": "", "keywords": "", "project_start": None},
    ),
    "G2.2 the name may stay": Row("owner", [change(NAME="Mobile")], 10),
    "G2.2 a taken name is refused": Row(
        "owner", [change(NAME="old")], error=("ERROR_GROUP_NAME_EXISTS", "A group with this name already exists."), holds={"name": "Mobile"}
    ),
    "G2.2 another owner: the old one is a member": Row("owner", [change(OWNER_ID=20)], roles={20: "A", 2: "K"}),
    "G2.2 or a moderator, as Scrum master": Row(
        "admin", [("sonet_group.update", {"GROUP_ID": 12, "OWNER_ID": 4})], roles={4: "A", 2: "E"}, group=12
    ),
    "G2.2 another Scrum master: the column only": Row("owner", [change(SCRUM_MASTER_ID=20)], holds={"master": 20}, roles={20: "", 3: "E"}),
    "G2.2 opening lets in those who asked": Row("owner", [change(OPENED="Y")], roles={6: "Z"}, holds={"opened": True}),
    "G2.2 an archived group can be opened again": Row(
        "owner", [("sonet_group.update", {"GROUP_ID": 12, "CLOSED": "N"})], holds={"closed": False}, group=12
    ),
    "G2.2 archiving": Row("owner", [change(CLOSED="Y")], holds={"closed": True}),
    "G2.2 a broken picture takes the old one away": Row(
        "owner", [change(IMAGE=["a.png", "aGk="]), change(IMAGE="no")], holds={"avatar": 0}
    ),
    "G2.2 a good one is stored": Row("owner", [change(IMAGE=["a.png", "aGk="])], holds={"avatar": 101}),
    "G2.2 a bad right to invite is refused": Row(
        "owner", [change(INITIATE_PERMS="X")], error=("ERROR_NO_INITIATE_PERMS", "Who may invite is incorrect.")
    ),
    "G2.2 PROJECT without the master flips the type": Row("owner", [change(PROJECT="N")], holds={"type": "group", "master": 3}),
    "G2.2 PROJECT Y as well": Row("owner", [change(PROJECT="Y")], holds={"type": "project", "master": 3}),
    "G2.2 with the master it stays": Row("owner", [change(PROJECT="Y", SCRUM_MASTER_ID=3)], holds={"type": "scrum"}),
    "G2.2 a master of nothing stays a Scrum": Row("owner", [change(SCRUM_MASTER_ID="")], holds={"type": "scrum", "master": 0}),
    "G2.2 group to Scrum leaves PROJECT alone": Row(
        "owner", [("sonet_group.update", {"GROUP_ID": 14, "SCRUM_MASTER_ID": 2})], holds={"type": "scrum", "project": False}, group=14
    ),
    "G2.2 Scrum to project": Row("owner", [change(SCRUM_MASTER_ID=0, TYPE="project")], holds={"type": "project", "master": 0}),
    "G2.2 a department comes along": Row("owner", [change(UF_SG_DEPT=[1])], roles={20: "K", 6: "Z"}, holds={"departments": [1]}),
}

ENDED = {
    "G2.3 the owner removes": Row("owner", [("sonet_group.delete", {"GROUP_ID": 10})], True),
    "G2.3 an administrator removes": Row("admin", [("sonet_group.delete", {"GROUP_ID": 10})], True),
    "G2.3 the Scrum master does not": Row(
        "master", [("sonet_group.delete", {"GROUP_ID": 10})], error=("", "User has no permissions to delete group")
    ),
    "G2.3 no id": Row("admin", [("sonet_group.delete", {})], error=("", "Wrong group ID")),
    "G2.3 not there": Row("admin", [("sonet_group.delete", {"GROUP_ID": 99})], error=("", "Socialnetwork group not found")),
    "G2.3 not to be seen": Row("member", [("sonet_group.delete", {"GROUP_ID": 13})], error=("", "Socialnetwork group not found")),
    "G2.3 the owner hands over, to anybody": Row(
        "owner", [("sonet_group.setowner", {"GROUP_ID": 10, "USER_ID": 7})], True, roles={7: "A", 2: "K"}
    ),
    "G2.3 the Scrum master does, as a member": Row(
        "master", [("sonet_group.setowner", {"GROUP_ID": 10, "USER_ID": 3})], True, roles={3: "A", 2: "K"}
    ),
    "G2.3 an administrator is refused": Row(
        "admin", [("sonet_group.setowner", {"GROUP_ID": 10, "USER_ID": 4})], error=("403", "Access denied"), roles={2: "A"}
    ),
    "G2.3 the same owner again": Row("owner", [("sonet_group.setowner", {"GROUP_ID": 10, "USER_ID": 2})], True, roles={2: "A"}),
    "G2.3 no user": Row("owner", [("sonet_group.setowner", {"GROUP_ID": 10})], error=("100", "Incorrect arguments")),
    "G2.3 no group": Row("owner", [("sonet_group.setowner", {"GROUP_ID": 99, "USER_ID": 4})], error=("510", "Group not found")),
}


@pytest.fixture
def portal():
    """A portal with the teams of fill()."""
    with Portal() as started:
        fill(started)
        yield started


@pytest.mark.parametrize("rule", CREATED)
def test_create_of_any_row_stores_what_the_row_says(portal, rule):
    """sonet_group.create."""
    play(portal, CREATED[rule])


@pytest.mark.parametrize("rule", CHANGED)
def test_update_of_any_row_stores_what_the_row_says(portal, rule):
    """sonet_group.update."""
    play(portal, CHANGED[rule])


@pytest.mark.parametrize("rule", ENDED)
def test_delete_or_handing_over_does_what_the_row_says(portal, rule):
    """sonet_group.delete and .setowner."""
    play(portal, ENDED[rule])


def test_update_that_opens_a_group_lets_in_who_asked(portal):
    """G2.2: those who were invited still have to accept."""
    group = portal.engine.store.groups[10]
    group.enter(20, "Z")
    group.asking.add(20)
    play(portal, Row("owner", [change(OPENED="Y")], roles={20: "K", 6: "Z"}))


def test_create_by_somebody_who_may_not_is_refused(portal):
    """G2.1."""
    portal.engine.store.users[20].may_create_groups = False
    play(portal, Row("stranger", [new()], error=("", "You have no permissions to create a group")))


def test_delete_with_tasks_or_files_is_vetoed(portal):
    """G2.3: the code tells which; without them, the backlog goes as well."""
    url, id = caller(portal, "owner"), 10
    portal.group(21, name="Busy", owner=2, master=2).task("Write it")
    portal.group(22, name="Filed", owner=2, master=2, files=True)
    assert ask(url, "sonet_group.delete", {"GROUP_ID": 21})["error"] == "TASKS_NOT_EMPTY"
    assert ask(url, "sonet_group.delete", {"GROUP_ID": 22})["error"] == "DISK_NOT_EMPTY"
    portal.engine.store.insert(id, 2, 2)
    assert ask(url, "sonet_group.delete", {"GROUP_ID": id})["result"] is True
    assert portal.backlog_of(id) is None and id not in portal.engine.store.groups


def test_create_of_a_scrum_leaves_its_maker_outside(portal):
    """G2.1, G2.7: an administrator who named another owner cannot add a backlog; there is none, nor a sprint."""
    url = portal.webhook_url
    id = ask(url, "sonet_group.create", {"NAME": "New", "SCRUM_MASTER_ID": 3, "OWNER_ID": 2})["result"]
    assert ask(url, "tasks.api.scrum.backlog.add", {"fields": {"groupId": id, "createdBy": 1}})["error_description"] == "Access denied"
    assert not [row for row in portal.rows if row[1] == id]
    assert list(portal.engine.store.groups[id].features) == ["files"]


@pytest.mark.parametrize("first", ["backlog.add", "planning page"])
def test_planning_page_makes_a_sprint_only_where_there_is_no_backlog(portal, first):
    """G2.7: "Sprint 1", as long as the group's sprints last."""
    if first == "backlog.add":
        portal.engine.store.insert(10, 2, 2)
    portal.open_planning_page(10, user=4)
    portal.open_planning_page(10, user=5)
    found = [row for row in portal.rows if row[1] == 10]
    sprints = [portal.engine.store.entities[row[0]] for row in found if row[2] == "sprint"]
    assert len(found) == (1 if first == "backlog.add" else 2)
    for sprint in sprints:
        read = portal.engine.store.clock.read
        assert (sprint.name, sprint.status, sprint.sort, sprint.created_by) == ("Sprint 1", "planned", 1, 4)
        assert (read(sprint.date_end) - read(sprint.date_start)).total_seconds() == 1209600


def test_two_creates_of_a_name_in_one_batch_both_pass(portal):
    """G3.2: a process looks a name up once."""
    make = "sonet_group.create?NAME=Twin"
    answer = ask(portal.webhook_url, "batch", {"cmd": {"a": make, "b": make}})
    assert answer["result"]["result"] == {"a": 15, "b": 16}
    assert ask(portal.webhook_url, "sonet_group.create", {"NAME": "Twin"})["error"] == "ERROR_GROUP_NAME_EXISTS"


def test_failure_of_the_kernel_stays_behind_in_a_batch(portal):
    """G1: a later failure shows the code and the text of the earlier one."""
    commands = {"a": "sonet_group.create?NAME=Mobile", "b": "sonet_group.update?NAME=x"}
    errors = ask(portal.webhook_url, "batch", {"cmd": commands})["result"]["result_error"]
    assert [errors[name]["error"] for name in "ab"] == ["ERROR_GROUP_NAME_EXISTS"] * 2
