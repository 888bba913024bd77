//! The table of events: what can happen, under which name, how loud, and what to make of it.
//!
//! Nothing is renamed or renumbered here once released: security teams match on names and MESSAGE_IDs. New rows are added.

/// How loud an event is, as in syslog (RFC 5424, section 6.2.1) and journald's `PRIORITY=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Priority {
    /// Somebody must act now.
    Alert = 1,
    /// Something the appliance depends on has failed.
    Critical = 2,
    /// Something failed and is tried again.
    Error = 3,
    /// A refusal, or something unusual.
    Warning = 4,
    /// Something that security teams follow.
    Notice = 5,
    /// Everyday life.
    Info = 6,
}

/// What is the same for every event of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The stable name, `subject.what_happened`.
    pub name: &'static str,
    /// journald's `MESSAGE_ID=`: 128 bits as 32 lower-case hexadecimal digits.
    pub message_id: &'static str,
    /// How loud.
    pub priority: Priority,
    /// The names of the fields that only this kind has.
    pub details: &'static [&'static str],
    /// A sentence for people, with `{field}` where values go.
    pub message: &'static str,
    /// What it means and what to do, for `journalctl -x`.
    pub explanation: &'static str,
}

macro_rules! events {
    ($($kind:ident: $name:literal, $id:literal, $priority:ident, [$($detail:literal),*], $message:literal, $explanation:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = $explanation] $kind,)*
        }

        impl Kind {
            /// Every kind, in the table's order.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// The kind's row in the table.
            pub const fn entry(self) -> Entry {
                match self {
                    $(Kind::$kind => Entry {
                        name: $name,
                        message_id: $id,
                        priority: Priority::$priority,
                        details: &[$($detail),*],
                        message: $message,
                        explanation: $explanation,
                    },)*
                }
            }

            /// The kind with this stable name.
            pub fn named(name: &str) -> Option<Kind> {
                match name {
                    $($name => Some(Kind::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

events! {
    AccountInvited: "account.invited", "810ba14a3fca40969194ebdb228db439", Notice, ["name"],
        "{who} invited {name}",
        "An operator made an invitation to register. It was shown once, to that operator, or mailed (account.invitation_mailed says so). Everyday work. If nobody expected it, ask the operator who it is for: whoever holds it can register under this name.";
    InvitationMailed: "account.invitation_mailed", "5d60ac641db64c15a365bad02b1955d7", Notice, ["name", "to"],
        "{who} had the invitation for {name} mailed to {to}",
        "An operator made an invitation and had it mailed to the invited person instead of seeing it. Everyday work. Whoever reads that mailbox first can register under the name: when account.registered follows, have the person confirm that it was them.";
    AccountRegistered: "account.registered", "cd625e5689ab4278bd81a37dd5348b4e", Notice, ["name", "fingerprint"],
        "{name} registered with an invitation from {address}",
        "Somebody used an invitation and chose a password. Expected after an invitation. The fingerprint is that of the account's public keys, which `postern register` showed: have the person read theirs to you. If it differs, somebody else registered: run `posternctl user suspend`.";
    AccountSignedIn: "account.signed_in", "4feddfd2fddb4d73b06dd9d14c1bad6b", Info, ["name"],
        "{name} signed in from {address}",
        "An owner proved their password. Everyday life. If the owner says that it wasn't them, run `posternctl user suspend`: it ends their sessions and freezes their links, and can be undone.";
    AccountSignedOut: "account.signed_out", "14556c2be67f4808ae2b43b973c438f9", Info, [],
        "{who} signed out",
        "An owner ended their session. Everyday life, nothing to do.";
    AccountRefused: "account.refused", "2e767ce3a050495b9f0b058ac01c9d2d", Warning, ["action", "name"],
        "{action} as {name} from {address} was refused: {refusal}",
        "A registration, sign-in, password change or recovery was refused. Nobody was let in. One now and then is a mistyped password. Many of these for one name or from one address mean that somebody is guessing: delays grow by themselves. Ask the owner whether it was them, and find out whose address it is.";
    SessionRefused: "session.refused", "a04003753c2b4efa9b869eb2d0f5b0f3", Warning, ["count"],
        "Somebody at {address} came without a session that lives: {refusal}",
        "An owner's call came with no session, or with one that has ended or never was. Nothing was done. One event is written for an address and minute, the rest are counted. One now and then is a program left signed in over night; many mean that somebody is trying: find out whose address it is.";
    AccountPasswordChanged: "account.password_changed", "826967bdd272472c91d74da74b781033", Notice, [],
        "{who} changed their password",
        "An owner changed their password; all other sessions have ended. Everyday life. If the owner says that it wasn't them, run `posternctl user suspend` at once: somebody else knew the old one.";
    AccountRecovered: "account.recovered", "6a799dbb897b439ead49f974fd9ef88c", Warning, ["name"],
        "{name} used their recovery code from {address}",
        "An owner lost their password and came back with the recovery code, or somebody else found that code. All sessions have ended and a new code was made. Ask the owner, by a way that you knew before, whether it was them. If not, run `posternctl user suspend` at once.";
    AccountSuspended: "account.suspended", "dfec8b5995ac45e3a0f804df558610dc", Notice, ["name"],
        "{who} suspended {name}",
        "An operator suspended an account: its sessions have ended and its links are frozen. Nothing is deleted. Expected when somebody leaves or a device is lost; otherwise ask the operator why. `posternctl user resume` brings all of it back.";
    AccountResumed: "account.resumed", "8b06fdb753b545a7a6be1f60cdd29d11", Notice, ["name"],
        "{who} let {name} back in",
        "An operator ended a suspension: the owner can sign in, and the account's links live again. Make sure that the reason for the suspension is settled; if not, suspend it again.";
    SessionsEnded: "account.sessions_ended", "e40be8ff22b147708927025ce9900f0e", Notice, ["name", "sessions"],
        "{who} signed {name} out everywhere (sessions ended: {sessions})",
        "An operator ended every session of an account. Its owner may sign in again, and its links live on. Expected when a device is lost; if it is the person who should be kept out, `posternctl user suspend` stops both.";
    ExternalShareAllowed: "account.external_allowed", "ad8596f50a64474d94f9cd3f40173f52", Notice, ["name"],
        "{who} allowed {name} to share with people outside the vault",
        "An operator granted the external-share permission: this owner can now share with people who have no account. Everyday work. If nobody asked for it, `posternctl user deny-external` takes it back.";
    ExternalShareDenied: "account.external_denied", "a3e9c988f61c4c42b92ff333191b0573", Notice, ["name"],
        "{who} took from {name} the permission to share with people outside the vault",
        "An operator withdrew the external-share permission: this owner makes no more shares with people outside. Shares made before live on; revoke or freeze them if they should not.";
    ItemCreated: "item.created", "2ef15ca88a7d46b280fe2f5e7847ccce", Info, [],
        "{who} made item {item}",
        "An owner put a new item into the vault. Its name and contents are sealed: the appliance can't read them. Everyday life, nothing to do.";
    ItemRead: "item.read", "892e517abae248eb93b5c9b0f8d13b3d", Info, ["version"],
        "{who} read item {item}",
        "An owner fetched the sealed contents of an item. Everyday life. Very many items within minutes may mean that somebody empties the vault with this owner's session: ask the owner, and in doubt run `posternctl user suspend`.";
    ItemSaved: "item.saved", "5ec49078a69f42918c655eb0bcb4841b", Info, ["version", "epoch"],
        "{who} saved version {version} of item {item}",
        "An owner changed an item. Everyday life. What was shared of it before stays as it was then.";
    ItemDisabled: "item.disabled", "3e59d98a86f34854b7d381542b87adc6", Notice, [],
        "{who} disabled item {item}",
        "An owner disabled an item: it can be neither changed nor shared until it is enabled. Its living shares are not touched: revoke them if they should end too.";
    ItemEnabled: "item.enabled", "7458a2e7841a4bd1ad9ab95733cec68f", Notice, [],
        "{who} enabled item {item}",
        "An owner enabled an item again: it can be changed and shared. Everyday life, nothing to do.";
    OwnerRefused: "owner.refused", "d8ae77ee55464c2f93396ec5801b122b", Warning, ["action"],
        "{action} by {who} from {address} was refused: {refusal}",
        "A signed-in owner was refused, and nothing was done. The refusal names the rule, as a missing permission or a policy. Mostly a mistake. Many refused as not-found mean that somebody tries what isn't theirs: ask the owner whether it was them.";
    ShareCreated: "share.created", "e95b17e79ea24fc58c68d0588066d383", Notice, ["links", "views", "expires", "delivery", "token"],
        "{who} shared item {item} until {expires}; recipients: {links} (share {share})",
        "An owner shared an item with people outside the vault. Each recipient has a link of their own. Everyday work. If it should not be, `posternctl share freeze` stops it and can be undone, `posternctl share revoke` ends it for good.";
    ShareRelayed: "share.relayed", "d5beaa4b07b7427fac0d30f706a94494", Warning, ["links"],
        "{who} has the appliance mail link and token of share {share}: not end to end (links: {links})",
        "Of this share the appliance mails both link and token, in separate messages, and so could open it itself while it mails; the recipient's mailbox gets both. policy.relay_both allows that. Where it should not be, set it to false: shares that were made stay as they are and can be revoked.";
    ShareRevoked: "share.revoked", "7daae93546464423a4d4afe5151a5494", Notice, ["links"],
        "{who} revoked share {share} (links ended: {links})",
        "An owner or an operator ended every link of a share for good. Its sealed bytes are deleted. What was viewed before is known to whoever viewed it: the share's link.revealed events tell from where. If there are any, have the owner change the secret in doubt. The number of links is 0 where all of them had ended before: then this changed nothing.";
    LinkRevoked: "link.revoked", "76261100944a40b4b523f788c0ae393d", Notice, ["links"],
        "{who} revoked link {link} (links ended: {links})",
        "An owner or an operator ended one link for good. The number of links is 0 where it had ended before. Nothing to do, unless it was viewed before by somebody who should not have: then have the owner change the secret.";
    LinkChecked: "link.checked", "1266cd196607477a9a23fcaffde4c89e", Info, [],
        "Link {link} and its token were checked from {address}",
        "A recipient showed that they hold link and token. Nothing was spent, and nothing handed out yet. Everyday life.";
    LinkRevealed: "link.revealed", "2f9e6815a2f0484d8ace1d6d569f4840", Notice, ["views_used", "views_left"],
        "Link {link} was revealed from {address} (view {views_used})",
        "A recipient who holds link and token was given the sealed snapshot, which their own program opens. That is what a link is for. If the owner did not expect it from there, run `posternctl share freeze` and have the owner change the secret: it is known now.";
    LinkRevealedAgain: "link.revealed_again", "8a01446e67a24b25bebc309030084a77", Info, [],
        "Link {link} was given again to the same attempt from {address}",
        "A recipient asked again within ten minutes of a reveal, with the same attempt: an answer was lost, or a page reloaded. No view was spent. Everyday life, nothing to do.";
    LinkUsedUp: "link.used_up", "d049b138a6a94e1184d01ff1595a8fbd", Info, [],
        "Link {link} is used up",
        "The last view of a link was spent. Its sealed bytes are deleted ten minutes later. Everyday life, nothing to do.";
    LinkRefused: "link.refused", "119c706d86364ebeae37bed352cb3dfa", Warning, ["action"],
        "{action} of link {link} from {address} was refused: {refusal}",
        "Somebody who holds the link was refused. Nothing was spent, and nothing handed out. The refusal names the rule: mostly the link has ended and somebody tries it again. wrong-token is a token mistyped or guessed at; ten of them lock the link. If the address is strange to the owner, `posternctl share freeze` stops what is left.";
    LinkLocked: "link.locked", "829c319c394d4b0599699793569a4ce2", Alert, [],
        "Link {link} is locked after ten wrong tokens, the last from {address}",
        "Somebody who holds the link entered ten wrong tokens: a recipient who mistyped, or somebody who got the link without the token and guesses. Nothing was handed out, and the link stays shut. The owner was told, and only the owner can unlock it: ask the recipient first, and rather share anew.";
    LinkUnlocked: "link.unlocked", "a142cada35d14d0e9d164fd00d17d7f9", Notice, [],
        "{who} unlocked link {link}",
        "An owner unlocked a link after wrong tokens: ten more tries are possible. Fine if the recipient mistyped them. If nobody asked the recipient, somebody else may be guessing: have the owner revoke it and share anew.";
    LinkExpired: "link.expired", "153fe303506b4ac9a10fadcb0d2574d5", Info, ["views_used"],
        "Link {link} expired (views: {views_used})",
        "The time of a link is over. Its sealed bytes are deleted. Everyday life. After 0 views nobody ever saw it.";
    LinkBurnt: "link.burnt", "898694538c7047298b5cca441559187c", Notice, [],
        "Link {link} was destroyed by its recipient from {address}",
        "A recipient who holds link and token was done and ended the link for good. Its sealed bytes are deleted. Everyday life, nothing to do.";
    LinkReported: "link.reported", "eb5d30ccc2704331bb469f13e99d3a0f", Alert, ["links"],
        "The recipient of link {link} says from {address} that an earlier opening was not theirs; share {share} is frozen (links: {links})",
        "Somebody who holds link and token says that it wasn't them who opened it. What could still be had of the share is frozen (0 links: nothing could, or an earlier report holds it), and the owner was told by mail. Act now. Talk to recipient and owner by a way that you knew before, not by one from a message. Look at the link's link.revealed events: from where was it opened, and when? Have the owner change what was shared, even if in doubt. Lift the freeze with `posternctl share unfreeze` only when it is clear what happened; otherwise revoke the share.";
    LinkUnknown: "link.unknown", "a9c77fd92d3f40b78ecb498d6f21ea58", Warning, ["action", "count"],
        "Somebody at {address} tried a link that doesn't exist or isn't complete",
        "A wrong link id or a wrong knock. Nothing was handed out, and no link was touched. One event is written for an address and minute, the rest are counted. A single one is a link cut short by a mail program or copied in part. Many of these mean that somebody is probing: find out whose address it is.";
    SealedDeleted: "sealed.deleted", "831662a0a2c04af38d60fb09316b7760", Info, ["snapshots", "wraps"],
        "Sealed bytes of ended links were deleted (snapshots: {snapshots}, wraps: {wraps})",
        "What was shared can no longer be revealed from this appliance, by anybody. Everyday life, nothing to do.";
    FreezePlaced: "freeze.placed", "b63d47dd8bd643c2aa2c912e7006a4fc", Alert, ["freeze", "by", "value", "links", "reason"],
        "{who} placed a freeze by {by} (links: {links}): {reason}",
        "An operator stopped a selection of links, or a recipient said that an earlier opening wasn't theirs (link.reported tells of it). Somebody saw a reason for alarm, and nothing of these links can be had until it is settled. `posternctl share freezes` shows what is frozen and why. `posternctl share unfreeze` brings the links back as they were, for 24 hours; what an operator's freeze still holds then is burnt (freeze.burnt). `posternctl share revoke` ends a share for good.";
    FreezeLifted: "freeze.lifted", "c42993a25ada4f5b98c6081f92af8869", Notice, ["freeze", "links"],
        "{who} lifted freeze {freeze} (links: {links})",
        "An operator lifted a freeze: its links live again. Make sure that its reason is settled; if not, freeze them again with `posternctl share freeze`.";
    FreezeBurnt: "freeze.burnt", "b403051981254c9dbebfa7385eb63c0c", Warning, ["freeze", "by", "value", "links", "left"],
        "Freeze {freeze} burnt what it held, as nobody had lifted it in 24 hours (links: {links})",
        "Nobody lifted an operator's freeze in time, so what it held has ended: its sealed bytes are deleted, nothing brings them back, and the owners were told by mail. A large freeze is burnt in pieces, each with an event; left says how many links it held after this one. Who placed it and why stands in freeze.placed. What a recipient's report froze is never burnt by time.";
    OperatorRefused: "operator.refused", "cf9c9e91fd4845cdaae56ccc3d980b8e", Warning, ["action"],
        "{action} by {who} at the admin socket was refused: {refusal}",
        "Somebody on the appliance itself tried what their groups don't allow, or what can't be. Nothing was done. Operators belong to postern-operators, auditors to postern-auditors. If the refusal is not-operator and the person has no business here, find out why they have a login on this machine.";
    GateDenied: "gate.denied", "82f64269037c40eda315b22b0ef4e860", Warning, ["door", "count"],
        "{address} was denied at the door for {door}",
        "An address outside the allowed networks came to the gate. It got a page that says so, and nothing else. One event is written for an address and minute, the rest are counted. One now and then is somebody who forgot to join the network. If addresses of the internet come, the port is open to it: look at the firewall. `posternctl gate explain` says what would let an address in.";
    RequestsLimited: "gate.limited", "a7e8c6a243e54e55974fff26a41ca97f", Warning, ["door", "count"],
        "{address} was slowed down at the door for {door}",
        "One address sent more requests than the limit allows, and was told to wait. One event is written for an address and minute, the rest are counted. A program gone wild, somebody probing, or a whole office behind one address: for the last, raise limits.requests_per_minute; otherwise find out whose address it is.";
    CertificateRefused: "gate.certificate_refused", "038feff17af8422dab4ac629501fb2f2", Warning, ["door", "count"],
        "{address} was denied at the door for {door}: {refusal}",
        "Somebody inside the allowed networks showed no certificate, or one that does not count. They were not let in. One event is written for an address and minute, the rest are counted. Their device may be new or not managed, or its certificate has run out; many from one address mean that a device is in the network that should not be. certificate-behind-proxy: a proxy ends their connection and hides it. connection-outdated: their connection is older than the rules, and they come again by themselves.";
    ProxyRefused: "proxy.refused", "89404c364f9249cf9467337aab28e073", Warning, ["count"],
        "{address} was not believed as a proxy: {refusal}",
        "Somebody came to the proxies' listener who is on no list, or a trusted proxy did not say clearly for whom it speaks. Nobody is let in on such word. If it is your proxy, its users are shut out now: gate.trusted_proxies must name it, and it must send the PROXY protocol or X-Forwarded-For. If it isn't, somebody tries to pass for a proxy: find out whose address it is.";
    ConnectionsLimited: "gate.crowded", "46674cf78cb64c44b5dc12cf81a33e5d", Warning, ["count"],
        "{address} has too many connections open",
        "One address holds as many connections as limits.connections_per_address allows; further ones are closed at once. Others are not hindered. An office behind one address may need more: raise the limit. A single machine does not: it is broken, or tries to wear the appliance out.";
    MailSent: "mail.sent", "8d79a5361ab74d67b874dbb93dbacd9a", Info, ["message", "about"],
        "Message {message} ({about}) was handed to the mail server",
        "A message left the outbox. What it carried was deleted. Everyday life, nothing to do.";
    MailFailed: "mail.failed", "9d460c8e20514115827d9918861db4fe", Error, ["message", "about", "why"],
        "Message {message} ({about}) could not be delivered: {why}",
        "A message stays in the outbox and is tried again by itself. Nothing is lost yet. If this goes on, look at the reason, the mail server and the mail section of the configuration; `posternctl mail test` tries the way, `posternctl mail list` shows what waits.";
    MailGivenUp: "mail.given_up", "3989289cfb654c28b624e4eedaffeba0", Error, ["message", "about", "why"],
        "Message {message} ({about}) was given up: {why}",
        "The mail server refused a message for good, or it could not be sent in time. What it carried was deleted. For an access token the owner is told, and can share anew. Mend what the reason names; `posternctl mail retry` tries again what carried no token, `posternctl mail test` tries the way.";
    MailUncertain: "mail.uncertain", "bbffc0bc290c4dfda8f58bb63df99d2f", Warning, ["message", "about", "why"],
        "Message {message} ({about}) may have been delivered or not: {why}",
        "The whole message had left and no answer came, or the daemon ended in between. It is sent again under the same Message-ID, so that a mail program shows it once; the recipient may see it twice. Harmless once. If this goes on, look at the mail server and the way to it.";
    MailRetried: "mail.retried", "fe448eb3f758424bb3bfc2dadb2c88ac", Notice, ["message", "about", "count"],
        "{who} had messages tried again: {count}",
        "An operator made waiting messages due at once, or brought given-up ones back. The message is named where it was one. Everyday work, nothing to do.";
    MailDropped: "mail.dropped", "5e3040fa3add466fad188ce593f976bd", Notice, ["message", "about"],
        "{who} dropped message {message} ({about})",
        "An operator took a message out of the outbox: it will not be sent, and what it carried was deleted. Of a dropped access token or link its owner is told; the recipient needs a new share.";
    MailWithdrawn: "mail.withdrawn", "56d0f85a19fe4e7496184fc4805b7894", Notice, ["message", "about", "why"],
        "Message {message} ({about}) was taken back: {why}",
        "A message that still waited is of no use any more: its invitation was used, has lapsed, or can't be used, or it waited too long to be news. It will not be sent, and what it carried was deleted. What waits for a link that ends is taken back as well; the link's own event tells of that.";
    MailTested: "mail.tested", "72d85d583c98489ebfab57547c7e6124", Info, ["to"],
        "{who} had a test message sent to {to}",
        "An operator tried the way out for mail. Whether it worked was told to them. Everyday work, nothing to do.";
    BackupBegun: "backup.begun", "8681ad12e41e4809be04e1b2e3829e35", Notice, ["holds"],
        "{who} began a backup ({holds})",
        "An operator has the appliance's data read out: every account's sealed items, the audit log, keys and certificates, for them to seal into a file. It never has snapshots or wraps of links, sessions, or what waiting mail carries. If no backup.made follows, it was broken off. Routine if it was planned; if nobody expected it, ask that operator why, and where the file is.";
    BackupMade: "backup.made", "7444074a75504edab210c7400e179722", Notice, ["holds", "rows", "contents"],
        "{who} made a backup ({holds}), contents {contents} (rows: {rows})",
        "A backup was handed over whole. The hash is that of its contents, before they were sealed: a restore tells it again. If nobody expected it, find out who made it and where the file is; where `holds` names the sign-in setup, passwords can be guessed from it.";
    BackupRestored: "backup.restored", "702bcb0804df49f88566b97346790655", Warning, ["contents", "made", "rows", "links", "messages", "invitations"],
        "{who} restored the backup of {made}, contents {contents}; of what lived then has ended: links {links}, messages {messages}, invitations {invitations}",
        "The appliance stands again as it stood when that backup was made. Everybody is signed out. What was decided since then is not in it: suspensions, changed passwords, permissions. The journal may have this lane's later numbers from before; they go on from here anew. Look there for what must be done again, and tell owners to share anew. If nobody planned a restore, act now: somebody with root replaced what the appliance knew.";
    LinkNotRestored: "link.not_restored", "3955bad7ccd04a0c90460b2eee20808b", Notice, [],
        "Link {link} was alive when the backup was made, and has ended with its restore",
        "No backup has what a link opens. The link stands as revoked; its owner can share anew. Nothing to do otherwise.";
    ClockBehind: "clock.behind", "a491972a02c14859aecf3787225be498", Critical, ["seconds"],
        "The clock stands {seconds} seconds behind the latest recorded time: nothing is revealed or created",
        "The machine's clock was set back, or ran far ahead before. Time ends links, so nothing is revealed or created until this is settled: people can't work. Look at the clock with `timedatectl` and set it right. If it is right now, `posternctl clock accept` makes it count. If nobody should have touched it, find out who did: a clock set back is a way to keep dead links alive.";
    ClockAccepted: "clock.accepted", "8024a331db334f49ba55ce9e17cf2b59", Warning, ["from", "to"],
        "{who} accepted the clock: time continues at {to} after {from}",
        "An operator confirmed that the machine's clock is right although the log has seen later times. Time ends links: if the clock is wrong after all, links live longer than they should, so set it right at once. If you don't know why the clock was ahead, ask that operator.";
    DaemonStarted: "daemon.started", "21f8b1f070a9443da54efb06c23d316f", Info, ["version"],
        "posternd {version} started",
        "The daemon is up. Everyday life after an update, a restart or a boot. A start that nobody expected, or one without daemon.stopped before it, follows a crash: look at what the journal says before it.";
    DaemonStopped: "daemon.stopped", "bd792069639746fd9ee7694452cc81d6", Info, [],
        "posternd stopped",
        "The daemon ended in good order, and nobody can use the appliance until it is started again. A start without a stop before it follows a crash. If nobody stopped it on purpose, the journal before it says who did: `systemctl start posternd` brings it back.";
    DaemonReloaded: "daemon.reloaded", "5d21483b53b44f52aad432ba8c7bfdde", Notice, ["changed", "restart"],
        "posternd read its configuration anew: {changed}",
        "Somebody who may signal the daemon made it read its configuration and certificate again (SIGHUP, systemctl reload). What changed counts from now on, for open connections too. What stands under restart counts only after a restart. If nobody changed networks or certificate on purpose, find out who can write the configuration.";
    DaemonReloadRefused: "daemon.reload_refused", "1f5c39b2be954628bcee44dbb148c9ac", Error, ["why"],
        "posternd did not take the new configuration: {why}",
        "The configuration or the certificate on disk is wrong. The daemon goes on as before, but would not start with it: mend it before the next restart. `posternd check-config` says whether it is sound.";
    CertificateExpiring: "certificate.expiring", "44717a85248c45318cd784f78fb1cb3b", Warning, ["days", "until", "fingerprint"],
        "The appliance's certificate ends on {until} (days left: {days})",
        "After that browsers and programs refuse the appliance. Nothing is wrong yet. Put the new certificate and its key in place and run `systemctl reload posternd`. It is told 30, 14, 7 and 1 days ahead.";
    CertificateExpired: "certificate.expired", "50ce1bbc4265449796ce5d6830c4832c", Critical, ["until", "fingerprint"],
        "The appliance's certificate has ended on {until}",
        "Browsers and programs refuse the appliance: nobody gets in. Act now: put a new certificate and its key in place and run `systemctl reload posternd`. It is told once a day.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_message_ids_are_unique_and_well_formed() {
        let names: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.entry().name).collect();
        let ids: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.entry().message_id).collect();
        assert_eq!((names.len(), ids.len()), (Kind::ALL.len(), Kind::ALL.len()));
        for kind in Kind::ALL {
            let entry = kind.entry();
            assert_eq!(Kind::named(entry.name), Some(*kind));
            assert!(entry.message_id.len() == 32 && entry.message_id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
            assert!(entry.name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_')), "{}", entry.name);
        }
    }

    #[test]
    fn a_sentence_is_right_for_one_thing_as_for_many() {
        // What stands behind a value and ends like a plural without being one; the clock is never a single second behind.
        const NO_PLURALS: [&str; 5] = ["as", "has", "is", "says", "was"];
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::ClockBehind) {
            let entry = kind.entry();
            for rest in entry.message.split("} ").skip(1) {
                let next = rest.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap();
                assert!(!next.ends_with('s') || NO_PLURALS.contains(&next), "{}: {next}", entry.name);
            }
        }
    }

    #[test]
    fn every_placeholder_in_a_message_is_a_field_that_the_event_has() {
        const COMMON: [&str; 9] = ["actor", "who", "address", "request", "user", "item", "share", "link", "refusal"];
        for kind in Kind::ALL {
            let entry = kind.entry();
            for placeholder in entry.message.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(COMMON.contains(&placeholder) || entry.details.contains(&placeholder), "{}: {placeholder}", entry.name);
            }
            assert!(entry.details.iter().all(|detail| !COMMON.contains(detail)), "{}", entry.name);
        }
    }
}
