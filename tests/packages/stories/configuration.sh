#!/usr/bin/env bash
# docs/install.md, "Say who may come": a file and a reload, and the office gets in.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The document's configuration is taken, and the certificate is made for the new name"
before=$(pid)
document configure

step "No restart was needed"
[ "$(pid)" = "$before" ]
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
fails says 'closed to all but' status_text
status_text
