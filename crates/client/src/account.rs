//! Accounts: registration, sign-in, password, recovery.
//!
//! Nothing here sees a password or a recovery code: only OPAQUE's messages (RFC 9807) and what was derived.

use api::account::{
    Account, FindRecovery, FinishPassword, FinishRecovery, FinishRegistration, FinishSignIn, PasswordStarted, RecoveryFound,
    RecoveryStarted, RegistrationStarted, SignInStarted, SignedIn as Session, StartPassword, StartRecovery, StartRegistration, StartSignIn,
};

use crate::{Answer, Client, SignedIn};

impl Client {
    /// Registration, first message: the answer says who the invitation is for.
    pub fn start_registration(&self, start: &StartRegistration) -> Answer<RegistrationStarted> {
        self.post(&["registration", "start"]).json(start).answer()
    }

    /// Registration, last message.
    pub fn finish_registration(&self, finish: &FinishRegistration) -> Answer<()> {
        self.post(&["registration", "finish"]).json(finish).done()
    }

    /// Sign-in, first message.
    pub fn start_sign_in(&self, start: &StartSignIn) -> Answer<SignInStarted> {
        self.post(&["sign-in", "start"]).json(start).answer()
    }

    /// Sign-in, last message.
    pub fn finish_sign_in(&self, finish: &FinishSignIn) -> Answer<Session> {
        self.post(&["sign-in", "finish"]).json(finish).answer()
    }

    /// The id with which the recovery proof is derived.
    pub fn find_recovery(&self, find: &FindRecovery) -> Answer<RecoveryFound> {
        self.post(&["recovery", "user"]).json(find).answer()
    }

    /// Recovery, first message.
    pub fn start_recovery(&self, start: &StartRecovery) -> Answer<RecoveryStarted> {
        self.post(&["recovery", "start"]).json(start).answer()
    }

    /// Recovery, last message.
    pub fn finish_recovery(&self, finish: &FinishRecovery) -> Answer<()> {
        self.post(&["recovery", "finish"]).json(finish).done()
    }
}

impl SignedIn<'_> {
    /// One's own account.
    pub fn account(&self) -> Answer<Account> {
        self.get(&["account"]).answer()
    }

    /// Ends the session.
    pub fn sign_out(&self) -> Answer<()> {
        self.post(&["sign-out"]).done()
    }

    /// A new password, first message. Asks for a fresh sign-in.
    pub fn start_password(&self, start: &StartPassword) -> Answer<PasswordStarted> {
        self.post(&["password", "start"]).json(start).answer()
    }

    /// A new password, last message.
    pub fn finish_password(&self, finish: &FinishPassword) -> Answer<()> {
        self.post(&["password", "finish"]).json(finish).done()
    }
}
