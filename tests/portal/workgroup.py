# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""socialnetwork.api.workgroup.*: camelCase and text in the list, upper case and numbers in get; and two actions that no page promises."""

from __future__ import annotations

from . import php
from .binder import bind
from .conditions import holds_emoji
from .group_fields import name_taken
from .group_rows import chosen, columns, ordered, page, seen, text
from .oldstyle import Method
from .people import MEMBER_ROLES, User
from .store import RestError

CLASS = "Bitrix\\Socialnetwork\\Controller\\Workgroup"
PREFIXES = {name: name for name in ("", "=", "@", "!", "!=", "!@", "%", "!%", "=%", "%=", ">", "<", ">=", "<=")}
NUMBERS = ("SCRUM_OWNER_ID", "SCRUM_MASTER_ID", "SCRUM_SPRINT_DURATION", "IMAGE_ID")
TOOLS = {"tasks": "Tasks", "files": "Drive", "calendar": "Calendar", "blog": "Feed", "chat": "Chat", "search": "Search"}


def list_groups(process, params, _caller):
    """A page of the groups that the caller can see on this site; the default selection is the id only."""
    special = _array(params.get("params"))
    groups = [group for group in seen(process, special.get("IS_ADMIN") == "Y") if group.site == special.get("siteId", "s1")]
    groups = chosen(process, groups, params.get("filter"), PREFIXES, str.upper)
    groups, extra = page(ordered(process, groups, params.get("order")), params.get("start"))
    select = [name.upper() for name in _texts(params.get("select"))] or ["ID"]
    return {"workgroups": php.array([_listed(columns(process, group), select) for group in groups])}, extra


def get_group(process, params, _caller):
    """One group, with its people; administrators see any."""
    wanted = _array(params.get("params"))
    id = php.to_int(wanted.get("groupId"))
    if id <= 0:
        raise RestError("Workgroup id is not specified.", "SONET_CONTROLLER_WORKGROUP_EMPTY")
    group = process.store.groups.get(id)
    if group is None or not (group.visible or group.role_of(process.user) or process.store.is_admin(process.user)):
        raise RestError("Workgroup not found.", "SONET_CONTROLLER_WORKGROUP_NOT_FOUND")
    answer = {name: _native(name, value) for name, value in columns(process, group).items()}
    answer["UF_SG_DEPT"] = php.array(group.departments)
    answer["MEMBERS"] = php.array(group.with_roles(*MEMBER_ROLES))
    answer["ORDINARY_MEMBERS"] = php.array(group.with_roles("K"))
    answer["MODERATOR_MEMBERS"] = php.array(group.with_roles("E"))
    answer["INVITED_MEMBERS"] = php.array(group.with_roles("Z"))
    for name in _texts(wanted.get("select")):
        if name in EXTRAS:
            answer[name] = EXTRAS[name](process, group)
    return answer


def is_existing(process, params, _caller):
    """Whether any group has a name, those that the caller cannot see included."""
    name = php.as_text(bind(params, {"name": "any"}, f"{CLASS}::isExistingGroupAction")[0])
    return {"exists": not holds_emoji(name) and name_taken(process, name)}


def set_feature(process, params, _caller):
    """Switches a tool on or off; everything but the text "true" means off, and who may not gets false."""
    id, feature = bind(params, {"groupId": "int", "feature": "array"}, f"{CLASS}::setFeatureAction")
    group = process.store.groups.get(id)
    if group is None or not (group.runs(process.user) or process.store.is_admin(process.user)):
        return False
    name = php.as_text(feature.get("featureName"))
    if name in TOOLS:
        group.set_tool(name, feature.get("active") == "true", feature.get("customName"))
    return True


def _of_the_company(run):
    """A method of the controller, which refuses people from outside."""

    def guarded(process, params, caller):
        if not process.store.users[process.user].intranet:
            raise RestError("Access restricted by user type", "restricted_by_user_type")
        return run(process, params, caller)

    return guarded


def _user_data(process, group):
    role = group.role_of(process.user)
    return {"ROLE": role, "INITIATED_BY_TYPE": "U" if process.user in group.asking else "G", "IS_SUBSCRIBED": "N"}


def _features(_process, group):
    rows = [
        {"featureName": name, "name": TOOLS.get(name, name), "customName": tool.custom_name, "id": tool.id, "active": tool.active}
        for name, tool in group.features.items()
    ]
    return php.array(rows)


def _list_of_members(process, group):
    rows = []
    for id in group.with_roles(*MEMBER_ROLES):
        person, role = process.store.users.get(id, User(id)), group.role_of(id)
        row = {"id": id, "isOwner": role == "A", "isModerator": role in ("A", "E"), "isScrumMaster": id == group.master}
        row.update(isAutoMember=id in group.automatic, name=person.name, lastName=person.last_name, position=person.position)
        rows.append(row)
    return php.array(rows)


def _actions(process, group):
    rules = group.runs(process.user) or process.store.is_admin(process.user)
    return {"canEdit": rules, "canInvite": group.is_member(process.user) or rules}


EXTRAS = {
    "USER_DATA": _user_data,
    "FEATURES": _features,
    "LIST_OF_MEMBERS": _list_of_members,
    "TAGS": lambda _process, group: php.array([tag.strip().lower() for tag in group.keywords.split(",") if tag.strip()]),
    "SUBJECT_DATA": lambda process, group: {"ID": group.subject, "NAME": process.store.subjects[group.subject]},
    "ACTIONS": _actions,
    "AVATAR": lambda _process, group: f"/upload/{group.avatar}.png" if group.avatar else "",
}


def _listed(row, select):
    names = list(row) if "*" in select else ["ID"] + [name for name in select if name != "ID"]
    return {_camel(name): text(row[name]) for name in names if name in row}


def _camel(name):
    first, *rest = name.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def _native(name, value):
    if value is None:
        return 0 if name in NUMBERS else ""
    return value if isinstance(value, int) and not isinstance(value, bool) else text(value)


def _array(value):
    return value if isinstance(value, dict) else {}


def _texts(value):
    return [str(item) for item in value.values()] if isinstance(value, dict) else []


METHODS = {
    "socialnetwork.api.workgroup.list": Method(("socialnetwork",), _of_the_company(list_groups), read=True),
    "socialnetwork.api.workgroup.get": Method(("socialnetwork",), _of_the_company(get_group), read=True),
    "socialnetwork.api.workgroup.isexistinggroup": Method(("socialnetwork",), _of_the_company(is_existing), read=True),
    "socialnetwork.api.workgroup.setfeature": Method(("socialnetwork",), _of_the_company(set_feature)),
}
