//! Which HTTP status each refusal gets (RFC 9110).
//!
//! The status is for machines in between; programs go by the problem's name, people by its sentence. To somebody who doesn't hold
//! a link every refusal of it is `unknown-link`; `vault` sees to that, and nothing here takes it back.
//!
//! | status | when |
//! |---|---|
//! | 400 | a proxy in between does not say for whom it asks |
//! | 401 | who asks has not proved who they are: sign in |
//! | 403 | who asks may not, from here or at all |
//! | 404 | there is no such thing among what may be seen |
//! | 409 | not in this state: changed in between, taken, disabled |
//! | 410 | a link that has ended for good: used up, expired, revoked, burnt |
//! | 413 | too large |
//! | 421 | nothing is wrong with it but its connection, which is too old: the same on a new one is answered |
//! | 422 | understood, and not within the rules for shares |
//! | 423 | a link that somebody can let go again: frozen, locked |
//! | 425 | a link that opens later |
//! | 429 | too often; `Retry-After` says when to come back |
//! | 503 | the appliance can't answer for now |

use actix_web::http::StatusCode;
use vault::Refusal;

/// The status of a refusal.
pub fn of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotSignedIn | Refusal::SignInFailed | Refusal::RecoveryFailed => StatusCode::UNAUTHORIZED,
        Refusal::WrongToken { .. }
        | Refusal::OutsideNetworks
        | Refusal::OutsideShareNetworks
        | Refusal::NotTrustedProxy
        | Refusal::CertificateRequired
        | Refusal::CertificateNotValid
        | Refusal::CertificateBehindProxy
        | Refusal::NotFresh
        | Refusal::Suspended
        | Refusal::InvitationNotValid
        | Refusal::ExternalShareNotAllowed
        | Refusal::TokenRequired
        | Refusal::DeliveryNotAllowed
        | Refusal::RelayNotAllowed
        | Refusal::NotOperator
        | Refusal::NotAllowedToAct => StatusCode::FORBIDDEN,
        Refusal::ProxyUnclear | Refusal::ForwardedUnclear => StatusCode::BAD_REQUEST,
        Refusal::UnknownLink | Refusal::NotFound => StatusCode::NOT_FOUND,
        // RFC 8470 has it for TLS early data, which is not taken here; what it says fits.
        Refusal::NotYet => StatusCode::from_u16(425).unwrap_or(StatusCode::CONFLICT),
        Refusal::NameTaken
        | Refusal::ItemDisabled
        | Refusal::StaleEpoch
        | Refusal::StaleVersion
        | Refusal::IdReused
        | Refusal::NothingToSend
        | Refusal::Leaving
        | Refusal::WaitsForToken => StatusCode::CONFLICT,
        Refusal::UsedUp | Refusal::Expired | Refusal::Revoked | Refusal::Burnt | Refusal::FreezeBurnt => StatusCode::GONE,
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::ExpiryTooLong { .. }
        | Refusal::ExpiryPast
        | Refusal::ViewsOutOfRange
        | Refusal::RecipientsOutOfRange { .. }
        | Refusal::IdOffClock => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Frozen | Refusal::Locked => StatusCode::LOCKED,
        Refusal::ConnectionOutdated => StatusCode::MISDIRECTED_REQUEST,
        Refusal::TooManyRequests { .. } | Refusal::TooManyConnections | Refusal::TooManyAttempts { .. } | Refusal::TooManyTests { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Refusal::ClockBehind { .. } => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_can_not_tell_apart_has_one_status() {
        assert_eq!(of(&Refusal::UnknownLink), StatusCode::NOT_FOUND);
        assert_eq!(of(&Refusal::SignInFailed), of(&Refusal::RecoveryFailed));
    }

    #[test]
    fn a_link_that_can_come_back_is_told_from_one_that_can_not() {
        for gone in [Refusal::UsedUp, Refusal::Expired, Refusal::Revoked, Refusal::Burnt] {
            assert_eq!(of(&gone), StatusCode::GONE, "{gone:?}");
        }
        for held in [Refusal::Frozen, Refusal::Locked] {
            assert_eq!(of(&held), StatusCode::LOCKED, "{held:?}");
        }
    }
}
