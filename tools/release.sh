# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Prepares a release: version, changelog, built file, commit, tag. Nothing is pushed or published. release.sh VERSION BIN
set -eu
version=${1-} bin=$(cd "$2" && pwd)
say() {
    echo "$1" >&2
    exit 1
}
echo "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' || say "Say which version: make release VERSION=1.2.3"
git rev-parse -q --verify HEAD >/dev/null 2>&1 || say "This is no git checkout: a release is a commit and a tag."
[ -z "$(git status --porcelain)" ] || say "The checkout has changes that are not committed (git status)."
if git rev-parse -q --verify "refs/tags/$version" >/dev/null; then say "The tag $version is there already."; fi
[ -n "$(ls changelogs/fragments/*.y*ml 2>/dev/null)" ] || say "changelogs/fragments/ is empty: what is new in $version?"

file=scrumops-bitrix24-$version.tar.gz
home=$(mktemp -d)
committed=
finish() {
    rm -rf "$home" changelogs/.plugin-cache.yaml
    [ -n "$committed" ] && return
    git reset -q --hard && git clean -qf -- CHANGELOG.rst changelogs
    echo "Nothing was released; the checkout is as it was." >&2
}
trap finish EXIT
trap 'exit 130' INT TERM
put() {
    sed "$1" "$2" >"$home/new"
    cat "$home/new" >"$2"
}

put "s/^version: .*/version: $version/" galaxy.yml
put "s/^VERSION = .*/VERSION = \"$version\"/" plugins/module_utils/_version.py
HOME=$home PATH=$bin:$PATH "$bin/antsibull-changelog" release --version "$version"
HOME=$home "$bin/ansible-galaxy" collection build --output-path "$home/built"
git add -A -- galaxy.yml plugins/module_utils/_version.py CHANGELOG.rst changelogs
git commit -q -m "Release $version"
committed=yes
git tag -a -m "scrumops.bitrix24 $version" "$version"
mkdir -p build
cp "$home/built/$file" build/
echo
tar tzf "build/$file"
echo
echo "Committed and tagged $version; the file is build/$file. Look at both, then: git push --follow-tags"
