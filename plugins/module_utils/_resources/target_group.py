# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The group that an object is to be written into: the portal itself checks neither that it exists nor who can read it."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError


@dataclass(frozen=True)
class TargetGroup:
    """What is known of the group that a backlog is to move into; None stands for what could not be found out."""

    exists: bool | None = None
    is_accessible: bool | None = None
    is_scrum: bool | None = None


def require_access(desired, target):
    """Refuse a group in which the caller could not write a backlog, or never reach it again.

    :raises PreconditionError: with what is wrong with the group.
    """
    if target.exists is False:
        raise PreconditionError("group_not_found", f"group {desired.shown('group_id')} does not exist", hint="Check group_id.")
    if target.is_accessible is False:
        raise PreconditionError(
            "group_not_readable",
            f"the user is not a member of group {desired.shown('group_id')}, or its tasks tool is off",
            hint="Add the webhook owner (or the token user) to the group as a member, and turn on its tasks tool.",
        )


def require_valid_target(desired, target):
    """Refuse a move that would strand the backlog: the portal itself does not check the group it goes to.

    :raises PreconditionError: with what is wrong with the group.
    :returns: what could not be checked, as words for a warning; empty when all is well.
    """
    require_access(desired, target)
    if target.is_scrum is False:
        raise PreconditionError(
            "group_not_scrum", f"group {desired.shown('group_id')} is not a Scrum group", hint="Move the backlog into a Scrum group."
        )
    known = {"exists": target.exists, "is accessible to the user": target.is_accessible, "is a Scrum group": target.is_scrum}
    return [question for question, answer in known.items() if answer is None]
