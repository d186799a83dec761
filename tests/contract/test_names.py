# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in place of IDs, in this process: who is found, what is refused before any write, and the requests that it costs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from portal import Portal
from support import task

ONE, MANY, INFO = "bitrix24_scrum_backlog", "bitrix24_scrum_backlogs", "bitrix24_scrum_backlog_info"
SCOPES = ("task", "socialnetwork", "user_basic")


@pytest.fixture
def portal():
    """Groups of user 1 with a backlog each, and people; nobody else uses the portal."""
    with Portal() as started:
        started.grant("user_basic")
        people = {6: "anna", 7: "ben", 9: "Carla.Diaz", 10: "j_doe", 11: "jxdoe", 12: "50%", 14: "50-off"}
        for id, name in people.items():
            started.person(f"{name}@example.com", id=id)
        started.person("gus@example.com", id=13, active=False)
        started.person("ben@example.com", id=15, active=False)
        started.person("shared@example.com", id=16)
        started.person("SHARED@example.com", id=17)
        started.person("shared@example.com", id=18, active=False)
        started.person("robot@example.com", id=19, kind="bot")
        started.person("guest@example.com", id=20, kind="extranet")
        started.person("", id=21)
        names = {125: "Mobile", 126: "web", 127: "Old", 128: "Twin", 129: "Twin", 130: "Trail ", 131: "R&D <1>", 132: "125"}
        for id, name in names.items():
            started.group(id, name=name, closed=id == 127).backlog(id=id, created_by=6, modified_by=6)
        started.group(140, name="Secret", members={6: "A"}, visible=False).backlog(id=140, created_by=6, modified_by=6)
        started.group(141, name="Rocket \U0001f680").backlog(id=141, created_by=6, modified_by=6)
        started.group(142, name="Empty")
        yield started


@pytest.fixture
def run(portal):
    """Called with a module and its options, runs it; returns its result."""

    def made(module, options, check=False, url=None, **connection):
        options = {"webhook_url": url or portal.webhook_url, "max_wait": 0, **connection, **options}
        return task.run(module, options, task.Clock(), check)

    return made


#: What is given as modified_by of group 125 -> ID that is stored.
USERS = {
    "an ID": (7, 7),
    "an ID as text": ("7", 7),
    "an address": ("anna@example.com", 6),
    "another case": ("ANNA@Example.COM", 6),
    "stored in another case": ("carla.diaz@example.com", 9),
    "blanks around it": (" anna@example.com ", 6),
    "an underscore is no wildcard": ("j_doe@example.com", 10),
    "a percent sign is no wildcard": ("50%@example.com", 12),
    "the only active one of two": ("ben@example.com", 7),
}


@pytest.mark.parametrize("row", USERS)
def test_user_by_any_name_is_stored_as_id(portal, run, row):
    """The record and the diff show IDs; a second run changes nothing."""
    given, expected = USERS[row]
    portal.edit(125, modified_by=1)
    options = {"group_id": 125, "modified_by": given}
    with portal.read_only():
        predicted = run(ONE, options, check=True)
    applied, again = run(ONE, options), run(ONE, options)
    record = {"id": 125, "group_id": 125, "created_by": 6, "modified_by": expected}
    assert applied["backlog"] == applied["diff"]["after"] == predicted["diff"]["after"] == record
    assert [result["changed"] for result in (predicted, applied, again)] == [True, True, False]
    assert portal.backlog_of(125)[3:] == (6, expected)


@dataclass
class Refused:
    """A name that is refused before any write.

    :ivar words: what the message has to name.
    :ivar scopes: permissions of the webhook.
    """

    options: dict
    code: str
    words: tuple = ()
    scopes: tuple = SCOPES


