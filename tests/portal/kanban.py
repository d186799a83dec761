# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tasks.api.scrum.kanban.*: what goes wrong when a column or a task is changed shows as ``false`` at HTTP status 200."""

from __future__ import annotations

from . import php, stages
from .controller import Action, Controller
from .store import RestError

COLOR_OF_A_NEW_STAGE = "00C4FB"
COLOR_OF_NONE = "47D1E2"


def add_stage(process, fields):
    """A new column; the sprint may be of any status, and even a backlog."""
    sprint_id = php.to_int(fields.get("sprintId"))
    if sprint_id == 0:
        raise RestError("Sprint id not found")
    sprint = process.store.entities.get(sprint_id)
    if sprint is None:
        raise RestError("Sprint not found")
    process.check_access(sprint.group_id)
    if not isinstance(fields.get("name"), str):
        raise RestError("Incorrect name format")
    kind = fields.get("type")
    stage = process.store.stages.add(
        title=fields["name"],
        sort=php.to_int(fields["sort"]) if php.is_numeric(fields.get("sort")) else 100,
        color=php.as_text(fields.get("color", COLOR_OF_A_NEW_STAGE)),
        type=kind if isinstance(kind, str) and kind in stages.TYPES else stages.WORK,
        owner_id=sprint_id,
        owner_kind=stages.SPRINT,
    )
    return stage.id


def get_stages(process, sprint_id):
    """The columns of a sprint's board, numbers as text."""
    if sprint_id == 0:
        raise RestError("Sprint id not found")
    sprint = process.remembered(sprint_id)
    if sprint is None or sprint.kind != "sprint":
        raise RestError("Sprint not found")
    process.check_access(sprint.group_id)
    return php.array([_shown(stage) for stage in stages.of(process.store, sprint_id)])


def update_stage(process, stage_id, fields):
    """Changes a column. The owner of any column counts as a sprint, so those of groups and persons with its number are changed too."""
    stage = process.store.stages.get(stage_id)
    if stage is None or not _sprint(process, stage.owner_id):
        return False
    changes = {}
    if isinstance(fields.get("name"), str):
        changes["title"] = fields["name"]
    if php.is_numeric(fields.get("sprintId")):
        changes["owner_id"] = php.to_int(fields["sprintId"])
        if not _sprint(process, changes["owner_id"]):
            return False
    if isinstance(fields.get("color"), str):
        changes["color"] = fields["color"]
    if php.is_numeric(fields.get("sort")):
        changes["sort"] = php.to_int(fields["sort"])
    if isinstance(fields.get("type"), str) and fields["type"] in stages.TYPES:
        changes["type"] = fields["type"]
    for name, value in changes.items():
        setattr(stage, name, value)
    return True


def delete_stage(process, stage_id):
    """Removes a column without tasks. One of a group or a person stays, but a NEW one loses its type."""
    store = process.store
    stage = store.stages.get(stage_id)
    if stage is None or not _sprint(process, stage.owner_id):
        return False
    own = stage.owner_kind == stages.SPRINT
    if own and store.task_stages.where(stage_id=stage_id):
        return False
    if own:
        del store.stages[stage_id]
    elif stage.type == stages.NEW:
        stage.type = ""
    return own


def add_task(process, sprint_id, task_id, stage_id):
    """A task into a column, of whatever board; it stays where else it is, and its own STAGE_ID stays too."""
    sprint = _sprint(process, sprint_id)
    if sprint is None or stage_id not in process.store.stages or not _has_task(process, sprint, task_id):
        return False
    stages.put(process.store, task_id, stage_id)
    return True


def delete_task(process, sprint_id, task_id):
    """A task off a sprint's board; it need not be there."""
    sprint = _sprint(process, sprint_id)
    if sprint is None or not _has_task(process, sprint, task_id):
        return False
    stages.take_off(process, sprint_id, [task_id])
    return True


def get_fields(_process):
    """The fields of a column."""
    types = {"name": "string", "sort": "integer", "type": "string", "sprintId": "integer", "color": "string"}
    return {"fields": {name: {"type": kind} for name, kind in types.items()}}


def _sprint(process, id):
    """A sprint or a backlog that the caller may read, as it is stored; None otherwise."""
    row = process.store.entities.get(id)
    return row if row and process.may_see(row.group_id) else None


def _has_task(process, sprint, task_id):
    """Whether a task is in the sprint's group; whether it is in the sprint does not matter."""
    task = process.store.tasks.get(task_id)
    return task is not None and task.group_id == sprint.group_id


def _shown(stage):
    return {
        "id": str(stage.id),
        "name": stage.title or stages.TITLES.get(stage.type or stages.NEW, ""),
        "sort": None if stage.sort is None else str(stage.sort),
        "type": stage.type,
        "sprintId": str(stage.owner_id),
        "color": stage.color or COLOR_OF_NONE,
    }


CONTROLLER = Controller(
    "tasks.api.scrum.kanban.",
    "Bitrix\\Tasks\\Rest\\Controllers\\Scrum\\Kanban",
    {
        "addstage": Action(add_stage, {"fields": "array"}, shown="addStage"),
        "getstages": Action(get_stages, {"sprintId": "int"}, read=True, shown="getStages"),
        "updatestage": Action(update_stage, {"stageId": "int", "fields": "array"}, shown="updateStage"),
        "deletestage": Action(delete_stage, {"stageId": "int"}, shown="deleteStage"),
        "addtask": Action(add_task, {"sprintId": "int", "taskId": "int", "stageId": "int"}, shown="addTask"),
        "deletetask": Action(delete_task, {"sprintId": "int", "taskId": "int"}, shown="deleteTask"),
        "getfields": Action(get_fields, read=True, shown="getFields"),
    },
)
