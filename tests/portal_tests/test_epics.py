# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Epics: what becomes of their texts, and the traps by name. The recorded cases hold every detail."""

from __future__ import annotations

import pytest

from portal import Portal
from portal.texts import to_html

EPICS = "tasks.api.scrum.epic."
EPIC = 31

#: Description as it is sent -> as it is stored.
TEXTS = {
    "Plain text, 100% of it: #1 @you (see below).": "Plain text, 100% of it: #1 @you (see below).",
    "a\nb\r\nc": "a<br />b<br />c",
    "1 < 2 & 3 > 2": "1 &lt; 2 &amp; 3 &gt; 2",
    "\"double\" and 'single'": "&quot;double&quot; and &#039;single&#039;",
    "two  blanks": "two &nbsp;blanks",
    "[b]bold[/b] and [I]italic[/I]": "<b>bold</b> and <i>italic</i>",
    "[b]open": "[b]open",
    "<b>kept</b><script>alert(1)</script><iframe src='x'></iframe>": "<b>kept</b>",
    "<h1>Title</h1>": "&lt;h1&gt;Title&lt;/h1&gt;",
    '<a href="https://x.test">text</a>': "text",
    "(c) 2026": "&#169; 2026",
    "see https://x.test/?a=1&b=2.": (
        'see <noindex><a href="https://x.test/?a=1&amp;b=2" target="_blank" rel="nofollow" >https://x.test/?a=1&amp;b=2</a></noindex>.'
    ),
}


@pytest.fixture
def portal():
    """An epic of the caller's team, two further teams of which the caller is a member of one."""
    with Portal() as started:
        started.user(2)
        for group, members in ((5, {1: "K"}), (6, {1: "K"}), (8, {2: "A"})):
            started.group(group, members=members)
        started.engine.store.epics.add(id=EPIC, group_id=5, name="Search", description="Text", created_by=2, color="#69dafc")
        yield started


@pytest.fixture
def epic(call):
    """A method of epics: (status, the result or the text of the error)."""
    return lambda method, **params: call(EPICS + method, **params)


@pytest.mark.parametrize("text", TEXTS)
def test_description_is_stored_as_html(portal, epic, text):
    """And answered so: it cannot be compared with what was sent."""
    assert epic("update", id=EPIC, fields={"description": text})[1]["description"] == TEXTS[text]
    assert portal.engine.store.epics[EPIC].description == TEXTS[text]


def test_description_sent_back_changes_again():
    """Only simple texts are stable."""
    once = to_html("1 < 2")
    assert (to_html(once), to_html(to_html("plain"))) == ("1 &amp;lt; 2", "plain")


@pytest.mark.parametrize("field", ["name", "description", "color"])
@pytest.mark.parametrize("value", ["", "0", None, 7, ["x"]])
def test_update_never_clears_a_text(epic, field, value):
    """Who tries is answered the old value, and counts as the last editor all the same."""
    before = epic("get", id=EPIC, withFiles=False)[1]
    assert epic("update", id=EPIC, fields={field: value}) == (200, {**before, "modifiedBy": 1})


def test_creator_and_editor_are_kept_apart(portal, epic):
    """An epic is given its creator at any time; a new one has no editor, whatever was sent."""
    added = epic("add", fields={"groupId": 5, "name": "New", "createdBy": 2, "modifiedBy": 2})[1]
    assert (added["createdBy"], added["modifiedBy"], portal.engine.store.epics[added["id"]].modified_by) == (2, 0, None)
    changed = epic("update", id=EPIC, fields={"createdBy": 1, "modifiedBy": 2})[1]
    assert (changed["createdBy"], changed["modifiedBy"]) == (1, 2)


@pytest.mark.parametrize(
    ("group", "status", "stored"), [(6, 200, 6), ("6.5", 200, 6), (8, 400, 5), (77, 400, 5), (0, 400, 5), ("6x", 200, 5)]
)
def test_update_moves_only_where_the_caller_may_read(portal, epic, group, status, stored):
    """Unlike a sprint."""
    assert (epic("update", id=EPIC, fields={"groupId": group})[0], portal.engine.store.epics[EPIC].group_id) == (status, stored)


def test_refused_update_leaves_nothing_in_a_batch(portal, batch):
    """Epics are always read again."""
    before = dict(vars(portal.engine.store.epics[EPIC]))
    refused, _changed = batch(f"{EPICS}update?id={EPIC}&fields[name]=Ghost&fields[createdBy]=999", f"{EPICS}update?id={EPIC}&fields[x]=1")
    assert refused == "createdBy user not found"
    assert vars(portal.engine.store.epics[EPIC]) == {**before, "modified_by": 1}


def test_delete_leaves_the_dead_id_in_items(portal, epic):
    """Nobody looks after them."""
    portal.engine.store.items.add(id=201, entity_id=3, task_id=101, epic_id=EPIC, sort_float=1.0)
    assert epic("delete", id=EPIC) == (200, [])
    assert portal.engine.store.items[201].epic_id == EPIC
    assert epic("delete", id=EPIC) == (400, "Epic not found")
