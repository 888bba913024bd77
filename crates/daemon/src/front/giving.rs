//! An answer's body on its way out: as long as the daemon still makes it, nobody's patience with the connection is used up.
//!
//! Nothing of it is kept or changed. That somebody doesn't take what is there already is the connection's affair.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::patience::{Progress, Working};

/// A body whose making is told to its connection.
pub struct Giving {
    body: BoxBody,
    progress: Arc<Progress>,
    making: Option<Working>,
}

impl Giving {
    /// This body, on a connection of this progress.
    pub fn new(body: BoxBody, progress: Arc<Progress>) -> Self {
        Self { body, progress, making: None }
    }
}

impl MessageBody for Giving {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        self.making = match self.making.take() {
            _ if next.is_ready() => None,
            None => Some(self.progress.make()),
            making => making,
        };
        next
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::time::Duration;

    use tokio::sync::mpsc;

    use super::*;
    use crate::front::patience::Patience;

    /// A body of what comes out of a channel.
    struct Pieces(mpsc::Receiver<Bytes>);

    impl MessageBody for Pieces {
        type Error = std::convert::Infallible;

        fn size(&self) -> BodySize {
            BodySize::Stream
        }

        fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
            self.0.poll_recv(context).map(|piece| piece.map(Ok))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_be_long_in_the_making_and_who_does_not_take_it_is_ended_all_the_same() {
        let mut context = Context::from_waker(Waker::noop());
        let (mut patience, progress) = (Patience::new(Duration::from_secs(20)), Arc::<Progress>::default());
        let (piece, pieces) = mpsc::channel(1);
        let mut body = Giving::new(BoxBody::new(Pieces(pieces)), Arc::clone(&progress));
        let mut next = |context: &mut Context<'_>| Pin::new(&mut body).poll_next(context).map(|piece| piece.map(Result::unwrap));
        drop(progress.begin());
        for _ in 0..2 {
            assert!(next(&mut context).is_pending());
            tokio::time::advance(Duration::from_secs(3000)).await;
            assert!(patience.poll(&progress, &mut context).is_ok(), "it is being made");
            piece.try_send(Bytes::from_static(b"rows")).unwrap();
            assert_eq!(next(&mut context), Poll::Ready(Some(Bytes::from_static(b"rows"))));
            assert!(patience.poll(&progress, &mut context).is_ok(), "from now on they have time to take it");
            tokio::time::advance(Duration::from_secs(19)).await;
            assert!(patience.poll(&progress, &mut context).is_ok());
        }
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(patience.poll(&progress, &mut context).is_err());
    }
}
