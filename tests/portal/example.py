# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small portal to try things on: two teams at work, and what else a portal holds."""

from __future__ import annotations

from datetime import timedelta

SCOPES = ("task", "socialnetwork", "sonet_group", "user")
PEOPLE = {6: "Anna Berg", 7: "Ben Costa", 9: "Carla Diaz", 10: "Dev Iyer", 11: "Eva Lind", 12: "Finn Moe"}
TWO_WEEKS = 1209600


def fill(portal):
    """People with addresses, two Scrums at work, three others with less in them or out of observation, and a group that is no Scrum."""
    portal.grant(*SCOPES, admin=True)
    portal.person("admin@example.com", name="Ada Admin", id=1, admin=True)
    for id, name in PEOPLE.items():
        portal.person(f"{name.split()[0].lower()}@example.com", name=name, id=id)
    portal.person("gus@example.com", name="Gus Gone", id=13, active=False)
    mobile, web = _mobile(portal), _web(portal)
    portal.group(127, name="Platform", members={1: "K", 9: "A"}).backlog(created_by=9, modified_by=9, items=2, id=7)
    portal.group(128, name="Research", members={1: "K"})
    portal.group(129, name="Board", members={9: "A"}).backlog(created_by=9, id=9)
    portal.group(130, name="Canteen", scrum=False, members={1: "K"})
    _work_of_mobile(portal, mobile)
    _work_of_web(portal, web)


def _mobile(portal):
    team = portal.group(
        125,
        name="Mobile",
        description="The apps for iOS and Android",
        owner="anna@example.com",
        master="ben@example.com",
        moderators=(1,),
        members=(10, 11, 13),
        sprint_duration=TWO_WEEKS,
    )
    team.backlog(created_by=6, modified_by=6, id=3)
    return team


def _work_of_mobile(portal, team):
    team.epic("Sign-in", "One account for everything", "2FC6F6").epic("Offline mode", color="FFA900")
    team.sprint("Sprint 41", "completed", _day(portal, -21), _day(portal, -8), created_by=7).board().task(
        "Remember the last account", "Done", epic="Sign-in", points="3", done=True
    )
    running = team.sprint("Sprint 42", "active", _day(portal, -7), _day(portal, 6), created_by=7)
    running.board("New", "Doing", "Review", "Done").task("Sign in with a passkey", "Doing", epic="Sign-in", points="8", by=10)
    running.task("Message for a wrong password", "Review", epic="Sign-in", points="2", by=11)
    running.task("Crash on a rotated screen", "New", points="3", by=10)
    running.task("Smaller icons", "Done", points="1", by=11)
    team.sprint("Sprint 43", "planned", _day(portal, 7), _day(portal, 20), sort=1, created_by=7).board().task(
        "Sync in the background", epic="Offline mode", points="13"
    )
    team.task("Conflicts between two devices", epic="Offline mode", points="8").task("Dark icons", points="1")


def _web(portal):
    team = portal.group(
        126,
        name="Web",
        description="The shop",
        owner="ben@example.com",
        master="carla@example.com",
        members=(1, 12),
        sprint_duration=TWO_WEEKS // 2,
        task_responsible="M",
    )
    team.backlog(created_by=7, modified_by=9, id=4)
    return team


def _work_of_web(portal, team):
    team.epic("Checkout", "Fewer steps", "9DCF00").epic("Search")
    team.sprint("Week 1", "completed", _day(portal, -10), _day(portal, -4), created_by=9).board().task(
        "Address from the last order", "Done", epic="Checkout", points="2", done=True
    )
    team.sprint("Week 2", "active", _day(portal, -3), _day(portal, 3), created_by=9).board().task(
        "Pay by invoice", "In Progress", epic="Checkout", points="5", by=12
    )
    team.sprint("Week 3", "planned", _day(portal, 4), _day(portal, 10), sort=1, created_by=9).task("Suggestions", epic="Search", points="5")


def _day(portal, distance):
    """The day that is so many days away from today, as YYYY-MM-DD."""
    return (portal.engine.store.clock.now() + timedelta(days=distance)).strftime("%Y-%m-%d")
