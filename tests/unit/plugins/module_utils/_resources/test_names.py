# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in place of IDs: what a user may be written as, lists of users, and answers that are not what was asked for."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import MAX_ID
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.names import NameOptions, find_ids, parse_user

from ..scripted import batch, error, json_response, make_client, result

TEAM = NameOptions(users=("owner", "members"))
ANNA, BEN = "anna@example.com", "ben@example.com"


def _user(id, email, active=True):
    return {"ID": str(id), "EMAIL": email, "ACTIVE": active}


def _groups(*rows):
    return {"workgroups": [{"id": str(id), "name": name} for id, name in rows]}


def _codes(outcomes):
    return {name: outcome.code if isinstance(outcome, Bitrix24Error) else outcome for name, outcome in outcomes.items()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1), ("1", 1), (" 7 ", 7), ("007", 7), (7.0, 7), ("7.0", 7), (MAX_ID, MAX_ID), (ANNA, ANNA), (f" {ANNA}\n", ANNA), ("a@b", "a@b")],
)
def test_parse_user_with_id_or_address_returns_it(value, expected):
    """Numbers in every form in which playbooks hold them."""
    assert parse_user("owner", value) == expected


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        1.5,
        True,
        False,
        None,
        "",
        " ",
        "0",
        "-7",
        "7.5",
        "1e3",
        "x",
        "\u0667",
        MAX_ID + 1,
        "9" * 30,
        [1],
        float("inf"),
        "a b@c",
        "nan",
    ],
)
def test_parse_user_with_anything_else_is_invalid_input(value):
    """The message names the option."""
    with pytest.raises(PreconditionError, match="owner must be") as refused:
        parse_user("owner", value)
    assert refused.value.code == "invalid_input"


def test_parse_names_the_position_of_a_row_in_a_list():
    """Not that of a single row."""
    with pytest.raises(PreconditionError, match=r"^item 2 \(teams\[1\]\): members must be"):
        TEAM.parse({0: {"owner": 1}, 1: {"members": [1, "x"]}}, "teams")
    with pytest.raises(PreconditionError, match=r"^members must be"):
        TEAM.parse({0: {"members": [1, "x"]}}, "teams")


def test_resolve_of_ids_calls_nothing():
    """Options that are left out stay so."""
    client, script, _clock, _sign_in = make_client()
    rows = {0: {"owner": 1, "members": [2, 3], "group_id": 10, "group": None}, 3: {"owner": None, "name": "x"}}
    resolved = TEAM.resolve(client, TEAM.parse(rows))
    assert resolved.rows == {0: {"owner": 1, "members": [2, 3], "group_id": 10}, 3: {"owner": None, "name": "x"}}
    assert (resolved.names, resolved.errors) == ({0: {}, 3: {}}, {})
    script.finished()


def test_resolve_puts_ids_in_place_of_all_names_in_one_batch():
    """A list of users keeps its order, and holds nobody twice."""
    users = [_user(6, ANNA), _user(7, BEN)]
    client, script, _clock, _sign_in = make_client(batch({"c0": users, "c1": _groups((125, "Mobile"))}))
    rows = {0: {"owner": ANNA, "members": [9, BEN, 7, ANNA], "group": "Mobile"}, 1: {"owner": 1, "group_id": 10}}
    resolved = TEAM.resolve(client, TEAM.parse(rows))
    assert resolved.rows == {0: {"owner": 6, "members": [9, 7, 6], "group_id": 125}, 1: {"owner": 1, "group_id": 10}}
    assert resolved.names[0] == {"owner": ANNA, "members": {6: ANNA, 7: BEN}, "group_id": "Mobile"}
    assert resolved.errors == {}
    script.finished()


def test_resolve_with_an_unknown_member_fails_that_row_alone():
    """The others are resolved."""
    client, _script, _clock, _sign_in = make_client(result([_user(6, ANNA)]))
    resolved = TEAM.resolve(client, TEAM.parse({0: {"members": [ANNA, BEN]}, 1: {"members": [ANNA]}}))
    assert _codes(resolved.errors) == {0: "user_not_found"}
    assert (resolved.rows[0]["members"], resolved.rows[1]["members"]) == (None, [6])


