#!/usr/bin/env bash
# The ground that all stories stand on: an office and an internet in front of the machine, and people who have accounts on it.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The machine is a booted one, and nothing of Postern is on it"
eventually systemctl is-system-running
fails id postern
fails test -e /etc/postern

step "No firewall is in the way before a story asks for one"
systemctl disable --now firewalld ufw || true
fails systemctl is-active firewalld
# No request of a story waits for ever.
echo 'max-time = 20' >"$HOME/.curlrc"

step "An office with 10.20.0.5 and an internet with 203.0.113.7 lie before it"
place() {
    ip netns add "$1"
    ip link add "$1" type veth peer name eth0 netns "$1"
    ip address add "$3" dev "$1"
    ip link set "$1" up
    ip -netns "$1" address add "$2" dev eth0
    ip -netns "$1" link set lo up
    ip -netns "$1" link set eth0 up
    mkdir -p "/etc/netns/$1"
    printf '127.0.0.1 localhost\n%s postern.example.com\n' "${3%/*}" >"/etc/netns/$1/hosts"
}
place inside 10.20.0.5/16 10.20.0.1/16
place outside 203.0.113.7/24 203.0.113.1/24
echo '127.0.0.1 postern.example.com' >>/etc/hosts
# Nothing listens there yet, which is an answer too.
for place in inside outside; do
    code=0
    ip netns exec "$place" curl --silent http://postern.example.com/ || code=$?
    [ "$code" = 7 ]
done

step "Olga, Aude, Nils and Ada have accounts on it, in no group of Postern's"
for name in olga aude nils ada; do
    useradd --create-home "$name"
done
