#!/usr/bin/python
# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many Scrum backlogs of a Bitrix24 portal in one task."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bitrix24_scrum_backlogs
short_description: Manage many Scrum backlogs of a Bitrix24 portal in one task
version_added: 1.0.0
author:
  - ScrumOps (@scrumops)
description:
  - Creates, updates, moves or deletes many backlogs with as few HTTP requests as the REST API allows.
  - One HTTP request reads up to 50 backlogs.
  - Makes one plan for the whole list. Moves that depend on each other run in the required order.
    The task rejects moves in a cycle before it writes anything.
  - If one item fails, the others continue. The task fails at the end, and the result contains one entry for each item.
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlog
    description: Manage one backlog.
  - module: scrumops.bitrix24.bitrix24_scrum_backlog_info
    description: Read backlogs.
  - name: Troubleshooting
    description: All error codes, what they mean, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
options:
  backlogs:
    description:
      - List of backlogs with their desired state.
      - Each O(backlogs[].id), each O(backlogs[].group_id) and each O(backlogs[].group) must be unique.
        The task rejects duplicates before any call.
      - If two items name one group, one by its ID and one by its name, both items fail before any write.
      - If the name of a group or the address of a user cannot be resolved, that item fails before any write. The others continue.
      - Accepts the entries that this module or M(scrumops.bitrix24.bitrix24_scrum_backlog_info) returned.
        A V(null) value is treated as omitted.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description:
          - ID of the backlog.
          - At least one of O(backlogs[].id), O(backlogs[].group_id) and O(backlogs[].group) is required.
          - With a group alone, the item manages the backlog of that group.
            With O(backlogs[].id) alone, the item manages this backlog in any group.
          - With both, the item ensures that this backlog is in that group, and moves the backlog if necessary.
        type: int
      group_id:
        description:
          - ID of the Scrum group that has the backlog.
          - Mutually exclusive with O(backlogs[].group).
        type: int
      group:
        description:
          - Exact name of the Scrum group that has the backlog, including upper and lower case. Archived groups are found too.
          - Mutually exclusive with O(backlogs[].group_id).
          - Requires the permission (scope) C(socialnetwork).
        type: str
        version_added: 1.1.0
      created_by:
        description:
          - ID or e-mail address of the user who created the backlog.
          - An address requires the permission (scope) C(user_basic) or C(user), and must belong to exactly one active user.
          - If omitted, an existing value is kept, and a new backlog gets the ID of the authenticated user.
          - Bitrix24 stores this value only when it creates a backlog. Another value for an existing backlog makes the item fail.
        type: str
      modified_by:
        description:
          - ID or e-mail address of the user who last changed the backlog, as for O(backlogs[].created_by).
          - If omitted, an existing value is kept.
        type: str
      state:
        description:
          - V(present) ensures that the backlog exists with the given values, and creates it if the group has none.
          - V(absent) deletes the backlog.
        type: str
        choices: [present, absent]
        default: present
      action:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
      changed:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
      error:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
      failed:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
      group_name:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
      msg:
        description:
          - Ignored. Returned entries contain this key and are accepted as input.
        type: raw
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
    details: >-
      Predicts a difference in O(backlogs[].created_by) of an existing backlog as a change,
      and warns that the real run may fail.
  diff_mode:
    support: full
"""

EXAMPLES = r"""
- name: Manage the backlogs of three groups
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs:
      - group_id: 125
        modified_by: 7
      - group_id: 126
        created_by: 6
      - group_id: 127
        state: absent

- name: Manage backlogs by the names of their groups and the addresses of users
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs:
      - group: Mobile
        modified_by: ben@example.com
      - group: Web

- name: Apply the list in the inventory
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs: "{{ scrum_backlogs_list }}"
  register: applied

- name: Read all backlogs
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
  register: found

- name: Apply the backlogs as they are, which changes nothing
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs: "{{ found.backlogs }}"