REFUSED = {
    "nobody": Refused({"group_id": 125, "modified_by": "nobody@example.com"}, "user_not_found", ("nobody@example.com",)),
    "underscore of nobody": Refused({"group_id": 125, "modified_by": "b_n@example.com"}, "user_not_found", ("b_n@example.com",)),
    "percent sign of nobody": Refused({"group_id": 125, "modified_by": "%@example.com"}, "user_not_found", ("%@example.com",)),
    "a bot": Refused({"group_id": 125, "modified_by": "robot@example.com"}, "user_not_found", ("robot@example.com",)),
    "from outside": Refused({"group_id": 125, "modified_by": "guest@example.com"}, "user_not_found", ("guest@example.com",)),
    "two active ones": Refused({"group_id": 125, "modified_by": "shared@example.com"}, "ambiguous_user", ("16, 17",)),
    "dismissed": Refused({"group_id": 125, "modified_by": "gus@example.com"}, "user_dismissed", ("gus@example.com", "13")),
    "creator": Refused({"group": "Empty", "created_by": "nobody@example.com"}, "user_not_found", ("nobody@example.com", "142 (Empty)")),
    "scope user_brief": Refused(
        {"group_id": 125, "modified_by": "anna@example.com"}, "insufficient_scope", ("user_basic", "user"), ("task", "user_brief")
    ),
    "no scope for users": Refused({"group_id": 125, "modified_by": "anna@example.com"}, "insufficient_scope", ("user_basic",), ("task",)),
    "no scope for groups": Refused({"group": "Mobile"}, "insufficient_scope", ("socialnetwork",), ("task", "user")),
    "no group": Refused({"group": "Nobody"}, "group_not_found", ("'Nobody'",)),
    "another case of a group": Refused({"group": "MOBILE"}, "group_not_found", ("'MOBILE'", "125 ('Mobile')")),
    "blanks around a group": Refused({"group": "Mobile "}, "group_not_found", ("'Mobile '", "125 ('Mobile')")),
    "trailing blank of a group": Refused({"group": "Trail"}, "group_not_found", ("'Trail'", "130 ('Trail ')")),
    "wildcard in a group": Refused({"group": "Mob%"}, "group_not_found", ("'Mob%'",)),
    "hidden group": Refused({"group": "Secret"}, "group_not_found", ("hidden",)),
    "emoji in a group": Refused({"group": "Rocket \U0001f680"}, "group_not_found", ("emoji", "group_id")),
    "twins": Refused({"group": "Twin"}, "ambiguous_group", ("128, 129", "group_id")),
    "absent and no group": Refused({"group": "Nobody", "state": "absent"}, "group_not_found", ("'Nobody'",)),
    "move into no group": Refused({"id": 125, "group": "Nobody"}, "group_not_found", ("backlog 125", "'Nobody'")),
}


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("row", REFUSED)
def test_name_that_is_not_resolved_fails_before_any_write(portal, run, row, many):
    """The same in check mode; in a list, the item fails alone."""
    refused = REFUSED[row]
    url = portal.webhook(1, refused.scopes)
    before = portal.rows
    options = {"backlogs": [refused.options, {"group_id": 131, "modified_by": 7}]} if many else refused.options
    for check in (True, False):
        result = run(MANY if many else ONE, options, check, url)
        failed = result["backlogs"][0] if many else result
        assert result["failed"], result
        assert (failed["error"]["code"], failed["action"], failed["changed"]) == (refused.code, "none", False), failed
        assert failed["msg"].startswith("No change was made to ")
        assert [word for word in refused.words if word not in failed["msg"]] == [], failed["msg"]
        if many:
            other = result["backlogs"][1]
            assert (other["failed"], other["changed"], other["action"]) == (False, True, "update")
            assert "error" not in result
    written = [row for row in portal.rows if row not in before]
    assert written == ([(131, 131, "backlog", 6, 7)] if many else [])


#: What is given -> ID of the group.
GROUPS = {
    "a name": ("Mobile", 125),
    "archived": ("Old", 127),
    "signs": ("R&D <1>", 131),
    "digits": ("125", 132),
    "a blank": ("Trail ", 130),
}


@pytest.mark.parametrize("row", GROUPS)
def test_group_by_exact_name_is_found(portal, run, row):
    """The record shows its ID."""
    name, expected = GROUPS[row]
    result = run(ONE, {"group": name, "modified_by": 7})
    assert (result["failed"], result["action"], result["backlog"]["group_id"]) == (False, "update", expected)


def test_hidden_group_is_found_by_administrators_and_members(portal, run):
    """An administrator still has to be a member to read the backlog."""
    assert run(ONE, {"group": "Secret"}, url=portal.webhook(6, SCOPES))["backlog"]["group_id"] == 140
    portal.grant(admin=True)
    result = run(ONE, {"group": "Secret"})
    assert (result["error"]["code"], result["error"]["description"]) == ("0", "Access denied")
    assert "group 140 (Secret)" in result["msg"]


