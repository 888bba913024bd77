#!/usr/bin/env bash
# docs/install.md, "Open the firewall", with ufw. This kernel may lack what ufw builds its chains of, so only its rules are looked at.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "ufw knows Postern by name, and that it is 443 over TCP"
says '443/tcp' ufw app info Postern

step "The document's command opens that and nothing else"
document ufw
ufw show added >"$kept/added"
[ "$(grep -c '^ufw' "$kept/added")" = 1 ]
holds "$kept/added" 'ufw allow Postern'
