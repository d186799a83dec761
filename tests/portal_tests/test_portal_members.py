# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a group, and how it is told: a row for each rule."""

from __future__ import annotations

import pytest

from portal import Portal
from support.team import Row, ask, caller, fill, play

GET = "socialnetwork.api.workgroup.get"


def add(*users, group=10):
    """The call that adds users."""
    return ("sonet_group.user.add", {"GROUP_ID": group, "USER_ID": list(users)})


def role(role, *users):
    """The call that sets a role."""
    return ("sonet_group.user.update", {"GROUP_ID": 10, "USER_ID": list(users), "ROLE": role})


def drop(*users):
    """The call that removes users."""
    return ("sonet_group.user.delete", {"GROUP_ID": 10, "USER_ID": list(users)})


def invite(*users):
    """The call that invites users."""
    return ("sonet_group.user.invite", {"GROUP_ID": 10, "USER_ID": list(users)})


ADDED = {
    "G3.2 added at once, as text": Row("admin", [add(20, 1)], ["1", "20"], roles={1: "K", 20: "K"}),
    "G3.2 one id will do": Row("admin", [("sonet_group.user.add", {"GROUP_ID": 10, "USER_ID": 20})], ["20"], roles={20: "K"}),
    "G3.2 whoever has a role is skipped": Row("admin", [add(2, 3, 4, 6, 11)], [], roles={2: "A", 3: "E", 4: "K", 6: "Z", 11: "T"}),
    "G3.2 unknown ids and bots are dropped": Row("admin", [add(8, 99)], [], roles={8: "", 99: ""}),
    "G3.2 dismissed people are accepted": Row("admin", [add(7)], ["7"], roles={7: "K"}),
    "G3.2 somebody from outside changes the group's site": Row("admin", [add(9)], ["9"], roles={9: "K"}, holds={"site": "ex"}),
    "G3.2 only an administrator adds": Row("owner", [add(20)], error=("", "No permissions to add users"), roles={20: ""}),
    "G3.2 no group": Row("admin", [add(20, group=0)], error=("", "Wrong group ID")),
    "G3.2 unknown group": Row("admin", [add(20, group=99)], error=("", "Socialnetwork group not found")),
    "G3.2 nobody": Row("admin", [add()], error=("", "Wrong user IDs")),
    "G3.2 an archived group does not care": Row("admin", [add(20, group=12)], ["20"], roles={20: "K"}, group=12),
}

UPDATED = {
    "G3.2 made a moderator": Row("admin", [role("E", 4)], ["4"], roles={4: "E"}),
    "G3.2 the Scrum master may be demoted": Row("admin", [role("K", 3)], ["3"], roles={3: "K"}),
    "G3.2 the same role and the owner are skipped": Row("admin", [role("E", 2, 5)], [], roles={2: "A", 5: "E"}),
    "G3.2 those without a role are ignored": Row("admin", [role("K", 20)], [], roles={20: ""}),
    "G3.2 invitations and bans are lifted": Row("admin", [role("K", 6, 11)], ["6", "11"], roles={6: "K", 11: "K"}),
    "G3.2 other roles are refused": Row("admin", [role("A", 4)], error=("", "Incorrect role code"), roles={4: "K"}),
    "G3.2 only an administrator": Row("owner", [role("E", 4)], error=("", "No permissions to update users role"), roles={4: "K"}),
}

DELETED = {
    "G3.2 removed": Row("admin", [drop(4, 5)], ["4", "5"], roles={4: "", 5: ""}),
    "G3.2 invited and banned ones too": Row("admin", [drop(6, 11)], ["6", "11"], roles={6: "", 11: ""}),
    "G3.2 owner and Scrum master are skipped": Row("admin", [drop(2, 3)], [], roles={2: "A", 3: "E"}),
    "G3.2 a former Scrum master is not": Row(
        "admin", [("sonet_group.update", {"GROUP_ID": 10, "SCRUM_MASTER_ID": 2}), drop(3)], ["3"], roles={3: ""}
    ),
    "G3.2 only an administrator": Row("owner", [drop(4)], error=("", "No permissions to update users role"), roles={4: "K"}),
}

