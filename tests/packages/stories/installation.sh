#!/usr/bin/env bash
# docs/install.md, "Install": after one command the daemon runs, lets nobody in from elsewhere, and says everywhere what to do next.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "One command installs it, and asks nothing"
cd /packages/older
document install >"$kept/installed" 2>&1 || { cat "$kept/installed"; exit 1; }
cat "$kept/installed"

step "The terminal says what to do next"
holds "$kept/installed" 'systemctl restart posternd'
holds "$kept/installed" 'posternctl user invite'
holds "$kept/installed" '[gate]'

step "The daemon and both of its sockets run, and come back after a boot"
for unit in posternd.service posternd.socket posternd-admin.socket; do
    systemctl is-active "$unit"
    systemctl is-enabled "$unit"
done
document look

step "systemctl status says what to do next"
says 'gate' status_text
systemctl status --no-pager posternd

step "The journal says what to do next"
says 'gate' journalctl --no-pager -u posternd

step "The daemon's folder is its own, the credentials' is root's, and both are closed to others"
[ "$(stat -c '%a %U:%G' /var/lib/postern)" = '700 postern:postern' ]
[ "$(stat -c '%a %U:%G' /etc/postern/credentials)" = '700 root:root' ]
[ "$(stat -c '%a %U:%G' /run/postern-admin)" = '755 root:root' ]
fails runuser -u nils -- ls /var/lib/postern
fails runuser -u nils -- ls /etc/postern/credentials
[ "$(ps -o user= -p "$(pid)")" = postern ]

step "It answers this machine"
says '<html' curl --silent --show-error --cacert "$own" --resolve localhost:443:127.0.0.1 https://localhost/s/x

step "It lets nobody in from elsewhere, not even from the office"
# The name in its certificate is still localhost, which is no reason for a refusal.
code=$(inside curl --silent --insecure --output "$kept/denied" --write-out '%{http_code}' "$page")
[ "$code" = 403 ]
holds "$kept/denied" 'outside-networks'
