//! What an operator looks at first.

use api::admin::overview::Overview;

use crate::{Answer, Client};

impl Client {
    /// What lives, what ended, the last day by the hour, and what needs somebody. The daemon may have counted some seconds ago.
    pub fn overview(&self) -> Answer<Overview> {
        self.get(&["admin", "overview"]).answer()
    }
}
