# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Epics as plain data: what is asked for, what the portal holds, and the plan that leads from one to the other. No I/O."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import asdict, dataclass, replace

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import Change, Desired, Field, Write, differences, payload
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError, ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.plain_text import same_text
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import write_method
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_int

ADD = write_method("tasks.api.scrum.epic.add")
UPDATE = write_method("tasks.api.scrum.epic.update", retry_safe=True)
DELETE = write_method("tasks.api.scrum.epic.delete")

MAX_NAME = 255
COLOR = re.compile(r"#?[0-9a-fA-F]{6}")


def same_color(asked, stored):
    """Whether two colors are one, with or without the sign and in any letter case."""
    return asked.lstrip("#").lower() == stored.lstrip("#").lower()


FIELDS = (
    Field("id", "id"),
    Field("group_id", "groupId"),
    Field("name", "name"),
    Field("description", "description", same=same_text),
    Field("color", "color", same=same_color),
    Field("created_by", "createdBy"),
)


@dataclass(frozen=True)
class Record:
    """A stored epic; None stands for what is not known yet, in a prediction, and for a user where the portal knows of nobody.

    :ivar description: as it is stored, which is HTML.
    """

    id: int | None
    group_id: int
    name: str
    description: str
    color: str
    created_by: int | None
    modified_by: int | None

    @property
    def label(self):
        """How messages call it."""
        return f"epic {self.id} ({self.name})"

    def as_dict(self):
        """The keys that users see."""
        return asdict(self)


@dataclass(frozen=True)
class DesiredEpic(Desired):
    """A described epic; None stands for what the author left out and the portal keeps."""

    id: int | None = None
    group_id: int | None = None
    name: str | None = None
    description: str | None = None
    color: str | None = None
    created_by: int | None = None
    state: str = "present"
    names: dict = dataclasses.field(default_factory=dict, compare=False)

    @property
    def label(self):
        """How messages call it."""
        name = f"epic {self.name}" if self.id is None else f"epic {self.id}"
        return f"{name} of group {self.shown('group_id')}" if self.has_group else name

    def claims(self):
        """What no other item of a list may have."""
        if self.id is not None:
            return [("id", self.id)]
        return [(f"name in group {self.shown('group_id')}:", self.name)]

    def validate(self):
        """Refuse a description that cannot be meant, or that the portal would drop without a word.

        :raises PreconditionError: with code ``invalid_input``.
        """
        self.require_ids("id", "group_id", "created_by")
        for option in ("name", "description", "color"):
            if getattr(self, option) in ("", "0"):
                raise PreconditionError(
                    "invalid_input",
                    f"{option} is {getattr(self, option)!r}, which Bitrix24 does not store for an epic",
                    hint="Remove the option, or set another text. Bitrix24 cannot clear a text of an epic.",
                )
        if self.name is not None and len(self.name) > MAX_NAME:
            raise PreconditionError("invalid_input", f"name has {len(self.name)} characters, and {MAX_NAME} are allowed")
        if self.color is not None and not COLOR.fullmatch(self.color):
            raise PreconditionError("invalid_input", f"color must be #RRGGBB or RRGGBB in hexadecimal digits, not {self.color!r}")
        if self.id is None and self.name is None:
            raise PreconditionError("invalid_input", "one of id and name is required")
        if self.id is None and not self.has_group:
            raise PreconditionError("invalid_input", "name without id needs the group of the epic")


@dataclass(frozen=True)
class Observed:
    """What the portal returned for one desired epic.

    :param epics: the epics of the desired group, or the one with the desired id.
    """

    epics: tuple[Record, ...] = ()

    def matches(self, desired):
        """The epics that the options identify; several only by name."""
        if desired.id is not None:
            return [epic for epic in self.epics if epic.id == desired.id]
        return [epic for epic in self.epics if epic.name == desired.name]

    def current(self, desired):
        """The one epic that the options identify; None when there is none, or more than one."""
        found = self.matches(desired)
        return found[0] if len(found) == 1 else None

    def duplicate_of(self, desired, new_id):
        """The new ID when an older epic has the same name: that one stays."""
        older = [epic for epic in self.epics if epic.name == desired.name and epic.id < new_id]
        return new_id if older else None


def parse_record(row, method):
    """The Record in an answer of ``epic.get``, or in a row of ``epic.list``.

    :raises ResponseError: when there is none in it.
    """
    row = row if isinstance(row, dict) else {}
    numbers = [parse_int(row.get(key)) for key in ("id", "groupId", "createdBy", "modifiedBy")]
    texts = [row.get(key) for key in ("name", "description", "color")]
    if None in numbers or not all(isinstance(text, str) for text in texts):
        raise ResponseError("unexpected_answer", "the response does not contain an epic", status=200, method=method)
    epic, group, created_by, modified_by = numbers
    name, description, color = texts
    # the portal writes 0 where it knows of nobody
    return Record(epic, group, name, description, color, created_by or None, modified_by or None)


def ambiguity(desired, observed):
    """The PreconditionError for a name that several epics have; None when it is clear which one is meant."""
    found = observed.matches(desired)
    if len(found) < 2:
        return None
    ids = ", ".join(str(epic.id) for epic in found)
    return PreconditionError(
        "ambiguous_epic",
        f"group {desired.shown('group_id')} has {len(found)} epics with the name {desired.name}: {ids}",
        hint="Set id to the ID of the epic, or rename or delete the others by their IDs.",
    )


def plan_change(desired, observed):
    """What has to be done so that the portal holds what is asked for.

    :param observed: what the portal shows.
    :raises PreconditionError: when the change is impossible, with the reason.
    """
    ambiguous = ambiguity(desired, observed)
    if ambiguous:
        raise ambiguous
    current = observed.current(desired)
    if current and desired.group_id not in (None, current.group_id):
        raise PreconditionError(
            "other_group",
            f"epic {desired.id} is in group {current.group_id}, not in group {desired.shown('group_id')}",
            hint="Correct one of the two IDs.",
        )
    if desired.state == "absent":
        return Change("delete", current, None, (Write(DELETE, {"id": current.id}),)) if current else Change("none", None, None)
    if current is None:
        return _plan_create(desired)
    return _plan_update(desired, current)


def _plan_create(desired):
    if desired.id is not None:
        raise PreconditionError(
            "no_such_epic",
            f"there is no epic {desired.id}",
            hint="Check the ID, or set name and the group without id to create an epic.",
        )
    values = _values(desired)
    after = replace(Record(None, desired.group_id, desired.name, "", "", None, None), **values)
    return Change("create", None, after, (Write(ADD, {"fields": payload(FIELDS, values)}, creates=True),))


def _plan_update(desired, current):
    different = differences(FIELDS, desired, current)
    values = {name: value for name, value in _values(desired).items() if name in different}
    if not values:
        return Change("none", current, current)
    fields = payload(FIELDS, values)
    return Change("update", current, replace(current, **values), (Write(UPDATE, {"id": current.id, "fields": fields}),))


def _values(desired):
    """What is asked for, by option; a color as the portal's own pages write it."""
    values = {field.name: getattr(desired, field.name) for field in FIELDS if getattr(desired, field.name) is not None}
    if "color" in values:
        values["color"] = "#" + values["color"].lstrip("#")
    return values
