# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The backlog: its table, its methods and its hooks."""

from __future__ import annotations

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.resource import Resource
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error, PreconditionError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources import backlog_plan
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_plan import DELETE, FIELDS
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_reads import (
    get_command,
    parse_get_reply,
    read_current,
)
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.caller import find_caller
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import name_in, parse_target, target_command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.target_group import require_access, require_valid_target


class Backlog(Resource):
    """Backlogs: a group has at most one, and the portal moves one anywhere."""

    name = "backlog"
    plural = "backlogs"
    fields = FIELDS
    conflicts = ("Backlog already added", "The target group already has a backlog")
    deletes = DELETE

    def read(self, client, all_desired, batch):
        return read_current(client, all_desired, batch)

    def plan(self, desired, observed, facts, vacated_ids):
        return backlog_plan.plan_change(desired, observed, facts, vacated_ids)

    def prepare(self, client, items, batch, warn):
        """Check the groups that backlogs move to, and find out who becomes the creator of new ones: the facts of an item are his ID."""
        self._check_move_targets(client, [item for item in items if backlog_plan.needs_move(item.desired, item.observed)], batch, warn)
        for item in items:
            item.facts = item.desired.created_by or (item.before and item.before.created_by)
        without_creator = [i for i in items if i.error is None and i.facts is None and backlog_plan.needs_create(i.desired, i.observed)]
        caller = find_caller(client, without_creator)
        for item in without_creator:
            item.facts = caller

    def precheck(self, client, items, batch):
        """Let a creation fail in check mode where the portal would refuse it: it looks at the group only when it writes."""
        for item, reply in self._fetch_groups(client, [item for item in items if item.change.action == "create"], batch):
            item.group_name = name_in(reply)
            try:
                require_access(item.desired, parse_target(reply))
            except Bitrix24Error as error:
                item.fail(error)

    def depends_on(self, all_desired, observations):
        """A backlog moves into a group once the one that is there has left it."""
        vacated_by = {}
        for position, desired in all_desired.items():
            current = observations[position].current(desired)
            if current and (desired.state == "absent" or desired.group_id not in (None, current.group_id)):
                vacated_by[current.id] = position
        depends_on = {}
        for position, desired in all_desired.items():
            occupant = observations[position].in_group
            if desired.state == "present" and occupant and desired.id not in (None, occupant.id) and occupant.id in vacated_by:
                depends_on[position] = vacated_by[occupant.id]
        return depends_on

    def cycle_error(self, cycle):
        groups = [desired.group_id for desired in cycle]
        start = groups.index(min(groups))
        groups = groups[start:] + groups[:start]
        path = " -> ".join(str(group) for group in groups + groups[:1])
        return PreconditionError(
            "move_cycle",
            f"the moves of this list form a cycle of the groups {path}",
            hint="Move one of the backlogs to a group without a backlog first, in a separate task. Bitrix24 cannot swap backlogs.",
        )

    def read_back(self, change, write):
        group_id = (change.after or change.before).group_id
        return get_command(group_id, verifies=write), lambda reply: parse_get_reply(reply, group_id)

    def _check_move_targets(self, client, moving, batch, warn):
        """Refuse moves that would strand a backlog: the portal checks neither that the group exists nor who can read it."""
        for item, reply in self._fetch_groups(client, moving, batch):
            item.group_name = name_in(reply)
            unknown = item.run_check(lambda i=item, r=reply: require_valid_target(i.desired, parse_target(r)))
            if unknown:
                why = f" ({reply.error.description or reply.error.code})" if reply.error else ""
                warn(
                    f"Moving {item.desired.label}: the module could not check whether group {item.desired.shown('group_id')}"
                    f" {', '.join(unknown)}{why}."
                )

    def _fetch_groups(self, client, items, batch):
        """(Item, Reply) of the groups that the items want to write to."""
        commands = [target_command(item.desired.group_id) for item in items]
        return list(zip(items, client.read(commands, batch)))
