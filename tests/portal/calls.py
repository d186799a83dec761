# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a method's name to what it does: existence first, then scope, then arguments, then the method itself."""

from __future__ import annotations

import contextlib

from . import backlog, epic, groups, identity, kanban, members, sonet_reading, sprint, task, tasks, users, workgroup
from .binder import bind
from .oldstyle import Method
from .store import RestError

#: Methods without a controller, about the caller and the portal.
LEGACY = {
    "profile": Method((), identity.profile, read=True),
    "scope": Method((), identity.scope, read=True),
    "app.info": Method((), identity.app_info, read=True),
    "server.time": Method((), identity.server_time, read=True),
    "method.get": Method((), identity.method_get, read=True),
    "methods": Method((), identity.methods, read=True),
}
for family in (groups, members, sonet_reading, users, workgroup):
    LEGACY.update(family.METHODS)

#: The controllers by the start of their methods' names.
CONTROLLERS = {family.CONTROLLER.prefix: family.CONTROLLER for family in (backlog, sprint, epic, kanban, task, tasks)}

#: Methods that change something.
WRITES = {prefix + name for prefix, controller in CONTROLLERS.items() for name, action in controller.actions.items() if not action.read}
WRITES |= {name for name, method in LEGACY.items() if not method.read}


def known(name):
    """Whether there is such a method, or at least such a controller."""
    return name in LEGACY or _controller(name) is not None


def call(process, name, params, caller, in_batch=False):
    """The result of a method, and what stands beside it in the envelope.

    :param name: in lower case.
    :raises RestError: when the method fails.
    """
    if process.switches.sprint_get == "missing" and name == "tasks.api.scrum.sprint.get":
        raise RestError("Method not found!", "ERROR_METHOD_NOT_FOUND", 404)
    if not known(name):
        raise RestError("Method not found!", "ERROR_METHOD_NOT_FOUND", 404)
    needed = LEGACY[name].scopes if name in LEGACY else ("task",)
    if needed and not set(needed) & set(caller.scopes):
        text = "" if in_batch else "The request requires higher privileges than provided by the webhook token"
        raise RestError(text, "insufficient_scope", process.switches.auth_status_of("insufficient_scope"))
    if name in LEGACY:
        with process.store.lock:
            result = LEGACY[name].run(process, params, caller)
        return result if isinstance(result, tuple) else (result, {})
    return _act(process, *_controller(name), params), {}


def _act(process, prefix, name, params):
    controller = CONTROLLERS[prefix]
    action = controller.actions.get(name)
    if action is None:
        raise RestError(f"Could not find description of {name} in {controller.class_name}", "22002")
    if process.verb not in ("GET", "POST"):
        raise RestError("Wrong method for current action", "invalid_http_method")
    arguments = bind(params, action.wanted, f"{controller.class_name}::{action.shown or name}Action")
    with contextlib.nullcontext() if action.own_lock else process.store.lock:
        return action.run(process, *arguments)


def _controller(name):
    for prefix in CONTROLLERS:
        if name.startswith(prefix) and name.count(".") == prefix.count("."):
            return prefix, name[len(prefix) :]
    return None
