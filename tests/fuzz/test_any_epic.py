# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any epic, and any text in its description: the plan ends where it says, and the portal's own form of a text is no difference."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic import Epic
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic_plan import (
    ADD,
    DELETE,
    UPDATE,
    DesiredEpic,
    Observed,
    Record,
    plan_change,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.plain_text import plain_text
from portal import Portal
from portal.texts import to_html
from support import task

from .texts import PLAIN

NAMES = st.sampled_from(["One", "Two", "one", "One "])
TEXTS = st.sampled_from(["a", "b", "a & b", "[b]a[/b]"])
COLORS = st.sampled_from(["#aabbcc", "AABBCC", "#000000"])
USERS = st.sampled_from([6, 7])
MAYBE = st.none()
RECORDS = st.builds(Record, st.integers(1, 5), st.just(1), NAMES, TEXTS, COLORS | st.just(""), USERS | MAYBE, USERS | MAYBE)
OBSERVED = st.lists(RECORDS, max_size=4, unique_by=lambda record: record.id).map(lambda records: Observed(tuple(records)))
BY_NAME = st.builds(
    DesiredEpic, MAYBE, st.just(1), NAMES, TEXTS | MAYBE, COLORS | MAYBE, USERS | MAYBE, st.sampled_from(["present", "absent"])
)
BY_ID = st.builds(DesiredEpic, st.integers(1, 5), MAYBE | st.just(1), NAMES | MAYBE, TEXTS | MAYBE, COLORS | MAYBE, USERS | MAYBE)


def plan_or_none(desired, observed):
    """The Change, or None when it is impossible."""
    try:
        return plan_change(desired, observed)
    except PreconditionError:
        return None


@given(desired=BY_NAME | BY_ID, observed=OBSERVED)
def test_plan_of_any_epic_ends_where_it_says(desired, observed):
    """A change is needed iff something differs; after it nothing is; and nothing is sent that was not asked for."""
    desired.validate()
    change = plan_or_none(desired, observed)
    if change is None:
        return
    assert change.is_needed == (change.before != change.after) == bool(change.writes)
    others = tuple(epic for epic in observed.epics if epic != change.before)
    after = (replace(change.after, id=change.after.id or 99),) if change.after else ()
    assert not plan_change(desired, Observed(others + after)).is_needed
    assert change.after is None or not Epic().differences(desired, after[0])
    for write in change.writes:
        sent = write.params.get("fields", {})
        asked = {"groupId": desired.group_id, "name": desired.name, "description": desired.description, "createdBy": desired.created_by}
        assert all(key == "color" or asked[key] == value for key, value in sent.items())
        assert write.method in (ADD, UPDATE, DELETE)


@given(desired=BY_NAME, observed=OBSERVED)
def test_plan_by_name_refuses_exactly_twins(desired, observed):
    """Of that name, letter by letter."""
    twins = [epic.id for epic in observed.epics if epic.name == desired.name]
    assert (plan_or_none(desired, observed) is None) == (len(twins) > 1)


@settings(max_examples=1000)
@given(text=PLAIN)
def test_plain_text_of_what_the_portal_stores_is_that_of_the_text(text):
    """Whatever it made of blanks, signs, addresses and markup; and a text that is reduced already stays."""
    assert plain_text(to_html(text)) == plain_text(text)
    assert plain_text(plain_text(text)) == plain_text(text)


def test_epic_description_of_any_text_converges_in_one_run():
    """The portal stores something else, and the second run sees that it is the same."""
    with Portal() as portal:
        portal.group(1).epic("Checkout", id=11)

        @settings(max_examples=60)
        @given(text=PLAIN)
        def converges(text):
            portal.engine.store.epics[11].description = "before"
            options = {"webhook_url": portal.webhook_url, "max_wait": 0, "id": 11, "description": text}
            first, second = (task.run("bitrix24_scrum_epic", options, task.Clock()) for _run in range(2))
            assert not first["failed"]
            assert second["changed"] is False

        converges()
