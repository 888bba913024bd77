//! Randomness, from OpenSSL alone. A failing source is an error; nothing is ever sealed without it.

use crate::Error;

/// Fills `out` with random bytes.
pub(crate) fn fill(out: &mut [u8]) -> Result<(), Error> {
    #[cfg(test)]
    if scripted::fill(out) {
        return Ok(());
    }
    openssl::rand::rand_bytes(out).map_err(|_| Error::Library)
}

/// Returns `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut out = [0; N];
    fill(&mut out)?;
    Ok(out)
}

/// A scripted source, so that the test vectors come out the same each time. It exists in tests only.
#[cfg(test)]
pub(crate) mod scripted {
    use std::cell::RefCell;

    thread_local!(static SCRIPT: RefCell<Option<(String, u64)>> = const { RefCell::new(None) });

    /// Runs `work` on randomness that depends on nothing but `seed`.
    pub(crate) fn with<T>(seed: &str, work: impl FnOnce() -> T) -> T {
        SCRIPT.with(|script| *script.borrow_mut() = Some((seed.to_owned(), 0)));
        let out = work();
        SCRIPT.with(|script| *script.borrow_mut() = None);
        out
    }

    pub(super) fn fill(out: &mut [u8]) -> bool {
        SCRIPT.with(|script| {
            let mut script = script.borrow_mut();
            let Some((seed, drawn)) = script.as_mut() else {
                return false;
            };
            for chunk in out.chunks_mut(32) {
                let block = crate::sha256(format!("{seed} {drawn}").as_bytes());
                chunk.copy_from_slice(&block[..chunk.len()]);
                *drawn += 1;
            }
            true
        })
    }
}
