#!/usr/bin/env bash
# docs/install.md, "Remove": the data stay until they are purged, and each time it is said.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "Removing it stops the daemon and both sockets"
document remove >"$kept/removed" 2>&1 || { cat "$kept/removed"; exit 1; }
fails systemctl is-active posternd.service
fails systemctl is-active posternd.socket
fails systemctl is-active posternd-admin.socket
fails test -e /usr/sbin/posternd
fails curl --silent --insecure --max-time 5 https://127.0.0.1/

step "The data and the configuration stay, and it says so"
holds "$kept/removed" '/var/lib/postern'
holds "$kept/removed" 'purge'
test -e /var/lib/postern/postern.sqlite
test -e /etc/postern/conf.d/site.toml

step "Installed again it finds them"
cd /packages/newer
document install
systemctl is-active posternd
says 'ada ' posternctl user list
posternctl audit verify
# A firewall reads its services anew after an installation, and takes a moment.
eventually ada postern item list
ada postern item list >"$kept/items"
holds "$kept/items" 'Wi-Fi'

step "Purging it destroys them, and says so"
document purge >"$kept/purged" 2>&1 || { cat "$kept/purged"; exit 1; }
holds "$kept/purged" 'destroy'
fails test -e /var/lib/postern
fails test -e /etc/postern
fails systemctl is-active posternd

step "Installed anew it begins from nothing, as on a fresh machine"
document install >"$kept/installed" 2>&1 || { cat "$kept/installed"; exit 1; }
holds "$kept/installed" 'posternctl user invite'
systemctl is-active posternd
fails says 'ada' posternctl user list
