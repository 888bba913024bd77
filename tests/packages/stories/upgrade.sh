#!/usr/bin/env bash
# docs/install.md, "Upgrade": from a lower version to this one, with data in older tables and an edited configuration.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "An older version runs, with a configuration file that somebody edited"
dpkg-query --show --showformat '${Version}\n' postern >"$kept/version"
holds "$kept/version" '0.0.9'
sed -i 's/^#session_minutes = .*/session_minutes = 700/' /etc/postern/postern.toml
grep -q '^session_minutes = 700' /etc/postern/postern.toml
systemctl reload posternd
ada postern share create Wi-Fi --to bob@example.org --by-hand >"$kept/shared-before"

step "Its tables are older, too: what the last migration did is taken back"
systemctl stop posternd
last=$(cat /stories/last-migration/version)
database() { (cd / && runuser -u postern -- sqlite3 -bail /var/lib/postern/postern.sqlite "$@"); }
applied() { database 'SELECT version FROM __diesel_schema_migrations ORDER BY version'; }
applied >"$kept/applied"
[ "$(tail -n 1 "$kept/applied")" = "$last" ]
database .schema | sort >"$kept/tables"
{
    echo 'BEGIN;'
    cat /stories/last-migration/down.sql
    printf "DELETE FROM __diesel_schema_migrations WHERE version = '%s';\nCOMMIT;\n" "$last"
} | database
[ "$(applied)" = "$(head -n -1 "$kept/applied")" ]
fails cmp <(database .schema | sort) "$kept/tables"
fails test -e /var/lib/postern/copies

step "The document's command upgrades it, and asks nothing"
cd /packages/newer
document upgrade
[ "$(dpkg-query --show --showformat '${Version}' postern)" != "$(cat "$kept/version")" ]
systemctl is-active posternd

step "The new daemon has brought the tables up to date, and the journal says so and where a copy from before is"
[ "$(applied)" = "$(cat "$kept/applied")" ]
cmp <(database .schema | sort) "$kept/tables"
events -u posternd >"$kept/said"
copy=$(sed -n "s/^the database was brought up to date ($last); a copy from before is //p" "$kept/said")
[ "$(find /var/lib/postern/copies -type f)" = "$copy" ]

step "The copy was made before, whole, and for the daemon's eyes only"
[ "$(stat -c '%a %U' "$copy")" = '600 postern' ]
head -n 1 "$copy" >"$kept/manifest"
holds "$kept/manifest" "\"$(tail -n 2 "$kept/applied" | head -n 1)\""
fails grep -q "\"$last\"" "$kept/manifest"
grep -q '"ada"' "$copy"
says '"end"' tail -n 1 "$copy"

step "The edited file is as it was, and the package's new one lies beside it"
grep -q '^session_minutes = 700' /etc/postern/postern.toml
[ "$(tail -n 1 /etc/postern/postern.toml)" = '# The last line of an older version.' ]
grep -q '^#session_minutes = ' /etc/postern/postern.toml.dpkg-dist
fails grep -q 'an older version' /etc/postern/postern.toml.dpkg-dist
test -e /etc/postern/conf.d/site.toml

step "A file that nobody edited is the new one"
fails grep -q 'an older version' /etc/ufw/applications.d/postern

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
