#!/usr/bin/env bash
# docs/install.md, "Open the firewall", with ufw. This kernel may lack what ufw builds its chains of, so only its rules are looked at.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "ufw knows Postern by name, and that it is 443 over TCP and nothing else"
[ "$(ufw app info Postern | sed -n '/^Ports\{0,1\}:$/,$p' | tail -n +2 | tr -d ' ')" = 443/tcp ]

step "The document's command opens that and nothing else"
document ufw
ufw show added >"$kept/added"
[ "$(grep -c '^ufw' "$kept/added")" = 1 ]
holds "$kept/added" 'ufw allow Postern'
# What it makes of it, for IPv4 and for IPv6.
rules=$(sed -n 's/^### tuple ### \(allow [^ ]* [^ ]*\) .*/\1/p' /etc/ufw/user.rules /etc/ufw/user6.rules)
[ "$rules" = $'allow tcp 443\nallow tcp 443' ]
