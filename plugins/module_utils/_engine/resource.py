# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine has to know of a resource: a table of fields, the methods that write, and at most seven hooks."""

from __future__ import annotations

import dataclasses
import operator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, Method

#: IDs are 32-bit in the portal's database.
MAX_ID = 2147483647

#: Stands in the parameters of a Write for the ID that the creating call of the same Change returns.
NEW_ID = object()


@dataclass(frozen=True)
class Field:
    """One value of a resource.

    :ivar name: the option, and the key of the record.
    :ivar key: key in what is sent to the portal.
    :ivar on_update: whether the method that updates stores it; otherwise the portal keeps the old value without a word.
    :ivar same: whether the desired and the stored value, its two arguments, mean the same.
    """

    name: str
    key: str
    on_update: bool = True
    same: object = operator.eq


@dataclass(frozen=True)
class Write:
    """One writing call of a Change.

    :ivar params: its parameters; NEW_ID in them stands for the ID of what the change creates.
    :ivar creates: whether its answer holds that ID.
    :ivar goes_on: whether the writes after it are sent even if the portal refuses it.
    :ivar is_visible: whether a read shows its effect; if not, its failure stays a failure whatever is read.
    :ivar refusal: the error that stands for an answer that is one of the method's failures; None for a general one.
    """

    method: Method
    params: dict
    creates: bool = False
    goes_on: bool = False
    is_visible: bool = True
    refusal: Bitrix24Error | None = dataclasses.field(default=None, compare=False)

    def to_command(self, new_id):
        """The Command that carries it out.

        :param new_id: the ID of what the change created; None when it has not been created.
        """
        return Command(self.method, _filled(self.params, new_id))


@dataclass(frozen=True)
class Change:
    """The change that one desired object needs.

    :ivar action: none, create, update, move, delete, or the resource's own word.
    :ivar before: the record that was read; None when there is none.
    :ivar after: the record as it will be; None when there will be none.
    :ivar writes: the calls that lead there, in their order.
    :ivar towards: what messages add to the name of the object, such as "to group 7".
    """

    action: str
    before: Any
    after: Any
    writes: tuple = ()
    towards: str = ""

    @property
    def is_needed(self):
        """Whether there is anything to do."""
        return self.action != "none"

    @property
    def vacated_id(self):
        """ID of the object that it takes out of its group; None when it does not."""
        leaves = self.before and (self.after is None or self.after.group_id != self.before.group_id)
        return self.before.id if leaves else None


class Desired:
    """Base of the frozen dataclasses that describe an object. All of their attributes have defaults; None stands for what is left alone.

    Each has ``id``, ``group_id``, ``state`` (present or absent), ``label`` (how messages call it), ``claims()`` (pairs of a word and a
    value that no other item of a list may have) and ``validate()``, which raises PreconditionError with code ``invalid_input``.

    :ivar names: option -> the name that was given in place of its ID. What was not found has a name and no ID.
    """

    id: int | None = None
    group_id: int | None = None
    names: Any = MappingProxyType({})

    @property
    def has_group(self):
        """Whether the options name a group, by its ID or its name."""
        return self.group_id is not None or "group_id" in self.names

    def require_ids(self, *options):
        """Refuse values that cannot be IDs.

        :raises PreconditionError: with code ``invalid_input``.
        """
        for option in options:
            value = getattr(self, option)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ID):
                raise PreconditionError("invalid_input", f"{option} must be a whole number from 1 to {MAX_ID}, not {value!r}")

    def shown(self, option):
        """How messages show a value: the ID, with the name beside it if one was given."""
        value, name = getattr(self, option), self.names.get(option)
        if name is None:
            return str(value)
        return repr(name) if value is None else f"{value} ({name})"


class Resource:
    """One kind of object on the portal.

    An observed object has ``current(desired)``: the record that is meant, or None. If the resource creates without a read_back(), it also
    has ``duplicate_of(desired, new_id)``: that ID when the object of another run stays in its place, else None.

    A record is a frozen dataclass with ``id``, ``group_id``, ``as_dict()`` and ``label``, which leaves the group to the engine.
    None stands for what is not known yet.

    :cvar name: such as "backlog"; also the key of the record in results.
    :cvar plural: such as "backlogs"; also the option that holds a list of them.
    :cvar fields: tuple of Field.
    :cvar identity: names of the fields that a row of a list holds even if nothing was found.
    :cvar conflicts: texts of refusals that another run, or another item of the list, may have caused in between.
    :cvar deletes: the Method that deletes by ID, to withdraw what was created beside another run's; None when that cannot happen.
    """

    name = ""
    plural = ""
    fields: tuple = ()
    identity: tuple = ("id", "group_id")
    conflicts: tuple = ()
    deletes: Method | None = None

    def read(self, client, all_desired, batch):
        """Must: read what the portal holds.

        :param all_desired: position in the list -> desired.
        :param batch: as for Client.send().
        :returns: position -> observed, or the Bitrix24Error of the read.
        """
        raise NotImplementedError

    def plan(self, desired, observed, facts, vacated_ids):
        """Must: the Change that is needed. No I/O.

        :param facts: what prepare() left in Item.facts.
        :param vacated_ids: IDs of objects that leave their group in the same task, before this one is written.
        :raises PreconditionError: when the change is impossible, with the reason.
        """
        raise NotImplementedError

    def prepare(self, client, items, batch, warn):
        """May: read what else the plan depends on, and reject items that must not be written.

        :param items: the Items that could be read.
        :param warn: called with a sentence for the user.
        """

    def precheck(self, client, items, batch):
        """May: in check mode, find out what the portal would refuse.

        :param items: the Items that differ.
        """

    def depends_on(self, all_desired, observations):
        """May: which items have to be written before others.

        :returns: position -> position of the item that goes first.
        """
        return {}

    def cycle_error(self, cycle):
        """Must, with depends_on(): the PreconditionError for desired objects that wait for each other in a circle."""
        raise NotImplementedError

    def read_back(self, change, write):
        """May: the read that shows the outcome of a change, sent together with its last write.

        :param write: the Command of that write.
        :returns: (Command, function from its Reply to the record or None, which raises Bitrix24Error); None to read with read() instead.
        """
        return None

    def explain(self, item):
        """May: the error of an Item whose write was refused, with what is known of the reason and of what was left behind."""
        return item.error

    def differences(self, desired, record):
        """The fields in which a record is not as desired; as differences()."""
        return differences(self.fields, desired, record)


def differences(fields, desired, record):
    """The fields in which a record is not as desired: field -> (desired, found).

    :param fields: tuple of Field.
    """
    found = {}
    for field in fields:
        asked, stored = getattr(desired, field.name), getattr(record, field.name)
        if asked is not None and not field.same(asked, stored):
            found[field.name] = (asked, stored)
    return found


def payload(fields, values):
    """Values by option as the portal takes them.

    :param fields: tuple of Field.
    """
    return {field.key: values[field.name] for field in fields if field.name in values}


def _filled(value, new_id):
    if isinstance(value, dict):
        return {key: _filled(part, new_id) for key, part in value.items()}
    return new_id if value is NEW_ID else value