def test_name_in_messages_stands_beside_the_id(run):
    """Of the group and of the user."""
    result = run(ONE, {"group": "Mobile", "created_by": "ben@example.com"})
    assert result["error"]["code"] == "not_stored"
    assert "group 125 (Mobile)" in result["msg"]
    assert "created_by 7 (ben@example.com)" in result["msg"]
    predicted = run(ONE, {"group": "Mobile", "created_by": "ben@example.com"}, check=True)
    assert "group 125 (Mobile): created_by 7 (ben@example.com) differs" in str(predicted["warnings"])


def test_backlog_is_created_and_moved_by_name(portal, run):
    """Every way in which a group is named."""
    made = run(ONE, {"group": "Empty", "created_by": "anna@example.com", "modified_by": "ben@example.com"})
    assert (made["action"], portal.backlog_of(142)[3:]) == ("create", (6, 7))
    assert run(ONE, {"group": "Empty", "state": "absent"})["action"] == "delete"
    assert run(ONE, {"id": 125, "group": "Empty"})["action"] == "move"
    assert portal.backlog_of(142)[0] == 125


def test_absent_backlog_ignores_its_users(portal, run):
    """Nobody looks for them, and nobody fails for them."""
    result = run(ONE, {"group_id": 125, "modified_by": "nobody@example.com", "state": "absent"}, url=portal.webhook(1))
    assert (result["failed"], result["action"]) == (False, "delete")
    assert "user.get" not in portal.methods


INVALID = {
    "both": ({"group_id": 125, "group": "Mobile"}, "mutually exclusive"),
    "no group": ({"modified_by": 7}, "group"),
    "empty group": ({"group": ""}, "group must be the name"),
    "blank group": ({"group": "  "}, "group must be the name"),
    "empty user": ({"group_id": 125, "modified_by": ""}, "modified_by must be"),
    "word": ({"group_id": 125, "modified_by": "anna"}, "modified_by must be"),
    "two addresses": ({"group_id": 125, "modified_by": "a@example.com b@example.com"}, "modified_by must be"),
    "true": ({"group_id": 125, "created_by": True}, "created_by must be"),
    "false": ({"group_id": 125, "created_by": False}, "created_by must be"),
    "fraction": ({"group_id": 125, "created_by": 1.5}, "created_by must be"),
    "zero": ({"group_id": 125, "created_by": 0}, "created_by must be"),
    "negative": ({"group_id": 125, "created_by": -1}, "created_by must be"),
    "large": ({"group_id": 125, "created_by": 2147483648}, "created_by must be"),
    "list": ({"group_id": 125, "created_by": [6]}, "created_by must be"),
    "ignored when absent": ({"group_id": 125, "created_by": "anna", "state": "absent"}, "created_by must be"),
}


@pytest.mark.parametrize("row", [row for row in INVALID if row != "no group"])
def test_option_that_cannot_be_meant_is_refused_before_any_call(portal, run, row):
    """By the module for one backlog."""
    options, words = INVALID[row]
    result = run(ONE, options)
    assert (result["error"]["code"], portal.requests) == ("invalid_input", [])
    assert words in result["msg"]


@pytest.mark.parametrize("row", INVALID)
def test_item_that_cannot_be_meant_is_named_by_its_position(portal, run, row):
    """The task is refused as a whole before any call."""
    options, words = INVALID[row]
    result = run(MANY, {"backlogs": [{"group": "Mobile"}, options]})
    assert (result["error"]["code"], portal.requests) == ("invalid_input", [])
    assert "item 2 (backlogs[1])" in result["msg"]
    assert words in result["msg"]


def test_items_of_one_name_are_refused_before_any_call(portal, run):
    """As those of one ID are."""
    result = run(MANY, {"backlogs": [{"group": "Mobile"}, {"group_id": 126}, {"group": "Mobile"}]})
    assert (result["error"]["code"], portal.requests) == ("invalid_input", [])
    assert "item 1 (backlogs[0]) and item 3 (backlogs[2]) both have group 'Mobile'" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("group", ["Mobile", "Empty"])
