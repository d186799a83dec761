# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests describe in a line is what the portal answers, and the page shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import pytest
import requests

from portal import Portal, example
from support.team import ask

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def portal():
    """An empty portal whose webhook may do everything."""
    with Portal() as started:
        started.grant("sonet_group", "user", admin=True)
        yield started


def shown(address, **options):
    """The page's text, without its marks."""
    page = requests.get(address + "/", timeout=10, **options)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    return unescape(re.sub(r"<[^>]*>", "", page.text))


def test_described_team_is_what_the_methods_answer(portal):
    """Group, people, sprint, board, epic and tasks."""
    team = portal.group(125, name="Mobile", owner="anna@example.com", master="ben@example.com", members=(1, "carl@example.com"))
    team.epic("Login", color="FFA900").task("Later", epic="Login", points="3")
    sprint = team.sprint("Sprint 42", start="2026-12-01", end="2026-12-14").stage("To do", "NEW").stage("Doing")
    sprint.task("Now", "Doing", epic="Login")
    url = portal.webhook_url
    group = ask(url, "socialnetwork.api.workgroup.get", {"params": {"groupId": 125}})["result"]
    anna, ben, carl = (portal.person_named(f"{name}@example.com") for name in ("anna", "ben", "carl"))
    assert (group["NAME"], group["TYPE"], group["OWNER_ID"], group["SCRUM_MASTER_ID"]) == ("Mobile", "scrum", anna, ben)
    assert (group["MODERATOR_MEMBERS"], group["ORDINARY_MEMBERS"]) == ([ben], [1, carl])
    found = ask(url, "tasks.api.scrum.sprint.get", {"id": sprint.id})["result"]
    assert (found["name"], found["status"], found["dateStart"], found["dateEnd"]) == (
        "Sprint 42",
        "planned",
        "2026-12-01T00:00:00+00:00",
        "2026-12-14T23:59:59+00:00",
    )
    stages = ask(url, "tasks.api.scrum.kanban.getStages", {"sprintId": sprint.id})["result"]
    assert [(stage["name"], stage["type"], stage["sort"]) for stage in stages] == [("To do", "NEW", "100"), ("Doing", "WORK", "200")]
    assert ask(url, "tasks.api.scrum.epic.get", {"id": team.epics["Login"]})["result"]["name"] == "Login"
    now, later = (ask(url, "tasks.api.scrum.task.get", {"id": team.tasks[title]})["result"] for title in ("Now", "Later"))
    assert (now["entityId"], now["epicId"]) == (sprint.id, team.epics["Login"])
    assert (later["entityId"], later["storyPoints"]) == (portal.backlog_of(125)[0], "3")
    assert ask(url, "tasks.api.scrum.kanban.deleteStage", {"stageId": sprint.stages["Doing"]})["result"] is False


def test_described_board_without_names_is_the_one_that_start_makes(portal):
    """Three stages, of three types."""
    team = portal.group(125, members={1: "A"})
    described = team.sprint("A", status="completed").board()
    started = team.sprint("B").task("Work")
    assert "error" not in ask(portal.webhook_url, "tasks.api.scrum.sprint.start", {"id": started.id})
    boards = [ask(portal.webhook_url, "tasks.api.scrum.kanban.getStages", {"sprintId": id})["result"] for id in (described.id, started.id)]
    first, second = ([(stage["name"], stage["type"], stage["sort"], stage["color"]) for stage in board] for board in boards)
    assert len(first) == 3 and first == second


def test_described_board_with_names_starts_with_new_and_ends_with_finish(portal):
    """What is between is work."""
    sprint = portal.group(125).sprint("A").board("In", "Doing", "Checking", "Out")
    stages = portal.engine.store.stages
    assert [(name, stages[id].type) for name, id in sprint.stages.items()] == [
        ("In", "NEW"),
        ("Doing", "WORK"),
        ("Checking", "WORK"),
        ("Out", "FINISH"),
    ]


