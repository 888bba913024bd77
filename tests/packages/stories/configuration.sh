#!/usr/bin/env bash
# docs/install.md, "Say who may come": a file, and the office gets in under the name.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The document's configuration is taken, and the certificate is made for the new name"
document configure
systemctl is-active posternd

step "From the office the page answers under its name"
eventually inside curl --silent --fail --output /dev/null --cacert "$own" "$page"

step "From the internet it is refused, in words"
code=$(outside curl --silent --show-error --cacert "$own" --output "$kept/denied" --write-out '%{http_code}' "$page")
[ "$code" = 403 ]
holds "$kept/denied" 'outside-networks'

step "The gate says what lets whom in"
document explain >"$kept/explained"
holds "$kept/explained" 'let in by 10.20.0.0/16'
holds "$kept/explained" 'stays outside'

step "systemctl status no longer asks for networks"
says 'for recipients' status_text
fails says 'this machine only' status_text

step "Networks change by a reload, without a restart, and change back"
before=$(pid)
status_of() { [ "$(inside curl --silent --output /dev/null --write-out '%{http_code}' --cacert "$own" "$page")" = "$1" ]; }
sed -i 's|10.20.0.0/16|10.21.0.0/16|' /etc/postern/conf.d/site.toml
systemctl reload posternd
eventually status_of 403
sed -i 's|10.21.0.0/16|10.20.0.0/16|' /etc/postern/conf.d/site.toml
systemctl reload posternd
eventually status_of 200
[ "$(pid)" = "$before" ]
