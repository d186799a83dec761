# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups, their members and people, as the portal keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

#: Roles whose holders are members: owner, moderator, member. Z is invited or asks to join, T is banned.
MEMBER_ROLES = ("A", "E", "K")

#: Kinds of accounts that no list of people shows.
HIDDEN_KINDS = ("bot", "email", "imconnector", "replica", "sale", "shop", "call", "controller")


@dataclass
class Feature:
    """A tool of a group, as far as somebody ever stored its setting."""

    id: int
    active: bool = True
    custom_name: str = ""


@dataclass
class Group:
    """A group.

    :ivar type: group, project, scrum or collab.
    :ivar master: the Scrum master, None when none was ever set; a column and nothing else, it makes nobody a member.
    :ivar members: user id -> role (A, E, K, Z, T), in the order in which they came.
    :ivar asking: those with role Z who asked to join; the others were invited.
    :ivar automatic: those who are members by their department.
    :ivar sprint_duration: seconds, None when it was never set.
    :ivar project_start: first day of a project as YYYY-MM-DD, or None.
    :ivar features: name of a tool -> Feature.
    :ivar open_tasks: whether everybody may read the group's tasks.
    :ivar files: whether there are files in its Drive.
    :ivar site: s1 for the company's own, ex for groups with people from outside.
    """

    id: int
    name: str = ""
    type: str = "scrum"
    master: int | None = None
    members: dict = field(default_factory=dict)
    asking: set = field(default_factory=set)
    automatic: set = field(default_factory=set)
    description: str = ""
    keywords: str = ""
    active: bool = True
    visible: bool = True
    opened: bool = False
    closed: bool = False
    project: bool = False
    project_start: str | None = None
    project_finish: str | None = None
    subject: int = 1
    initiate_perms: str = "K"
    spam_perms: str = "K"
    sprint_duration: int | None = None
    task_responsible: str | None = None
    departments: list = field(default_factory=list)
    avatar: int = 0
    features: dict = field(default_factory=dict)
    open_tasks: bool = False
    files: bool = False
    site: str = "s1"
    created: datetime | None = None

    @property
    def scrum(self):
        """Whether it is a Scrum: it has a Scrum master."""
        return bool(self.master)

    @property
    def owner(self):
        """The owner's id, 0 when there is none."""
        return next((user for user, role in self.members.items() if role == "A"), 0)

    @property
    def tasks_tool(self):
        """Whether the tool for tasks is on, as it is when nobody ever stored a setting."""
        return self.has_tool("tasks")

    @tasks_tool.setter
    def tasks_tool(self, on):
        self.set_tool("tasks", on)

    def has_tool(self, name):
        """Whether a tool is on."""
        return name not in self.features or self.features[name].active

    def set_tool(self, name, on, custom_name=None):
        """Store the setting of a tool; a name that is not given stays."""
        feature = self.features.setdefault(name, Feature(self.id * 100 + len(self.features)))
        feature.active = on
        feature.custom_name = feature.custom_name if custom_name is None else custom_name

    def role_of(self, user):
        """Role of a user, empty for none."""
        return self.members.get(user, "")

    def with_roles(self, *roles):
        """Ids of the users who have one of these roles."""
        return [user for user, role in self.members.items() if role in roles]

    def is_member(self, user):
        """Whether a user is owner, moderator or member."""
        return self.role_of(user) in MEMBER_ROLES

    def runs(self, user):
        """Whether a user is the owner, or the Scrum master and a member at the same time."""
        return self.role_of(user) == "A" or (self.master == user and self.is_member(user))

    def enter(self, user, role):
        """Give a user a role; whoever asked or came by a department does so no more."""
        self.members[user] = role
        self.asking.discard(user)
        self.automatic.discard(user)

    def leave(self, user):
        """Take a user's role away."""
        self.members.pop(user, None)
        self.asking.discard(user)
        self.automatic.discard(user)

    def hand_over(self, user, master):
        """Make a user the owner; the old one stays as member, or as moderator when he is the Scrum master."""
        old = self.owner
        if old == user:
            return
        if old:
            self.enter(old, "E" if old == master else "K")
        self.enter(user, "A")


@dataclass
class User:
    """A person or another account; dismissed ones still exist.

    :ivar email: empty for people who were invited by telephone.
    :ivar kind: employee, extranet, or one of HIDDEN_KINDS.
    :ivar time_zone: of the profile.
    :ivar may_create_groups: whether the portal's settings allow it.
    :ivar refuses_invitations: whether the person's privacy settings do.
    """

    id: int
    active: bool = True
    admin: bool = False
    time_zone: str = ""
    email: str = ""
    name: str = ""
    last_name: str = ""
    position: str = ""
    department: int = 1
    kind: str = "employee"
    xml_id: str = ""
    may_create_groups: bool = True
    refuses_invitations: bool = False

    @property
    def intranet(self):
        """Whether the person is one of the company."""
        return self.kind == "employee"
