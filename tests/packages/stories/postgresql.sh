#!/usr/bin/env bash
# docs/install.md, "PostgreSQL instead of SQLite": on this machine, without a password. The service is as hardened as before.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "A fresh appliance is moved to PostgreSQL by the document's commands"
systemctl start postgresql
document postgresql >"$kept/moved" 2>&1 || { cat "$kept/moved"; exit 1; }
holds "$kept/moved" 'postgresql'

step "What happens is kept there"
posternctl user invite grace --full-name 'Grace Hopper' --email grace@example.com >/dev/null
[ "$(runuser -u postgres -- psql --tuples-only --no-align --command "select count(*) from users where name = 'grace'" postern)" = 1 ]
posternctl audit verify

step "It comes up again when the database was away"
systemctl stop postgresql 'postgresql@*'
fails posternctl user list
systemctl start postgresql
eventually posternctl user list
