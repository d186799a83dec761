#!/usr/bin/python
# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the Scrum backlogs of a Bitrix24 portal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bitrix24_scrum_backlog_info
short_description: Read Scrum backlogs of a Bitrix24 portal
version_added: 1.0.0
author:
  - ScrumOps (@scrumops)
description:
  - Reads the backlogs of the given groups, or of every Scrum group that the authenticated user can list.
  - Changes nothing on the portal.
  - One HTTP request reads up to 50 backlogs. With O(group_ids) or O(groups), one request reads up to 49 backlogs together with the group
    names. With O(groups), another request finds up to 2,500 groups by name.
  - If a request fails, the task fails, and the result still contains what the module read before.
  - The list of groups and the group names require the permission (scope) C(socialnetwork).
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlog
    description: Manage one backlog.
  - module: scrumops.bitrix24.bitrix24_scrum_backlogs
    description: Manage many backlogs in one task.
  - name: Troubleshooting
    description: All error codes, what they mean, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
options:
  group_ids:
    description:
      - IDs of the groups whose backlogs the module reads.
      - If O(group_ids) and O(groups) are omitted, the module reads the backlogs of every Scrum group that the authenticated user can list.
    type: list
    elements: int
  groups:
    description:
      - Exact names of groups whose backlogs the module reads, in addition to those in O(group_ids). Archived groups are found too.
      - If a name cannot be resolved, the task fails, and the result still contains the other backlogs.
      - Requires the permission (scope) C(socialnetwork).
    type: list
    elements: str
    version_added: 1.1.0
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: The module changes nothing.
"""

EXAMPLES = r"""
- name: Read the backlogs of two groups
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_ids: [125, 126]
  register: chosen

- name: Read the backlogs of two groups by name
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
    groups: [Mobile, Web]

- name: Read all backlogs that the owner of the webhook can see
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
  register: found

- name: Show the groups that the owner is not a member of
  ansible.builtin.debug:
    var: found.groups_denied
"""

RETURN = r"""
backlogs:
  description: The backlogs, in the order of O(group_ids) and O(groups), or sorted by group ID.
  type: list
  elements: dict
  returned: when the options are valid
  contains:
    id:
      description: ID of the backlog.
      type: int
      returned: always
      sample: 3
    group_id:
      description: ID of the group that has the backlog.
      type: int
      returned: always
      sample: 125
    created_by:
      description: ID of the user who created the backlog. V(null) if the portal names no user.
      type: int
      returned: always
      sample: 6
    modified_by:
      description: ID of the user who last changed the backlog. V(null) if the portal names no user.
      type: int
      returned: always
      sample: 7
    group_name:
      description: Name of the group.
      type: str
      returned: when the webhook or the application has the permission (scope) C(socialnetwork)
      sample: Mobile
groups_without_backlog:
  description: IDs of the groups that have no backlog or do not exist.
  type: list
  elements: int
  returned: when the options are valid
  sample: [127]
groups_denied:
  description: IDs of the groups whose backlog the authenticated user cannot read.
  type: list
  elements: int
  returned: when the options are valid
  sample: []
groups_failed:
  description: IDs of the groups whose backlog the module could not read because a request failed.
  type: list
  elements: int
  returned: failure
  sample: []
error:
  description: The error, with C(code), C(description), C(status) and C(method).
  type: dict
  returned: failure
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import TaskFailed
from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import run_module
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_info import list_backlogs


def gather(context):
    """The result's keys."""
    found = list_backlogs(context.create_client(), context.params["group_ids"], context.params["groups"])
    result = dict(found.to_result(), changed=False)
    if found.error:
        raise TaskFailed(dict(result, msg=found.message(), error=found.error.to_result()))
    return result


def main():
    """Run the module."""
    run_module(gather, {"group_ids": {"type": "list", "elements": "int"}, "groups": {"type": "list", "elements": "str"}})


if __name__ == "__main__":
    main()
