//! Pages: what a browser is shown. All of it is static, and looking at it spends nothing.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;

use crate::http::answer::Reply;

/// `GET /s/{link}`: the same page for every link, so that it tells nothing about any.
pub async fn link() -> Reply {
    shown(web::RECIPIENT)
}

/// `GET /`
pub async fn front() -> Reply {
    shown(web::FRONT)
}

/// `GET /assets/postern.css`
pub async fn style() -> Reply {
    shown(web::STYLE)
}

fn shown(file: web::File) -> Reply {
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, file.media_type)).body(file.bytes))
}
