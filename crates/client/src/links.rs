//! What somebody with a link says. No account, no session.

use api::LinkId;
use api::links::{Burn, Check, Checked, Knock, Knocked, Report, Reveal, Revealed, Watch, Watched};

use crate::{Answer, Client};

impl Client {
    /// I hold the link; what is it like? Spends nothing.
    pub fn knock(&self, link: LinkId, knock: &Knock) -> Answer<Knocked> {
        self.post(&["links", &link.to_string(), "knock"]).json(knock).answer()
    }

    /// I hold link and token; who shares? Spends nothing.
    pub fn check(&self, link: LinkId, check: &Check) -> Answer<Checked> {
        self.post(&["links", &link.to_string(), "check"]).json(check).answer()
    }

    /// I hold link and token; how does the link stand now? Spends nothing.
    pub fn watch(&self, link: LinkId, watch: &Watch) -> Answer<Watched> {
        self.post(&["links", &link.to_string(), "watch"]).json(watch).answer()
    }

    /// Spends one view. The same attempt within ten minutes gets the same answer and spends nothing.
    pub fn reveal(&self, link: LinkId, reveal: &Reveal) -> Answer<Revealed> {
        self.post(&["links", &link.to_string(), "reveal"]).json(reveal).answer()
    }

    /// Done; destroy it now.
    pub fn burn(&self, link: LinkId, burn: &Burn) -> Answer<()> {
        self.post(&["links", &link.to_string(), "burn"]).json(burn).done()
    }

    /// An earlier opening was not mine: freezes the whole share and tells its owner.
    pub fn report(&self, link: LinkId, report: &Report) -> Answer<()> {
        self.post(&["links", &link.to_string(), "report"]).json(report).done()
    }
}
