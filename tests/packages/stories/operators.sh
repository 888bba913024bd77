#!/usr/bin/env bash
# docs/install.md, "Who may do what": the kernel tells who is at the admin socket, and their groups decide.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The document's groups are given"
document groups
says postern-operators id -nG olga
says postern-auditors id -nG aude

step "Root and an operator act"
posternctl user list
runuser -u olga -- posternctl user deny-external ada
runuser -u olga -- posternctl user allow-external ada

step "The audit log names the operator as the kernel knows her"
posternctl audit list --event account.external_allowed >"$kept/allowed"
holds "$kept/allowed" "olga($(id -u olga)) allowed ada"

step "An auditor reads"
runuser -u aude -- posternctl user list
runuser -u aude -- posternctl audit verify

step "An auditor doesn't act, and is told which group may"
code=0
runuser -u aude -- posternctl user suspend ada >"$kept/refused" 2>&1 || code=$?
[ "$code" = 1 ]
holds "$kept/refused" 'postern-operators'
says ' active ' posternctl user list

step "Who is in neither group is refused, told which groups there are, and written down"
code=0
runuser -u nils -- posternctl user list >"$kept/refused" 2>&1 || code=$?
[ "$code" = 1 ]
holds "$kept/refused" 'postern-operators'
holds "$kept/refused" 'postern-auditors'
eventually says "nils($(id -u nils)) at the admin socket was refused: not-operator" events "MESSAGE_ID=$(message_id operator.refused)"
