# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in place of IDs in the options of a task: users by e-mail address, groups by exact name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.planner import item_label
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import MAX_ID
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.group_names import GroupLookup
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.users import UserLookup
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

#: How many names the portal is asked for in one list: as many as fit on a page if each is unique.
PAGE = 50

#: A whole number; people, and templates, also write 7.0.
NUMBER = re.compile(r"[0-9]+(\.0+)?")


@dataclass
class Resolved:
    """Options of a task with IDs in place of the names.

    :ivar rows: position -> options; an option whose name could not be resolved is None.
    :ivar names: position -> option -> the name that stood there; of a list of users, ID -> address. For messages.
    :ivar errors: position -> the Bitrix24Error of the first name of the row that could not be resolved.
    """

    rows: dict[int, dict] = field(default_factory=dict)
    names: dict[int, dict] = field(default_factory=dict)
    errors: dict[int, Bitrix24Error] = field(default_factory=dict)


@dataclass(frozen=True)
class NameOptions:
    """The options of a row that may hold names.

    :param users: options that name a user, or hold a list of users.
    :param group: whether ``group``, a name, may stand in place of ``group_id``.
    """

    users: tuple = ()
    group: bool = True

    def parse(self, rows, option=None):
        """The rows with each user as an int or an e-mail address, and with either ``group_id`` or ``group``. No I/O.

        :param rows: position -> options; None stands for an omitted one.
        :param option: the option that holds the list of rows; messages name the position in it.
        :raises PreconditionError: with code ``invalid_input``.
        """
        parsed = {}
        for position, row in rows.items():
            try:
                parsed[position] = self._parse_row(row)
            except PreconditionError as error:
                if option is None or len(rows) == 1:
                    raise
                raise PreconditionError("invalid_input", f"{item_label(position, option)}: {error.description}") from None
        return parsed

    def resolve(self, client, rows):
        """Put IDs in place of the names: one request for one kind of name, one batch for both, none without a name.

        :param client: the portal.
        :param rows: position -> options, as parse() returns them.
        :returns: Resolved.
        """
        rows = {position: self._without_ignored(row) for position, row in rows.items()}
        emails = [user for row in rows.values() for option in self.users for user in _as_list(row.get(option)) if isinstance(user, str)]
        groups = [row["group"] for row in rows.values() if row.get("group") is not None]
        user_ids, group_ids = find_ids(client, emails, groups)
        resolved = Resolved()
        for position, row in rows.items():
            names = resolved.names[position] = {}
            new = resolved.rows[position] = dict(row)
            found: list[Bitrix24Error] = []
            if self.group:
                name = new.pop("group", None)
                if name is not None:
                    names["group_id"] = name
                    new["group_id"] = _id_or_none(group_ids[name], found)
            for option in self.users:
                self._resolve_users(option, new, names, user_ids, found)
            if found:
                resolved.errors[position] = found[0]
        return resolved

    def resolve_one(self, client, options, describe):
        """The one object that a task describes.

        :param options: of the task; None stands for an omitted one.
        :param describe: called with the options, IDs in place of names, and the names; returns the desired object.
        :returns: (desired, the Bitrix24Error of a name that could not be resolved, or None).
        :raises PreconditionError: with code ``invalid_input``, before any call.
        """
        rows = self.parse({0: options})
        self.unresolved(rows[0], describe).validate()
        resolved = self.resolve(client, rows)
        return describe(resolved.rows[0], resolved.names[0]), resolved.errors.get(0)

    def unresolved(self, row, describe):
        """The object that a row describes, as far as it is known without the portal.

        :param row: as parse() returns it.
        :param describe: as for resolve_one().
        """
        names = {"group_id": row["group"]} if row.get("group") is not None else {}
        return describe(
            {option: None if option in self.users and isinstance(value, str) else value for option, value in row.items()}, names
        )

    def _without_ignored(self, row):
        """The row of an absent object without its users: they do not count, so nobody looks for them."""
        return {**row, **dict.fromkeys(self.users)} if row.get("state") == "absent" else row

    @staticmethod
    def _resolve_users(option, row, names, user_ids, errors):
        value = row.get(option)
        if isinstance(value, str):
            names[option] = value
            row[option] = _id_or_none(user_ids[value], errors)
        elif isinstance(value, list):
            ids = [_id_or_none(user_ids[user], errors) if isinstance(user, str) else user for user in value]
            given = {id: user for id, user in zip(ids, value) if isinstance(user, str)}
            names.update({option: given} if given else {})
            row[option] = None if None in ids else list(dict.fromkeys(ids))

    def _parse_row(self, row):
        parsed = dict(row)
        for option in self.users:
            value = row.get(option)
            if isinstance(value, list):
                parsed[option] = [parse_user(option, user) for user in value]
            elif value is not None:
                parsed[option] = parse_user(option, value)
        if self.group and row.get("group") is not None:
            parse_group(row["group"])
            if row.get("group_id") is not None:
                raise PreconditionError("invalid_input", "group_id and group are mutually exclusive")
        return parsed


