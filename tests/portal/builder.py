# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A team of the portal as tests describe it: group, backlog, sprints with their boards, epics, tasks."""

from __future__ import annotations

from datetime import datetime, timedelta

from . import board, stages
from .people import Group, User

COMPLETED = 5
TWO_WEEKS = 1209600


class Team:
    """A group that is to be given what a team has; what it was given is found by name.

    :ivar epics: name -> id.
    :ivar sprints: name -> Sprint.
    :ivar tasks: title -> id.
    """

    def __init__(self, portal, group):
        self._portal = portal
        self._store = portal.engine.store
        self._group = group
        self.id = group.id
        self.epics = {}
        self.sprints = {}
        self.tasks = {}

    def backlog(self, created_by=1, modified_by=None, items=0, id=None):
        """Give the group a backlog; returns its id. The users are made."""
        modified_by = created_by if modified_by is None else modified_by
        self._portal.user(created_by, modified_by)
        return self._store.insert(self.id, created_by, modified_by, id=id, items=items).id

    def epic(self, name, description="", color="", created_by=1, id=None):
        """Give the group an epic; returns the team."""
        made = self._store.epics.add(
            id=id, group_id=self.id, name=name, description=description, color=color, created_by=find(self._portal, created_by)
        )
        self.epics[name] = made.id
        return self

    def sprint(self, name, status="planned", start=None, end=None, sort=0, created_by=1, goal="", id=None):
        """Give the group a sprint, without a board; returns the Sprint.

        :param start: its first day as YYYY-MM-DD, or a moment as YYYY-MM-DD HH:MM:SS in the server's zone; today without one.
        :param end: its last day or moment; without one, as long after the start as the group's sprints last.
        """
        start = _moment(start or self._store.clock.now().strftime("%Y-%m-%d"), "00:00:00")
        if end is None:
            length = timedelta(seconds=self._group.sprint_duration or TWO_WEEKS)
            end = (datetime.strptime(start, "%Y-%m-%d %H:%M:%S") + length).strftime("%Y-%m-%d %H:%M:%S")
        by = find(self._portal, created_by)
        columns = {"date_start": start, "date_end": _moment(end, "23:59:59"), "status": status, "goal": goal}
        row = self._store.insert(self.id, by, by, kind="sprint", id=id, name=name, sort=sort, **columns)
        self.sprints[name] = Sprint(self, row.id)
        return self.sprints[name]

    def task(self, title, **options):
        """Put a task into the backlog, which is made if need be; returns the team. For the options see place()."""
        backlog = self._store.backlog_of(self.id)
        self.place(title, backlog.id if backlog else self.backlog(self._group.owner or 1), **options)
        return self

    def place(self, title, entity, epic=None, points="", done=False, parent=None, by=None, id=None):
        """Make a task of the group, and an item of a backlog or sprint for it; returns the task's id.

        :param epic: name of one of the team's epics.
        :param points: story points, as text.
        :param parent: title of the task that it is a part of.
        """
        person = find(self._portal, by or self._group.owner or 1)
        task = self._store.tasks.add(id=id, group_id=self.id, created_by=person, responsible=person, title=title)
        task.parent_id = self.tasks[parent] if parent else 0
        task.status = COMPLETED if done else task.status
        self._store.items.add(
            entity_id=entity,
            task_id=task.id,
            epic_id=self.epics[epic] if epic else 0,
            story_points=points,
            sort_float=1024.0 * (len(self._store.items.where(entity_id=entity)) + 1),
            created_by=person,
        )
        self.tasks[title] = task.id
        return task.id


class Sprint:
    """A sprint that is to be given a board and tasks.

    :ivar stages: name -> id.
    """

    def __init__(self, team, id):
        self.team = team
        self.id = id
        self.stages = {}
        self._store = team._store

    def stage(self, name, type="WORK", color="47D1E2", id=None):
        """Give the sprint a stage, the last one of its board; returns the sprint."""
        sort = 100 * (len(stages.of(self._store, self.id)) + 1)
        self.stages[name] = self._store.stages.add(id=id, title=name, sort=sort, color=color, type=type, owner_id=self.id).id
        return self

    def board(self, *names):
        """Give the sprint a board; returns the sprint.

        :param names: of the stages, the first of them for new and the last for finished tasks; none for the usual board.
        """
        if not names:
            for type, color in board.DEFAULT:
                self.stage(stages.TITLES[type], type, color)
        for number, name in enumerate(names):
            self.stage(name, *board.DEFAULT[0 if number == 0 else 2 if number == len(names) - 1 else 1])
        return self

    def task(self, title, stage=None, **options):
        """Put a task into the sprint, and on a stage if one is named; returns the sprint. For the options see Team.place()."""
        task = self.team.place(title, self.id, **options)
        if stage:
            stages.put(self._store, task, self.stages[stage])
        return self


def make_group(
    portal,
    id,
    name=None,
    members=(1,),
    owner=None,
    master=None,
    moderators=(),
    scrum=True,
    kind=None,
    tasks_tool=True,
    **columns,
):
    """Make a group and the people in it; returns its Team. Whoever is named with an address is made if need be.

    :param members: users, or a dict of user to role (A, E, K, Z, T).
    :param owner: user, or None for a group that has none.
    :param master: Scrum master, who is made a moderator as the portal's own page does; user 1, without that, when a Scrum has none.
    :param kind: type of the group; without one, scrum or group.
    :param columns: other columns of a Group.
    """
    is_scrum = scrum and kind in (None, "scrum")
    master_id = find(portal, master) if master is not None else 1 if is_scrum else None
    group = Group(id, name=f"Group {id}" if name is None else name, type=kind or ("scrum" if is_scrum else "group"), **columns)
    group.master, group.project, group.created = master_id, is_scrum, portal.engine.store.clock.now()
    if owner is not None:
        group.enter(find(portal, owner), "A")
    roles = list(members.items()) if isinstance(members, dict) else [(find(portal, member), "K") for member in members]
    roles += [(find(portal, user), "E") for user in moderators]
    if master is not None and not isinstance(members, dict):
        roles.append((master_id, "E"))
    for user, role in roles:
        if group.role_of(user) != "A":
            group.enter(user, role)
    if not tasks_tool:
        group.tasks_tool = False
    portal.engine.store.groups[id] = group
    return Team(portal, group)


def make_person(portal, email, name=None, id=None, **options):
    """Make a person; returns the id. A second one with the same address is a twin.

    :param name: first name and last name; without it, the first part of the address.
    :param options: other columns of a User.
    """
    users = portal.engine.store.users
    id = max(users, default=0) + 1 if id is None else id
    first, _blank, last = (email.partition("@")[0].capitalize() if name is None else name).partition(" ")
    users[id] = User(id, email=email, name=first, last_name=last, **options)
    return id


def find(portal, who):
    """The id of a user, who is made if need be.

    :param who: id, or e-mail address; of several people with one address, the first one.
    """
    if isinstance(who, str):
        users = portal.engine.store.users.values()
        return next((user.id for user in users if user.email == who), None) or make_person(portal, who)
    portal.user(who)
    return who


def _moment(text, time):
    return text if " " in text else f"{text} {time}"
