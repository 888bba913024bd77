//! Writes and reads on their way to a thread, and their answers on the way back.
//!
//! Nothing here answers by itself: whoever runs a job says how its transaction ended.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use vault::Refusal;

use super::{Answer, Broken, Call, Connection, Failure, Tx};

/// A write, whatever it answers.
pub(super) trait Write: Send {
    /// The request that it belongs to.
    fn call(&self) -> &Call;
    /// Runs it inside a transaction, and keeps what it would answer.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Broken>;
    /// Answers: what was kept if its transaction is durable, else why it isn't.
    fn answer(self: Box<Self>, durable: Result<(), Broken>);
}

/// A read: it runs on a connection, or is told why there is none, and answers. It says whether the connection is still good.
pub(super) type Read = Box<dyn FnOnce(Result<&mut Connection, Broken>) -> bool + Send>;

struct Work<T, F> {
    call: Call,
    write: F,
    kept: Option<Result<T, Refusal>>,
    to: oneshot::Sender<Answer<T>>,
}

/// A write and where its answer will come.
pub(super) fn write<T: Send + 'static>(
    call: &Call,
    write: impl Fn(&mut Tx<'_>) -> Answer<T> + Send + 'static,
) -> (Box<dyn Write>, oneshot::Receiver<Answer<T>>) {
    let (to, answer) = oneshot::channel();
    (Box::new(Work { call: call.clone(), write, kept: None, to }), answer)
}

/// A read and where its answer will come.
pub(super) fn read<T: Send + 'static>(
    read: impl FnOnce(&mut Connection) -> Result<T, Broken> + Send + 'static,
) -> (Read, oneshot::Receiver<Result<T, Broken>>) {
    let (to, answer) = oneshot::channel();
    let job = move |conn: Result<&mut Connection, Broken>| {
        // A panic in one read is that read's failure and nobody else's.
        let found = conn.and_then(|conn| catch_unwind(AssertUnwindSafe(|| read(conn))).unwrap_or(Err(Broken::Panicked)));
        let good = found.is_ok();
        // Whoever asked may have gone away.
        let _gone = to.send(found);
        good
    };
    (Box::new(job), answer)
}

impl<T: Send, F: Fn(&mut Tx<'_>) -> Answer<T> + Send> Write for Work<T, F> {
    fn call(&self) -> &Call {
        &self.call
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Broken> {
        self.kept = None;
        // A panic must neither end the writer's thread nor commit what was half done.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.write)(tx))).unwrap_or(Err(Failure::Broken(Broken::Panicked)));
        self.kept = Some(match outcome {
            Ok(answer) => Ok(answer),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Broken(broken)) => return Err(broken),
        });
        Ok(())
    }

    fn answer(self: Box<Self>, durable: Result<(), Broken>) {
        let answer = match (durable, self.kept) {
            (Ok(()), Some(kept)) => kept.map_err(Failure::Refused),
            (Ok(()), None) => Err(Failure::Broken(Broken::Panicked)),
            (Err(broken), _) => Err(Failure::Broken(broken)),
        };
        // Whoever asked may have gone away.
        let _gone = self.to.send(answer);
    }
}
