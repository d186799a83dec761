# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""socialnetwork.api.workgroup.list and .get: camelCase and text in one, upper case and numbers in the other."""

from __future__ import annotations

from . import php
from .store import RestError

PAGE = 50


def list_groups(process, params):
    """A page of the groups that the caller can see; the default selection is the id only."""
    given = params.get("filter") if isinstance(params.get("filter"), dict) else {}
    select = _texts(params.get("select")) or ["ID"]
    special = params.get("params") if isinstance(params.get("params"), dict) else {}
    everything = _is_admin(process) and special.get("IS_ADMIN") == "Y"
    groups = [g for g in process.store.groups.values() if everything or g.visible or g.role_of(process.user)]
    groups = [g for g in groups if all(_passes(g, str(name), value) for name, value in given.items())]
    order = params.get("order") if isinstance(params.get("order"), dict) else {}
    descending = str(order.get("ID", "")).upper() == "DESC"
    groups.sort(key=lambda g: g.id, reverse=descending)
    start = php.to_int(params.get("start", 0))
    page = groups[max(start, 0) : max(start, 0) + PAGE]
    answer = {"workgroups": php.array([_row(g, select) for g in page])}
    extra = {}
    if start >= 0 and groups:
        extra["total"] = len(groups)
        if start + PAGE < len(groups):
            extra["next"] = start + PAGE
    return answer, extra


def get_group(process, params):
    """One group; administrators see any."""
    wanted = params.get("params") if isinstance(params.get("params"), dict) else {}
    id = php.to_int(wanted.get("groupId"))
    if id <= 0:
        raise RestError("Workgroup id is not specified", "SONET_CONTROLLER_WORKGROUP_EMPTY")
    group = process.store.groups.get(id)
    if group is None or not (group.visible or group.role_of(process.user) or _is_admin(process)):
        raise RestError("Workgroup not found", "SONET_CONTROLLER_WORKGROUP_NOT_FOUND")
    answer = {
        "ID": group.id,
        "NAME": group.name,
        "TYPE": group.type,
        "SCRUM_MASTER_ID": 1 if group.scrum else 0,
        "CLOSED": "Y" if group.closed else "N",
    }
    select = _texts(wanted.get("select"))
    if "USER_DATA" in select:
        role = group.role_of(process.user)
        answer["USER_DATA"] = {"ROLE": role, "INITIATED_BY_TYPE": "G", "IS_SUBSCRIBED": "N"}
    if "FEATURES" in select:
        stored = {"featureName": "tasks", "name": "Tasks", "customName": "", "id": 1, "active": False}
        answer["FEATURES"] = php.array([] if group.tasks_tool else [stored])
    if "LIST_OF_MEMBERS" in select:
        answer["LIST_OF_MEMBERS"] = php.array([{"ID": user, "ROLE": role} for user, role in group.members.items()])
    return answer


def sonet_groups(process, params):
    """sonet_group.get: rows of text, without anything on Scrum."""
    groups = sorted((g for g in process.store.groups.values() if g.visible or g.role_of(process.user)), key=lambda g: g.id)
    start = php.to_int(params.get("start", 0))
    rows = [{"ID": str(g.id), "NAME": g.name, "CLOSED": "Y" if g.closed else "N"} for g in groups]
    extra = {"total": len(rows)}
    if start + PAGE < len(rows):
        extra["next"] = start + PAGE
    return php.array(rows[start : start + PAGE]), extra


def _row(group, select):
    known = {
        "ID": ("id", str(group.id)),
        "NAME": ("name", group.name),
        "TYPE": ("type", group.type),
        "SCRUM_MASTER_ID": ("scrumMasterId", "1" if group.scrum else "0"),
        "CLOSED": ("closed", "Y" if group.closed else "N"),
    }
    return dict(known[name] for name in ["ID"] + [s for s in select if s != "ID"] if name in known)


def _passes(group, name, value):
    values = list(value.values()) if isinstance(value, dict) else [value]
    if name == "ID":
        return group.id in [php.to_int(item) for item in values]
    if name == ">SCRUM_MASTER_ID":
        return int(group.scrum) > php.to_int(value)
    if name == "TYPE":
        return group.type in values
    if name in ("NAME", "CLOSED"):
        return {"NAME": group.name, "CLOSED": "Y" if group.closed else "N"}[name] in values
    return True  # a key that the portal does not know is dropped


def _texts(value):
    return [str(item) for item in value.values()] if isinstance(value, dict) else []


def _is_admin(process):
    user = process.store.users.get(process.user)
    return bool(user and user.admin)
