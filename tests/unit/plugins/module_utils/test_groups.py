# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of groups that come in pages, and who the caller is."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import NoAnswer
from ansible_collections.scrumops.bitrix24.plugins.module_utils._groups import scrum_groups
from ansible_collections.scrumops.bitrix24.plugins.module_utils._reading import caller_command, caller_in

from .scripted import batch, result, said, scripted


def _page(first, count, scrum=True):
    return {"workgroups": [{"id": str(first + n), "type": "scrum" if scrum else "group"} for n in range(count)]}


def _first(page, total):
    return said({"result": page, "total": total})


def test_all_pages_are_listed():
    """A batch holds fifty of them."""
    pages = {f"c{n}": _page(51 + 50 * n, 50) for n in range(50)}
    client, script, _clock, _sign_in = scripted(_first(_page(1, 50), 2551), batch(pages), batch({"c0": _page(2551, 1)}))
    assert [group.id for group in scrum_groups(client)] == list(range(1, 2552))
    script.finished()


@pytest.mark.parametrize("more", [{"workgroups": []}, _page(1, 50)])
def test_a_total_that_is_too_large_ends_with_the_groups(more):
    """The portal is not asked for what it does not have."""
    client, script, _clock, _sign_in = scripted(_first(_page(1, 50), 10**15), batch({f"c{n}": more for n in range(50)}))
    assert len(scrum_groups(client)) == 50
    script.finished()


def test_pages_without_a_scrum_are_not_the_end():
    """A portal that does not know the filter lists all groups."""
    others = {f"c{n}": _page(51 + 50 * n, 50, scrum=False) for n in range(50)}
    client, script, _clock, _sign_in = scripted(_first(_page(1, 50), 2551), batch(others), batch({"c0": _page(2551, 1)}))
    assert len(scrum_groups(client)) == 51
    script.finished()


@pytest.mark.parametrize("profile", [[], {}, None, {"ID": None}, {"ID": "0"}, {"ID": -1}, {"ID": "me"}])
def test_a_profile_that_names_nobody(profile):
    """An inactive user's is empty."""
    client, _script, _clock, _sign_in = scripted(result(profile))
    with pytest.raises(NoAnswer):
        caller_in(client.send([caller_command()], batch=False)[0])
