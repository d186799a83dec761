# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Methods about the caller and the portal itself."""

from __future__ import annotations

from datetime import datetime, timezone

from . import php


def profile(process, _params, _caller):
    """Who the caller is; an inactive user gets nothing."""
    user = process.store.users.get(process.user)
    if not user or not user.active:
        return {}
    return {
        "ID": str(user.id),
        "ADMIN": user.admin,
        "NAME": user.name or f"User {user.id}",
        "LAST_NAME": user.last_name,
        "PERSONAL_GENDER": "",
        "TIME_ZONE": user.time_zone,
    }


def scope(_process, _params, caller):
    """The granted scopes."""
    return php.array(list(caller.scopes) or [""])


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
