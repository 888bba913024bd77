#!/usr/bin/env bash
# docs/install.md, "Open the firewall", with firewalld: a real one, with real packets.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "A firewall that was never told of Postern keeps even the office out"
systemctl start firewalld
fails inside curl --silent --max-time 3 --output /dev/null --cacert "$own" "$page"

step "The document's commands open the door, and it stays open"
document firewalld
eventually inside curl --silent --fail --max-time 3 --output /dev/null --cacert "$own" "$page"
says 'postern' firewall-cmd --permanent --list-services
says '443/tcp' firewall-cmd --info-service=postern
