#!/usr/bin/env bash
# What the running service could do if somebody took it over.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "systemd measures an exposure of 1.2 at most, live"
systemd-analyze security --no-pager --threshold=12 posternd.service | tail -n 3

step "It has no capability and sees the real users at its socket"
[ "$(sed -n 's/^CapEff:\t//p' "/proc/$(pid)/status")" = 0000000000000000 ]
[ "$(readlink "/proc/$(pid)/ns/user")" = "$(readlink /proc/1/ns/user)" ]

step "It can write its own folder and nothing else"
fails nsenter --target "$(pid)" --mount --setuid "$(id -u postern)" --setgid "$(id -g postern)" touch /etc/postern/x
fails nsenter --target "$(pid)" --mount touch /usr/x
nsenter --target "$(pid)" --mount --setuid "$(id -u postern)" --setgid "$(id -g postern)" touch /var/lib/postern/x
rm /var/lib/postern/x

step "Whoever took it over could leave no SSH key for its user, nor anything else that a home is searched for"
home=$(getent passwd postern | cut -d: -f6)
fails setpriv --reuid postern --regid postern --clear-groups test -w "$home"
