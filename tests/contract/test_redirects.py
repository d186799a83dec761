# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal that has moved: each status that says so, in this process."""

from __future__ import annotations

import pytest

from portal import Portal
from support import task


def read(portal):
    """The result of reading the backlog of group 1."""
    options = {"webhook_url": portal.webhook_url, "max_wait": 0, "group_id": 1}
    return task.run("bitrix24_scrum_backlog", options, task.Clock())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_new_host_is_followed_once(status):
    """With a warning that names the new address; a second one is refused."""
    with Portal() as old, Portal(secret=old.secret) as new:
        new.group(1).backlog(id=7)
        old.fault("redirect", status=status, location=new.portal_url)
        result = read(old)
        assert (result["failed"], result["backlog"]["id"]) == (False, 7)
        assert new.portal_url in str(result["warnings"])
        old.fault("redirect", status=status, location=new.portal_url)
        new.fault("redirect", status=status, location=old.portal_url)
        assert read(old)["error"]["code"] == "redirect_refused"


@pytest.mark.parametrize("status", [300, 304, 305, 399])
def test_other_status_with_an_address_is_not_followed(status):
    """It does not say that the portal has moved."""
    with Portal() as old, Portal(secret=old.secret) as new:
        old.fault("redirect", status=status, location=new.portal_url)
        assert read(old)["error"]["code"] == "unexpected_answer"
        assert new.requests == []
