# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of groups that come in pages, what is known of one group, and who the caller is."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PortalError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.caller import parse_profile, profile_command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import list_scrum_groups, parse_target
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.target_group import TargetGroup
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Reply

from ..scripted import batch, html_response, json_response, make_client, result


def _page(first, count, is_scrum=True):
    return {"workgroups": [{"id": str(first + n), "type": "scrum" if is_scrum else "group"} for n in range(count)]}


def _first(html_response, total):
    return json_response({"result": html_response, "total": total})


def _listed(client):
    """Ids of the groups, and the code of the error that kept some back."""
    groups, failure = list_scrum_groups(client)
    return [group.id for group in groups], failure and failure.code


def test_list_scrum_groups_reads_all_pages():
    """A batch holds fifty of them."""
    pages = {f"c{n}": _page(51 + 50 * n, 50) for n in range(50)}
    client, script, _clock, _sign_in = make_client(_first(_page(1, 50), 2551), batch(pages), batch({"c0": _page(2551, 1)}))
    assert _listed(client) == (list(range(1, 2552)), None)
    script.finished()


@pytest.mark.parametrize("more", [{"workgroups": []}, _page(1, 50)])
def test_list_scrum_groups_with_too_large_total_stops(more):
    """The portal is not asked for what it does not have."""
    client, script, _clock, _sign_in = make_client(_first(_page(1, 50), 10**15), batch({f"c{n}": more for n in range(50)}))
    assert _listed(client) == (list(range(1, 51)), None)
    script.finished()


def test_list_scrum_groups_with_page_without_scrum_continues():
    """A portal that does not know the filter lists all groups."""
    others = {f"c{n}": _page(51 + 50 * n, 50, is_scrum=False) for n in range(50)}
    client, script, _clock, _sign_in = make_client(_first(_page(1, 50), 2551), batch(others), batch({"c0": _page(2551, 1)}))
    assert _listed(client) == ([*range(1, 51), 2551], None)
    script.finished()


def test_scrum_groups_a_page_fails_the_others_are_listed_with_its_error():
    """One command of a batch, or the whole batch: nobody takes what is left for all there is."""
    refusal = {"error": "INTERNAL_SERVER_ERROR", "error_description": ""}
    client, script, _clock, _sign_in = make_client(_first(_page(1, 50), 150), batch({"c1": _page(101, 50)}, {"c0": refusal}))
    assert _listed(client) == ([*range(1, 51), *range(101, 151)], "INTERNAL_SERVER_ERROR")
    script.finished()
    client, script, _clock, _sign_in = make_client(_first(_page(1, 50), 10**15), html_response(500))
    assert _listed(client) == (list(range(1, 51)), "unexpected_answer")
    script.finished()


def test_scrum_groups_a_full_page_without_a_total_is_not_all():
    """How many more there are is not known."""
    client, _script, _clock, _sign_in = make_client(result(_page(1, 50)))
    assert _listed(client) == (list(range(1, 51)), "unexpected_answer")
    client, _script, _clock, _sign_in = make_client(result(_page(1, 49)))
    assert _listed(client) == (list(range(1, 50)), None)


@pytest.mark.parametrize("profile", [[], {}, None, {"ID": None}, {"ID": "0"}, {"ID": -1}, {"ID": "me"}])
def test_parse_profile_without_user_is_rejected(profile):
    """An inactive user's is empty."""
    client, _script, _clock, _sign_in = make_client(result(profile))
    with pytest.raises(ResponseError):
        parse_profile(client.send([profile_command()], batch=False)[0])


MEMBER = {"ID": 5, "TYPE": "scrum", "USER_DATA": {"ROLE": "K"}}


def _tasks(active):
    return {"FEATURES": [{"featureName": "blog", "active": False}, {"featureName": "tasks", "active": active}]}


@pytest.mark.parametrize(
    "value, target",
    [
        (MEMBER, TargetGroup(True, True, True)),
        ({**MEMBER, "USER_DATA": {"ROLE": "A"}}, TargetGroup(True, True, True)),
        ({**MEMBER, "USER_DATA": {"ROLE": "Z"}}, TargetGroup(True, False, True)),
        ({**MEMBER, "USER_DATA": {"ROLE": ""}}, TargetGroup(True, False, True)),
        ({**MEMBER, "USER_DATA": []}, TargetGroup(True, None, True)),
        ({"ID": "5", "TYPE": "scrum"}, TargetGroup(True, None, True)),
        ({**MEMBER, **_tasks(False)}, TargetGroup(True, False, True)),
        ({**MEMBER, **_tasks("N")}, TargetGroup(True, False, True)),
        ({**MEMBER, **_tasks(True)}, TargetGroup(True, True, True)),
        ({**MEMBER, "FEATURES": "odd"}, TargetGroup(True, True, True)),
        ({**MEMBER, "TYPE": "group"}, TargetGroup(True, True, False)),
        ({**MEMBER, "TYPE": None, "SCRUM_MASTER_ID": 9}, TargetGroup(True, True, True)),
        ({**MEMBER, "TYPE": None, "SCRUM_MASTER_ID": 0}, TargetGroup(True, True, False)),
        ({**MEMBER, "TYPE": None}, TargetGroup(True, True, None)),
        ([], TargetGroup()),
        ({"ID": "five"}, TargetGroup()),
    ],
)
def test_parse_target_keeps_unknown_as_none(value, target):
    """What the portal does not tell is not known, and never taken for a yes."""
    assert parse_target(Reply(value)) == target


@pytest.mark.parametrize(
    "code, target",
    [
        ("SONET_CONTROLLER_WORKGROUP_NOT_FOUND", TargetGroup(exists=False)),
        ("SONET_CONTROLLER_WORKGROUP_EMPTY", TargetGroup(exists=False)),
        ("insufficient_scope", TargetGroup()),
        ("ERROR_METHOD_NOT_FOUND", TargetGroup()),
    ],
)
def test_parse_target_with_lookup_error_returns_what_is_known(code, target):
    """It does not exist, or nobody may ask."""
    assert parse_target(Reply(error=PortalError(code, "", status=400))) == target


def test_parse_target_with_other_error_raises_it():
    """The reason is kept."""
    with pytest.raises(PortalError):
        parse_target(Reply(error=PortalError("OVERLOAD_LIMIT", "", status=403)))
