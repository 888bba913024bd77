#!/usr/bin/env bash
# A restart is noticed by nobody: who comes meanwhile waits at the socket, who is there is answered.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "While requests come without a pause, the daemon is restarted three times"
rm -f "$kept/stop" "$kept"/answers.*
callers() {
    local number=$1
    while [ ! -e "$kept/stop" ]; do
        # One connection for each request, as a crowd of strangers makes them; what fails says why.
        inside curl --silent --show-error --max-time 30 --output /dev/null --write-out '%{http_code}\n' --cacert "$own" "$page" >>"$kept/answers.$number" 2>&1 ||
            echo "failed with $?" >>"$kept/answers.$number"
    done
}
for number in 1 2 3; do callers "$number" & done
waiting() { [ "$(cat "$kept"/answers.* | wc -l)" -ge "$1" ]; }
eventually waiting 20
for _ in 1 2 3; do
    answered=$(cat "$kept"/answers.* | wc -l)
    systemctl restart posternd
    eventually waiting $((answered + 20))
done
touch "$kept/stop"
wait

step "Not one of them failed"
sort "$kept"/answers.* | uniq -c
[ "$(sort -u "$kept"/answers.*)" = 200 ]

step "Operators are answered too: their socket stayed"
posternctl health

step "Who is in the middle of a request when the daemon is told to end gets an answer from that one"
mkfifo "$kept/body"
inside curl --silent --show-error --verbose --max-time 60 --cacert "$own" --output /dev/null --write-out '%{http_code}\n' --request POST \
    --header 'Content-Type: application/json' --header 'Expect:' --upload-file - https://postern.example.com/api/v1/sign-in/start \
    <"$kept/body" >"$kept/answer" 2>"$kept/way" &
caller=$!
exec 8>"$kept/body"
printf '{"user_name":' >&8
eventually grep -q '^> POST' "$kept/way"
# Who came later is answered, so the daemon knows of this one.
inside curl --silent --fail --output /dev/null --cacert "$own" "$page"
before=$(pid)
systemctl --no-block restart posternd
ending() { [ "$(systemctl show --property ActiveState --value posternd)" = deactivating ]; }
eventually ending
[ ! -s "$kept/answer" ]
printf '"ada"' >&8
exec 8>&-
wait "$caller"
holds "$kept/answer" 400
replaced() { [ "$(pid)" != "$before" ] && systemctl is-active posternd; }
eventually replaced