def parse_user(option, value):
    """A user as an ID, an int, or as an e-mail address, a str without blanks around it.

    :param option: for the message.
    :raises PreconditionError: with code ``invalid_input``.
    """
    text = "" if isinstance(value, bool) else str(value).strip()
    if "@" in text and len(text.split()) == 1:
        return text
    number = int(text.partition(".")[0]) if len(text) < 20 and NUMBER.fullmatch(text) else 0
    if not 1 <= number <= MAX_ID:
        raise PreconditionError("invalid_input", f"{option} must be an ID from 1 to {MAX_ID} or an e-mail address, not {value!r}")
    return number


def parse_group(value, option="group"):
    """The name of a group.

    :param option: for the message.
    :raises PreconditionError: with code ``invalid_input``, when it is empty.
    """
    if not isinstance(value, str) or not value.strip():
        raise PreconditionError("invalid_input", f"{option} must be the name of a group, not {value!r}")
    return value


def find_ids(client, emails=(), groups=()):
    """IDs by name.

    :param emails: addresses of users.
    :param groups: names of groups.
    :returns: (address -> ID, name of a group -> ID); the Bitrix24Error in place of an ID that was not found.
    """
    lookups = [UserLookup(chunk) for chunk in _chunks(emails)] + [GroupLookup(chunk) for chunk in _chunks(groups)]
    user_ids: dict[str, object] = {}
    group_ids: dict[str, object] = {}
    for lookup, found in zip(lookups, _look_up(client, lookups)):
        ids = user_ids if isinstance(lookup, UserLookup) else group_ids
        ids.update({name: _pick(lookup, name, found) for name in lookup.names})
    return user_ids, group_ids


def _look_up(client, lookups):
    """What was found by each lookup, page by page: a list, or the Bitrix24Error that kept a page back."""
    found: list = [[] for _lookup in lookups]
    pages = {number: 0 for number in range(len(lookups))}
    while pages:
        commands = [lookups[number].command(start) for number, start in pages.items()]
        following = {}
        for (number, start), reply in zip(pages.items(), client.read(commands, batch=len(commands) > 1)):
            try:
                found[number] = found[number] + lookups[number].found_in(reply)
            except Bitrix24Error as error:
                found[number] = error
                continue
            if (parse_int(reply.next) or 0) > start:
                following[number] = parse_int(reply.next)
        pages = following
    return found


def _pick(lookup, name, found):
    if isinstance(found, Bitrix24Error):
        return found
    try:
        return lookup.pick(name, found)
    except PreconditionError as error:
        return error


def _id_or_none(outcome, errors):
    if not isinstance(outcome, Bitrix24Error):
        return outcome
    errors.append(outcome)
    return None


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _chunks(names):
    unique = list(dict.fromkeys(names))
    return [unique[start : start + PAGE] for start in range(0, len(unique), PAGE)]
