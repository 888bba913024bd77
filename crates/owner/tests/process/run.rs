//! Running `postern` to its end, with a home of its own and lines on standard input.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::appliance::Appliance;

/// Somebody's machine: a home, and the authority that they were given.
pub struct Machine {
    folder: tempfile::TempDir,
    server: String,
}

/// How it ended.
pub struct Ended {
    pub code: i32,
    pub results: String,
    pub remarks: String,
}

impl Machine {
    pub fn new(appliance: &Appliance) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), &appliance.authority).unwrap();
        Self { folder, server: appliance.url.clone() }
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The links whose opening has begun and isn't done.
    pub fn attempts(&self) -> usize {
        std::fs::read_dir(self.home().join("attempts")).map_or(0, Iterator::count)
    }

    /// Runs a command with the authority and the appliance named.
    pub fn run(&self, arguments: &[&str], lines: &[&str]) -> Ended {
        let ca = self.folder.path().join("ca.pem").display().to_string();
        let first = ["--ca", &ca, "--server", &self.server];
        self.run_bare(&first.into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>(), lines, Stdio::piped())
    }

    /// Runs a command with a home alone.
    pub fn run_bare(&self, arguments: &[&str], lines: &[&str], results: Stdio) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_postern"))
            .env_clear()
            .env("POSTERN_HOME", self.home())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(results)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        // A program that refuses its arguments doesn't read.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), results: text(output.stdout), remarks: text(output.stderr) }
    }
}
