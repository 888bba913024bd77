//! Pages: what a browser is shown. All of it is static, and looking at it spends nothing.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use web::Asset;

use crate::http::answer::Reply;

/// `GET /s/{link}`: the same page for every link, so that it tells nothing about any.
pub async fn link() -> Reply {
    shown(&web::LINK)
}

/// `GET /`
pub async fn welcome() -> Reply {
    shown(&web::WELCOME)
}

/// `GET /assets/style.css`
pub async fn style() -> Reply {
    shown(&web::STYLE)
}

fn shown(asset: &'static Asset) -> Reply {
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, asset.content_type)).body(asset.bytes))
}
