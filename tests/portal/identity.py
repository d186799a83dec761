# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Methods about the caller and the portal itself."""

from __future__ import annotations

from datetime import datetime, timezone

from . import php

PAGE = 50


def profile(process, _params, _caller):
    """Who the caller is; an inactive user gets nothing."""
    user = process.store.users.get(process.user)
    if not user or not user.active:
        return {}
    return {
        "ID": str(user.id),
        "ADMIN": user.admin,
        "NAME": f"User {user.id}",
        "LAST_NAME": "",
        "PERSONAL_GENDER": "",
        "TIME_ZONE": "",
    }


def scope(_process, _params, caller):
    """The granted scopes."""
    return php.array(list(caller.scopes) or [""])


def current_user(process, _params, _caller):
    """The caller as a user."""
    return {"ID": str(process.user), "ACTIVE": process.store.users[process.user].active}


def users(process, params, _caller):
    """Real users, by id."""
    wanted = params.get("FILTER") if isinstance(params.get("FILTER"), dict) else params
    ids = [user.id for user in process.store.users.values()]
    if "ID" in wanted:
        asked = wanted["ID"].values() if isinstance(wanted["ID"], dict) else [wanted["ID"]]
        ids = [id for id in ids if id in [php.to_int(item) for item in asked]]
    start = php.to_int(params.get("start", 0))
    page = [{"ID": str(id), "ACTIVE": process.store.users[id].active} for id in sorted(ids)[start : start + PAGE]]
    return php.array(page), ({"total": len(ids)} if ids else {})


def server_time(_process, _params, _caller):
    """The portal's clock."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def app_info(_process, _params, caller):
    """What a webhook learns of its application."""
    return {"SCOPE": php.array(list(caller.scopes)), "LICENSE": "en_selfhosted"}


def method_get(_process, params, _caller):
    """Unreliable for controllers, as on a real portal: it says that a working method is not available."""
    name = str(params.get("name", ""))
    return {"isExisting": name.startswith("tasks.api."), "isAvailable": False}


def methods(_process, _params, _caller):
    """Deprecated: never lists controllers."""
    return php.array(["batch", "scope", "methods", "method.get", "profile", "app.info", "server.time"])
