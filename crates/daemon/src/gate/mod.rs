//! The entrance: which door a request comes to, whether its address may pass, and how much it asks.
//!
//! The address comes from [`origin`]: the connection's own in canonical form, or what a trusted proxy says. Nobody else's header is believed.

pub mod denials;
pub mod limits;
pub mod origin;
pub mod settling;

use store::Call;
use vault::gate::{Door, household};
use vault::{Refusal, Timestamp};

use crate::appliance::Appliance;
use crate::front::certificate::Shown;
use crate::live::Rules;
use denials::What;
use limits::Counted;

/// What stands before a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// One door.
    Through(Door),
    /// Either door will do: what every page is made of.
    Either,
}

impl Way {
    /// The way to this path. What isn't known to be for recipients is for owners.
    pub fn to(path: &str) -> Self {
        if path.starts_with("/s/") || path.starts_with("/api/v1/links/") {
            Self::Through(Door::Recipients)
        } else if path.starts_with("/assets/") {
            Self::Either
        } else {
            Self::Through(Door::Owners)
        }
    }

    fn doors(self) -> &'static [Door] {
        match self {
            Self::Through(Door::Recipients) => &[Door::Recipients],
            Self::Through(Door::Owners) => &[Door::Owners],
            Self::Either => &[Door::Recipients, Door::Owners],
        }
    }
}

/// Lets a request pass, or says why not and sees to it that this is recorded. `shown` is what the visitor has shown as their certificate;
/// nothing for one behind a proxy that ends their connection, since what it shows is its own.
///
/// # Errors
/// [`Refusal::OutsideNetworks`], [`Refusal::CertificateBehindProxy`], those of [`Shown::admit`], [`Refusal::TooManyRequests`].
pub async fn admit(appliance: &Appliance, rules: &Rules, way: Way, shown: Option<&Shown>, call: &Call) -> Result<(), Refusal> {
    let Some(address) = call.address else {
        return Err(Refusal::OutsideNetworks);
    };
    let doors = way.doors();
    let door = doors.first().copied().unwrap_or(Door::Owners);
    let inside: Vec<Door> = doors.iter().copied().filter(|door| rules.gate.decide(*door, address).admit().is_ok()).collect();
    if inside.is_empty() {
        appliance.denied(What::Denied(door), Refusal::OutsideNetworks, call).await;
        return Err(Refusal::OutsideNetworks);
    }
    let asked = inside.iter().all(|door| rules.config.tls.client_certificates.asked_at(*door));
    if let (true, Some(door)) = (asked, inside.first())
        && let Err(refusal) = certified(rules, shown, call.clock)
    {
        appliance.denied(What::Certificate(*door), refusal, call).await;
        return Err(refusal);
    }
    if let Err(refusal) = appliance.limits.take(Counted::Household(household(address)), call.clock) {
        appliance.denied(What::Limited(door), refusal, call).await;
        return Err(refusal);
    }
    Ok(())
}

/// Whether the visitor's certificate counts now.
fn certified(rules: &Rules, shown: Option<&Shown>, now: Timestamp) -> Result<(), Refusal> {
    let shown = shown.ok_or(Refusal::CertificateBehindProxy)?;
    // Where one is asked for, somebody's count: rules without are not made. If they were, nobody's would.
    shown.admit(rules.authorities.as_deref().ok_or(Refusal::CertificateNotValid)?, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_be_for_recipients_is_for_owners() {
        let recipients = Way::Through(Door::Recipients);
        let owners = Way::Through(Door::Owners);
        for (path, way) in [
            ("/s/0190163d-8694-739b-aea5-966c26f8ad91", recipients),
            ("/api/v1/links/0190163d-8694-739b-aea5-966c26f8ad91/knock", recipients),
            ("/assets/postern.css", Way::Either),
            ("/", owners),
            ("/s", owners),
            ("/api/v1/linksx/", owners),
            ("/api/v1/items", owners),
            ("//s/x", owners),
            ("/S/x", owners),
        ] {
            assert_eq!(Way::to(path), way, "{path}");
        }
    }
}
