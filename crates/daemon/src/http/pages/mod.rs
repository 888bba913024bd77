//! What browsers are sent: pages in their reader's language, and assets, compressed as the browser takes it.
//!
//! Nothing is compressed here, and nothing that is sent depends on more of the request than these headers.

pub mod denied;

use std::cmp::Reverse;

use actix_web::http::header::{
    AcceptEncoding, AcceptLanguage, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, Encoding, Header as _, Preference, Quality, VARY,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use web::{Edition, File};

use super::headers::Kind;

/// A page in the language that its reader asks for.
pub fn page(request: &HttpRequest, choose: impl FnOnce(&Edition) -> File) -> HttpResponse {
    let edition = edition(request);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_LANGUAGE, edition.language)).insert_header((VARY, "accept-language, accept-encoding"));
    encoded(request, response, choose(edition), Kind::Page)
}

/// An asset of pages.
pub fn asset(request: &HttpRequest, file: File) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((VARY, "accept-encoding"));
    encoded(request, response, file, Kind::Asset)
}

/// The pages in the language that a request asks for.
fn edition(request: &impl HttpMessage) -> &'static Edition {
    let mut asked = AcceptLanguage::parse(request).map(|asked| asked.0).unwrap_or_default();
    asked.retain(|range| range.quality > Quality::ZERO);
    asked.sort_by_key(|range| Reverse(range.quality));
    web::edition(asked.iter().map(|range| match &range.item {
        Preference::Specific(tag) => tag.as_str(),
        Preference::Any => "*",
    }))
}

fn encoded(request: &impl HttpMessage, mut response: HttpResponseBuilder, file: File, kind: Kind) -> HttpResponse {
    let ours = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    let taken = AcceptEncoding::parse(request).ok().and_then(|asked| asked.negotiate(ours.iter()));
    // Who takes nothing at all is better served with what can be read than with nothing.
    let (encoding, bytes) = match taken {
        Some(taken) if taken == Encoding::brotli() => (Some("br"), file.brotli),
        Some(taken) if taken == Encoding::gzip() => (Some("gzip"), file.gzip),
        _ => (None, file.plain),
    };
    if let Some(encoding) = encoding {
        response.insert_header((CONTENT_ENCODING, encoding));
    }
    let mut response = response.insert_header((CONTENT_TYPE, file.media_type)).body(bytes);
    response.extensions_mut().insert(kind);
    response
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE};
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_language_is_the_dearest_that_there_is() {
        for (asked, language) in [
            ("", "en"),
            ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", "pt-BR"),
            ("en;q=0.5, es;q=0.9", "es"),
            ("fr-CH, fr;q=0.9, es;q=0.3, *;q=0.1", "es"),
            ("es;q=0, tlh;q=0.1", "en"),
            ("*", "en"),
            ("es;q=2", "en"),
            ("<script>, ;;;q=,\u{e9}", "en"),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, asked)).to_http_request();
            assert_eq!(edition(&request).language, language, "{asked}");
        }
        assert_eq!(edition(&TestRequest::default().to_http_request()).language, "en");
    }

    #[test]
    fn a_browser_gets_the_smallest_encoding_that_it_takes() {
        for (asked, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0.1, gzip", Some("gzip")),
            ("br;q=0, gzip;q=0", None),
            ("deflate", None),
            ("identity;q=0, *;q=0", None),
            ("*", None),
            ("", None),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, asked)).to_http_request();
            let response = page(&request, |edition| edition.front);
            let told = response.headers().get(CONTENT_ENCODING).map(|told| told.to_str().unwrap().to_owned());
            assert_eq!(told.as_deref(), encoding, "{asked}");
        }
    }
}
