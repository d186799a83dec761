# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of many groups, and which refusal ends the reading."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_info import list_backlogs

from ..scripted import batch, make_client


def _refusal(text, code=0):
    return {"error": code, "error_description": text}


def _record(group):
    return {"id": group + 1000, "groupId": group, "createdBy": 6, "modifiedBy": 7}


def test_survey_chosen_groups_each_has_its_place():
    """In the order that was asked for, each once; names that may not be asked for are left out."""
    refused = {"c0": _refusal("Access denied"), "c2": _refusal("Backlog not found"), "c3": _refusal("", "insufficient_scope")}
    client, script, _clock, _sign_in = make_client(batch({"c1": _record(10)}, refused))
    held = list_backlogs(client, [30, 10, 20, 10]).to_result()
    assert held == {
        "backlogs": [{"id": 1010, "group_id": 10, "created_by": 6, "modified_by": 7}],
        "groups_without_backlog": [20],
        "groups_denied": [30],
    }
    script.finished()


@pytest.mark.parametrize("count", [0, 1, 3, 49, 50, 98, 99, 1000])
def test_survey_chosen_groups_come_with_their_names(count):
    """As many as a batch holds with the list of their names: ceil(N / 49) requests."""
    ids = list(range(1, count + 1))
    chunks = [ids[start : start + 49] for start in range(0, count, 49)]
    answers = []
    for chunk in chunks:
        read = {f"c{place}": _record(group) for place, group in enumerate(chunk)}
        named = {"workgroups": [{"id": str(group), "name": f"Group {group}"} for group in chunk]}
        answers.append(batch({**read, f"c{len(chunk)}": named}))
    client, script, _clock, _sign_in = make_client(*answers)
    rows = list_backlogs(client, ids).to_result()["backlogs"]
    assert [(row["group_id"], row["group_name"]) for row in rows] == [(group, f"Group {group}") for group in ids]
    script.finished()


@pytest.mark.parametrize("refusal", [_refusal("Something else"), _refusal("", "OVERLOAD_LIMIT"), _refusal("", "insufficient_scope")])
def test_survey_another_refusal_is_kept_as_the_error(refusal):
    """Half a survey is not taken for a whole one; what was read is there."""
    client, _script, _clock, _sign_in = make_client(batch({"c0": _record(10)}, {"c1": refusal}))
    found = list_backlogs(client, [10, 20])
    assert (found.error.code, found.failed) == (str(refusal["error"]), [20])
    assert [record.group_id for record in found.records] == [10]


@pytest.mark.parametrize("group_id", [0, -1, 2147483648])
def test_list_backlogs_with_invalid_id_is_rejected_before_any_call(group_id):
    """Refused before any call."""
    client, script, _clock, _sign_in = make_client()
    with pytest.raises(PreconditionError):
        list_backlogs(client, [group_id])
    script.finished()
