//! Taking an answer apart: bounded, and either what was asked for, or a problem, or not Postern's.
//!
//! Nothing here is kept: the text of an answer is wiped once it is read, since some hold secrets.

use std::io::Read as _;

use api::Problem;
use reqwest::blocking::Response;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::{Answer, Error, Trouble};

/// The most bytes that an answer may have: a page of the largest sealed bytes that policy can allow stays below.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a body that must be there.
pub(crate) fn body<T: DeserializeOwned>(whom: &str, response: Response) -> Answer<T> {
    let text = right(whom, response)?;
    serde_json::from_slice(&text).map_err(|error| Error::not_postern(whom, told(&error)))
}

/// Takes a success whose body, if there is one, says nothing.
pub(crate) fn nothing(whom: &str, response: Response) -> Answer<()> {
    right(whom, response).map(|_| ())
}

/// Takes a success whose body is read piece by piece.
pub(crate) fn stream(whom: &str, response: Response) -> Answer<Response> {
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(nothing(whom, response).err().unwrap_or_else(|| Error::not_postern(whom, "no success and no problem")))
    }
}

fn right(whom: &str, response: Response) -> Answer<Zeroizing<Vec<u8>>> {
    let status = response.status();
    let text = bounded(whom, response)?;
    if status.is_success() {
        return Ok(text);
    }
    match serde_json::from_slice::<Problem>(&text) {
        Ok(problem) => Err(Error::Refused(problem)),
        Err(_) => Err(Error::not_postern(whom, format!("status {}", status.as_u16()))),
    }
}

fn bounded(whom: &str, response: Response) -> Answer<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    let read = response.take(MOST_BYTES + 1).read_to_end(&mut text);
    let trouble = |trouble| Error::Unreachable { whom: whom.to_owned(), trouble, sent: true };
    match read {
        Ok(read) if u64::try_from(read).is_ok_and(|read| read <= MOST_BYTES) => Ok(text),
        Ok(_) => Err(Error::not_postern(whom, "it is larger than any answer")),
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => Err(trouble(Trouble::Slow)),
        Err(_) => Err(trouble(Trouble::Broken("the answer ended too early".to_owned()))),
    }
}

/// Where an answer stopped making sense, without any of its text: serde repeats values, and values may be secret.
fn told(error: &serde_json::Error) -> String {
    format!("it makes no sense at line {}, column {}", error.line(), error.column())
}
