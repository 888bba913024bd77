#!/usr/bin/env bash
# docs/install.md, "Mail": a mail server that wants TLS and a password, which is a credential.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "A mail server of the company's runs, with a certificate that this machine trusts"
mkdir -p /run/mail/kept
cd /run/mail
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=The company' -keyout authority.key -out authority.crt 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj '/CN=mail.example.com' -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -out server.crt \
    -extfile <(echo 'subjectAltName=DNS:mail.example.com') 2>/dev/null
install -m 0644 authority.crt /usr/local/share/ca-certificates/company.crt
update-ca-certificates >/dev/null 2>&1
echo '127.0.0.1 mail.example.com' >>/etc/hosts
echo well >behaviour
systemd-run --quiet --unit=mail-server python3 /stories/mail-server.py --folder /run/mail --port 587 --security starttls --account 'postern:a very good password'
eventually bash -c 'exec 3<>/dev/tcp/127.0.0.1/587'

step "The document's credential and configuration are taken, and the test message is"
echo 'a very good password' | document mail-password
document mail
eventually test -e /run/mail/kept/0000.eml
grep -q 'auth .* right' /run/mail/events

step "The password is root's alone, and the daemon's own copy is in no place that others read"
[ "$(stat -c '%a %U' /etc/postern/credentials/smtp)" = '600 root' ]
fails runuser -u olga -- cat /etc/postern/credentials/smtp
fails runuser -u postern -- cat /etc/postern/credentials/smtp
fails grep -q 'very good' "/proc/$(pid)/environ"
journalctl --sync
journalctl --no-pager --all --output cat -u posternd >"$kept/said"
fails grep -q 'very good' "$kept/said"

step "A share's token is mailed, and not printed"
ada postern share create Wi-Fi --to carol@example.org >"$kept/handed-over"
eventually grep -rq 'carol@example.org' /run/mail/kept
