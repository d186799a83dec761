# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page at the portal's address: what it holds, for people who want to see what a playbook did."""

from __future__ import annotations

from html import escape

from . import stages
from .people import User

ROLES = {"A": "Owner", "E": "Moderators", "K": "Members", "Z": "Invited", "T": "Banned"}
ORDER = {"active": 0, "planned": 1, "completed": 2}
COMPLETED = 5

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portal</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 62rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: .4rem 0; }}
th, td {{ border: 1px solid #8886; padding: .25rem .6rem; text-align: left; vertical-align: top; }}
th {{ background: #8882; }}
section {{ border-top: 3px solid #8886; margin-top: 1.6rem; }}
h2 {{ margin-bottom: .2rem; }}
h3 {{ margin: .9rem 0 .2rem; }}
.quiet {{ opacity: .75; }}
.active {{ font-weight: bold; }}
.done {{ text-decoration: line-through; }}
</style>
</head>
<body>
<h1>What the portal holds</h1>
<p class="quiet">A stand-in for a Bitrix24 portal, at {address}. The page renews itself every five seconds.</p>
{groups}
<section>
<h2>People</h2>
{people}
</section>
</body>
</html>
"""


def page(portal):
    """The page, encoded."""
    store = portal.engine.store
    with store.lock:
        groups = "\n".join(_group(store, group) for _id, group in sorted(store.groups.items())) or "<p>No groups.</p>"
        people = _people(store)
    return DOCUMENT.format(address=escape(portal.portal_url), groups=groups, people=people).encode("utf-8", "replace")


def _group(store, group):
    marks = [f"group {group.id}", group.type] + [name for name, on in _states(group).items() if on]
    parts = ["<section>", f"<h2>{escape(group.name)}</h2>", f'<p class="quiet">{escape(", ".join(marks))}</p>']
    if group.description:
        parts.append(f"<p>{escape(group.description)}</p>")
    parts.append(_members(store, group))
    if group.type == "scrum":
        parts += [_sprints(store, group), _epics(store, group), _backlog(store, group)]
    return "\n".join([*parts, "</section>"])


def _states(group):
    return {"archived": group.closed, "hidden": not group.visible, "open to all": group.opened, "tasks switched off": not group.tasks_tool}


def _members(store, group):
    lines = [f"Scrum master: {_person(store, group.master)}"] if group.master else []
    for role, name in ROLES.items():
        names = [_person(store, user) for user in group.with_roles(role)]
        if names:
            lines.append(f"{name}: {', '.join(names)}")
    return f"<p>{'<br>'.join(lines) or 'Nobody is in it.'}</p>"


def _sprints(store, group):
    found = [row for row in store.entities.values() if row.group_id == group.id and row.kind == "sprint"]
    found.sort(key=lambda row: (ORDER.get(row.status, 3), row.date_start or "", row.id))
    rows = [
        (
            f'<span class="{escape(row.status or "")}">{escape(row.name or "")}</span>',
            escape(row.status or ""),
            _moment(row.date_start),
            _moment(row.date_end),
            _places(store, row),
        )
        for row in found
    ]
    return _table("Sprints", ("Sprint", "Status", "From", "To", "Board and tasks"), rows, "No sprint.")


def _places(store, sprint):
    """A sprint's board with its tasks, and those of its tasks that are not on it."""
    items = store.items.where(entity_id=sprint.id)
    lines, on_board = [], set()
    for stage in stages.of(store, sprint.id):
        tasks = [relation.task_id for relation in store.task_stages.where(stage_id=stage.id)]
        on_board.update(tasks)
        shown = "; ".join(_task(store, item) for item in items if item.task_id in tasks)
        lines.append(f"<b>{escape(stage.title or stages.TITLES.get(stage.type, ''))}</b> {shown}")
    others = "; ".join(_task(store, item) for item in items if item.task_id not in on_board)
    if others:
        lines.append(f"<i>not on a board</i> {others}")
    return "<br>".join(lines)


def _epics(store, group):
    found = store.epics.where(group_id=group.id)
    rows = [tuple(escape(text or "") for text in (str(epic.id), epic.name, epic.description, epic.color)) for epic in found]
    return _table("Epics", ("ID", "Epic", "Description", "Color"), rows, "No epic.")


def _backlog(store, group):
    row = store.backlog_of(group.id)
    if row is None:
        return "<h3>Backlog</h3>\n<p>No backlog.</p>"
    tasks = [_task(store, item) for item in sorted(store.items.where(entity_id=row.id), key=lambda item: item.sort_float or 0)]
    tasks += [f"{row.items} more"] if row.items else []
    by = f"Backlog {row.id}, created by {_person(store, row.created_by)}, changed by {_person(store, row.modified_by)}"
    return f"<h3>Backlog</h3>\n<p>{by}</p>\n<ul>{''.join(f'<li>{task}</li>' for task in tasks) or '<li>empty</li>'}</ul>"


def _task(store, item):
    task = store.tasks.get(item.task_id)
    title = escape((task and task.title) or f"Task {item.task_id}")
    if task and task.status == COMPLETED:
        title = f'<span class="done">{title}</span>'
    epic = store.epics.get(item.epic_id)
    extra = [f"{item.story_points} point{'' if item.story_points == '1' else 's'}"] if item.story_points else []
    extra += [epic.name or ""] if epic else []
    return title + (f' <span class="quiet">({escape(", ".join(extra))})</span>' if extra else "")


def _people(store):
    rows = []
    for id, user in sorted(store.users.items()):
        marks = [name for name, on in (("administrator", user.admin), ("dismissed", not user.active)) if on]
        marks += [] if user.intranet else [user.kind]
        rows.append((str(id), escape(f"{user.name} {user.last_name}".strip()), escape(user.email), escape(", ".join(marks))))
    return _table("", ("ID", "Name", "E-mail", ""), rows, "Nobody.")


def _person(store, id):
    user = store.users.get(id) or User(id)
    return escape(f"{user.name} {user.last_name}".strip() or f"user {id}") + ("" if user.active else " (dismissed)")


def _moment(text):
    """A stored date, without a time that only says that it is the whole day."""
    day, _blank, time = (text or "").partition(" ")
    return escape(day if time in ("00:00:00", "23:59:59") else text or "")


def _table(title, heads, rows, nothing):
    heading = f"<h3>{title}</h3>\n" if title else ""
    if not rows:
        return f"{heading}<p>{nothing}</p>"
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"{heading}<table>\n<tr>{head}</tr>\n{body}\n</table>"
