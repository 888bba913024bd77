//! Backups: the one answer that is no JSON value and has no bound.

use std::io::{self, Read};

use api::admin::backup::NewBackup;
use reqwest::blocking::Response;

use crate::{Answer, Client};

/// A backup's lines as they come. Only the last line says that it is whole.
pub struct Lines(Response);

impl Client {
    /// Has a backup made.
    pub fn backup(&self, wanted: &NewBackup) -> Answer<Lines> {
        self.post(&["admin", "backup"]).json(wanted).stream().map(Lines)
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}
