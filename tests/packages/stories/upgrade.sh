#!/usr/bin/env bash
# docs/install.md, "Upgrade": from a lower version to this one, with data in it and an edited configuration.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "An older version runs, with a configuration file that somebody edited"
dpkg-query --show --showformat '${Version}\n' postern >"$kept/version"
holds "$kept/version" '0.0.9'
sed -i 's/^#session_minutes = .*/session_minutes = 700/' /etc/postern/postern.toml
grep -q '^session_minutes = 700' /etc/postern/postern.toml
systemctl reload posternd
ada postern share create Wi-Fi --to bob@example.org --by-hand >"$kept/shared-before"

step "The document's command upgrades it, and asks nothing"
cd /packages/newer
document upgrade
[ "$(dpkg-query --show --showformat '${Version}' postern)" != "$(cat "$kept/version")" ]
systemctl is-active posternd

step "The edited file is as it was, and the package's new one lies beside it"
grep -q '^session_minutes = 700' /etc/postern/postern.toml
test -e /etc/postern/postern.toml.dpkg-dist
test -e /etc/postern/conf.d/site.toml

step "Who was signed in still is, and what was there still is there"
ada postern item list >"$kept/items"
holds "$kept/items" 'Wi-Fi'
says 'ada ' posternctl user list
posternctl audit verify

step "A link that was made before opens after it"
{
    grep -oE 'https://postern.example.com/s/[^ ]+' "$kept/shared-before"
    grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}\b' "$kept/shared-before" | tail -n 1
} | inside postern --home "$kept/bob" --ca "$own" open --yes >"$kept/opened"
holds "$kept/opened" 'the door code is 4711'
