#!/usr/bin/env bash
# What every story is told with. It is read by each of them, inside the machine.
set -euo pipefail

export HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
# What one story leaves for the next: links, outputs.
kept=/root/kept
mkdir -p "$kept"
# What is asked for wherever it only matters whether an answer comes.
# shellcheck disable=SC2034
page=https://postern.example.com/s/x
# shellcheck disable=SC2034
own=/var/lib/postern/authority.crt

# step "what the commands up to the next step prove"
step() {
    told ok
    step=$1
    printf '\n--- %s\n' "$step"
}
step=''
told() { [ -z "$step" ] || printf '%s\t%s\n' "$1" "$step" >>"$STEPS"; }
# A command that fails ends the story: what comes after would stand on nothing.
trap 'if [ $? = 0 ]; then told ok; else told failed; fi' EXIT

# A command's failure after `!` would end nothing: this does.
fails() {
    local code=0
    "$@" || code=$?
    [ "$code" != 0 ] || { echo "this should have failed: $*"; return 1; }
}
# says TEXT COMMAND...: what it says holds the text, whatever its exit code.
says() {
    local text=$1 said
    shift
    said=$("$@" 2>&1) || true
    [[ $said == *"$text"* ]] || { printf 'this should hold "%s":\n%s\n' "$text" "$said"; return 1; }
}
holds() { says "$2" cat "$1"; }
# What comes by itself is waited for, and given up after a minute.
eventually() {
    local until=$((SECONDS + 60))
    while [ "$SECONDS" -lt "$until" ]; do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    echo "this never came: $*"
    "$@"
}

# Commands of docs/install.md, by the name in the comment before them; what stands before them runs them elsewhere or as somebody else.
document() {
    local name=$1
    shift
    "$@" bash -euo pipefail -x "/stories/document/$name.sh"
}

# A command as somebody at a terminal runs it who types these lines: typed 'one' 'two' -- COMMAND.
typed() {
    local lines=()
    while [ "$1" != -- ]; do
        lines+=("$1")
        shift
    done
    shift
    printf '%s\n' "${lines[@]}" | script --quiet --return --command "$(printf '%q ' "$@")" /dev/null
}

# The three places: an office, the internet, and the machine itself. The office's and the internet's know the appliance by its name.
inside() { ip netns exec inside "$@"; }
outside() { ip netns exec outside "$@"; }
# Ada, at her workstation in the office.
ada() { (cd /home/ada && inside runuser -u ada -- env HOME=/home/ada "$@"); }
# What the daemon answers, as status and body.
answer() { curl --silent --show-error --max-time 20 --cacert "$own" --write-out '\n%{http_code}\n' "$@"; }

pid() { systemctl show --property MainPID --value posternd; }
status_text() { systemctl show --property StatusText --value posternd; }
events() { journalctl --sync; journalctl --no-pager --all --output cat --output-fields MESSAGE "$@"; }
message_id() { sed -n "s/^$1 //p" /stories/message-ids; }
