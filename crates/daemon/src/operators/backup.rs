//! `/api/v1/admin/backup`: the appliance's data, for an operator's program to seal.
//!
//! Nothing is written to this machine's disk, and nothing leaves before it is recorded.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use api::admin::backup::NewBackup;
use store::Contents;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use vault::backup::Holds;

use super::entrance::Acts;
use crate::http::answer::{No, Reply};
use crate::http::asked::Asked;
use crate::http::body::Body;
use crate::kept;

/// How many bytes are sent together.
const PIECE_BYTES: usize = 256 * 1024;

/// How many pieces may wait for the other end.
const PIECES: usize = 8;

/// For how long the other end may take none of them. While a backup is read the embedded database's log can't be cut, and so keeps what
/// was deleted meanwhile: nobody may hold that up for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether one is being made by this daemon.
static UNDER_WAY: AtomicBool = AtomicBool::new(false);

/// `POST /api/v1/admin/backup`
pub async fn make(asked: Asked, operator: Acts, wanted: Body<NewBackup>) -> Reply {
    let holds = wanted.0.holds;
    if holds == Holds::Database {
        return Err(No::senseless("a backup holds the appliance, with or without its sign-in setup, or that setup alone"));
    }
    let turn = Turn::take()?;
    let appliance = asked.appliance();
    let config = appliance.config.clone();
    let files = web::block(move || kept::read(&config, holds)).await.map_err(|error| No::Broken(error.to_string()))??;
    let contents = Contents {
        holds,
        appliance: appliance.public_url.clone(),
        sign_in: Some(appliance.keys.sign_in.id().to_owned()),
        configuration: serde_json::to_value(&appliance.live.now().config).ok(),
        files,
    };
    let begun = asked.store().begin_backup(&asked.call(), &operator.0, contents).await?;
    let (to, pieces) = mpsc::channel(PIECES);
    let pipe = Pipe { to: to.clone(), piece: Vec::with_capacity(PIECE_BYTES), runtime: Handle::current() };
    let clock = appliance.clock.clone();
    actix_web::rt::spawn(async move {
        let _turn = turn;
        if let Err(error) = begun.make(pipe, || clock.now()).await {
            log::error!("a backup was broken off: {error}");
            // Whoever listens must not take what came for all of it.
            let _gone = to.send_timeout(Err(io::Error::other("broken off")), PATIENCE).await;
        }
    });
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(Pieces(pieces)))
}

/// The right to make a backup: one at a time.
struct Turn;

impl Turn {
    fn take() -> Result<Self, No> {
        if UNDER_WAY.swap(true, Ordering::AcqRel) {
            let detail = "another backup is being made just now: wait for its end".to_owned();
            return Err(No::Senseless { status: StatusCode::CONFLICT, name: "busy", detail });
        }
        Ok(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        UNDER_WAY.store(false, Ordering::Release);
    }
}

type Piece = io::Result<Bytes>;

/// Where a thread writes that may wait.
struct Pipe {
    to: Sender<Piece>,
    piece: Vec<u8>,
    runtime: Handle,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // No piece is longer than that, however long the row.
        let taken = bytes.len().min(PIECE_BYTES.saturating_sub(self.piece.len()));
        self.piece.extend(bytes.iter().take(taken));
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES)));
        let sent = self.runtime.block_on(self.to.send_timeout(Ok(piece), PATIENCE));
        sent.map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes it any more"))
    }
}

/// What comes out of it, as a body.
struct Pieces(Receiver<Piece>);

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}
