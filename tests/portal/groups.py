# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""sonet_group.create, .update, .delete and .setowner."""

from __future__ import annotations

import base64
import binascii

from . import php
from .group_fields import INVITERS, check, columns, refuse, sent, type_of
from .oldstyle import Method, failed
from .people import Group

CREATE, UPDATE, DELETE = "Cannot create group", "Cannot update group", "Cannot delete group"


def create(process, params, _caller):
    """A new group; its id."""
    store, fields = process.store, sent(params)
    caller = store.users[process.user]
    if not caller.intranet:
        fields.update(VISIBLE="N", OPENED="N", SITE_ID="ex")
    if not caller.may_create_groups:
        raise failed("You have no permissions to create a group")
    _complete(process, fields)
    check(process, fields, CREATE)
    owner = php.to_int(fields.pop("OWNER_ID"))
    if process.switches.ignores_scrum_master and "SCRUM_MASTER_ID" in fields:
        del fields["SCRUM_MASTER_ID"]
        fields["TYPE"] = "collab"
    _check_limit(process, fields)
    group = Group(store.new_group_id(), type=type_of(fields), created=store.clock.now(), **columns(fields))
    group.site = "ex" if "ex" in _list(fields.get("SITE_ID")) else "s1"
    group.active = True
    group.enter(owner, "A")
    group.set_tool("files", True)
    _set_avatar(group, fields)
    _set_departments(store, group, fields)
    store.groups[group.id] = group
    return group.id


def update(process, params, _caller):
    """Changes a group; its id."""
    store, fields = process.store, sent(params)
    id = php.to_int(fields.pop("GROUP_ID", 0))
    if id <= 0:
        raise failed("Wrong group ID")
    group = store.groups.get(id)
    if group is None or not (group.runs(process.user) or store.is_admin(process.user)):
        raise failed("User has no permissions to update group")
    if process.switches.ignores_scrum_master:
        fields.pop("SCRUM_MASTER_ID", None)
    check(process, fields, UPDATE, group)
    if "OWNER_ID" in fields:
        group.hand_over(php.to_int(fields["OWNER_ID"]), group.master)
    group.type = type_of(fields, group.type)
    opens = not group.opened and fields.get("OPENED") == "Y"
    for attribute, value in columns(fields).items():
        setattr(group, attribute, value)
    if opens:
        for user in list(group.asking):
            group.enter(user, "K")
    _set_avatar(group, fields)
    _set_departments(store, group, fields)
    return id


def delete(process, params, _caller):
    """Removes a group, unless there are tasks or files in it."""
    store = process.store
    id = php.to_int(params.get("GROUP_ID"))
    if id <= 0:
        raise failed("Wrong group ID")
    group = visible(process, id)
    if group.owner != process.user and not store.is_admin(process.user):
        raise failed("User has no permissions to delete group")
    if store.holds_tasks(id):
        refuse(process, "TASKS_NOT_EMPTY", DELETE)
    if group.files:
        refuse(process, "DISK_NOT_EMPTY", DELETE)
    for entity in [row.id for row in store.entities.values() if row.group_id == id]:
        store.delete(entity)
    for epic in store.epics.where(group_id=id):
        del store.epics[epic.id]
    del store.groups[id]
    return True


def set_owner(process, params, _caller):
    """Makes another user the owner; an administrator as such may not."""
    store = process.store
    id, user = php.to_int(params.get("GROUP_ID")), php.to_int(params.get("USER_ID"))
    if id <= 0 or user not in store.users:
        raise failed("Incorrect arguments", "100")
    group = store.groups.get(id)
    if group is None:
        raise failed("Group not found", "510")
    if not group.runs(process.user):
        raise failed("Access denied", "403")
    group.hand_over(user, group.master)
    return True


def visible(process, id):
    """The Group of an id, as far as the caller can see it.

    :raises RestError: when there is none.
    """
    group = process.store.groups.get(id)
    if group is None or not (group.visible or group.role_of(process.user) or process.store.is_admin(process.user)):
        raise failed("Socialnetwork group not found")
    return group


def _complete(process, fields):
    """What a new group gets in place of what was not sent, or of what its caller may not send."""
    owner = php.to_int(fields.get("OWNER_ID"))
    fields["OWNER_ID"] = owner if owner > 0 and process.store.is_admin(process.user) else process.user
    if php.to_int(fields.get("SUBJECT_ID")) <= 0:
        fields["SUBJECT_ID"] = min(process.store.subjects)
    if fields.get("INITIATE_PERMS") not in INVITERS:
        fields["INITIATE_PERMS"] = "K" if process.store.users[process.user].intranet else "E"
    if php.truthy(fields.get("SCRUM_MASTER_ID")):
        fields["PROJECT"] = "Y"


def _check_limit(process, fields):
    limit = process.switches.scrum_limit
    if limit is None or "SCRUM_MASTER_ID" not in fields:
        return
    if sum(group.master is not None for group in process.store.groups.values()) >= limit:
        refuse(process, "ERROR_CORE", CREATE)


def _list(value):
    return list(value.values()) if isinstance(value, dict) else [value]


def _set_avatar(group, fields):
    """A picture that cannot be read takes the present one away."""
    if "IMAGE_FILE_ID" in fields:
        group.avatar = max(0, php.to_int(fields["IMAGE_FILE_ID"]))
    elif "IMAGE" in fields:
        group.avatar = group.id * 10 + 1 if _is_picture(fields["IMAGE"]) else 0


def _is_picture(value):
    content = value.get(1) if isinstance(value, dict) else None
    if not isinstance(content, str) or not content:
        return False
    try:
        return bool(base64.b64decode(content, validate=True))
    except binascii.Error:
        return False


def _set_departments(store, group, fields):
    """The people of a department become members on their own."""
    if "UF_SG_DEPT" not in fields:
        return
    group.departments = [php.to_int(department) for department in _list(fields["UF_SG_DEPT"]) if php.to_int(department)]
    for user in store.users.values():
        if user.department in group.departments and user.active and not group.role_of(user.id):
            group.enter(user.id, "K")
            group.automatic.add(user.id)


METHODS = {
    "sonet_group.create": Method(("sonet_group",), create),
    "sonet_group.update": Method(("sonet_group",), update),
    "sonet_group.delete": Method(("sonet_group",), delete),
    "sonet_group.setowner": Method(("sonet_group",), set_owner),
}
