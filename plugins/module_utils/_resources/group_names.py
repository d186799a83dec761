# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups by their exact names, archived ones included.

Source: the page on socialnetwork.api.workgroup.list of the Bitrix24 REST documentation, and the server's own code. The database
of the portal compares names without regard to letter case and trailing blanks, so each name is compared again here.
"""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import LIST, groups_in
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command

#: The portal stores characters beyond this one in another form, and finds no name that contains them.
LAST_SEARCHABLE = "\uffff"


class GroupLookup:
    """One question to the portal: which groups have these names.

    :param names: 1 to 50 names.
    """

    def __init__(self, names):
        self.names = names

    def command(self, start):
        """The read of the page that begins at a row. Administrators get hidden groups too; for others, IS_ADMIN has no effect."""
        conditions = {"filter": {"NAME": list(self.names)}, "select": ["ID", "NAME"], "order": {"ID": "ASC"}}
        return Command(LIST, {**conditions, "params": {"IS_ADMIN": "Y"}, "start": start})

    def found_in(self, reply):
        """The Groups in the reply to command().

        :raises Bitrix24Error: when the portal refuses.
        """
        if reply.error and reply.error.code.lower() == "insufficient_scope":
            raise PreconditionError(
                "insufficient_scope",
                "finding groups by name needs the permission (scope) socialnetwork, and the webhook or the application does not have it",
                status=reply.error.status,
                method=LIST,
            )
        return list(groups_in(reply.result()))

    def pick(self, name, groups):
        """ID of the one group of that name.

        :param groups: all Groups that were found, also those of similar names.
        :raises PreconditionError: when it is not exactly one.
        """
        same = sorted({group.id for group in groups if group.name == name})
        if len(same) == 1:
            return same[0]
        if same:
            raise PreconditionError(
                "ambiguous_group",
                f"{len(same)} groups have the name {name!r}: ID {', '.join(map(str, same))}",
                hint="Use group_id instead of the name, or rename one of the groups.",
            )
        if any(letter > LAST_SEARCHABLE for letter in name):
            raise PreconditionError(
                "group_not_found",
                f"the portal shows no group with the name {name!r}",
                hint="Use group_id instead of the name. Bitrix24 does not find names that contain emoji.",
            )
        similar = [f"{group.id} ({group.name!r})" for group in groups if _folded(group.name) == _folded(name)]
        raise PreconditionError(
            "group_not_found",
            f"the portal shows no group with the name {name!r}" + (f", but group {', '.join(similar)}" if similar else ""),
            hint="Check the name (upper and lower case, and blanks, count), or use group_id. Only members see a hidden group.",
        )


def _folded(name):
    return (name or "").strip().casefold()
