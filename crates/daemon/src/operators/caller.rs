//! Who is at the admin socket: the kernel's answer (SO_PEERCRED) set against the configured groups.
//!
//! Nothing that the caller sends counts here.

use std::ffi::CString;

use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::PeerCredentials;
use nix::unistd::{Gid, Group, Uid, User, getgrouplist};
use store::Operator;
use tokio::net::UnixStream;
use vault::operator::Peer;

use crate::config::admin::Admin;

/// What the kernel says about a connection's other end.
#[derive(Clone, Copy, Debug)]
pub struct Credentials {
    /// The effective user.
    pub uid: u32,
    /// The effective group.
    pub gid: u32,
}

/// Asks the kernel when a connection comes in. Without an answer nothing is allowed.
pub fn ask_kernel(socket: &UnixStream) -> Option<Credentials> {
    let peer = getsockopt(socket, PeerCredentials).ok()?;
    Some(Credentials { uid: peer.uid(), gid: peer.gid() })
}

/// The caller by name, and the groups that count. Looks users up, which may ask other machines: not for an async thread.
pub fn look_up(credentials: Credentials, admin: &Admin) -> (Operator, Peer) {
    let user = User::from_uid(Uid::from_raw(credentials.uid)).ok().flatten();
    let own = Gid::from_raw(credentials.gid);
    let mut groups = vec![own];
    if let Some(name) = user.as_ref().and_then(|user| CString::new(user.name.as_str()).ok()) {
        groups.extend(getgrouplist(&name, own).unwrap_or_default());
    }
    let within = |name: &str| Group::from_name(name).ok().flatten().is_some_and(|group| groups.contains(&group.gid));
    let peer =
        Peer { root: credentials.uid == 0, in_operators: within(&admin.operators_group), in_auditors: within(&admin.auditors_group) };
    let name = user.map_or_else(|| credentials.uid.to_string(), |user| user.name);
    (Operator { uid: credentials.uid, name }, peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_without_a_name_is_told_by_number_and_is_in_no_group() {
        let (operator, peer) = look_up(Credentials { uid: 4_000_000, gid: 4_000_000 }, &Admin::default());
        assert_eq!(operator, Operator { uid: 4_000_000, name: "4000000".into() });
        assert!(peer.role().is_err());
    }

    #[test]
    fn a_group_that_does_not_exist_has_no_members() {
        let admin = Admin { operators_group: "no-such-group-here".into(), ..Admin::default() };
        let (_, peer) = look_up(Credentials { uid: 65_534, gid: 65_534 }, &admin);
        assert!(!peer.in_operators);
    }

    #[test]
    fn the_effective_group_counts_as_well_as_those_of_the_list() {
        let Some(group) = Group::from_gid(Gid::from_raw(65_534)).unwrap() else { return };
        let admin = Admin { auditors_group: group.name, ..Admin::default() };
        assert!(look_up(Credentials { uid: 4_000_000, gid: 65_534 }, &admin).1.in_auditors);
    }
}
