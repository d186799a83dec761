# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Prepares a release: version, changelog, commit, tag, built file. Nothing is pushed or published. release.sh VERSION BIN
set -eu
version=${1-} bin=$(pwd)/$2
say() {
    echo "$1" >&2
    exit 1
}
echo "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' || say "Say which version: make release VERSION=1.2.3"
[ -z "$(git status --porcelain)" ] || say "The checkout has changes that are not committed (git status)."
if git rev-parse -q --verify "refs/tags/$version" >/dev/null; then say "The tag $version is there already."; fi
[ -n "$(ls changelogs/fragments/*.y*ml 2>/dev/null)" ] || say "changelogs/fragments/ is empty: what is new in $version?"

home=$(mktemp -d)
committed=
finish() {
    rm -rf "$home"
    [ -n "$committed" ] && return
    git checkout -q HEAD -- . && git clean -qf -- CHANGELOG.rst changelogs
    echo "Nothing was released; the checkout is as it was." >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

sed -i "s/^version: .*/version: $version/" galaxy.yml
sed -i "s/^VERSION = .*/VERSION = \"$version\"/" plugins/module_utils/_version.py
HOME=$home PATH=$bin:$PATH "$bin/antsibull-changelog" release --version "$version"
git add -A -- galaxy.yml plugins/module_utils/_version.py CHANGELOG.rst changelogs
git commit -q -m "Release $version"
git tag -a -m "scrumops.bitrix24 $version" "$version"
committed=yes

mkdir -p build
HOME=$home "$bin/ansible-galaxy" collection build --force --output-path build
echo
tar tzf "build/scrumops-bitrix24-$version.tar.gz"
echo
echo "Committed and tagged $version; the file is build/scrumops-bitrix24-$version.tar.gz. Look at both, then: git push --follow-tags"
