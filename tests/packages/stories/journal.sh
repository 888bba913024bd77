#!/usr/bin/env bash
# The journal at three in the morning: found by MESSAGE_ID, explained by -x, with its own values.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "journalctl -x explains a view, with its link and address filled in, and says what to do"
journalctl --sync
journalctl --no-pager -x "MESSAGE_ID=$(message_id link.revealed)" >"$kept/explained"
holds "$kept/explained" "Subject: Link $(cat "$kept/link-id") was revealed from 10.20.0.5 (view 1)"
holds "$kept/explained" 'Defined-By: Postern'
holds "$kept/explained" 'posternctl share freeze'
holds "$kept/explained" "posternctl audit list --link $(cat "$kept/link-id") --explain"

step "journalctl -x explains a denial"
journalctl --no-pager -x "MESSAGE_ID=$(message_id gate.denied)" >"$kept/explained"
holds "$kept/explained" 'Subject: 203.0.113.7 was denied at the door for'
holds "$kept/explained" 'the port is open to it: look at'

step "The command that an explanation gives does what it says"
says link.revealed posternctl audit list --link "$(cat "$kept/link-id")" --explain

step "The document's queries find what they say"
document journal

step "Alarms are loud: what is priority 4 in the table is so in the journal"
says 'was denied' events "MESSAGE_ID=$(message_id gate.denied)" PRIORITY=4
