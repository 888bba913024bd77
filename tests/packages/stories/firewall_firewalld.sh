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

step "What it is told of is 443 over TCP and nothing else"
# What isn't empty of what a service may open.
[ "$(firewall-cmd --permanent --info-service=postern | sed -n 's/^  \(.*: .\{1,\}\)$/\1/p')" = 'ports: 443/tcp' ]
