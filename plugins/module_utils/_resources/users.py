# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users by their e-mail addresses.

Source: the page on user.get of the Bitrix24 REST documentation, and the server's own code. Without the scope ``user`` or
``user_basic``, the portal drops the condition on the address without a word and lists everybody, so each row is checked here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, read_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

GET = read_method("user.get")

#: How the portal writes that a user is dismissed.
DISMISSED = (False, 0, "0", "N", "false")


@dataclass(frozen=True)
class User:
    """A user as user.get lists it."""

    id: int
    email: str
    active: bool


class UserLookup:
    """One question to the portal: who has these addresses.

    :param names: 1 to 50 e-mail addresses.
    """

    def __init__(self, names):
        self.names = names

    def command(self, start):
        """The read of the page that begins at a row."""
        # with "=", the address is compared as a whole; without it, % and _ are wildcards
        return Command(GET, {"FILTER": {"=EMAIL": list(self.names)}, "sort": "ID", "order": "ASC", "start": start})

    def found_in(self, reply):
        """The Users in the reply to command().

        :raises Bitrix24Error: when the portal refuses, or hides the addresses.
        """
        if reply.error and reply.error.code.lower() == "insufficient_scope":
            raise _missing_scope(reply.error.status)
        rows = reply.result()
        if not isinstance(rows, list) or not all(isinstance(row, dict) and (parse_int(row.get("ID")) or 0) > 0 for row in rows):
            raise ResponseError("unexpected_answer", "the response does not contain a list of users", status=200, method=GET)
        if not all("EMAIL" in row for row in rows):
            raise _missing_scope(200)
        return [User(parse_int(row["ID"]), str(row["EMAIL"] or ""), row.get("ACTIVE", True) not in DISMISSED) for row in rows]

    def pick(self, name, users):
        """ID of the one user who is meant.

        :param name: e-mail address.
        :param users: all Users that were found, also those who were not asked for.
        :raises PreconditionError: when it is not exactly one active user.
        """
        same = {user.id: user for user in users if _normalized(user.email) == _normalized(name)}
        active = [user.id for user in same.values() if user.active]
        if len(active) == 1:
            return active[0]
        if active:
            raise PreconditionError(
                "ambiguous_user",
                f"{len(active)} active users have the e-mail address {name!r}: {_ids(active)}",
                hint="Use the ID of the user instead of the address.",
            )
        if same:
            raise PreconditionError(
                "user_dismissed",
                f"the user with the e-mail address {name!r} is dismissed: {_ids(same)}",
                hint="Name an active user. To name a dismissed user, use the ID instead of the address.",
            )
        raise PreconditionError(
            "user_not_found",
            f"the portal shows no user with the e-mail address {name!r}",
            hint="Check the address, or use the ID of the user. Bitrix24 lists no bots, and external users only to their groups.",
        )


def _normalized(email):
    """An e-mail address in the form in which two of them are compared: neither letter case nor blanks around it count."""
    return email.strip().lower()


def _missing_scope(status):
    return PreconditionError(
        "insufficient_scope",
        "finding users by e-mail address needs the permission (scope) user_basic or user, and the webhook or the application has neither",
        status=status,
        method=GET,
    )


def _ids(ids):
    return "ID " + ", ".join(map(str, sorted(ids)))
