# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""user.get, user.current and user.admin: people, as far as the scope of the caller lets their fields through."""

from __future__ import annotations

from . import php
from .conditions import like, parts, passes
from .oldstyle import Method
from .people import HIDDEN_KINDS

PAGE = 50

#: The fields that everybody reads, and those that take more than the scope user_brief.
BRIEF = ("ID", "XML_ID", "ACTIVE", "NAME", "LAST_NAME", "SECOND_NAME", "PERSONAL_PHOTO", "UF_DEPARTMENT", "WORK_POSITION", "USER_TYPE")
FULL = BRIEF + ("EMAIL", "LAST_LOGIN", "DATE_REGISTER", "TIME_ZONE", "IS_ONLINE")

#: The prefixes of a filter; those of two signs and more are not recognized, and their conditions dropped.
PREFIXES = ("", "=", "@", "!", "!=", "!@", "%", "!%", ">", "<", ">=", "<=")
LIKE = ("NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "XML_ID", "WORK_POSITION")

SCOPES = ("user", "user_basic", "user_brief")


def get(process, params, caller):
    """A page of people, by id; dismissed ones too, and everybody when no condition is left."""
    wanted = _upper(params)
    conditions = _upper(wanted["FILTER"]) if isinstance(wanted.get("FILTER"), dict) else wanted
    everybody = php.truthy(wanted.get("ADMIN_MODE")) and process.store.is_admin(process.user)
    people = [user for user in process.store.users.values() if everybody or _sees(process, user)]
    people = [user for user in people if user.kind not in HIDDEN_KINDS and _passes(user, conditions, _allowed(caller))]
    people.sort(key=lambda user: user.id)
    order = php.as_text(wanted.get("SORT")).upper()
    if order in FULL and "ORDER" in wanted:
        people.sort(key=lambda user: _columns(user)[order], reverse=php.as_text(wanted["ORDER"]).upper() == "DESC")
    start = max(0, php.to_int(params.get("start", 0)))
    extra = {"total": len(people)} if people else {}
    if start + PAGE < len(people):
        extra["next"] = start + PAGE
    return php.array([_shown(user, caller) for user in people[start : start + PAGE]]), extra


def current(process, _params, caller):
    """The caller."""
    return _shown(process.store.users[process.user], caller)


def admin(process, _params, _caller):
    """Whether the caller is an administrator."""
    return process.store.is_admin(process.user)


def _allowed(caller):
    return FULL if {"user", "user_basic"} & set(caller.scopes) else BRIEF


def _columns(user):
    return {
        "ID": user.id,
        "XML_ID": user.xml_id,
        "ACTIVE": user.active,
        "NAME": user.name,
        "LAST_NAME": user.last_name,
        "SECOND_NAME": "",
        "EMAIL": user.email,
        "LAST_LOGIN": "",
        "DATE_REGISTER": "2026-01-05T00:00:00+00:00",
        "TIME_ZONE": user.time_zone,
        "IS_ONLINE": "N",
        "PERSONAL_PHOTO": "",
        "WORK_POSITION": user.position,
        "UF_DEPARTMENT": user.department,
        "USER_TYPE": user.kind,
    }


def _shown(user, caller):
    row = {name: value for name, value in _columns(user).items() if name in _allowed(caller)}
    row.update(ID=str(user.id), UF_DEPARTMENT=php.array([user.department] if user.department else []))
    return row


def _passes(user, conditions, allowed):
    """Whether a person fulfils all conditions on fields that the scope allows; the others are dropped."""
    row = _columns(user)
    for key, value in conditions.items():
        prefix, field = parts(key)
        if prefix not in PREFIXES or field not in allowed:
            continue
        if not _fits(row[field], field, prefix, value):
            return False
    return True


def _fits(stored, field, prefix, value):
    if isinstance(value, dict) and not value:
        value = ""
    if field == "ACTIVE":
        value = "Y" if php.as_text(value) in ("1", "Y", "true") else "N"
    elif prefix == "" and field in LIKE:
        patterns = list(value.values()) if isinstance(value, dict) else [value]
        return any(like(stored, php.as_text(pattern)) for pattern in patterns)
    return passes(stored, prefix, value)


def _sees(process, user):
    """Employees see each other and the people from outside with whom they share a group; those see the people of their groups."""
    caller = process.store.users[process.user]
    if user is caller or (caller.intranet and user.kind != "extranet"):
        return True
    return any(group.is_member(caller.id) and group.is_member(user.id) for group in process.store.groups.values())


def _upper(params):
    return {str(name).upper(): value for name, value in params.items()}


METHODS = {
    "user.get": Method(SCOPES, get, read=True),
    "user.current": Method(SCOPES, current, read=True),
    "user.admin": Method((), admin, read=True),
}
