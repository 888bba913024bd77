#!/usr/bin/env bash
# docs/install.md, "A certificate of your company": the key never leaves the machine, and the change needs no restart.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "A key and a request are made for the name"
document request >"$kept/requested"
request=$(grep -oE "/var/lib/postern/[^ :]+\.(csr|request|req)[^ :]*" "$kept/requested" | head -n 1)
says 'postern.example.com' openssl req -in "$request" -noout -text
[ "$(stat -c '%a %U' /var/lib/postern/company.key)" = '600 postern' ]

step "Until it is signed, the old certificate serves, also after a restart, and it is said what is waited for"
systemctl reload posternd
systemctl restart posternd
says "$request" systemctl show --property=StatusText posternd
before=$(pid)
inside curl --silent --fail --output /dev/null --cacert "$own" "$page"

step "The company's authority signs it, and it counts at once"
cd "$kept"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=The company' -keyout company-authority.key -out company-authority.crt 2>/dev/null
openssl x509 -req -in "$request" -CA company-authority.crt -CAkey company-authority.key -CAcreateserial -days 365 -copy_extensions copy -out signed.crt 2>/dev/null
document certificate
eventually inside curl --silent --fail --output /dev/null --cacert company-authority.crt "$page"
[ "$(pid)" = "$before" ]

step "Who trusts the company alone is served, and the appliance's own authority is no longer asked"
fails inside curl --silent --fail --output /dev/null --cacert "$own" "$page"
rm /etc/postern/conf.d/certificate.toml
systemctl reload posternd
eventually inside curl --silent --fail --output /dev/null --cacert "$own" "$page"
