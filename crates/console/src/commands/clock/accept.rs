//! `posternctl clock accept`
//!
//! Nothing here sets a clock: it lets the one that the machine has count.

use clap::Args;
use client::Client;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Let the appliance's clock count although it stands behind the latest recorded time
///
/// A clock that was set back could bring expired links back to life, so nothing is revealed or created until somebody
/// has looked at it. Make sure that it is right first (`timedatectl`). Accepting it is recorded in the audit log.
#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

impl Accept {
    pub(crate) fn run(&self, client: &Client, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
        if !self.yes {
            if terminal.json {
                return Err(Failure::Usage("with --json nobody is asked: say --yes".to_owned()));
            }
            let health = client.health()?;
            if !health.clock_behind {
                return terminal.line("The clock is not behind: there is nothing to accept.");
            }
            let (clock, latest) = (terminal.second(health.clock), terminal.second(health.latest));
            terminal.remark(&format!("The appliance's clock says       {clock}."))?;
            terminal.remark(&format!("The latest recorded time is      {latest}."))?;
            terminal.confirm("Is the clock right, and shall it count?")?;
        }
        let accepted = client.accept_clock()?;
        if terminal.json {
            return terminal.json(&accepted);
        }
        let (from, to) = (terminal.second(accepted.from), terminal.second(accepted.to));
        terminal.line(&format!("Accepted: time continues at {to}, after {from}."))
    }
}
