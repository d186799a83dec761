# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backlogs as plain data: what is asked for, what the portal holds, and the plan that leads from one to the other. No I/O."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError

FIELDS = ("id", "group_id", "created_by", "modified_by")

#: Ids are 32-bit in the portal's database.
LARGEST_ID = 2147483647


@dataclass(frozen=True)
class Record:
    """A stored backlog; None stands for what is not known yet, in a prediction, and for a user where the portal knows of nobody."""

    id: int | None
    group_id: int
    created_by: int | None
    modified_by: int | None

    def as_dict(self):
        """The four keys that users see."""
        return asdict(self)


@dataclass(frozen=True)
class Wish:
    """A described backlog; None stands for what the author left out and the portal keeps."""

    id: int | None = None
    group_id: int | None = None
    created_by: int | None = None
    modified_by: int | None = None
    state: str = "present"

    @property
    def name(self):
        """How messages call it."""
        if self.id is None:
            return f"the backlog of group {self.group_id}"
        return f"backlog {self.id}" + (f" (group {self.group_id})" if self.group_id else "")


@dataclass(frozen=True)
class Target:
    """What is known of the group that a backlog is to move into; None stands for what could not be found out."""

    exists: bool | None = None
    readable: bool | None = None
    scrum: bool | None = None


@dataclass(frozen=True)
class Sight:
    """What the portal returned for one desired backlog.

    :param in_group: the backlog of the desired group.
    :param by_id: the backlog with the desired id, if it was read.
    """

    in_group: Record | None = None
    by_id: Record | None = None

    def found(self, wish):
        """The backlog that the options identify, in any group."""
        if wish.id is None or (self.in_group and self.in_group.id == wish.id):
            return self.in_group
        return self.by_id


@dataclass(frozen=True)
class Plan:
    """The change that one desired backlog needs.

    :param action: none, create, update, move or delete.
    :param before: the record that was read; None when there is none.
    :param after: the record as it will be; None when there will be none.
    :param fields: what the write sends as ``fields``.
    """

    action: str
    before: Record | None
    after: Record | None
    fields: dict | None = None

    @property
    def changes(self):
        """Whether there is anything to do."""
        return self.action != "none"


def check_wish(wish):
    """Refuse a description that cannot be meant.

    :raises PreconditionError: with code ``invalid_input``.
    """
    for field in FIELDS:
        value = getattr(wish, field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ID):
            raise PreconditionError("invalid_input", f"{field} must be a whole number from 1 to {LARGEST_ID}, not {value!r}")
    if wish.id is None and wish.group_id is None:
        raise PreconditionError("invalid_input", "one of id and group_id is required")


def record_in(answer, method):
    """The Record in an answer of ``backlog.get`` or ``sprint.get``.

    :raises ResponseError: when there is none in it.
    """
    values = [answer.get(key) for key in ("id", "groupId", "createdBy", "modifiedBy")] if isinstance(answer, dict) else [None]
    numbers = [whole_number(value) for value in values]
    if None in numbers:
        raise ResponseError("unexpected_answer", "the response does not contain the four numbers of a backlog", status=200, method=method)
    backlog, group, *users = numbers
    return Record(backlog, group, *(user or None for user in users))  # the portal writes 0 where its database holds nobody


def whole_number(value):
    """The integer in a JSON value, which may be written as text; None when there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20:
        return int(value)
    return None


def creates(wish, sight):
    """Whether a backlog has to be created: only then the portal needs a creator."""
    return wish.state == "present" and wish.id is None and sight.in_group is None


def plan(wish, sight, caller=None, leaving=frozenset()):
    """What has to be done so that the portal holds what is asked for.

    :param sight: what the portal shows.
    :param caller: user id of the caller, who becomes the creator if the options name none.
    :param leaving: ids of backlogs that leave their group in the same task, before this one is written.
    :raises PreconditionError: when the change is impossible, with the reason.
    """
    return _plan_absent(wish, sight) if wish.state == "absent" else _plan_present(wish, sight, caller, leaving)


def falls_short(wish, record):
    """The fields in which a record is not as asked: field -> (asked, found)."""
    asked = {field: getattr(wish, field) for field in FIELDS}
    return {
        field: (value, getattr(record, field)) for field, value in asked.items() if value is not None and value != getattr(record, field)
    }


def _plan_present(wish, sight, caller, leaving):
    found = sight.found(wish)
    occupant = sight.in_group
    if wish.id is not None and occupant and occupant.id != wish.id and occupant.id not in leaving:
        raise PreconditionError(
            "other_backlog",
            f"group {wish.group_id} has backlog {occupant.id}, not backlog {wish.id}",
            hint="Correct one of the two IDs, or move the other backlog to another group first.",
        )
    if found is None and wish.id is not None:
        raise PreconditionError(
            "no_such_backlog",
            f"there is no backlog {wish.id}",
            hint="Check the ID, or omit it to create the backlog of the group.",
        )
    if found is None:
        return _plan_create(wish, wish.created_by or caller)
    return _plan_change(wish, found)


def _plan_create(wish, creator):
    after = Record(None, wish.group_id, creator, wish.modified_by or creator)
    return Plan("create", None, after, {"groupId": wish.group_id, "createdBy": creator})


def _plan_change(wish, found):
    different = {field: asked for field, (asked, _found) in falls_short(wish, found).items()}
    if not different:
        return Plan("none", found, found)
    names = {"group_id": "groupId", "created_by": "createdBy", "modified_by": "modifiedBy"}
    fields = {names[field]: value for field, value in different.items()}
    return Plan("move" if "group_id" in different else "update", found, replace(found, **different), fields)


def _plan_absent(wish, sight):
    found = sight.found(wish)
    if sight.in_group and wish.id is not None and sight.in_group.id != wish.id:
        raise PreconditionError(
            "other_backlog",
            f"group {wish.group_id} has backlog {sight.in_group.id}, not backlog {wish.id}",
            hint="Correct one of the two IDs.",
        )
    if found and wish.group_id is not None and found.group_id != wish.group_id:
        raise PreconditionError(
            "other_group",
            f"backlog {wish.id} is in group {found.group_id}, not in group {wish.group_id}",
            hint="Correct one of the two IDs.",
        )
    return Plan("delete", found, None) if found else Plan("none", None, None)


def check_reachable(wish, target):
    """Refuse a group in which the caller could not write a backlog, or never reach it again.

    :raises PreconditionError: with what is wrong with the group.
    """
    if target.exists is False:
        raise PreconditionError("group_not_found", f"group {wish.group_id} does not exist", hint="Check group_id.")
    if target.readable is False:
        raise PreconditionError(
            "group_not_readable",
            f"the user is not a member of group {wish.group_id}, or its tasks tool is off",
            hint="Add the webhook owner (or the token user) to the group as a member, and turn on its tasks tool.",
        )


def check_target(wish, target):
    """Refuse a move that would strand the backlog: the portal itself does not check the group it goes to.

    :raises PreconditionError: with what is wrong with the group.
    :returns: what could not be checked, as words for a warning; empty when all is well.
    """
    check_reachable(wish, target)
    if target.scrum is False:
        raise PreconditionError(
            "group_not_scrum", f"group {wish.group_id} is not a Scrum group", hint="Move the backlog into a Scrum group."
        )
    known = {"exists": target.exists, "is accessible to the user": target.readable, "is a Scrum group": target.scrum}
    return [question for question, answer in known.items() if answer is None]
