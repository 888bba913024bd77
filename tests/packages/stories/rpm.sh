#!/usr/bin/env bash
# The rpm's scriptlets, on a booted systemd. Debian's rpm knows nothing of the libraries that Debian's packages brought: hence --nodeps.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "Installed, the service and both sockets run, and come back after a boot"
rpm --install --nodeps /packages/older/postern-0*.rpm >"$kept/installed" 2>&1 || { cat "$kept/installed"; exit 1; }
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

step "An upgrade keeps an edited configuration, lays the package's new one beside it, and starts the new daemon"
document configure
posternctl user invite ada --full-name 'Ada Lovelace' --email ada@example.com >/dev/null
sed -i 's/^#session_minutes = .*/session_minutes = 700/' /etc/postern/postern.toml
cp /etc/postern/postern.toml "$kept/edited"
before=$(pid)
version() { rpm --query --queryformat '%{VERSION}' postern; }
[ "$(version)" = 0.0.9 ]
rpm --upgrade --nodeps /packages/newer/postern-0*.rpm >"$kept/upgraded" 2>&1 || { cat "$kept/upgraded"; exit 1; }
[ "$(version)" != 0.0.9 ]
systemctl is-active posternd
[ "$(pid)" != "$before" ]
cmp /etc/postern/postern.toml "$kept/edited"
grep -q '^#session_minutes = ' /etc/postern/postern.toml.rpmnew
fails grep -q 'an older version' /etc/postern/postern.toml.rpmnew
test -e /etc/postern/conf.d/site.toml
says 'ada ' posternctl user list

step "A file that nobody edited is the new one, and who upgrades isn't told to invite a first owner"
fails grep -q 'an older version' /etc/ufw/applications.d/postern
fails test -e /etc/ufw/applications.d/postern.rpmnew
fails holds "$kept/upgraded" 'posternctl user invite'

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
