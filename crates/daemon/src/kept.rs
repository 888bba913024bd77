//! The appliance's own files beside the database: those that a backup has, and where a restore puts them.
//!
//! Nothing here is the administrator's: the configuration is only told, and the daily keys of waiting mail are in no backup.

use std::io;
use std::path::{Path, PathBuf};

use vault::backup::Holds;
use zeroize::Zeroizing;

use crate::init::authority_certificate;
use crate::tls::Pair;
use crate::{Config, files};

/// What the sign-in setup is called in a backup.
pub const SIGN_IN: &str = "sign-in-setup";

/// One of the files.
pub struct Kept {
    /// What it is called in a backup.
    pub name: &'static str,
    /// Where it lies.
    pub path: PathBuf,
    /// Who may read it.
    pub mode: u32,
}

/// All of them.
pub fn all(config: &Config) -> [Kept; 6] {
    let kept = |name, path: &Path, mode| Kept { name, path: config.path(path), mode };
    let shown = Pair::of(config);
    [
        kept("appliance-key", &config.keys.appliance, files::SECRET),
        kept(SIGN_IN, &config.keys.sign_in, files::SECRET),
        kept("authority-certificate", &authority_certificate(config), files::PUBLIC),
        kept("authority-key", Path::new("authority.key"), files::SECRET),
        kept("server-certificate", &shown.certificate, files::PUBLIC),
        kept("server-key", &shown.key, files::SECRET),
    ]
}

/// Those that such a backup has, read. One that isn't there is left out: the authority's key may be kept elsewhere.
///
/// # Errors
/// What the system says, with the path.
pub fn read(config: &Config, holds: Holds) -> io::Result<Vec<(String, Zeroizing<Vec<u8>>)>> {
    let wanted = |kept: &Kept| if kept.name == SIGN_IN { holds.sign_in() } else { holds.database() };
    let there = all(config).into_iter().filter(wanted).filter(|kept| kept.path.exists());
    there.map(|kept| Ok((kept.name.to_owned(), files::read(&kept.path)?))).collect()
}
