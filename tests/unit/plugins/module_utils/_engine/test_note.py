# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine with a resource of which nobody has heard: what a resource may ask of it, and what it does by itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import NEW_ID, Change, Desired, Field, Resource, Write
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import Command, read_method, write_method

from ..scripted import error, make_client, no_response, result

READ = read_method("note.list")
ADD = write_method("note.add", failures=(False,))
UPDATE = write_method("note.update", retry_safe=True, failures=(False, None))
PIN = write_method("note.pin", failures=(False,))
DELETE = write_method("note.delete")


@dataclass(frozen=True)
class Note:
    """A stored note."""

    id: int
    group_id: int
    name: str
    text: str

    label = "the note"

    def as_dict(self):
        """What users see."""
        return asdict(self)


@dataclass(frozen=True)
class DesiredNote(Desired):
    """A described note."""

    id: int = None
    group_id: int = None
    name: str = None
    text: str = None
    pinned: bool = False
    state: str = "present"

    label = "the note"

    def claims(self):
        """Nothing is unique."""
        return []

    def validate(self):
        """Everything is allowed."""


@dataclass(frozen=True)
class ObservedNotes:
    """The notes of a group."""

    notes: tuple

    def current(self, desired):
        """By ID, or the first of the name."""
        fitting = [note for note in self.notes if (note.id == desired.id if desired.id else note.name == desired.name)]
        return fitting[0] if fitting else None

    def duplicate_of(self, desired, new_id):
        """The older one stays."""
        same = [note.id for note in self.notes if note.name == desired.name]
        return new_id if min(same, default=new_id) < new_id else None


class Notes(Resource):
    """Notes, which the portal creates without a text."""

    name, plural, deletes = "note", "notes", DELETE
    fields = (Field("name", "name"), Field("text", "text"))

    def read(self, client, all_desired, batch):
        replies = client.read([Command(READ) for _position in all_desired], batch)
        return {position: _observed(reply) for position, reply in zip(all_desired, replies)}

    def plan(self, desired, observed, facts, vacated_ids):
        current = observed.current(desired)
        pin = [Write(PIN, {"id": NEW_ID}, is_visible=False)] if desired.pinned else []
        if current is None:
            add = Write(ADD, {"name": desired.name, "group": desired.group_id}, creates=True)
            return Change("create", None, Note(None, desired.group_id, desired.name, desired.text or ""), (add, *pin))
        different = {name: asked for name, (asked, _found) in self.differences(desired, current).items()}
        if not different:
            return Change("none", current, current)
        return Change("update", current, replace(current, **different), (Write(UPDATE, {"id": current.id, "fields": different}),))


def _observed(reply):
    try:
        return ObservedNotes(tuple(Note(**row) for row in reply.result()))
    except Bitrix24Error as failure:
        return failure


def rows(*notes):
    """The answer that lists notes, each (ID, text)."""
    return result([{"id": id, "group_id": 1, "name": "Plan", "text": text} for id, text in notes])


def run(desired, *answers):
    """(the item, names of the methods that were called, warnings)."""
    warnings: list = []
    client, script, _clock, _sign_in = make_client(*answers, max_wait=0)
    (item,), _refusal = Reconciler(Notes(), client, False, warnings.append).run([desired])
    script.finished()
    return item, [method.partition(".")[2] for method, _payload in script.calls], warnings


PLAN = DesiredNote(group_id=1, name="Plan", text="one")


def test_create_goes_on_with_what_the_reading_still_lacks():
    """The portal creates without the text: the reading shows it, and a second change brings it."""
    item, methods, _warnings = run(PLAN, rows(), result(5), rows((5, "")), result(True), rows((5, "one")))
    assert (item.error, item.changed, item.current.text) == (None, True, "one")
    assert methods == ["list", "add", "list", "update", "list"]


@pytest.mark.parametrize("refused", [result(False), result(None)])
def test_write_answered_by_a_failure_value_is_not_stored(refused):
    """Status 200 and no error: the method's own way to say no."""
    item, methods, _warnings = run(PLAN, rows((5, "")), refused, rows((5, "")))
    assert (item.error.code, item.error.status, item.error.method, item.changed) == ("not_stored", 200, "note.update", False)
    assert methods == ["list", "update", "list"]


@pytest.mark.parametrize("taken", [result(True), result([]), result(0)])
def test_write_answered_by_another_value_is_judged_by_the_reading(taken):
    """Zero is not false."""
    item, _methods, _warnings = run(PLAN, rows((5, "")), taken, rows((5, "one")))
    assert (item.error, item.changed) == (None, True)


def test_write_that_changes_nothing_is_not_repeated():
    """The portal accepts it and keeps the old value: once is enough to know."""
    item, methods, _warnings = run(PLAN, rows((5, "")), result(True), rows((5, "")))
    assert (item.error.code, item.changed) == ("not_stored", False)
    assert methods == ["list", "update", "list"]


def test_changes_that_never_end_are_given_up():
    """Somebody replaces the note each time: after three more attempts it is left to the next run."""
    answers = [rows((5, ""))] + [answer for id in (6, 7, 8, 9) for answer in (result(True), rows((id, "")))]
    item, methods, _warnings = run(PLAN, *answers)
    assert (item.error.code, methods.count("update")) == ("not_stored", 4)


def test_failure_of_an_invisible_write_stays_a_failure():
    """No read shows whether the note is pinned, so the refusal is all that is known."""
    item, methods, _warnings = run(replace(PLAN, text=None, pinned=True), rows(), result(5), result(False), rows((5, "")))
    assert (item.error.code, item.error.method, item.changed) == ("not_stored", "note.pin", True)
    assert methods == ["list", "add", "pin", "list"]


def test_lost_answer_to_an_add_is_read_before_it_is_repeated():
    """The one that is there is the one that was made."""
    item, methods, _warnings = run(replace(PLAN, text=None), rows(), no_response(), rows((5, "")))
    assert (item.error, item.changed, item.current.id) == (None, True, 5)
    assert methods == ["list", "add", "list"]


def test_younger_of_two_that_were_created_at_once_is_withdrawn():
    """Both runs saw none, and both created: the older one stays."""
    desired = replace(PLAN, text=None)
    both, mine, left = rows((4, ""), (5, "")), rows((5, "")), rows((4, ""))
    item, methods, warnings = run(desired, rows(), result(5), both, mine, result(True), rows(), left)
    assert (item.error, item.current.id, warnings) == (None, 4, [])
    assert methods == ["list", "add", "list", "list", "delete", "list", "list"]


def test_older_of_two_that_were_created_at_once_stays():
    """The other run withdraws its own."""
    item, methods, _warnings = run(replace(PLAN, text=None), rows(), result(4), rows((4, ""), (5, "")))
    assert (item.error, item.current.id, methods) == (None, 4, ["list", "add", "list"])


@pytest.mark.parametrize("group", [0, 2])
def test_object_of_another_group_is_never_withdrawn(group):
    """What has the ID now is not what was created."""
    other = result([{"id": 5, "group_id": group, "name": "Plan", "text": ""}])
    item, methods, _warnings = run(replace(PLAN, text=None), rows(), result(5), rows((4, ""), (5, "")), other, rows((4, "")))
    assert "delete" not in methods
    assert item.current.id == 4


def test_refused_write_keeps_what_was_read():
    """The portal's own words are the error."""
    item, methods, _warnings = run(PLAN, rows((5, "")), error(0, "Access denied"), rows((5, "")))
    assert (item.error.description, item.changed, methods) == ("Access denied", False, ["list", "update", "list"])
