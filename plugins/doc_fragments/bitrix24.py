# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection options, the options of one backlog, and the attributes."""

    # How the portal is reached, and who asks.
    DOCUMENTATION = r"""
options:
  webhook_url:
    description:
      - Address of an inbound webhook, as the portal shows it, such as C(https://example.bitrix24.com/rest/1/SECRET/).
      - The trailing slash may be missing, and a method name at the end, such as C(profile.json), is cut off.
      - Give either this or OAuth; an option in the task beats the environment of the other kind.
      - Falls back to the environment variable E(BITRIX24_WEBHOOK_URL).
      - An empty environment variable counts as unset, here and for all options.
    type: str
  portal_url:
    description:
      - Address of the portal, such as V(https://example.bitrix24.com). Needed with OAuth.
      - Falls back to the environment variable E(BITRIX24_PORTAL_URL).
    type: str
  access_token:
    description:
      - OAuth access token of an application on the portal. It is sent in the body of the request, never in the address.
      - Falls back to the environment variable E(BITRIX24_ACCESS_TOKEN).
    type: str
  refresh_token:
    description:
      - OAuth refresh token, with which an expired access token is renewed; needs O(client_id) and O(client_secret).
      - It can be used only once, so name a O(token_file) that keeps the next one.
      - Falls back to the environment variable E(BITRIX24_REFRESH_TOKEN).
    type: str
  client_id:
    description:
      - Id of the OAuth application.
      - Falls back to the environment variable E(BITRIX24_CLIENT_ID).
    type: str
  client_secret:
    description:
      - Secret of the OAuth application.
      - Falls back to the environment variable E(BITRIX24_CLIENT_SECRET).
    type: str
  token_file:
    description:
      - File that keeps the OAuth pair between tasks, JSON with C(access_token), C(refresh_token) and C(expires), mode 0600.
      - A pair in the file is preferred to the one in the options. A renewed pair is written there before it is used,
        under a lock, so that any number of tasks renew it once. The lock is a file next to it, with C(.lock) added to the name.
      - The folder must exist, and be on the machine where the module runs.
      - Falls back to the environment variable E(BITRIX24_TOKEN_FILE).
    type: path
  oauth_url:
    description:
      - Address where OAuth tokens are renewed. Portals of some regions use C(https://oauth.bitrix24.tech/oauth/token/).
      - Falls back to the environment variable E(BITRIX24_OAUTH_URL).
    type: str
    default: https://oauth.bitrix.info/oauth/token/
  validate_certs:
    description:
      - Whether the portal's certificate is checked.
      - Falls back to the environment variable E(BITRIX24_VALIDATE_CERTS).
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificate of the CA that the portal's certificate is checked against, for portals with a CA of their own.
      - With OAuth, the certificate of the auth server is checked against it as well, so the file then has to hold both CAs.
      - Falls back to the environment variable E(BITRIX24_CA_PATH).
    type: path
  timeout:
    description:
      - Seconds that one HTTP request may take. The portal itself stops a request after 60 seconds.
      - Falls back to the environment variable E(BITRIX24_TIMEOUT).
    type: float
    default: 60.0
  max_wait:
    description:
      - Seconds that the task may sleep in all, on the portal's limits and before it repeats what failed in a way that passes.
        V(0) never waits.
      - Falls back to the environment variable E(BITRIX24_MAX_WAIT).
    type: float
    default: 300.0
requirements:
  - requests >= 2.28
notes:
  - The webhook, or the application, needs the permission (scope) C(task). With C(socialnetwork) besides, groups can be listed,
    and the target of a move is checked.
  - Membership decides who may read and write a group's backlog. Being an administrator of the portal does not help.
  - Proxies are taken from the environment (E(HTTP_PROXY), E(HTTPS_PROXY), E(NO_PROXY)); C(~/.netrc) is not used.
"""

    # What describes one backlog.
    BACKLOG = r"""
options:
  id:
    description:
      - Id of the backlog. One of O(id) and O(group_id) is required.
      - O(group_id) alone means the backlog of that group, O(id) alone this backlog, wherever it is, both this backlog in that group.
        If it is in another group, it is moved.
    type: int
  group_id:
    description:
      - Id of the Scrum group that has the backlog.
    type: int
  created_by:
    description:
      - Id of the user who created the backlog. Left out, it is left alone, and a new backlog is created by the caller.
      - Bitrix24 stores it only when a backlog is created. On an existing backlog the portal accepts another value and does not store it;
        the task then fails and says so.
    type: int
  modified_by:
    description:
      - Id of the user who changed the backlog last. Left out, it is left alone.
    type: int
  state:
    description:
      - V(present) makes the backlog as described, creating it if the group has none.
      - V(absent) removes it; O(created_by) and O(modified_by) are then ignored. Only a backlog without items can be removed, and Bitrix24
        makes a new one when somebody opens the planning page of the group.
    type: str
    choices: [present, absent]
    default: present
"""

    # What every module of the collection is like.
    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict what would be changed, without writing anything.
  diff_mode:
    description: Returns what has been, or would be, changed when in C(diff) mode.
  idempotent:
    description: When run twice in a row, the second run changes nothing.
    support: full
  platform:
    description: Where the module runs; it needs to reach the portal from there, mostly from the controller itself.
    support: full
    platforms: posix
  action_group:
    description: Use C(group/scrumops.bitrix24.bitrix24) in C(module_defaults) to set the connection once.
    support: full
    membership:
      - scrumops.bitrix24.bitrix24
"""
