# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A portal with a Scrum and its people, and rows of tables that call one of its methods after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests

SCOPES = ("task", "socialnetwork", "sonet_group", "user")

#: Who calls -> user id. The administrator is in no group.
CALLERS = {"admin": 1, "owner": 2, "master": 3, "member": 4, "guest": 9, "stranger": 20}


@dataclass
class Row:
    """A rule of the portal.

    :ivar caller: one of CALLERS.
    :ivar calls: (method, parameters) one after the other; the outcome of the last one is compared.
    :ivar result: what it answers; left out, it is not compared.
    :ivar error: (code, text) of its refusal.
    :ivar holds: attribute of the group -> value, afterwards.
    :ivar roles: user id -> role that he has afterwards, empty for none.
    :ivar group: the group that is looked at; 0 for the one whose id was answered.
    :ivar set_behavior: behaviour of the portal.
    :ivar before: attribute of the group -> value, that it has beforehand.
    """

    caller: str
    calls: list
    result: object = ...
    error: tuple | None = None
    holds: dict = field(default_factory=dict)
    roles: dict = field(default_factory=dict)
    group: int = 10
    switch: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)


def fill(portal):
    """Group 10 is a Scrum of user 2; 12 is archived, 13 hidden, 14 no Scrum."""
    portal.grant(*SCOPES, admin=True)
    people = {2: "olga", 3: "max", 4: "mia", 5: "mo", 6: "ida", 20: "stan"}
    for id, name in people.items():
        portal.person(f"{name}@example.com", name=f"{name.capitalize()} Example", id=id)
    portal.person("dora@example.com", id=7, active=False)
    portal.person("robot@example.com", id=8, kind="bot")
    portal.person("guest@partner.example", id=9, kind="extranet")
    portal.person("ban@example.com", id=11)
    members = {2: "A", 3: "E", 4: "K", 5: "E", 6: "Z", 11: "T"}
    columns = {"description": "Apps", "keywords": "ios,android", "sprint_duration": 1209600}
    portal.group(10, name="Mobile", members=members, master=3, **columns)
    portal.group(12, name="Old", members={2: "A"}, master=2, closed=True)
    portal.group(13, name="Secret", members={2: "A"}, master=2, visible=False)
    portal.group(14, name="Canteen", members={2: "A", 4: "K"}, scrum=False)


def caller(portal, who):
    """The address under which somebody calls."""
    return portal.webhook_url if who == "admin" else portal.webhook(CALLERS[who], SCOPES)


def ask(url, method, params):
    """The decoded answer to a call."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url + method, json=params, timeout=10).json()


def play(portal, row):
    """Make the calls of a Row, and compare what it says with what is answered and stored."""
    portal.set_behavior(**row.switch)
    for attribute, value in row.before.items():
        setattr(portal.engine.store.groups[row.group], attribute, value)
    url = caller(portal, row.caller)
    for method, params in row.calls:
        answer = ask(url, method, params)
    if row.error:
        assert (answer.get("error"), answer.get("error_description")) == row.error, answer
    else:
        assert "error" not in answer, answer
    if row.result is not ...:
        assert answer["result"] == row.result
    group = portal.engine.store.groups.get(row.group or answer.get("result"))
    for attribute, value in row.holds.items():
        assert getattr(group, attribute) == value, attribute
    for user, role in row.roles.items():
        assert group.role_of(user) == role, user
