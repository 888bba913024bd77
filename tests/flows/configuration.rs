//! How an appliance of a story is configured: small, on a port of its own, with mail dropped as files.
//! Never reads what the machine itself has configured.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use harness::journal::Journal;

/// How an appliance is to be.
#[derive(Clone, Default)]
pub struct Wish {
    /// Laid over the configuration, as a file in `conf.d` would be.
    pub settings: String,
    /// Where its lines go instead of standard error.
    pub journal: Option<Arc<Journal>>,
    /// The network namespace in which the daemon listens.
    pub namespace: Option<String>,
    /// The address of a PostgreSQL database to use instead of the run's.
    pub database: Option<String>,
}

/// Writes an appliance's configuration: what every story needs, and beside it what this one wishes.
pub fn write(folder: &Path, file: &Path, socket: &Path, database: Option<&str>, wish: &Wish) {
    let (at, socket) = (folder.display(), socket.display());
    let database = match database {
        None => "kind = \"sqlite\"".to_owned(),
        Some(url) => {
            fs::write(folder.join("database.url"), url).unwrap();
            format!("kind = \"postgresql\"\nurl_file = \"{at}/database.url\"")
        }
    };
    let journal = if wish.journal.is_some() { "journal" } else { "stderr" };
    let text = format!(
        r#"[state]
folder = "{at}/state"
[listen]
address = "127.0.0.1:0"
workers = 2
[tls]
hosts = ["localhost", "10.20.0.1", "fd00:20::1"]
[database]
{database}
[admin]
socket = "{socket}"
[mail]
transport = "file"
folder = "{at}/mail"
[journal]
to = "{journal}"
"#
    );
    fs::write(file, text).unwrap();
    fs::create_dir_all(folder.join("mail")).unwrap();
    fs::create_dir_all(folder.join("conf.d")).unwrap();
    fs::write(folder.join("conf.d/story.toml"), &wish.settings).unwrap();
}