def test_items_of_one_group_by_name_and_by_id_fail_before_any_write(portal, run, group, check):
    """Both of them, whether it has a backlog or not; others go on."""
    id = {"Mobile": 125, "Empty": 142}[group]
    items = [{"group": group, "modified_by": 7}, {"group_id": 126, "modified_by": 7}, {"group_id": id, "modified_by": 9}]
    before = portal.backlog_of(id)
    rows = run(MANY, {"backlogs": items}, check)["backlogs"]
    assert [row.get("error", {}).get("code") for row in rows] == ["same_backlog", None, "same_backlog"]
    assert f"item 1 (backlogs[0]) and item 3 (backlogs[2]) are both the backlog of group {id} ({group})" in rows[0]["msg"]
    assert portal.backlog_of(id) == before
    assert rows[1]["changed"] is True


def test_rows_of_results_can_be_given_back(run):
    """Those of groups that were found, and those of groups that were not."""
    items = [{"group": "Mobile", "modified_by": "ben@example.com"}, {"group": "Nobody"}, {"group": "Twin"}]
    first = run(MANY, {"backlogs": items})
    assert [(row["group_id"], row.get("group")) for row in first["backlogs"]] == [(125, None), (None, "Nobody"), (None, "Twin")]
    again = run(MANY, {"backlogs": first["backlogs"]})
    codes = [row.get("error", {}).get("code") for row in again["backlogs"]]
    assert codes == [None, "group_not_found", "ambiguous_group"]
    assert not again["changed"]
    read = run(INFO, {"groups": ["Mobile"]})
    assert not run(MANY, {"backlogs": read["backlogs"]})["failed"]


def _requests(portal):
    """The methods of the HTTP requests, a batch with the number of its commands."""
    return [f"batch {len(request.commands)}" if request.method == "batch" else request.method for request in portal.requests]


USER_GET, GROUP_LIST = "user.get", "socialnetwork.api.workgroup.list"
BACKLOG_GET = "tasks.api.scrum.backlog.get"

COSTS = {
    "IDs": (ONE, {"group_id": 125, "created_by": 6, "modified_by": "6"}, [BACKLOG_GET]),
    "a group": (ONE, {"group": "Mobile"}, [GROUP_LIST, BACKLOG_GET]),
    "a user": (ONE, {"group_id": 125, "modified_by": "anna@example.com"}, [USER_GET, BACKLOG_GET]),
    "one user twice": (ONE, {"id": 125, "group_id": 125, "created_by": "anna@example.com", "modified_by": "anna@example.com"}, None),
    "both": (ONE, {"group": "Mobile", "modified_by": "anna@example.com"}, ["batch 2", BACKLOG_GET]),
    "IDs of a list": (MANY, {"backlogs": [{"group_id": 125}, {"group_id": 126}]}, ["batch 2"]),
    "groups of a list": (MANY, {"backlogs": [{"group": "Mobile"}, {"group": "web"}]}, [GROUP_LIST, "batch 2"]),
    "groups to read": (INFO, {"groups": ["Mobile", "web"]}, [GROUP_LIST, "batch 3"]),
    "group IDs to read": (INFO, {"group_ids": [125, 126]}, ["batch 3"]),
}


@pytest.mark.parametrize("row", COSTS)
def test_names_cost_the_requests_of_the_row(portal, run, row):
    """One plain call for one kind, one batch for both, none for IDs."""
    module, options, expected = COSTS[row]
    result = run(module, options)
    assert not result["failed"], result
    assert _requests(portal) == (expected or [USER_GET, BACKLOG_GET])


@pytest.mark.parametrize("check", [True, False])
def test_120_items_by_name_are_resolved_in_one_batch(portal, run, check):
    """Three lists of groups and three of users, and then as with IDs."""
    for number in range(200, 320):
        portal.group(number, name=f"Team {number}").backlog(id=number, created_by=6, modified_by=6)
        portal.person(f"user{number}@example.com", id=number)
    portal.clear_log()
    items = [{"group": f"Team {number}", "created_by": 6, "modified_by": f"User{number}@example.com"} for number in range(200, 320)]
    result = run(MANY, {"backlogs": items}, check)
    assert [(row["group_id"], row["modified_by"]) for row in result["backlogs"]] == [(number, number) for number in range(200, 320)]
    assert _requests(portal)[:4] == ["batch 6", "batch 50", "batch 50", "batch 20"]
    if check:
        assert [row["group_name"] for row in result["plan"]] == [f"Team {number}" for number in range(200, 320)]
        assert len(portal.requests) == 4  # the names are known