INVITED = {
    "G3.2 a member invites": Row("member", [invite(20)], [20], roles={20: "Z"}),
    "G3.2 anyone with a role and oneself are skipped": Row("member", [invite(4, 5, 11)], [], roles={4: "K", 5: "E", 11: "T"}),
    "G3.2 a stranger does not": Row("stranger", [invite(1)], [], roles={1: ""}),
    "G3.2 the group may leave it to its owner": Row("member", [invite(20)], [], roles={20: ""}, before={"initiate_perms": "A"}),
    "G3.2 an invited one is not added": Row("admin", [invite(20), add(20)], [], roles={20: "Z"}),
    "G3.2 asking overwrites whatever the caller was": Row(
        "owner", [("sonet_group.user.request", {"GROUP_ID": 10})], True, roles={2: "Z"}, holds={"owner": 0}
    ),
}

TOLD = {
    "G3.3 active members in all roles, as text": Row(
        "stranger",
        [("sonet_group.user.get", {"ID": 10})],
        [{"USER_ID": "2", "ROLE": "A"}, {"USER_ID": "3", "ROLE": "E"}, {"USER_ID": "4", "ROLE": "K"}, {"USER_ID": "5", "ROLE": "E"}],
    ),
    "G3.3 no id": Row("admin", [("sonet_group.user.get", {})], error=("", "Wrong socialnetwork group ID")),
    "G3.3 hidden": Row("member", [("sonet_group.user.get", {"ID": 13})], error=("", "Socialnetwork group not found")),
    "G3.3 the caller's own groups": Row(
        "member",
        [("sonet_group.user.groups", {})],
        [
            {"GROUP_ID": "10", "GROUP_NAME": "Mobile", "ROLE": "K", "GROUP_IMAGE_ID": None, "GROUP_IMAGE": ""},
            {"GROUP_ID": "14", "GROUP_NAME": "Canteen", "ROLE": "K", "GROUP_IMAGE_ID": None, "GROUP_IMAGE": ""},
        ],
    ),
}

RULES = {"add": ADDED, "update": UPDATED, "delete": DELETED, "invite": INVITED, "read": TOLD}


@pytest.fixture
def portal():
    """A portal with the teams of fill()."""
    with Portal() as started:
        fill(started)
        yield started


@pytest.mark.parametrize(("what", "rule"), [(what, rule) for what, rules in RULES.items() for rule in rules])
def test_members_of_any_row_are_what_the_row_says(portal, what, rule):
    """sonet_group.user.*."""
    play(portal, RULES[what][rule])


def test_group_with_a_dismissed_member_shows_it_in_one_reading_only(portal):
    """G3.3: workgroup.get has it, sonet_group.user.get has not."""
    ask(portal.webhook_url, *add(7))
    group = ask(portal.webhook_url, GET, {"params": {"groupId": 10}})["result"]
    assert (group["OWNER_ID"], group["MODERATOR_MEMBERS"], group["ORDINARY_MEMBERS"]) == (2, [3, 5], [4, 7])
    assert (group["MEMBERS"], group["INVITED_MEMBERS"]) == ([2, 3, 4, 5, 7], [6])
    assert "7" not in [row["USER_ID"] for row in ask(portal.webhook_url, "sonet_group.user.get", {"ID": 10})["result"]]


def test_members_are_read_afresh_within_a_batch(portal):
    """G3.2: after a write, workgroup.get of the same process shows it."""
    read = f"{GET}?params[groupId]=10"
    commands = {"add": "sonet_group.user.add?GROUP_ID=10&USER_ID[]=20", "get": read}
    assert 20 in ask(portal.webhook_url, "batch", {"cmd": commands})["result"]["result"]["get"]["ORDINARY_MEMBERS"]


def test_member_list_tells_roles_and_names(portal):
    """G3.3: LIST_OF_MEMBERS, without addresses."""
    rows = ask(portal.webhook_url, GET, {"params": {"groupId": 10, "select": ["LIST_OF_MEMBERS"]}})["result"]["LIST_OF_MEMBERS"]
    assert [(row["id"], row["isOwner"], row["isModerator"], row["isScrumMaster"]) for row in rows] == [
        (2, True, True, False),
        (3, False, True, True),
        (4, False, False, False),
        (5, False, True, False),
    ]
    assert not any("mail" in key.lower() for row in rows for key in row)


@pytest.mark.parametrize("person", [{"refuses_invitations": True}, {}])
def test_invitation_of_somebody_who_wants_none_is_skipped(portal, person):
    """G3.2: privacy settings."""
    id = portal.person("shy@example.com", **person)
    found = ask(caller(portal, "owner"), *invite(id))["result"]
    assert found == ([] if person else [id])
