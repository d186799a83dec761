#!/usr/bin/python
# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Scrum backlogs that a Bitrix24 portal holds."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bitrix24_scrum_backlog_info
short_description: Read Scrum backlogs of a Bitrix24 portal
version_added: 1.0.0
author:
  - ScrumOps (@scrumops)
description:
  - Reads the backlogs of chosen groups, or of every Scrum group that the caller can list, and changes nothing.
  - Fifty backlogs are read in one request. Of chosen groups it is 49, and their names come with them.
  - If some groups cannot be read because a request failed, the task fails, and the result still holds what was read.
  - Listing the groups, and their names, needs the permission (scope) C(socialnetwork).
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlog
    description: One backlog.
  - module: scrumops.bitrix24.bitrix24_scrum_backlogs
    description: Many backlogs in one task.
  - name: Troubleshooting
    description: Every error code, what it means, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
options:
  group_ids:
    description:
      - Ids of the groups whose backlogs are read. Left out, those of every Scrum group that the caller can list.
    type: list
    elements: int
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Changes nothing.
"""

EXAMPLES = r"""
- name: The backlogs of two groups
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_ids: [125, 126]
  register: chosen

- name: All backlogs that the webhook's owner can see
  scrumops.bitrix24.bitrix24_scrum_backlog_info:
    webhook_url: "{{ bitrix24_webhook_url }}"
  register: found

- name: Groups that the owner is no member of
  ansible.builtin.debug:
    var: found.groups_denied
"""

RETURN = r"""
backlogs:
  description: The backlogs, in the order of O(group_ids), or by ascending group id.
  type: list
  elements: dict
  returned: when the portal was reached
  contains:
    id:
      description: Id of the backlog.
      type: int
      returned: always
      sample: 3
    group_id:
      description: Id of its group.
      type: int
      returned: always
      sample: 125
    created_by:
      description: Id of the user who created it; V(null) when the portal knows of nobody.
      type: int
      returned: always
      sample: 6
    modified_by:
      description: Id of the user who changed it last; V(null) when the portal knows of nobody.
      type: int
      returned: always
      sample: 7
    group_name:
      description: Name of the group.
      type: str
      returned: when it is known, which takes the permission (scope) C(socialnetwork)
      sample: Mobile
groups_without_backlog:
  description: Ids of the groups that have no backlog, or do not exist.
  type: list
  elements: int
  returned: when the portal was reached
  sample: [127]
groups_denied:
  description: Ids of the groups whose backlog the caller may not read.
  type: list
  elements: int
  returned: when the portal was reached
  sample: []
groups_failed:
  description: Ids of the groups whose backlog could not be read, because a request failed.
  type: list
  elements: int
  returned: on failure, when the portal was reached
  sample: []
error:
  description: What the portal answered, with C(code), C(description), C(status) and C(method).
  type: dict
  returned: on failure
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import TaskFailed, run
from ansible_collections.scrumops.bitrix24.plugins.module_utils._survey import survey


def read(task):
    """The result's keys."""
    found = survey(task.client(), task.params["group_ids"])
    result = dict(found.as_result(), changed=False)
    if found.error:
        raise TaskFailed(dict(result, msg=found.sentence(), error=found.error.as_result()))
    return result


def main():
    """Run the module."""
    run(read, {"group_ids": {"type": "list", "elements": "int"}})


if __name__ == "__main__":
    main()
