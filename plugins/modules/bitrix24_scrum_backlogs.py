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
  - Brings many backlogs to their described states, with as few HTTP requests as the REST interface allows.
  - Fifty backlogs are read in one request.
  - One plan is made for the whole list. Moves that depend on each other are put in order.
    Moves in a circle are refused before anything is written.
  - A backlog that fails does not stop the others. The task fails at the end, and the result tells of every item what became of it.
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlog
    description: One backlog.
  - module: scrumops.bitrix24.bitrix24_scrum_backlog_info
    description: Read backlogs.
  - name: Troubleshooting
    description: Every error code, what it means, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
options:
  backlogs:
    description:
      - The described backlogs. Two items that claim one O(backlogs[].id) or one O(backlogs[].group_id) are refused before any call.
      - Rows that this module or M(scrumops.bitrix24.bitrix24_scrum_backlog_info) returned are accepted as they are.
        What is V(null) counts as left out.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description:
          - Id of the backlog. One of O(backlogs[].id) and O(backlogs[].group_id) is required.
          - O(backlogs[].group_id) alone means the backlog of that group, O(backlogs[].id) alone this backlog, wherever it is,
            both this backlog in that group. If it is in another group, it is moved.
        type: int
      group_id:
        description:
          - Id of the Scrum group that has the backlog.
        type: int
      created_by:
        description:
          - Id of the user who created the backlog. Left out, it is left alone, and a new backlog is created by the caller.
          - Bitrix24 stores it only when a backlog is created; another value on an existing backlog makes the item fail.
        type: int
      modified_by:
        description:
          - Id of the user who changed the backlog last. Left out, it is left alone.
        type: int
      state:
        description:
          - V(present) makes the backlog as described, V(absent) removes it.
        type: str
        choices: [present, absent]
        default: present
      action:
        description:
          - Ignored. Rows of results hold what was done; they can be given back as they are.
        type: raw
      changed:
        description:
          - Ignored. Rows of results hold whether something was; they can be given back as they are.
        type: raw
      error:
        description:
          - Ignored. Rows of results hold the error; they can be given back as they are.
        type: raw
      failed:
        description:
          - Ignored. Rows of results hold whether it failed; they can be given back as they are.
        type: raw
      group_name:
        description:
          - Ignored. Rows of results hold the name of the group; they can be given back as they are.
        type: raw
      msg:
        description:
          - Ignored. Rows of results hold the message; they can be given back as they are.
        type: raw
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
    details: >-
      A difference in O(backlogs[].created_by) of an existing backlog is predicted as a change,
      with a warning that the real run may fail.
  diff_mode:
    support: full
"""

EXAMPLES = r"""
- name: Three groups at once
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs:
      - group_id: 125
        modified_by: 7
      - group_id: 126
        created_by: 6
      - group_id: 127
        state: absent

- name: The list that is kept in the inventory
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs: "{{ scrum_backlogs_list }}"
  register: applied

- name: What the portal holds
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
  register: found

- name: The same again, which changes nothing
  scrumops.bitrix24.bitrix24_scrum_backlogs:
    webhook_url: "{{ bitrix24_webhook_url }}"
    backlogs: "{{ found.backlogs }}"

- name: Which ones were changed
  ansible.builtin.debug:
    msg: "{{ applied.backlogs | selectattr('changed') | map(attribute='group_id') }}"
"""

RETURN = r"""
backlogs:
  description: What became of each item, in the order given.
  type: list
  elements: dict
  returned: when the list could be read
  contains:
    id:
      description: Id of the backlog; V(null) when it is not known.
      type: int
      returned: always
      sample: 3
    group_id:
      description: Id of its group; V(null) when it is not known.
      type: int
      returned: always
      sample: 125
    created_by:
      description: Id of the user who created it; V(null) when there is no backlog, or the portal knows of nobody.
      type: int
      returned: always
      sample: 6
    modified_by:
      description: Id of the user who changed it last; V(null) when there is no backlog, or the portal knows of nobody.
      type: int
      returned: always
      sample: 7
    action:
      description: What was done or attempted (V(none), V(create), V(update), V(move), V(delete)); in check mode what would be.
      type: str
      returned: always
      sample: update
    changed:
      description: Whether the stored backlog differs from before; in check mode whether it would.
      type: bool
      returned: always
    failed:
      description: Whether the item failed.
      type: bool
      returned: always
    msg:
      description: What was attempted, what the portal answered, and what to do.
      type: str
      returned: when the item failed
    error:
      description: The portal's answer, with C(code), C(description), C(status) and C(method).
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
      description: Name of the group of the backlog. V(null) if the caller cannot list the group, for example without the scope socialnetwork.
      type: str
      returned: always
      sample: Mobile
diff:
  description: The records C(before) and C(after) of the backlogs that differ, as mappings keyed by group id.
  type: dict
  returned: in diff mode, when the list could be read
error:
  description:
    - What stopped the task as a whole, with C(code), C(description), C(status) and C(method).
      The list cannot be meant, its moves go in a circle, or the portal or the sign-in failed.
  type: dict
  returned: on failure, when it was not items that failed one by one
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import ITEM_SPEC, TaskFailed, run, wish_in
from ansible_collections.scrumops.bitrix24.plugins.module_utils._outcome import diff_of, failures_in
from ansible_collections.scrumops.bitrix24.plugins.module_utils._reconcile import Reconciler, name_groups, stopper


def bring_about(task):
    """The result's keys for a list of backlogs."""
    wishes = [wish_in(item) for item in task.params["backlogs"]]
    client = task.client()
    reconciler = Reconciler(client, task.check_mode, task.warn)
    items, refusal = reconciler.run(wishes)
    result = {"changed": any(item.changed for item in items), "backlogs": [item.row() for item in items]}
    if task.check_mode:
        name_groups(client, reconciler.plan)
        result["plan"] = [item.planned() for item in reconciler.plan]
    if task.wants_diff:
        result["diff"] = diff_of(items)
    if refusal:
        raise TaskFailed(dict(result, msg=refusal.sentence(), error=refusal.as_result()))
    stopped = stopper(items)
    if stopped:
        raise TaskFailed(dict(result, msg=failures_in(items, stopped), error=stopped.as_result()))
    if any(item.error for item in items):
        raise TaskFailed(dict(result, msg=failures_in(items)))
    return result


def main():
    """Run the module."""
    run(bring_about, {"backlogs": {"type": "list", "elements": "dict", "required": True, "options": ITEM_SPEC}})


if __name__ == "__main__":
    main()
