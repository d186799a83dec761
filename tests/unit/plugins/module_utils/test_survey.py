# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of many groups, and which refusal ends the reading."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PortalError, Refused
from ansible_collections.scrumops.bitrix24.plugins.module_utils._survey import survey

from .scripted import batch, error, scripted


def _refusal(text, code=0):
    return {"error": code, "error_description": text}


def _record(group):
    return {"id": group + 1000, "groupId": group, "createdBy": 6, "modifiedBy": 7}


def test_each_group_has_its_place():
    """In the order that was asked for, each once; names that may not be asked for are left out."""
    answer = batch({"c1": _record(10)}, {"c0": _refusal("Access denied"), "c2": _refusal("Backlog not found")})
    client, script, _clock, _sign_in = scripted(answer, error("insufficient_scope", status=401))
    held = survey(client, [30, 10, 20, 10])
    assert [(row["group_id"], row["id"]) for row in held["backlogs"]] == [(10, 1010)]
    assert (held["groups_without_backlog"], held["groups_denied"]) == ([20], [30])
    script.finished()


@pytest.mark.parametrize("refusal", [_refusal("Something else"), _refusal("", "OVERLOAD_LIMIT"), _refusal("", "insufficient_scope")])
def test_another_refusal_ends_it(refusal):
    """Half a survey would look like a whole one."""
    client, _script, _clock, _sign_in = scripted(batch({"c0": _record(10)}, {"c1": refusal}))
    with pytest.raises(PortalError) as raised:
        survey(client, [10, 20])
    assert raised.value.code == str(refusal["error"])


@pytest.mark.parametrize("group_id", [0, -1, 2147483648])
def test_no_group_has_such_an_id(group_id):
    """Refused before any call."""
    client, script, _clock, _sign_in = scripted()
    with pytest.raises(Refused):
        survey(client, [group_id])
    script.finished()
