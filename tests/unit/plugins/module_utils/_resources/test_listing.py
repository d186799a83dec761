# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of sprints and epics, which have pages of 50 and no total."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.item import Item
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic import Epic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import DesiredEpic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.listing import list_rows, require_members
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import read_method

from ..scripted import batch, error, make_client, result

LIST = read_method("tasks.api.scrum.epic.list")


def page(first, last):
    """Rows with these IDs."""
    return [{"id": id} for id in range(first, last + 1)]


def listed(*answers, groups=(1,)):
    """(what was found, the starts that were asked for)."""
    client, script, _clock, _sign_in = make_client(*answers, max_wait=0)
    found = list_rows(client, LIST, groups, batch=len(groups) > 1)
    script.finished()
    return found, [payload.get("start") for _method, payload in script.calls]


@pytest.mark.parametrize(
    ("sizes", "starts"), [([0], [0]), ([49], [0]), ([50, 0], [0, 50]), ([50, 1], [0, 50]), ([50, 50, 7], [0, 50, 100])], ids=str
)
def test_list_rows_reads_until_a_page_is_not_full(sizes, starts):
    """The only sign of the last page."""
    firsts = [sum(sizes[:at]) + 1 for at in range(len(sizes))]
    found, asked = listed(*[result(page(first, first + size - 1)) for first, size in zip(firsts, sizes)])
    assert found == {1: page(1, sum(sizes))}
    assert asked == starts


def test_list_rows_of_a_portal_that_ignores_start_ends():
    """The same page again brings nothing new."""
    found, asked = listed(result(page(1, 50)), result(page(1, 50)))
    assert (found, asked) == ({1: page(1, 50)}, [0, 50])


def test_list_rows_of_several_groups_share_batches():
    """Only the groups with a full page are asked for more; one that fails is alone with its error."""
    first = batch({"c0": page(1, 50), "c1": page(60, 61)}, {"c2": {"error": "0", "error_description": "x"}})
    found, asked = listed(first, batch({"c0": page(51, 52)}), groups=(1, 2, 3))
    assert (found[1], found[2]) == (page(1, 52), page(60, 61))
    assert isinstance(found[3], Bitrix24Error)
    assert len(asked) == 2


@pytest.mark.parametrize("answer", [error(0, "Could not load list"), result({}), result([1]), result(None)])
def test_list_rows_that_cannot_be_read_is_an_error(answer):
    """Nothing is ever an empty list unless the portal says so."""
    found, _asked = listed(answer)
    assert isinstance(found[1], Bitrix24Error)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (result({"ID": 1, "TYPE": "scrum", "USER_DATA": {"ROLE": "K"}}), None),
        (result({"ID": 1, "TYPE": "scrum", "USER_DATA": {"ROLE": "Z"}}), "group_not_readable"),
        (result({"ID": 1, "TYPE": "scrum"}), "unexpected_answer"),
        (result([]), "unexpected_answer"),
        (error("insufficient_scope", status=401), "insufficient_scope"),
        (error("SONET_CONTROLLER_WORKGROUP_NOT_FOUND"), "group_not_found"),
    ],
)
def test_require_members_takes_only_a_member_for_one(answer, code):
    """An empty list of a group that could not be seen is no reason to create anything in it."""
    item = Item(Epic(), 0, DesiredEpic(group_id=1, name="Login"))
    client, script, _clock, _sign_in = make_client(answer, max_wait=0)
    require_members(client, [item], batch=False)
    script.finished()
    assert (item.error and item.error.code) == code
