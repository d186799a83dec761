#!/usr/bin/python
# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One epic of a Scrum group of a Bitrix24 portal."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bitrix24_scrum_epic
short_description: Manage one epic of a Scrum group of a Bitrix24 portal
version_added: 1.1.0
author:
  - ScrumOps (@scrumops)
description:
  - Creates, updates, renames or deletes an epic of a Scrum group.
  - Reads the epic, writes only the differences, reads the epic again, and returns the record that it read.
  - Does not treat the response to a write as the stored state. The task fails if the portal accepts a value but does not store it.
options:
  id:
    description:
      - ID of the epic.
      - At least one of O(id) and O(name) is required.
      - With O(id), the task manages this epic, and O(name) renames it.
    type: int
  name:
    description:
      - Name of the epic, from 1 to 255 characters, other than V(0).
      - Without O(id), the task manages the epic with exactly this name in the group, and O(group_id) or O(group) is required. Letter
        case and blanks count.
      - Bitrix24 allows several epics with the same name. If the group has more than one, the task fails with the code
        V(ambiguous_epic) and lists their IDs.
    type: str
  group_id:
    description:
      - ID of the Scrum group that has the epic.
      - With O(id), the task fails with the code V(other_group) if the epic is in another group. The module does not move epics.
      - Mutually exclusive with O(group).
    type: int
  group:
    description:
      - Exact name of the Scrum group that has the epic, including upper and lower case. Archived groups are found too.
      - Mutually exclusive with O(group_id).
      - Requires the permission (scope) C(socialnetwork).
    type: str
  description:
    description:
      - Description of the epic, as plain text.
      - If omitted, an existing description is kept.
      - Bitrix24 stores HTML that it makes of the text. The module therefore compares the text that people see, without tags, BBCode,
        entities, repeated blanks and empty lines. A difference in formatting alone changes nothing.
      - Bitrix24 cannot clear a description. The module rejects an empty text and V(0).
    type: str
  color:
    description:
      - Color of the epic, V(#RRGGBB) or V(RRGGBB) in hexadecimal digits. Letter case does not count.
      - If omitted, an existing color is kept.
      - Bitrix24 cannot clear a color.
    type: str
  created_by:
    description:
      - ID or e-mail address of the user who created the epic.
      - An address requires the permission (scope) C(user_basic) or C(user), and must belong to exactly one active user.
      - If omitted, an existing value is kept, and a new epic gets the ID of the authenticated user.
      - Unlike for a backlog, Bitrix24 stores this value for an existing epic, too.
    type: str
  state:
    description:
      - V(present) ensures that the epic exists with the given values, and creates it if the group has no epic with O(name).
      - V(absent) deletes the epic. All options that do not identify it are ignored.
      - Tasks that belong to a deleted epic keep its ID. Bitrix24 does not remove it from them.
    type: str
    choices: [present, absent]
    default: present
notes:
  - There is no option for the user who last changed the epic. Bitrix24 sets it to the authenticated user with every update.
  - To find out that a group has no epic with O(name), the module needs the permission C(socialnetwork), because Bitrix24 answers a
    caller without access with an empty list.
seealso:
  - module: scrumops.bitrix24.bitrix24_scrum_backlog
    description: Manage the backlog of a group.
  - name: Bitrix24 REST API, Scrum epics
    description: The REST methods that the module calls.
    link: https://apidocs.bitrix24.com/api-reference/sonet-group/scrum/epic/index.html
  - name: Troubleshooting
    description: All error codes, what they mean, and what to do.
    link: https://github.com/scrumops/ansible-collection-bitrix24/blob/main/docs/troubleshooting.md
extends_documentation_fragment:
  - scrumops.bitrix24.bitrix24
  - scrumops.bitrix24.bitrix24.attributes
attributes:
  check_mode:
    support: full
    details: Predicts O(description) as the task sends it. The portal stores it as HTML.
  diff_mode:
    support: full
"""

EXAMPLES = r"""
- name: Ensure that group 125 has the epic Checkout
  scrumops.bitrix24.bitrix24_scrum_epic:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125
    name: Checkout
    description: |
      Pay in one step.
      Cards & vouchers.
    color: "#69dafc"

- name: Rename epic 31 and set its creator
  scrumops.bitrix24.bitrix24_scrum_epic:
    webhook_url: "{{ bitrix24_webhook_url }}"
    id: 31
    name: Search
    created_by: 7

- name: Name the group and the creator instead of their IDs
  scrumops.bitrix24.bitrix24_scrum_epic:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group: Mobile
    name: Loyalty points
    created_by: ben@example.com

- name: Ensure that group 125 has no epic Legacy
  scrumops.bitrix24.bitrix24_scrum_epic:
    webhook_url: "{{ bitrix24_webhook_url }}"
    group_id: 125
    name: Legacy
    state: absent
"""

RETURN = r"""
action:
  description:
    - Action that the task took or attempted. One of V(none), V(create), V(update) and V(delete).
    - In check mode, the action that a run would take.
  type: str
  returned: when the connection options are valid
  sample: create
epic:
  description: The epic as the module read it after the last write. In check mode, as it would be. V(null) if there is none.
  type: dict
  returned: when the connection options are valid
  contains:
    id:
      description: ID of the epic. V(null) in check mode for an epic that would be created.
      type: int
      returned: always
      sample: 31
    group_id:
      description: ID of the group that has the epic.
      type: int
      returned: always
      sample: 125
    name:
      description: Name of the epic.
      type: str
      returned: always
      sample: Checkout
    description:
      description: Description of the epic as the portal stores it, which is HTML.
      type: str
      returned: always
      sample: Pay in one step.<br />Cards &amp; vouchers.
    color:
      description: Color of the epic as the portal stores it. Empty if it has none.
      type: str
      returned: always
      sample: "#69dafc"
    created_by:
      description: ID of the user who created the epic. V(null) if the portal names no user.
      type: int
      returned: always
      sample: 7
    modified_by:
      description: ID of the user who last changed the epic. V(null) if nobody has changed it since its creation.
      type: int
      returned: always
      sample: 1
diff:
  description: The records C(before) and C(after) with the keys of RV(epic). A record is empty if there is no epic.
  type: dict
  returned: in diff mode
error:
  description: The error of the portal or of the connection.
  type: dict
  returned: failure
  contains:
    code:
      description: Error code of the portal or of the collection, such as V(not_stored), V(timeout) or V(tls).
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
      sample: tasks.api.scrum.epic.get
"""

from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.single import reconcile_one
from ansible_collections.scrumops.bitrix24.plugins.module_utils._module import run_module
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.epic import EPIC_SPEC, OPTIONS, Epic, describe


def reconcile(context):
    """The result's keys for one epic."""
    client = context.create_client()
    desired, refusal = OPTIONS.resolve_one(client, context.params, describe)
    return reconcile_one(Epic(), client, desired, context, refusal)


def main():
    """Run the module."""
    run_module(reconcile, EPIC_SPEC, required_one_of=[("id", "name")])


if __name__ == "__main__":
    main()
