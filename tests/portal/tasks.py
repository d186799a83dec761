# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.task.get, and who may read a task."""

from __future__ import annotations

from . import php
from .controller import Action, Controller
from .store import RestError

#: Name in a selection -> (key in the answer, attribute of a task).
FIELDS = {
    "ID": ("id", "id"),
    "TITLE": ("title", "title"),
    "GROUP_ID": ("groupId", "group_id"),
    "PARENT_ID": ("parentId", "parent_id"),
    "STATUS": ("status", "status"),
    "CREATED_BY": ("createdBy", "created_by"),
    "RESPONSIBLE_ID": ("responsibleId", "responsible"),
    "STAGE_ID": ("stageId", "stage_id"),
}
ABSENT = object()


def get(process, task_id, select):
    """A task, numbers as text. One that is missing, and one that the caller may not read, is an empty list at HTTP status 200."""
    if task_id is ABSENT:
        raise RestError("CTaskItem All parameters in the constructor must have real class type", "100")
    task_id = php.to_int(task_id)
    if task_id <= 0:
        raise RestError("wrong task id")
    if not may_read(process, task_id):
        return {}
    task = process.store.tasks[task_id]
    wanted = select.values() if select and "*" not in select.values() else FIELDS
    shown = {FIELDS[name][0]: str(getattr(task, FIELDS[name][1])) for name in wanted if isinstance(name, str) and name in FIELDS}
    return {"task": shown}


def may_read(process, task_id):
    """Whether there is such a task that the caller may read: his own ones, and those of groups whose tasks he may read."""
    task = process.store.tasks.get(task_id)
    if task is None:
        return False
    return process.user in (task.created_by, task.responsible) or process.may_see(task.group_id)


CONTROLLER = Controller(
    "tasks.task.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Task",
    {"get": Action(get, {"taskId": ("any", ABSENT), "select": ("array", {})}, read=True)},
)