def test_users_beyond_a_page_are_followed(portal, run):
    """One address may have more holders than a page has rows."""
    for number in range(200, 255):
        portal.person("crowd@example.com", id=number, active=number == 254)
    result = run(ONE, {"group_id": 125, "modified_by": "crowd@example.com"})
    assert (result["failed"], result["backlog"]["modified_by"]) == (False, 254)
    assert [method for method in portal.methods if method == USER_GET] == [USER_GET, USER_GET]


def test_wildcard_in_an_address_lists_nobody_else(portal, run):
    """The portal is not asked for everybody, page by page."""
    for number in range(200, 260):
        portal.person(f"user{number}@example.com", id=number)
    assert run(ONE, {"group_id": 125, "modified_by": "%@example.com"})["error"]["code"] == "user_not_found"
    assert _requests(portal) == [USER_GET]


def test_groups_beyond_a_page_are_followed(portal, run):
    """Sixty twins, and one who is no twin."""
    for number in range(200, 260):
        portal.group(number, name="Crowd")
    rows = run(MANY, {"backlogs": [{"group": "Crowd"}, {"group": "Mobile", "modified_by": "anna@example.com"}]})["backlogs"]
    assert [row.get("error", {}).get("code") for row in rows] == ["ambiguous_group", None]
    assert "259" in rows[0]["msg"]


@pytest.mark.parametrize("options", [{"group": "Mobile"}, {"group": "Mobile", "modified_by": "anna@example.com"}], ids=["call", "batch"])
def test_lookup_without_an_answer_fails_as_every_read_does(portal, run, options):
    """With the code of the transport, and no write."""
    before = portal.rows
    portal.fault("reset", times=5)
    result = run(ONE, options)
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, "connection_broken")
    assert portal.rows == before


def test_lookup_that_is_repeated_succeeds(portal, run):
    """It reads, so it is sent again."""
    portal.fault("reset", times=1)
    assert not run(ONE, {"group": "Mobile", "modified_by": "anna@example.com"}, max_wait=60)["failed"]


def test_list_without_a_connection_fails_as_a_whole(portal, run):
    """Items with IDs as well: nothing more is sent."""
    portal.fault("reset", times=50)
    items = [{"group": "Mobile", "modified_by": "anna@example.com"}, {"group_id": 126}]
    result = run(MANY, {"backlogs": items})
    assert (result["error"]["code"], [row["failed"] for row in result["backlogs"]]) == ("connection_broken", [True, True])


def test_info_reads_groups_by_name_and_by_id(run):
    """Each once, those by ID first."""
    result = run(INFO, {"group_ids": [126, 125], "groups": ["Old", "Mobile"]})
    assert [(row["group_id"], row["group_name"]) for row in result["backlogs"]] == [(126, "web"), (125, "Mobile"), (127, "Old")]


@pytest.mark.parametrize(("groups", "code"), [(["Nobody"], "group_not_found"), (["Twin"], "ambiguous_group")])
def test_info_with_a_name_that_is_not_resolved_returns_the_others(run, groups, code):
    """And fails with the name."""
    result = run(INFO, {"groups": ["Mobile", *groups]})
    assert (result["failed"], result["error"]["code"]) == (True, code)
    assert [row["group_id"] for row in result["backlogs"]] == [125]
    assert f"'{groups[0]}'" in result["msg"]


@pytest.mark.parametrize("groups", [["Mobile", ""], ["Mobile", " "], ["Mobile", None]])
def test_info_with_an_empty_name_is_refused_before_any_call(portal, run, groups):
    """With its position."""
    result = run(INFO, {"groups": groups})
    assert result["failed"]
    assert "tem 2 (groups[1])" in result["msg"]
    assert portal.requests == []


def test_info_of_no_names_reads_nothing(portal, run):
    """An empty list is not every group."""
    assert run(INFO, {"groups": []})["backlogs"] == []
    assert portal.requests == []
