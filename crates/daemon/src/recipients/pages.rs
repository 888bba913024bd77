//! Pages: what a browser is shown. All of it is static, and looking at it spends nothing.

use actix_web::HttpRequest;
use vault::Refusal;

use crate::http::answer::Reply;
use crate::http::pages;

/// `GET /s/{link}`: the same page for every link, so that it tells nothing about any.
pub async fn link(request: HttpRequest) -> Reply {
    Ok(pages::page(&request, |edition| edition.recipient))
}

/// `GET /`
pub async fn front(request: HttpRequest) -> Reply {
    Ok(pages::page(&request, |edition| edition.front))
}

/// `GET /assets/{name}`
pub async fn asset(request: HttpRequest) -> Reply {
    let file = request.match_info().get("name").and_then(web::asset).ok_or(Refusal::NotFound)?;
    Ok(pages::asset(&request, file))
}