def test_find_ids_asks_for_50_of_a_kind_at_once():
    """A batch holds all lists; one that fails is the error of its own names."""
    emails = [f"user{number}@example.com" for number in range(51)]
    users = [_user(number + 1, email) for number, email in enumerate(emails[:50])]
    refusal = {"error": "INTERNAL_SERVER_ERROR", "error_description": ""}
    client, script, _clock, _sign_in = make_client(batch({"c0": users, "c2": _groups((1, "Mobile"))}, {"c1": refusal}))
    user_ids, group_ids = find_ids(client, emails + emails, ["Mobile"])
    assert [user_ids[email] for email in emails[:50]] == list(range(1, 51))
    assert user_ids[emails[50]].code == "INTERNAL_SERVER_ERROR"
    assert group_ids == {"Mobile": 1}
    script.finished()


def test_find_ids_ignores_users_and_groups_that_were_not_asked_for():
    """As a database returns them that takes other letters for the same, or a portal that drops the condition."""
    answer = batch({"c0": [_user(5, "ännä@example.com"), _user(6, ANNA)], "c1": _groups((1, "Möbile"), (2, "Mobile"), (3, None))})
    client, _script, _clock, _sign_in = make_client(answer)
    assert find_ids(client, [ANNA], ["Mobile"]) == ({ANNA: 6}, {"Mobile": 2})


def test_find_ids_follows_next_in_a_call_and_in_a_batch():
    """Until there is none; one user on two pages is one user."""
    first = json_response({"result": [_user(6, ANNA)], "next": 50})
    client, script, _clock, _sign_in = make_client(first, result([_user(6, ANNA)]))
    assert find_ids(client, [ANNA])[0] == {ANNA: 6}
    script.finished()
    pages = {"result": {"c0": [_user(6, ANNA)], "c1": _groups((1, "A"))}, "result_error": [], "result_time": [], "result_next": {"c1": 50}}
    client, script, _clock, _sign_in = make_client(result(pages), result(_groups((2, "A"))))
    user_ids, group_ids = find_ids(client, [ANNA], ["A"])
    assert (user_ids, _codes(group_ids)) == ({ANNA: 6}, {"A": "ambiguous_group"})
    assert script.calls[-1][1]["start"] == 50
    script.finished()


@pytest.mark.parametrize("following", [0, -50, "x", None, [], 1.5])
def test_find_ids_with_a_next_that_leads_nowhere_stops(following):
    """It is not asked for the same page again."""
    client, script, _clock, _sign_in = make_client(json_response({"result": [_user(6, ANNA)], "next": following}))
    assert find_ids(client, [ANNA])[0] == {ANNA: 6}
    script.finished()


def test_find_ids_with_a_page_that_is_missing_finds_nobody():
    """A second user of the address may be on it."""
    client, _script, _clock, _sign_in = make_client(
        json_response({"result": [_user(6, ANNA)], "next": 50}), error("INTERNAL_SERVER_ERROR", "")
    )
    assert _codes(find_ids(client, [ANNA])[0]) == {ANNA: "INTERNAL_SERVER_ERROR"}


@pytest.mark.parametrize("answer", [{}, "x", None, [1], [{"EMAIL": ANNA}], [{"ID": "0", "EMAIL": ANNA}], {"0": _user(6, ANNA)}])
def test_find_ids_with_an_answer_that_is_no_list_of_users_is_unexpected(answer):
    """Not taken for nobody."""
    client, _script, _clock, _sign_in = make_client(result(answer))
    assert _codes(find_ids(client, [ANNA])[0]) == {ANNA: "unexpected_answer"}


@pytest.mark.parametrize("answer", [{}, [], "x", {"workgroups": {}}, {"workgroups": [{"name": "A"}]}])
def test_find_ids_with_an_answer_that_is_no_list_of_groups_is_unexpected(answer):
    """Not taken for no group."""
    client, _script, _clock, _sign_in = make_client(result(answer))
    assert _codes(find_ids(client, groups=["A"])[1]) == {"A": "unexpected_answer"}


@pytest.mark.parametrize("rows", [[{"ID": "6"}], [_user(6, ANNA), {"ID": "7"}]])
def test_find_ids_with_a_user_without_address_is_a_missing_scope(rows):
    """Whoever is listed without one has not been searched for by it."""
    client, _script, _clock, _sign_in = make_client(result(rows))
    assert _codes(find_ids(client, [ANNA])[0]) == {ANNA: "insufficient_scope"}


@pytest.mark.parametrize("dismissed", [False, "N", "0", 0])
def test_find_ids_with_a_dismissed_user_refuses(dismissed):
    """However the portal writes it."""
    client, _script, _clock, _sign_in = make_client(result([_user(6, ANNA, dismissed)]))
    assert _codes(find_ids(client, [ANNA])[0]) == {ANNA: "user_dismissed"}
