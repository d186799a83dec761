# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backlogs as plain data: what is asked for, what the portal holds, and the plan that leads from one to the other. No I/O."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError

FIELDS = ("id", "group_id", "created_by", "modified_by")

#: Ids are 32-bit in the portal's database.
MAX_ID = 2147483647


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
class DesiredBacklog:
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
class TargetGroup:
    """What is known of the group that a backlog is to move into; None stands for what could not be found out."""

    exists: bool | None = None
    is_accessible: bool | None = None
    is_scrum: bool | None = None


@dataclass(frozen=True)
class Observed:
    """What the portal returned for one desired backlog.

    :param in_group: the backlog of the desired group.
    :param by_id: the backlog with the desired id, if it was read.
    """

    in_group: Record | None = None
    by_id: Record | None = None

    def current(self, desired):
        """The backlog that the options identify, in any group."""
        if desired.id is None or (self.in_group and self.in_group.id == desired.id):
            return self.in_group
        return self.by_id


@dataclass(frozen=True)
class Change:
    """The change that one desired backlog needs.

    :param action: none, create, update, move or delete.
    :param before: the record that was read; None when there is none.
    :param after: the record as it will be; None when there will be none.
    :param payload: what the write sends as ``payload``.
    """

    action: str
    before: Record | None
    after: Record | None
    payload: dict | None = None

    @property
    def is_needed(self):
        """Whether there is anything to do."""
        return self.action != "none"


def validate(desired):
    """Refuse a description that cannot be meant.

    :raises PreconditionError: with code ``invalid_input``.
    """
    for field in FIELDS:
        value = getattr(desired, field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ID):
            raise PreconditionError("invalid_input", f"{field} must be a whole number from 1 to {MAX_ID}, not {value!r}")
    if desired.id is None and desired.group_id is None:
        raise PreconditionError("invalid_input", "one of id and group_id is required")


def parse_record(answer, method):
    """The Record in an answer of ``backlog.get`` or ``sprint.get``.

    :raises ResponseError: when there is none in it.
    """
    values = [answer.get(key) for key in ("id", "groupId", "createdBy", "modifiedBy")] if isinstance(answer, dict) else [None]
    numbers = [parse_int(value) for value in values]
    if None in numbers:
        raise ResponseError("unexpected_answer", "the response does not contain the four numbers of a backlog", status=200, method=method)
    backlog, group, *users = numbers
    return Record(backlog, group, *(user or None for user in users))  # the portal writes 0 where its database holds nobody


def parse_int(value):
    """The integer in a JSON value, which may be written as text; None when there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20:
        return int(value)
    return None


def needs_create(desired, observed):
    """Whether a backlog has to be created: only then the portal needs a creator."""
    return desired.state == "present" and desired.id is None and observed.in_group is None


def plan_change(desired, observed, caller=None, vacated_ids=frozenset()):
    """What has to be done so that the portal holds what is asked for.

    :param observed: what the portal shows.
    :param caller: user id of the caller, who becomes the creator if the options name none.
    :param vacated_ids: ids of backlogs that leave their group in the same task, before this one is written.
    :raises PreconditionError: when the change is impossible, with the reason.
    """
    return _plan_absent(desired, observed) if desired.state == "absent" else _plan_present(desired, observed, caller, vacated_ids)


def differences(desired, record):
    """The fields in which a record is not as asked: field -> (asked, found)."""
    asked = {field: getattr(desired, field) for field in FIELDS}
    return {
        field: (value, getattr(record, field)) for field, value in asked.items() if value is not None and value != getattr(record, field)
    }


def _plan_present(desired, observed, caller, vacated_ids):
    current = observed.current(desired)
    occupant = observed.in_group
    if desired.id is not None and occupant and occupant.id != desired.id and occupant.id not in vacated_ids:
        raise PreconditionError(
            "other_backlog",
            f"group {desired.group_id} has backlog {occupant.id}, not backlog {desired.id}",
            hint="Correct one of the two IDs, or move the other backlog to another group first.",
        )
    if current is None and desired.id is not None:
        raise PreconditionError(
            "no_such_backlog",
            f"there is no backlog {desired.id}",
            hint="Check the ID, or omit it to create the backlog of the group.",
        )
    if current is None:
        return _plan_create(desired, desired.created_by or caller)
    return _plan_update(desired, current)


def _plan_create(desired, creator):
    after = Record(None, desired.group_id, creator, desired.modified_by or creator)
    return Change("create", None, after, {"groupId": desired.group_id, "createdBy": creator})


def _plan_update(desired, current):
    different = {field: asked for field, (asked, _current) in differences(desired, current).items()}
    if not different:
        return Change("none", current, current)
    names = {"group_id": "groupId", "created_by": "createdBy", "modified_by": "modifiedBy"}
    payload = {names[field]: value for field, value in different.items()}
    return Change("move" if "group_id" in different else "update", current, replace(current, **different), payload)


def _plan_absent(desired, observed):
    current = observed.current(desired)
    if observed.in_group and desired.id is not None and observed.in_group.id != desired.id:
        raise PreconditionError(
            "other_backlog",
            f"group {desired.group_id} has backlog {observed.in_group.id}, not backlog {desired.id}",
            hint="Correct one of the two IDs.",
        )
    if current and desired.group_id is not None and current.group_id != desired.group_id:
        raise PreconditionError(
            "other_group",
            f"backlog {desired.id} is in group {current.group_id}, not in group {desired.group_id}",
            hint="Correct one of the two IDs.",
        )
    return Change("delete", current, None) if current else Change("none", None, None)


def require_access(desired, target):
    """Refuse a group in which the caller could not write a backlog, or never reach it again.

    :raises PreconditionError: with what is wrong with the group.
    """
    if target.exists is False:
        raise PreconditionError("group_not_found", f"group {desired.group_id} does not exist", hint="Check group_id.")
    if target.is_accessible is False:
        raise PreconditionError(
            "group_not_readable",
            f"the user is not a member of group {desired.group_id}, or its tasks tool is off",
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
            "group_not_scrum", f"group {desired.group_id} is not a Scrum group", hint="Move the backlog into a Scrum group."
        )
    known = {"exists": target.exists, "is accessible to the user": target.is_accessible, "is a Scrum group": target.is_scrum}
    return [question for question, answer in known.items() if answer is None]
