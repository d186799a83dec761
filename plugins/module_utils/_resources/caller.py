# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is signed in: the portal wants a creator for most of what it creates."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, read_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

PROFILE = read_method("profile")


def find_caller(client, items):
    """User ID of the caller, for Items that need one; the items fail when it cannot be read.

    :param items: asked for only if there are any.
    :returns: the ID, or None.
    """
    if not items:
        return None
    try:
        return parse_profile(client.send([profile_command()], batch=False)[0])
    except Bitrix24Error as error:
        for item in items:
            item.fail(error)
        return None


def profile_command():
    """The read of who is signed in; needs no scope."""
    return Command(PROFILE)


def parse_profile(reply):
    """User id of the caller in the reply to profile_command().

    :raises Bitrix24Error: when there is none in it.
    """
    profile = reply.result()
    user = parse_int(profile.get("ID")) if isinstance(profile, dict) else None
    if user is None or user <= 0:
        raise ResponseError(
            "unexpected_answer", "the method profile did not return the authenticated user: set created_by", status=200, method=PROFILE
        )
    return user
