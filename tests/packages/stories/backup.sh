#!/usr/bin/env bash
# What is destroyed comes back from a backup, but for what must never come back: what links open.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "A backup is made while the daemon runs, and what sign-in needs apart from it"
ada postern share create Wi-Fi --to dave@example.org --by-hand >"$kept/shared-before-backup"
document backup typed 'a long passphrase' 'a long passphrase' --
document backup-sign-in typed 'another passphrase' 'another passphrase' --
fails grep -q 'Lovelace' /srv/backup/postern.age

step "The appliance is destroyed"
systemctl stop posternd.socket posternd-admin.socket posternd
find /var/lib/postern -mindepth 1 -delete

step "It comes back from the two files, and its log is whole"
document restore typed 'a long passphrase' 'another passphrase' --
says 'ada ' posternctl user list

step "Ada signs in with her password and finds what she kept"
printf '%s\n' ada 'correct horse battery' | document sign-in ada
ada postern item list >"$kept/items"
holds "$kept/items" 'Wi-Fi'

step "No link lives on in it"
fails inside postern --home "$kept/dave" --ca "$own" open --yes < <(
    grep -oE 'https://postern.example.com/s/[^ ]+' "$kept/shared-before-backup"
    grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3,}\b' "$kept/shared-before-backup" | tail -n 1
)
