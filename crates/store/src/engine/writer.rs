//! Writers: threads that take what waits, make it durable, then answer.
//!
//! Nothing is answered as done before it is durable, and one write's failure is never another's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::Broken;
use super::job::Write;
use super::line::{Line, Stopped};

/// How often a write runs anew because others changed the same rows meanwhile. Each time one of them was kept, so this ends.
const TRIES_AFTER_CONFLICT: u32 = 200;

/// How often a write runs anew after the database failed: for deadlocks, lost connections and rows that came in between.
const TRIES_AFTER_FAILURE: u32 = 2;

/// What comes to a writer.
pub(super) enum Order {
    /// Write this.
    Write(Box<dyn Write>),
    /// Take nothing more on; write what waits; end.
    Stop,
}

/// The writers' common queue.
pub(super) type Queue = Arc<Mutex<Receiver<Order>>>;

/// Serves the queue until it ends.
pub(super) fn serve(queue: &Queue, mut line: Line, most: usize) {
    while let Some(group) = take(queue, most) {
        write(&mut line, group);
    }
    line.close();
}

/// Waits for a write, and takes along those that wait behind it, up to `most` in all.
fn take(queue: &Queue, most: usize) -> Option<Vec<Box<dyn Write>>> {
    // Whoever holds the queue waits for the next order; the other writers wait for the queue.
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    let mut group = Vec::new();
    loop {
        let order = if group.is_empty() { queue.blocking_recv() } else { queue.try_recv().ok() };
        match order {
            Some(Order::Write(write)) => group.push(write),
            Some(Order::Stop) => queue.close(),
            None => return if group.is_empty() { None } else { Some(group) },
        }
        if group.len() >= most {
            return Some(group);
        }
    }
}

fn write(line: &mut Line, mut group: Vec<Box<dyn Write>>) {
    if group.len() > 1 {
        match line.run(&mut group) {
            Ok(()) => return group.into_iter().for_each(|write| write.answer(Ok(()))),
            Err(Stopped { broken: unsure @ Broken::Unsure(_), .. }) => {
                return group.into_iter().for_each(|write| write.answer(Err(unsure.clone())));
            }
            Err(Stopped { culprit: Some(place), broken }) if !retried(&broken) => group.remove(place).answer(Err(broken)),
            Err(_) => {}
        }
    }
    // One by one, so that each stands or falls alone.
    for write in group {
        alone(line, write);
    }
}

fn alone(line: &mut Line, write: Box<dyn Write>) {
    let mut group = [write];
    let mut tries = 0;
    let ended = loop {
        tries += 1;
        match line.run(&mut group) {
            Ok(()) => break Ok(()),
            Err(Stopped { broken: Broken::Conflict, .. }) if tries < TRIES_AFTER_CONFLICT => {
                // Lets the others finish: a few at first, more the more there are.
                std::thread::sleep(Duration::from_micros(u64::from(tries.min(50)) * 100));
            }
            Err(Stopped { broken, .. }) if tries < TRIES_AFTER_FAILURE && retried(&broken) => {}
            Err(Stopped { broken, .. }) => break Err(broken),
        }
    };
    let [write] = group;
    write.answer(ended);
}

/// Whether trying once more may help: a deadlock is broken by then, a connection replaced, a row that came in between is seen.
fn retried(broken: &Broken) -> bool {
    matches!(broken, Broken::Conflict | Broken::Lost(_) | Broken::Database(_))
}
