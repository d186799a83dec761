# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection options, the options of one backlog, and the attributes."""

    # How the modules reach the portal and authenticate.
    DOCUMENTATION = r"""
options:
  webhook_url:
    description:
      - URL of an inbound webhook, as the portal shows it, such as V(https://example.bitrix24.com/rest/1/SECRET/).
      - The trailing slash is optional. A method name at the end, such as C(profile.json), is removed.
      - Mutually exclusive with the OAuth options. An option of the task takes precedence over environment variables of the other kind.
      - If omitted, the environment variable E(BITRIX24_WEBHOOK_URL) is used.
      - An empty environment variable is treated as unset. This applies to all options.
    type: str
  portal_url:
    description:
      - URL of the portal, such as V(https://example.bitrix24.com).
      - Required with OAuth.
      - If omitted, the environment variable E(BITRIX24_PORTAL_URL) is used.
    type: str
  access_token:
    description:
      - OAuth access token of an application on the portal.
      - The module sends the token in the request body, never in the URL.
      - If omitted, the environment variable E(BITRIX24_ACCESS_TOKEN) is used.
    type: str
  refresh_token:
    description:
      - OAuth refresh token, which refreshes an expired access token.
      - Requires O(client_id) and O(client_secret).
      - A refresh token works only once. Set O(token_file) to store the next one.
      - If omitted, the environment variable E(BITRIX24_REFRESH_TOKEN) is used.
    type: str
  client_id:
    description:
      - ID of the OAuth application.
      - If omitted, the environment variable E(BITRIX24_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Secret of the OAuth application.
      - If omitted, the environment variable E(BITRIX24_CLIENT_SECRET) is used.
    type: str
  token_file:
    description:
      - Path of the file that stores the OAuth token pair between tasks.
      - The file is JSON with C(access_token), C(refresh_token) and C(expires), and has mode 0600.
      - A token pair in the file takes precedence over the pair in the options.
      - The module writes a refreshed pair to the file before it uses the pair.
      - A lock ensures that concurrent tasks refresh a pair only once. The lock is a file next to O(token_file) with the suffix C(.lock).
      - The directory must exist on the machine where the module runs.
      - If omitted, the environment variable E(BITRIX24_TOKEN_FILE) is used.
    type: path
  oauth_url:
    description:
      - URL of the auth server, which refreshes OAuth tokens.
      - Portals in some regions require V(https://oauth.bitrix24.tech/oauth/token/).
      - If omitted, the environment variable E(BITRIX24_OAUTH_URL) is used.
    type: str
    default: https://oauth.bitrix.info/oauth/token/
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the portal.
      - If omitted, the environment variable E(BITRIX24_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - Path of the file with the CA certificate that signed the certificate of the portal. Set it for a portal with a private CA.
      - With OAuth, the file must also contain the CA certificate of the auth server.
      - If omitted, the environment variable E(BITRIX24_CA_PATH) is used.
    type: path
  timeout:
    description:
      - Maximum time in seconds for one HTTP request.
      - The portal stops a request after 60 seconds.
      - If omitted, the environment variable E(BITRIX24_TIMEOUT) is used.
    type: float
    default: 60.0
  max_wait:
    description:
      - Maximum time in seconds that a task waits in total for rate limits and retries.
      - V(0) disables waiting.
      - If omitted, the environment variable E(BITRIX24_MAX_WAIT) is used.
    type: float
    default: 300.0
requirements:
  - requests >= 2.28
notes:
  - The webhook or the application needs the permission (scope) C(task). With the permission C(socialnetwork), the modules can also
    list groups, find groups by name, and check the target group of a move. With C(user_basic) or C(user), they can also find users by
    e-mail address.
  - Names of groups and addresses of users cost one more HTTP request in a task, for up to 2,500 of them. IDs cost none.
    Results and diffs contain IDs.
  - A user must be a member of a group to read and write its backlog. Portal administrator rights do not give this access.
  - The modules use the proxies in the environment (E(HTTP_PROXY), E(HTTPS_PROXY), E(NO_PROXY)). They do not use C(~/.netrc).
"""

    # What describes one backlog.
    BACKLOG = r"""
options:
  id:
    description:
      - ID of the backlog.
      - At least one of O(id), O(group_id) and O(group) is required.
      - With a group alone, the task manages the backlog of that group. With O(id) alone, the task manages this backlog in any group.
      - With both, the task ensures that this backlog is in that group, and moves the backlog if necessary.
    type: int
  group_id:
    description:
      - ID of the Scrum group that has the backlog.
      - Mutually exclusive with O(group).
    type: int
  group:
    description:
      - Exact name of the Scrum group that has the backlog, including upper and lower case. Archived groups are found too.
      - Mutually exclusive with O(group_id).
      - Requires the permission (scope) C(socialnetwork).
    type: str
    version_added: 1.1.0
  created_by:
    description:
      - ID or e-mail address of the user who created the backlog.
      - An address requires the permission (scope) C(user_basic) or C(user), and must belong to exactly one active user.
      - If omitted, an existing value is kept, and a new backlog gets the ID of the authenticated user.
      - Bitrix24 stores this value only when it creates a backlog. For an existing backlog, the portal accepts another value but does not
        store it, and the task fails.
    type: str
  modified_by:
    description:
      - ID or e-mail address of the user who last changed the backlog, as for O(created_by).
      - If omitted, an existing value is kept.
    type: str
  state:
    description:
      - V(present) ensures that the backlog exists with the given values, and creates it if the group has none.
      - V(absent) deletes the backlog. O(created_by) and O(modified_by) are ignored.
      - Only a backlog without items can be deleted. Bitrix24 creates a new one when somebody opens the planning page of the group.
    type: str
    choices: [present, absent]
    default: present
"""

    # The attributes that all modules share.
    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict changes without writing to the portal.
  diff_mode:
    description: Returns details of the changes in C(diff) mode.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  platform:
    description: Platform on which the module runs. The module must reach the portal from there, so it usually runs on the controller.
    support: full
    platforms: posix
  action_group:
    description: Use C(group/scrumops.bitrix24.bitrix24) in C(module_defaults) to set the connection options once.
    support: full
    membership:
      - scrumops.bitrix24.bitrix24
"""
