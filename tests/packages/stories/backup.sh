#!/usr/bin/env bash
# docs/install.md, "Back up": what is destroyed comes back from one file, but for what must never come back.
# shellcheck source-path=SCRIPTDIR source=steps.sh
. /stories/steps.sh

step "The appliance knows how to back itself up"
posternctl backup --help
