#!/usr/bin/env bash
# docs/install.md, "The first owner" and "The first share": an operator invites, Ada registers and shares, somebody in the office opens it.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "An operator invites Ada"
document invite >"$kept/invited"
invitation=$(grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){5}' "$kept/invited")

step "Ada installs her command on her workstation and has the appliance's authority"
(cd /packages/newer && document workstation)
install -m 0644 "$own" /home/ada/authority.crt

step "Ada registers, from the office, with a password that nobody else learns"
printf '%s\n' "$invitation" 'correct horse battery' 'correct horse battery' | document register ada >"$kept/registered"
holds "$kept/registered" 'Fingerprint'

step "Ada signs in and keeps a note"
printf '%s\n' ada 'correct horse battery' | document sign-in ada
printf '%s\n' 'Wi-Fi' 'the door code is 4711' | document note ada

step "Ada shares it, and is given link and token"
document share ada >"$kept/shared"
grep -oE 'https://postern.example.com/s/[^ ]+' "$kept/shared" >"$kept/link"
grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}\b' "$kept/shared" | tail -n 1 >"$kept/token"
[ -s "$kept/link" ] && [ -s "$kept/token" ]
cut -d'#' -f1 "$kept/link" | grep -oE '[^/]+$' >"$kept/link-id"

step "From the internet it can't be opened, and nothing is spent"
code=0
outside postern --home "$kept/mallory" --ca "$own" open --yes < <(cat "$kept/link" "$kept/token") || code=$?
[ "$code" = 19 ]

step "The refusal stands in the audit log"
posternctl audit list --event gate.denied --address 203.0.113.7 >"$kept/denials"
holds "$kept/denials" '203.0.113.7 was denied at the door for recipients'

step "The refusal stands in the journal, found by its MESSAGE_ID and by the address"
eventually says '203.0.113.7 was denied' events "MESSAGE_ID=$(message_id gate.denied)" POSTERN_ADDRESS=203.0.113.7

step "From the office Bob opens it with link and token"
(cd /home/ada && cat "$kept/link" "$kept/token" | document open inside env HOME="$kept/bob") >"$kept/opened"
holds "$kept/opened" 'the door code is 4711'

step "The journal tells who opened what from where"
eventually says 'was revealed from 10.20.0.5' events "MESSAGE_ID=$(message_id link.revealed)"

step "Ada sees that it was viewed"
ada postern share list >"$kept/shares"
holds "$kept/shares" 'used up'

step "Nothing secret lies in the journal"
journalctl --sync
journalctl --no-pager --all --output export >"$kept/export"
fails grep -q 'the door code is' "$kept/export"
fails grep -qF "$(cat "$kept/token")" "$kept/export"
fails grep -qF "$(cut -d'#' -f2 "$kept/link")" "$kept/export"
