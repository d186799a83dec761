# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backlogs as plain data: what is asked for, what the portal holds, and the plan that leads from one to the other. No I/O."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass, replace

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import (
    NEW_ID,
    Change,
    Desired,
    Field,
    Write,
    differences,
    payload,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import write_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

ADD = write_method("tasks.api.scrum.backlog.add")
UPDATE = write_method("tasks.api.scrum.backlog.update", retry_safe=True)
DELETE = write_method("tasks.api.scrum.backlog.delete")

FIELDS = (
    Field("id", "id"),
    Field("group_id", "groupId"),
    Field("created_by", "createdBy", on_update=False),
    Field("modified_by", "modifiedBy"),
)
NAMES = tuple(field.name for field in FIELDS)


@dataclass(frozen=True)
class Record:
    """A stored backlog; None stands for what is not known yet, in a prediction, and for a user where the portal knows of nobody."""

    id: int | None
    group_id: int
    created_by: int | None
    modified_by: int | None

    @property
    def label(self):
        """How messages call it."""
        return f"backlog {self.id}"

    def as_dict(self):
        """The four keys that users see."""
        return asdict(self)


@dataclass(frozen=True)
class DesiredBacklog(Desired):
    """A described backlog; None stands for what the author left out and the portal keeps."""

    id: int | None = None
    group_id: int | None = None
    created_by: int | None = None
    modified_by: int | None = None
    state: str = "present"
    names: dict = dataclasses.field(default_factory=dict, compare=False)

    @property
    def label(self):
        """How messages call it."""
        group = self.shown("group_id")
        if self.id is None:
            return f"the backlog of group {group}"
        return f"backlog {self.id}" + (f" (group {group})" if self.has_group else "")

    def claims(self):
        """What no other item of a list may have."""
        pairs = [(option, getattr(self, option)) for option in ("id", "group_id")]
        if self.group_id is None and self.has_group:
            pairs.append(("group", self.shown("group_id")))
        return [(option, value) for option, value in pairs if value is not None]

    def validate(self):
        """Refuse a description that cannot be meant.

        :raises PreconditionError: with code ``invalid_input``.
        """
        self.require_ids(*NAMES)
        if self.id is None and not self.has_group:
            raise PreconditionError("invalid_input", "one of id, group_id and group is required")


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


def needs_create(desired, observed):
    """Whether a backlog has to be created: only then the portal needs a creator."""
    return desired.state == "present" and desired.id is None and observed.in_group is None


def needs_move(desired, observed):
    """Whether the backlog is in another group than the described one."""
    current = observed.current(desired)
    return desired.state == "present" and current is not None and desired.group_id not in (None, current.group_id)


def plan_change(desired, observed, creator=None, vacated_ids=frozenset()):
    """What has to be done so that the portal holds what is asked for.

    :param observed: what the portal shows.
    :param creator: user ID of who becomes the creator if the options name none.
    :param vacated_ids: IDs of backlogs that leave their group in the same task, before this one is written.
    :raises PreconditionError: when the change is impossible, with the reason.
    """
    return _plan_absent(desired, observed) if desired.state == "absent" else _plan_present(desired, observed, creator, vacated_ids)


def _plan_present(desired, observed, creator, vacated_ids):
    current = observed.current(desired)
    occupant = observed.in_group
    if desired.id is not None and occupant and occupant.id != desired.id and occupant.id not in vacated_ids:
        raise PreconditionError(
            "other_backlog",
            f"group {desired.shown('group_id')} has backlog {occupant.id}, not backlog {desired.id}",
            hint="Correct one of the two IDs, or move the other backlog to another group first.",
        )
    if current is None and desired.id is not None:
        raise PreconditionError(
            "no_such_backlog",
            f"there is no backlog {desired.id}",
            hint="Check the ID, or omit it to create the backlog of the group.",
        )
    if current is None:
        return _plan_create(desired, desired.created_by or creator)
    return _plan_update(desired, current)


def _plan_create(desired, creator):
    after = Record(None, desired.group_id, creator, desired.modified_by or creator)
    writes = [Write(ADD, {"fields": {"groupId": desired.group_id, "createdBy": creator}}, creates=True)]
    if after.modified_by != creator:
        writes.append(Write(UPDATE, {"id": NEW_ID, "fields": {"modifiedBy": after.modified_by}}))
    return Change("create", None, after, tuple(writes))


def _plan_update(desired, current):
    different = {name: asked for name, (asked, _current) in differences(FIELDS, desired, current).items()}
    if not different:
        return Change("none", current, current)
    moves = "group_id" in different
    return Change(
        "move" if moves else "update",
        current,
        replace(current, **different),
        (Write(UPDATE, {"id": current.id, "fields": payload(FIELDS, different)}),),
        towards=f"to group {desired.shown('group_id')}" if moves else "",
    )


def _plan_absent(desired, observed):
    current = observed.current(desired)
    if observed.in_group and desired.id is not None and observed.in_group.id != desired.id:
        raise PreconditionError(
            "other_backlog",
            f"group {desired.shown('group_id')} has backlog {observed.in_group.id}, not backlog {desired.id}",
            hint="Correct one of the two IDs.",
        )
    if current and desired.group_id is not None and current.group_id != desired.group_id:
        raise PreconditionError(
            "other_group",
            f"backlog {desired.id} is in group {current.group_id}, not in group {desired.shown('group_id')}",
            hint="Correct one of the two IDs.",
        )
    return Change("delete", current, None, (Write(DELETE, {"id": current.id}),)) if current else Change("none", None, None)
