//! Readers: threads that answer from a connection which can't write.
//!
//! Nothing here waits for writers, and no read sees half a write.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::Receiver;

use super::connection::Purpose;
use super::job::Read;
use super::{Broken, Connection, Database};

/// What comes to a reader.
pub(super) enum Order {
    /// Read this.
    Read(Read),
    /// Take nothing more on; end.
    Stop,
}

/// The readers' common queue.
pub(super) type Queue = Arc<Mutex<Receiver<Order>>>;

/// Serves the queue until it ends.
pub(super) fn serve(queue: &Queue, database: &Database) {
    let mut open = None;
    while let Some(read) = take(queue) {
        match begin(&mut open, database) {
            Ok(conn) => {
                let good = read(Ok(conn));
                // There is nothing to keep. A connection that can't even end its read is replaced.
                if conn.rollback_all().is_err() || !good {
                    open = None;
                }
            }
            Err(broken) => {
                read(Err(broken));
            }
        }
    }
}

fn take(queue: &Queue) -> Option<Read> {
    // Whoever holds the queue waits for the next order; the other readers wait for the queue.
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        match queue.blocking_recv()? {
            Order::Read(read) => return Some(read),
            Order::Stop => queue.close(),
        }
    }
}

/// Begins a read, on a new connection if there is none or the old one was lost.
fn begin<'a>(open: &'a mut Option<Connection>, database: &Database) -> Result<&'a mut Connection, Broken> {
    let begun = open.as_mut().is_some_and(|conn| conn.begin_read().is_ok());
    if !begun {
        *open = None;
        open.insert(database.connect(Purpose::Reading)?).begin_read()?;
    }
    open.as_mut().ok_or(Broken::Closed)
}
