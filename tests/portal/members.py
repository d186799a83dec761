# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""sonet_group.user.*: who is in a group, and in which role."""

from __future__ import annotations

from . import php
from .groups import visible
from .oldstyle import Method, failed
from .people import MEMBER_ROLES

ADDABLE = ("employee", "extranet")


def add(process, params, _caller):
    """Makes users members at once; whoever has any role stays as he is."""
    store = process.store
    group, users = _wanted(process, params, "No permissions to add users")
    users = [id for id in sorted({php.to_int(user) for user in users}) if id in store.users and store.users[id].kind in ADDABLE]
    if any(store.users[id].kind == "extranet" for id in users):
        group.site = "ex"
    return php.array([str(id) for id in users if _entered(group, id)])


def update(process, params, _caller):
    """Makes members moderators or ordinary members, and lifts invitations and bans."""
    role = params.get("ROLE")
    group, users = _wanted(process, params, "No permissions to update users role", role=role)
    changed = [id for id in _present(group, users) if group.role_of(id) not in (role, "A")]
    for id in changed:
        group.members[id] = role
        group.asking.discard(id)
    return php.array([str(id) for id in changed])


def delete(process, params, _caller):
    """Takes users out of a group, but neither its owner nor its Scrum master."""
    group, users = _wanted(process, params, "No permissions to update users role")
    left = [id for id in _present(group, users) if group.role_of(id) != "A" and id != group.master]
    for id in left:
        group.leave(id)
    return php.array([str(id) for id in left])


def invite(process, params, _caller):
    """Asks users to join; they have to accept."""
    id, users = _ids(params)
    if id <= 0:
        raise failed("Wrong group ID")
    if users is None:
        raise failed("Wrong user IDs")
    group = visible(process, id)
    invited = [user for user in users if _may_invite(process, group, php.to_int(user))]
    for user in invited:
        group.enter(php.to_int(user), "Z")
    return php.array(invited)


def request(process, params, _caller):
    """The caller asks to join: a trap, since it overwrites whatever role he has."""
    id = php.to_int(params.get("GROUP_ID"))
    if id <= 0:
        raise failed("Wrong group ID")
    group = visible(process, id)
    group.enter(process.user, "K" if group.opened else "Z")
    if not group.opened:
        group.asking.add(process.user)
    return True


def get(process, params, _caller):
    """The active members of a group, all at once."""
    id = php.to_int(params.get("ID"))
    if id <= 0:
        raise failed("Wrong socialnetwork group ID")
    group, users = visible(process, id), process.store.users
    present = [user for user in group.with_roles(*MEMBER_ROLES) if user in users and users[user].active]
    return php.array([{"USER_ID": str(user), "ROLE": group.role_of(user)} for user in present])


def groups(process, _params, _caller):
    """The groups of which the caller is a member."""
    rows = []
    for group in process.store.groups.values():
        if group.is_member(process.user):
            row = {"GROUP_ID": str(group.id), "GROUP_NAME": group.name, "ROLE": group.role_of(process.user)}
            rows.append({**row, "GROUP_IMAGE_ID": str(group.avatar) if group.avatar else None, "GROUP_IMAGE": ""})
            if group.site == "ex":
                rows[-1]["IS_EXTRANET"] = "Y"
    return php.array(rows)


def _wanted(process, params, refusal, role="K"):
    """(Group, user ids as sent) of a call that only administrators may make.

    :raises RestError: for the first thing that is wrong.
    """
    id, users = _ids(params)
    if id <= 0:
        raise failed("Wrong group ID")
    if not process.store.is_admin(process.user):
        raise failed(refusal)
    if role not in ("E", "K"):
        raise failed("Incorrect role code")
    if users is None:
        raise failed("Wrong user IDs")
    if id not in process.store.groups:
        raise failed("Socialnetwork group not found")
    return process.store.groups[id], users


def _ids(params):
    """(group id, list of what was sent as user ids, None when that is nothing)."""
    given = params.get("USER_ID")
    users = list(given.values()) if isinstance(given, dict) else [given] if php.to_int(given) > 0 else []
    return php.to_int(params.get("GROUP_ID")), users or None


def _present(group, users):
    asked = {php.to_int(user) for user in users}
    return [id for id in group.members if id in asked]


def _entered(group, id):
    if group.role_of(id):
        return False
    group.enter(id, "K")
    return True


def _may_invite(process, group, user):
    inviters = {"A": "A", "E": "AE", "K": "AEK"}[group.initiate_perms]
    may = process.store.is_admin(process.user) or group.role_of(process.user) in tuple(inviters)
    person = process.store.users.get(user)
    return may and person is not None and user != process.user and not group.role_of(user) and not person.refuses_invitations


METHODS = {
    "sonet_group.user.add": Method(("sonet_group",), add),
    "sonet_group.user.update": Method(("sonet_group",), update),
    "sonet_group.user.delete": Method(("sonet_group",), delete),
    "sonet_group.user.invite": Method(("sonet_group",), invite),
    "sonet_group.user.request": Method(("sonet_group",), request),
    "sonet_group.user.get": Method(("sonet_group",), get, read=True),
    "sonet_group.user.groups": Method(("sonet_group",), groups, read=True),
}