@pytest.mark.parametrize("described", ["backlog", "sprint", "epic", "task"])
def test_id_that_is_taken_is_refused(portal, described):
    """A row is never written over by the description of another one."""
    team = portal.group(125)

    def describe():
        options = {"backlog": {}, "sprint": {"name": "A"}, "epic": {"name": "A"}, "task": {"title": "A"}}
        getattr(team, described)(id=5, **options[described])

    describe()
    with pytest.raises(ValueError, match="5 already"):
        describe()


def test_twins_have_one_address_and_two_ids(portal):
    """And whoever names the address means the first."""
    twins = [portal.person("twin@example.com") for _twin in range(2)]
    assert len(set(twins)) == 2
    portal.group(125, owner="twin@example.com")
    assert portal.roles_in(125)[twins[0]] == "A"


def test_page_of_an_empty_portal_says_so(portal):
    """No group, and the first user."""
    assert "No groups." in shown(portal.portal_url)


def test_page_shows_what_the_portal_holds_as_text(portal):
    """Names are no markup; the page is no request that is counted."""
    team = portal.group(125, name="<b>Mobile</b> & co", owner="anna@example.com", description="<script>x</script>", closed=True)
    team.epic("<i>Login</i>").sprint("Sprint <42>", "active", "2026-12-01", "2026-12-14").board().task("Fix <it>", "Done", done=True)
    team.task("Later & more", points="5", epic="<i>Login</i>")
    text = shown(portal.portal_url)
    for part in ("<b>Mobile</b> & co", "archived", "Owner: Anna", "<script>x</script>", "<i>Login</i>", "Sprint <42>", "active"):
        assert part in text, part
    for part in ("2026-12-01", "2026-12-14", "In Progress", "Done Fix <it>", "Later & more (5 points, <i>Login</i>)", "anna@example.com"):
        assert part in text, part
    assert portal.requests == []


def test_page_after_a_write_shows_it(portal):
    """What a playbook did."""
    portal.group(125, members={1: "A"})
    assert "No backlog." in shown(portal.portal_url)
    ask(portal.webhook_url, "tasks.api.scrum.backlog.add", {"fields": {"groupId": 125, "createdBy": 1}})
    assert "No backlog." not in shown(portal.portal_url)


def test_example_holds_two_scrums_at_work():
    """Each with people, epics, a board, and a completed, an active and a planned sprint."""
    with Portal(tls=True) as portal:
        example.fill(portal)
        store = portal.engine.store
        for id in (125, 126):
            sprints = [row for row in store.entities.values() if (row.group_id, row.kind) == (id, "sprint")]
            assert sorted(row.status for row in sprints) == ["active", "completed", "planned"]
            assert len(store.epics.where(group_id=id)) == 2 and portal.backlog_of(id)
            today = store.clock.stored(store.clock.now())
            active = next(row for row in sprints if row.status == "active")
            assert active.date_start <= today <= active.date_end
            assert store.task_stages.where(stage_id=store.stages.where(owner_id=active.id)[1].id)
            assert all(store.users[user].email for user in store.groups[id].members)
        text = shown(portal.portal_url, verify=portal.ca_path)
        assert "Sprint 42" in text and "Gus Gone (dismissed)" in text


def test_command_that_serves_prints_webhook_and_page(tmp_path):
    """`make portal`, from its start to the signal that ends it."""
    told = tmp_path / "told.json"
    command = [sys.executable, "-m", "portal", "serve", "--port-file", str(told)]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        try:
            for _attempt in range(600):
                if told.exists():
                    break
                time.sleep(0.05)
            addresses = json.loads(told.read_text(encoding="utf-8"))
            assert "Sprint 42" in shown(addresses["portal_url"])
        finally:
            process.terminate()
        output = process.communicate(timeout=30)[0]
    assert addresses["webhook_url"] in output and f"page:    {addresses['portal_url']}/" in output
    assert process.returncode == 0
