# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in place of IDs through the real engine: the modules, and the role with its report."""

from __future__ import annotations

import pytest
import yaml

from support.runner import backlog, backlogs, info


@pytest.fixture
def company(portal):
    """Two Scrums with a backlog, and people with addresses."""
    portal.grant("user_basic")
    for id, name in {6: "anna", 7: "ben"}.items():
        portal.person(f"{name}@example.com", id=id)
    for id, name in {125: "Mobile", 126: "Web"}.items():
        portal.group(id, name=name).backlog(created_by=6, modified_by=6)
    return portal


@pytest.mark.smoke
def test_names_and_ids_of_a_playbook_mean_the_same(company, runner):
    """Numbers, texts, templates and names, with the types that the engine makes of them."""
    tasks = {
        "one": backlog(group="Mobile", modified_by="ben@example.com"),
        "number": backlog(group_id=125, modified_by=7),
        "template": backlog(group="{{ 'Mobile' }}", modified_by="{{ 7 }}", created_by="{{ omit }}"),
        "many": backlogs([{"group": "Mobile", "modified_by": 7}, {"group": "Web", "modified_by": "ben@example.com"}, {"group": "Nobody"}]),
        "true": backlog(group_id=125, modified_by=True),
        "both": backlog(group_id=125, group="Mobile"),
        "info": info(groups=["Web"]),
    }
    with company.read_only():
        predicted = runner.run_tasks(tasks, check=True).results
    applied = runner.run_tasks(tasks).results
    assert [predicted[name]["changed"] for name in ("one", "number", "template")] == [True, True, True]
    assert [applied[name]["changed"] for name in ("one", "number", "template")] == [True, False, False]
    assert applied["one"]["diff"]["after"] == predicted["one"]["diff"]["after"] == applied["one"]["backlog"]
    assert [row["action"] for row in applied["many"]["backlogs"]] == ["none", "update", "none"]
    assert applied["many"]["backlogs"][2]["error"]["code"] == "group_not_found"
    assert [applied[name]["error"]["code"] for name in ("true", "both")] == ["invalid_input", "invalid_input"]
    assert applied["info"]["backlogs"][0]["group_id"] == 126
    assert [row[4] for row in company.rows] == [7, 7]


@pytest.mark.parametrize("report", ["drift.md", "drift.html"])
def test_role_with_names_applies_what_is_found_and_tells_what_is_not(company, runner, report):
    """By name, in the output and in the report; the items that are found are applied."""
    items = [{"group": "Mobile", "modified_by": "ben@example.com"}, {"group": "No <b> one"}, {"group": "Web"}]
    play = {"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"]}
    play["vars"] = {"scrum_backlogs_list": items, "scrum_backlogs_report": report}
    (runner.folder / "names.yml").write_text(yaml.safe_dump([play]))
    status, output = runner.run(["ansible-playbook", "names.yml"])
    assert status == 2
    assert "1 of 3 backlogs failed" in output
    assert "the portal shows no group with the name 'No <b> one'" in output
    assert company.backlog_of(125)[4] == 7
    written = (runner.folder / report).read_text()
    assert "roup No &lt;b" in written
    assert "<b> one" not in written


def test_role_without_a_permission_names_the_groups_that_need_it(company, runner):
    """The same failure is told once, with the names."""
    play = {"hosts": "localhost", "gather_facts": False, "roles": ["scrumops.bitrix24.scrum_backlogs"]}
    play["vars"] = {"scrum_backlogs_list": [{"group": "Mobile"}, {"group": "Web"}], "bitrix24_webhook_url": company.webhook()}
    (runner.folder / "names.yml").write_text(yaml.safe_dump([play]))
    status, output = runner.run(["ansible-playbook", "names.yml"])
    assert status == 2
    assert "needs the permission (scope) socialnetwork" in output
    assert "The same: group Web." in output