- name: Show the groups whose backlog changed
  ansible.builtin.debug:
    msg: "{{ applied.backlogs | selectattr('changed') | map(attribute='group_id') }}"
"""

RETURN = r"""
backlogs:
  description: Result of each item, in the order of O(backlogs).
  type: list
  elements: dict
  returned: when the connection options are valid
  contains:
    id:
      description: ID of the backlog. V(null) if the ID is unknown.
      type: int
      returned: always
      sample: 3
    group_id:
      description: ID of the group that has the backlog. V(null) if the ID is unknown.
      type: int
      returned: always
      sample: 125
    group:
      description: Name of the group as it was given.
      type: str
      returned: when the ID of the group could not be found
      sample: Mobile
    created_by:
      description: ID of the user who created the backlog. V(null) if there is no backlog or the portal names no user.
      type: int
      returned: always
      sample: 6
    modified_by:
      description: ID of the user who last changed the backlog. V(null) if there is no backlog or the portal names no user.
      type: int
      returned: always
      sample: 7
    action:
      description:
        - Action that the task took or attempted. One of V(none), V(create), V(update), V(move) and V(delete).
        - In check mode, the action that a run would take.
      type: str
      returned: always
      sample: update
    changed:
      description: Whether the task changed the stored backlog. In check mode, whether a run would change it.
      type: bool
      returned: always
    failed:
      description: Whether the item failed.
      type: bool
      returned: always
    msg:
      description: What failed, what the portal answered, and what to do.
      type: str
      returned: when the item failed
    error:
      description: The error, with C(code), C(description), C(status) and C(method).
      type: dict
      returned: when the item failed
plan:
  description: What differs, in the order in which the changes are applied, for a playbook that applies them in parts.
  type: list
  elements: dict
  returned: in check mode, when the list could be read
  contains:
    position:
      description: Position of the item in O(backlogs), counted from 0.
      type: int
      returned: always
      sample: 3
    before:
      description: The backlog as it was read, with C(id), C(group_id), C(created_by) and C(modified_by); V(null) when there is none.
      type: dict
      returned: always
    group_name:
      description: Name of the group of the backlog. V(null) if the caller cannot list the group.
      type: str
      returned: always
      sample: Mobile
diff:
  description: The records C(before) and C(after) of the changed backlogs, as dictionaries with the group ID as key.
  type: dict
  returned: in diff mode
error:
  description:
    - The error that stopped the whole task, with C(code), C(description), C(status) and C(method).
    - For example, an invalid list, a circle of moves, or a failed authentication.
  type: dict
  returned: failure, if an error stopped the whole task
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler, fatal_error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.results import build_diff, summarize_failures
from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import TaskFailed
from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import run_module
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_options import ITEM_SPEC, resolve_backlogs
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.groups import name_groups


def reconcile(context):
    """The result's keys for a list of backlogs."""
    resource = Backlog()
    client = context.create_client()
    all_desired, refused = resolve_backlogs(client, context.params["backlogs"])
    reconciler = Reconciler(resource, client, context.check_mode, context.warn)
    items, refusal = reconciler.run(all_desired, refused)
    result = {"changed": any(item.changed for item in items), "backlogs": [item.to_row() for item in items]}
    if context.check_mode:
        name_groups(client, reconciler.planned_items)
        result["plan"] = [item.planned() for item in reconciler.planned_items]
    if context.diff_mode:
        result["diff"] = build_diff(items)
    if refusal:
        raise TaskFailed(dict(result, msg=refusal.message(), error=refusal.to_result()))
    stopped = fatal_error(items)
    if stopped:
        raise TaskFailed(dict(result, msg=summarize_failures(resource, items, stopped), error=stopped.to_result()))
    if any(item.error for item in items):
        raise TaskFailed(dict(result, msg=summarize_failures(resource, items)))
    return result


def main():
    """Run the module."""
    run_module(reconcile, {"backlogs": {"type": "list", "elements": "dict", "required": True, "options": ITEM_SPEC}})


if __name__ == "__main__":
    main()
