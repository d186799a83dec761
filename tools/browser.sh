# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Prints the path of a browser that can look at a page without a screen, or nothing: browser.sh
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && break
done
true
