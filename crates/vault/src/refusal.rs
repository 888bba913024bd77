//! Every "no" that Postern says, by name.
//!
//! Nothing here decides; the rules return these, audit and journal record their [`Refusal::name`], and handlers
//! translate them into answers. What a stranger may learn is the handlers' care: to a stranger many of these look alike.

/// Why something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // A recipient's refusals. Who doesn't hold the link learns only `UnknownLink`, whatever the reason.
    /// No such link, or the knock is wrong: a stranger. Both look alike from outside.
    #[error("there is no such link, or it is not complete: copy the whole link from your message")]
    UnknownLink,
    /// The share starts later.
    #[error("this share is not open yet")]
    NotYet,
    /// All views are spent.
    #[error("this link is used up: all its views are spent")]
    UsedUp,
    /// The time is over.
    #[error("this link has expired")]
    Expired,
    /// The owner or an operator has revoked it.
    #[error("this link has been revoked")]
    Revoked,
    /// It is frozen while somebody looks into it.
    #[error("this link is frozen: ask the person who shared it")]
    Frozen,
    /// Too many wrong tokens.
    #[error("this link is locked after too many wrong tokens: ask the person who shared it to unlock it")]
    Locked,
    /// A recipient has destroyed it, or a freeze was not lifted in time.
    #[error("this link was destroyed: by the person who opened it, or because it was frozen and not freed in time")]
    Burnt,
    /// The knock is right and the token is wrong. Counted.
    #[error("the token is wrong ({tries_left} tries left)")]
    WrongToken {
        /// How many wrong tokens remain before the link locks.
        tries_left: u32,
    },

    // Refusals at the gate.
    /// The address is in none of the allowed networks.
    #[error("you are outside the networks from which this is allowed")]
    OutsideNetworks,
    /// The share's own, narrower networks don't hold the address.
    #[error("you are outside the networks for which this was shared")]
    OutsideShareNetworks,
    /// Too many requests from this address.
    #[error("too many requests from your address: try again in {retry_seconds} seconds")]
    TooManyRequests {
        /// When to come back, in seconds.
        retry_seconds: u32,
    },
    /// Too many connections from this address at once.
    #[error("too many connections from your address at once")]
    TooManyConnections,
    /// Somebody who is on no list speaks as a proxy.
    #[error("only proxies that the configuration names may come this way")]
    NotTrustedProxy,
    /// A trusted proxy's PROXY header is none, came too slowly, or names no address.
    #[error("the proxy in between did not say by the PROXY protocol for whom it speaks")]
    ProxyUnclear,
    /// A trusted proxy's X-Forwarded-For names nobody, or nobody that could be read.
    #[error("the proxy in between does not say clearly for whom it asks (X-Forwarded-For): tell whoever runs it")]
    ForwardedUnclear,
    /// This door asks for a client's certificate, and none was shown.
    #[error("this asks for a certificate, and your browser or program showed none: install the one that you were given")]
    CertificateRequired,
    /// A client's certificate that does not count here.
    #[error("the certificate that your browser or program showed does not count here: it has expired, or another authority issued it")]
    CertificateNotValid,
    /// This door asks for a client's certificate, and a proxy in between ends the connection on which it would be shown.
    #[error(
        "this asks for a certificate, and a proxy in between hides whether you have one: come without it, or ask whoever runs this system"
    )]
    CertificateBehindProxy,
    /// The connection was opened before what now decides was in force.
    #[error("what decides here has changed since this connection was opened: try again")]
    ConnectionOutdated,

    // An owner's refusals.
    /// No session, or it has ended.
    #[error("you are not signed in, or your session has ended: sign in")]
    NotSignedIn,
    /// The action asks for a sign-in within the last minutes.
    #[error("this asks for a fresh sign-in: sign in again first")]
    NotFresh,
    /// Name or password is wrong; which of them is not said.
    #[error("the name or the password is wrong")]
    SignInFailed,
    /// Too many failed sign-ins for this name or address.
    #[error("too many failed attempts: try again in {retry_seconds} seconds")]
    TooManyAttempts {
        /// When to come back, in seconds.
        retry_seconds: u32,
    },
    /// The account is suspended.
    #[error("this account is suspended: ask an operator")]
    Suspended,
    /// The invitation is unknown, used or too old; which of these is not said.
    #[error("the invitation is not valid: it is wrong, used or too old; ask an operator for a new one")]
    InvitationNotValid,
    /// Name or recovery code is wrong; which of them is not said.
    #[error("the name or the recovery code is wrong")]
    RecoveryFailed,
    /// The user name is taken, or waits in an open invitation.
    #[error("this user name is taken")]
    NameTaken,
    /// There is no such thing, or it belongs to somebody else; which of these is not said.
    #[error("there is no such thing among what you may see")]
    NotFound,
    /// The owner lacks the external-share permission.
    #[error("you may not share with people outside the vault: ask an operator for the external-share permission")]
    ExternalShareNotAllowed,
    /// The item is disabled.
    #[error("the item is disabled: enable it first")]
    ItemDisabled,
    /// Somebody saved in between: the epoch is not the current one.
    #[error("the item has changed in between: read it again and repeat your change")]
    StaleEpoch,
    /// Somebody saved in between: the version is not the next one.
    #[error("the item has changed in between: read it again and repeat your change")]
    StaleVersion,
    /// The expiry lies further ahead than policy allows.
    #[error("the expiry is too far ahead: at most {maximum_hours} hours are allowed")]
    ExpiryTooLong {
        /// The policy's bound, in hours.
        maximum_hours: u32,
    },
    /// The expiry is not after now and after the start.
    #[error("the expiry must lie in the future and after the start")]
    ExpiryPast,
    /// A limited number of views must be at least one and at most 10,000.
    #[error("the number of views must lie between 1 and 10000, or be unlimited")]
    ViewsOutOfRange,
    /// A share needs recipients, each once, at most as many as policy allows.
    #[error("name between 1 and {maximum} recipients, each once")]
    RecipientsOutOfRange {
        /// The policy's bound.
        maximum: u32,
    },
    /// Policy asks for a token.
    #[error("policy doesn't allow links without a token")]
    TokenRequired,
    /// Policy forbids this delivery.
    #[error("policy doesn't allow this delivery")]
    DeliveryNotAllowed,
    /// Policy forbids that the appliance mails links as well as tokens.
    #[error(
        "policy doesn't allow that the appliance mails both link and token (policy.relay_both): hand the links over yourself, or ask an operator"
    )]
    RelayNotAllowed,
    /// The sealed bytes are larger than policy allows.
    #[error("too large: at most {maximum_bytes} sealed bytes are allowed")]
    TooLarge {
        /// The policy's bound, in bytes.
        maximum_bytes: u32,
    },
    /// The id was not made within five minutes of the daemon's clock.
    #[error("the id was not made just now: check this machine's clock")]
    IdOffClock,
    /// The id is in use for something else.
    #[error("the id is already in use for something else")]
    IdReused,

    // An operator's refusals.
    /// The caller belongs to neither group.
    #[error("you are in none of the groups that may do this")]
    NotOperator,
    /// The caller may read but not act.
    #[error("you may read but not act: this asks for the operators' group")]
    NotAllowedToAct,
    /// The freeze was not lifted in time: what it held is burnt, or about to be.
    #[error("this freeze can no longer be lifted: its 24 hours are over, and what it still held is burnt (its owner can share anew)")]
    FreezeBurnt,
    /// The message was delivered or taken back, or lost what it carried when it was given up.
    #[error(
        "there is nothing left to send: the message has left, was withdrawn, or lost its token when it was given up (its owner can share anew)"
    )]
    NothingToSend,
    /// The message is being handed to the mail server.
    #[error(
        "the message is just being handed to the mail server: look what became of it, and repeat this in five minutes if it still waits"
    )]
    Leaving,
    /// The message is a link whose token has not left.
    #[error("this link waits until its access token has left, and can't overtake it: try the token's message again")]
    WaitsForToken,
    /// As many test messages have left as may leave in an hour.
    #[error("too many test messages in the last hour: try again in {retry_seconds} seconds")]
    TooManyTests {
        /// When to come back, in seconds.
        retry_seconds: u32,
    },

    // The appliance's own.
    /// The clock stands behind the latest recorded time.
    #[error("the appliance's clock is {seconds_behind} seconds behind: an operator must set it, or accept it")]
    ClockBehind {
        /// How far, in seconds.
        seconds_behind: i64,
    },
}

