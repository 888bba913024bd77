#!/usr/bin/env bash
# A daemon that hangs is ended and started again by systemd, and so is one that dies.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The unit as shipped asks for a sign of life every half minute"
[ "$(systemctl show --property WatchdogUSec --value posternd)" = 30s ]
[ "$(systemctl show --property Type --value posternd)" = notify ]

step "A daemon that stands still is replaced by one that answers"
# A shorter patience, so that this needn't be waited for.
mkdir -p /run/systemd/system/posternd.service.d
printf '[Service]\nWatchdogSec=4\n' >/run/systemd/system/posternd.service.d/patience.conf
systemctl daemon-reload
systemctl restart posternd
frozen=$(pid)
kill -STOP "$frozen"
replaced() { [ "$(pid)" != "$frozen" ] && [ "$(pid)" != 0 ] && systemctl is-active posternd; }
eventually replaced
eventually inside curl --silent --fail --output /dev/null --cacert "$own" "$page"
says 'watchdog' journalctl --no-pager -u posternd

step "A daemon that was killed comes back"
frozen=$(pid)
kill -KILL "$frozen"
eventually replaced
eventually posternctl health

step "Nothing that was recorded is lost by it, and the log is whole"
posternctl audit verify
rm -r /run/systemd/system/posternd.service.d
systemctl daemon-reload
systemctl restart posternd
