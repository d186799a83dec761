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
  - Brings the backlog of a Scrum group to a described state.
  - Reads the backlog, writes only when something differs, reads it again, and reports what was read. What the portal answers to a write
    is not taken as its state.
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlogs
    description: Many backlogs in one task.
  - module: scrumops.bitrix24.bitrix24_scrum_backlog_info
    description: Read backlogs.
  - name: Bitrix24 REST API, Scrum backlog
    description: The methods that the module calls.
    link: https://apidocs.bitrix24.com/api-reference/sonet-group/scrum/backlog/index.html
  - name: Troubleshooting
    description: Every error code, what it means, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.backlog
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
    details: A difference in O(created_by) of an existing backlog is predicted as a change, with a warning that the real run may fail.
  diff_mode:
    support: full
"""

EXAMPLES = r"""
- name: The backlog of group 125 exists
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125

- name: The backlog of group 125 was changed last by user 7
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125
    modified_by: 7

- name: Several backlogs, with the connection set once
  module_defaults:
    group/scrumops.bitrix24.bitrix24:
      webhook_url: "{{ bitrix24_webhook_url }}"
  block:
    - name: Group 126 has a backlog that user 6 created
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 126
        created_by: 6

    - name: Group 127 has none
      scrumops.bitrix24.bitrix24_scrum_backlog:
        group_id: 127
        state: absent

- name: Backlog 3 is in group 128, wherever it was before
  scrumops.bitrix24.bitrix24_scrum_backlog:
    webhook_url: "{{ bitrix24_webhook_url }}"
    id: 3
    group_id: 128

- name: The same with OAuth, and tokens that last
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
  description: What was done or attempted (V(none), V(create), V(update), V(move), V(delete)); in check mode what would be.
  type: str
  returned: when the portal was reached
  sample: update
backlog:
  description:
    - The backlog as the portal stores it; in check mode as it would be, an id that is not known yet being V(null).
    - V(null) when there is none.
  type: dict
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
diff:
  description: The records C(before) and C(after), with the four keys of RV(backlog); empty where there is no backlog.
  type: dict
  returned: in diff mode, when the portal was reached
error:
  description: What the portal, or the way to it, answered.
  type: dict
  returned: on failure
  contains:
    code:
      description: The portal's error code, or one of the collection's own, such as V(not_stored), V(timeout) or V(tls).
      type: str
      returned: always
      sample: "0"
    description:
      description: The portal's text, which tells apart the errors that share code 0.
      type: str
      returned: always
      sample: Access denied
    status:
      description: HTTP status; V(null) when there was no answer.
      type: int
      returned: always
      sample: 400
    method:
      description: REST method that was called; V(null) when no call failed.
      type: str
      returned: always
      sample: tasks.api.scrum.backlog.get
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import BACKLOG_SPEC, TaskFailed, run, wish_in
from ansible_collections.scrumops.bitrix24.plugins.module_utils._reconcile import Reconciler


def bring_about(task):
    """The result's keys for one backlog."""
    wish = wish_in(task.params)
    items, _refusal = Reconciler(task.client(), task.check_mode, task.warn).run([wish])
    result = items[0].result()
    if task.wants_diff:
        result["diff"] = items[0].diff()
    if items[0].error:
        raise TaskFailed(dict(result, msg=items[0].message, error=items[0].error.as_result()))
    return result


def main():
    """Run the module."""
    run(bring_about, BACKLOG_SPEC, required_one_of=[("id", "group_id")])


if __name__ == "__main__":
    main()