impl Refusal {
    /// The stable name that audit, journal and programs use.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UnknownLink => "unknown-link",
            Self::NotYet => "not-yet",
            Self::UsedUp => "used-up",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Frozen => "frozen",
            Self::Locked => "locked",
            Self::Burnt => "burnt",
            Self::WrongToken { .. } => "wrong-token",
            Self::OutsideNetworks => "outside-networks",
            Self::OutsideShareNetworks => "outside-share-networks",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::TooManyConnections => "too-many-connections",
            Self::NotTrustedProxy => "not-trusted-proxy",
            Self::ProxyUnclear => "proxy-unclear",
            Self::ForwardedUnclear => "forwarded-unclear",
            Self::CertificateRequired => "certificate-required",
            Self::CertificateNotValid => "certificate-not-valid",
            Self::CertificateBehindProxy => "certificate-behind-proxy",
            Self::ConnectionOutdated => "connection-outdated",
            Self::NotSignedIn => "not-signed-in",
            Self::NotFresh => "not-fresh",
            Self::SignInFailed => "sign-in-failed",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Suspended => "suspended",
            Self::InvitationNotValid => "invitation-not-valid",
            Self::RecoveryFailed => "recovery-failed",
            Self::NameTaken => "name-taken",
            Self::NotFound => "not-found",
            Self::ExternalShareNotAllowed => "external-share-not-allowed",
            Self::ItemDisabled => "item-disabled",
            Self::StaleEpoch => "stale-epoch",
            Self::StaleVersion => "stale-version",
            Self::ExpiryTooLong { .. } => "expiry-too-long",
            Self::ExpiryPast => "expiry-past",
            Self::ViewsOutOfRange => "views-out-of-range",
            Self::RecipientsOutOfRange { .. } => "recipients-out-of-range",
            Self::TokenRequired => "token-required",
            Self::DeliveryNotAllowed => "delivery-not-allowed",
            Self::RelayNotAllowed => "relay-not-allowed",
            Self::TooLarge { .. } => "too-large",
            Self::IdOffClock => "id-off-clock",
            Self::IdReused => "id-reused",
            Self::NotOperator => "not-operator",
            Self::NotAllowedToAct => "not-allowed-to-act",
            Self::FreezeBurnt => "freeze-burnt",
            Self::NothingToSend => "nothing-to-send",
            Self::Leaving => "leaving",
            Self::WaitsForToken => "waits-for-token",
            Self::TooManyTests { .. } => "too-many-tests",
            Self::ClockBehind { .. } => "clock-behind",
        }
    }
}
