# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a method's name to what it does: existence first, then scope, then arguments, then the method itself."""

from __future__ import annotations

import contextlib

from . import backlog, epic, identity, kanban, sprint, task, tasks, workgroup
from .binder import bind
from .store import RestError

#: Methods without a controller: name -> (needed scope or None, function of process, params and caller).
LEGACY = {
    "profile": (None, identity.profile),
    "scope": (None, identity.scope),
    "app.info": (None, identity.app_info),
    "server.time": (None, identity.server_time),
    "method.get": (None, identity.method_get),
    "methods": (None, identity.methods),
    "user.current": ("user", identity.current_user),
    "user.get": ("user", identity.users),
    "socialnetwork.api.workgroup.list": ("socialnetwork", lambda p, params, _c: workgroup.list_groups(p, params)),
    "socialnetwork.api.workgroup.get": ("socialnetwork", lambda p, params, _c: workgroup.get_group(p, params)),
    "sonet_group.get": ("sonet_group", lambda p, params, _c: workgroup.sonet_groups(p, params)),
}

#: The controllers by the start of their methods' names.
CONTROLLERS = {family.CONTROLLER.prefix: family.CONTROLLER for family in (backlog, sprint, epic, kanban, task, tasks)}

#: Methods that change something.
WRITES = {prefix + name for prefix, controller in CONTROLLERS.items() for name, action in controller.actions.items() if not action.read}


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
    needed = LEGACY[name][0] if name in LEGACY else "task"
    if needed and needed not in caller.scopes and not (needed == "user" and {"user_basic", "user_brief"} & set(caller.scopes)):
        text = "" if in_batch else "The request requires higher privileges than provided by the webhook token"
        raise RestError(text, "insufficient_scope", process.switches.auth_status_of("insufficient_scope"))
    if name in LEGACY:
        result = LEGACY[name][1](process, params, caller)
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
