#!/usr/bin/python
# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Scrum backlog of a Bitrix24 portal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bitrix24_scrum_backlog
short_description: Manage one Scrum backlog of a Bitrix24 portal
version_added: 1.0.0
author:
  - ScrumOps (@scrumops)
description:
  - Creates, updates, moves or deletes the backlog of a Scrum group.
  - Reads the backlog, writes only the differences, reads the backlog again, and returns the record that it read.
  - Does not treat the response to a write as the stored state. The task fails if the portal accepts a value but does not store it.
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlogs
    description: Manage many backlogs in one task.
  - module: scrumops.bitrix24.bitrix24_scrum_backlog_info
    description: Read backlogs.
  - name: Bitrix24 REST API, Scrum backlog
    description: The REST methods that the module calls.
    link: https://apidocs.bitrix24.com/api-reference/sonet-group/scrum/backlog/index.html
  - name: Troubleshooting
    description: All error codes, what they mean, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.backlog
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
    details: Predicts a difference in O(created_by) of an existing backlog as a change, and warns that the real run may fail.
  diff_mode:
    support: full
"""

EXAMPLES = r"""
- name: Ensure that group 125 has a backlog
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125

- name: Ensure that user 7 is the last editor of the backlog of group 125
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125
    modified_by: 7

- name: Ensure that Ben is the last editor of the backlog of the group Mobile
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group: Mobile
    modified_by: ben@example.com

- name: Manage several backlogs and set the connection once
  module_defaults:
    group/scrumops.bitrix24.bitrix24:
      webhook_url: "{{ bitrix24_webhook_url }}"
  block:
    - name: Ensure that group 126 has a backlog, created by user 6
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 126
        created_by: 6

    - name: Ensure that group 127 has no backlog
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 127
        state: absent

- name: Ensure that backlog 3 is in group 128
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    id: 3
    group_id: 128

- name: Use OAuth and store refreshed tokens
  scrumops.bitrix24.bitrix24_scrum_backlog:
    portal_url: "{{ bitrix24_portal_url }}"
    client_id: "{{ bitrix24_client_id }}"
    client_secret: "{{ bitrix24_client_secret }}"
    refresh_token: "{{ bitrix24_refresh_token }}"
    token_file: "{{ bitrix24_token_file }}"
    oauth_url: "{{ bitrix24_oauth_url }}"
    group_id: 125
    modified_by: 7
"""

RETURN = r"""
action:
  description:
    - Action that the task took or attempted. One of V(none), V(create), V(update), V(move) and V(delete).
    - In check mode, the action that a run would take.
  type: str
  returned: when the connection options are valid
  sample: update
backlog:
  description:
    - The backlog as the portal stores it.
    - In check mode, the predicted backlog. Its C(id) is V(null) if a run would create the backlog.
    - V(null) if there is no backlog.
  type: dict
  returned: when the connection options are valid
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
diff:
  description: The records C(before) and C(after) with the keys of RV(backlog). A record is empty if there is no backlog.
  type: dict
  returned: in diff mode
error:
  description: The error of the portal or of the connection.
  type: dict
  returned: failure
  contains:
    code:
      description: Error code of the portal or of the collection, such as V(not_stored), V(group_not_found) or V(timeout).
      type: str
      returned: always
      sample: "0"
    description:
      description: Text of the error. It identifies the portal errors that share code 0.
      type: str
      returned: always
      sample: Access denied
    status:
      description: HTTP status. V(null) if there was no response.
      type: int
      returned: always
      sample: 400
    method:
      description: REST method that failed. V(null) if no call failed.
      type: str
      returned: always
      sample: tasks.api.scrum.backlog.get
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.single import reconcile_one
from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import run_module
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_options import BACKLOG_SPEC, resolve_backlogs


def reconcile(context):
    """The result's keys for one backlog."""
    client = context.create_client()
    (desired,), refused = resolve_backlogs(client, [context.params])
    return reconcile_one(Backlog(), client, desired, context, refused.get(0))


def main():
    """Run the module."""
    run_module(reconcile, BACKLOG_SPEC, required_one_of=[("id", "group_id", "group")])


if __name__ == "__main__":
    main()
