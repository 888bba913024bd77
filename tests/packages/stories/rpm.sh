#!/usr/bin/env bash
# The rpm's scriptlets, on a booted systemd. Debian's rpm knows nothing of the libraries that Debian's packages brought: hence --nodeps.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "Installed, the service and both sockets run, and come back after a boot"
rpm --install --nodeps /packages/newer/postern-0*.rpm >"$kept/installed" 2>&1 || { cat "$kept/installed"; exit 1; }
for unit in posternd.service posternd.socket posternd-admin.socket; do
    systemctl is-active "$unit"
    systemctl is-enabled "$unit"
done
posternctl health

step "The terminal says what to do next"
holds "$kept/installed" 'posternctl user invite'

step "The accounts are there, and the folders are theirs"
[ "$(stat -c '%a %U:%G' /var/lib/postern)" = '700 postern:postern' ]
[ "$(stat -c '%a %U:%G' /etc/postern/credentials)" = '700 root:root' ]
getent group postern-operators postern-auditors

step "journalctl -x explains its events"
eventually says 'Subject: posternd' journalctl --no-pager -x "MESSAGE_ID=$(message_id daemon.started)"

step "An upgrade keeps an edited configuration, and the new daemon runs"
document configure
posternctl user invite ada --full-name 'Ada Lovelace' --email ada@example.com >/dev/null
sed -i 's/^#session_minutes = .*/session_minutes = 700/' /etc/postern/postern.toml
before=$(pid)
rpm --upgrade --nodeps --replacepkgs /packages/newer/postern-0*.rpm
eventually systemctl is-active posternd
[ "$(pid)" != "$before" ]
grep -q '^session_minutes = 700' /etc/postern/postern.toml
test -e /etc/postern/conf.d/site.toml
says 'ada ' posternctl user list

step "Erased, it stops everything, keeps the data, and says so"
rpm --erase postern >"$kept/erased" 2>&1 || { cat "$kept/erased"; exit 1; }
fails systemctl is-active posternd.service
fails systemctl is-active posternd.socket
fails systemctl is-active posternd-admin.socket
fails curl --silent --insecure --max-time 5 https://127.0.0.1/
test -e /var/lib/postern/postern.sqlite
holds "$kept/erased" '/var/lib/postern'

step "Installed again it finds them"
rpm --install --nodeps /packages/newer/postern-0*.rpm
says 'ada ' posternctl user list
