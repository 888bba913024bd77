//! Pages and assets: in the reader's language, as small as their browser takes them, with nothing from elsewhere.

use daemon::config::tls::ClientCertificates;
use reqwest::Method;
use reqwest::blocking::Response;
use reqwest::header::HeaderMap;
use vault::gate::Networks;

use crate::support::{Ground, LINK, problem};

/// What a browser sends when somebody opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

fn ask(ground: &Ground, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = ground.https.request(method, ground.url(path));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().unwrap()
}

fn browse(ground: &Ground, path: &str, language: &str) -> Response {
    ask(ground, Method::GET, path, &[("accept", BROWSER), ("accept-language", language)])
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The addresses of a page's assets.
fn assets(page: &str) -> Vec<String> {
    page.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned).collect()
}

fn nobody() -> Networks {
    Networks::read(["10.0.0.0/8"]).unwrap()
}

#[test]
fn a_page_speaks_the_language_that_the_browser_asks_for_and_english_otherwise() {
    let ground = Ground::plain();
    for path in ["/", &format!("/s/{LINK}")] {
        for (asked, language) in [("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"), ("es-AR", "es"), ("tlh, *;q=0.5", "en"), ("\"<!-- ", "en")] {
            let answer = browse(&ground, path, asked);
            assert_eq!(header(&answer, "content-language"), language);
            assert_eq!(header(&answer, "vary"), "accept-language, accept-encoding");
            assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
            assert!(answer.text().unwrap().contains(&format!("<html lang=\"{language}\"")), "{path} {asked}");
        }
        assert_eq!(header(&ground.get(path), "content-language"), "en");
    }
}

#[test]
fn pages_and_assets_come_compressed_to_who_takes_that() {
    let ground = Ground::plain();
    let page = ground.get("/").text().unwrap();
    for path in ["/".to_owned(), format!("/s/{LINK}")].into_iter().chain(assets(&page)) {
        let plain = ground.get(&path);
        assert_eq!(header(&plain, "content-encoding"), "");
        let plain = plain.bytes().unwrap().len();
        for (asked, encoding) in
            [("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0.2", "gzip"), ("deflate", ""), ("identity;q=0", "")]
        {
            let answer = ask(&ground, Method::GET, &path, &[("accept-encoding", asked)]);
            assert_eq!(header(&answer, "content-encoding"), encoding, "{path} {asked}");
            assert!(header(&answer, "vary").contains("accept-encoding"));
            let length = answer.bytes().unwrap().len();
            assert!(if encoding.is_empty() { length == plain } else { length < plain }, "{path} {asked}: {length} of {plain}");
        }
    }
}

#[test]
fn a_page_loads_its_own_script_and_style_alone_and_may_do_nothing_else() {
    let ground = Ground::plain();
    let answer = ground.get(&format!("/s/{LINK}"));
    assert_eq!(
        header(&answer, "content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; worker-src 'none'"
    );
    assert_eq!(header(&answer, "cache-control"), "no-store");
    assert!(header(&answer, "permissions-policy").contains("clipboard-write=(self)"));
    assert!(header(&answer, "x-robots-tag").contains("noindex"));
    let page = answer.text().unwrap();
    let assets = assets(&page);
    assert!(assets.iter().any(|path| path.ends_with(".js")) && assets.iter().any(|path| path.ends_with(".css")), "{assets:?}");
    for (path, media_type) in assets.iter().map(|path| (path, if path.ends_with(".js") { "text/javascript" } else { "text/css" })) {
        let asset = ground.get(path);
        assert_eq!((asset.status().as_u16(), header(&asset, "content-type")), (200, format!("{media_type}; charset=utf-8").as_str()));
    }
}

#[test]
fn assets_are_kept_for_good_and_an_unknown_one_is_a_problem_that_is_not() {
    let ground = Ground::plain();
    for path in assets(&ground.get("/").text().unwrap()) {
        let asset = ground.get(&path);
        assert_eq!(header(&asset, "cache-control"), "public, max-age=31536000, immutable");
        assert!(!asset.headers().contains_key("etag") && !asset.headers().contains_key("last-modified"));
        assert!(header(&asset, "content-security-policy").contains("default-src 'none'; sandbox; "));
        assert_eq!(header(&asset, "x-content-type-options"), "nosniff");
    }
    for path in ["/assets/recipient.js", "/assets/postern.0000000000000000.css", "/assets/", "/assets/front.en.html"] {
        let answer = browse(&ground, path, "es");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(problem(answer).0, 404, "{path}");
    }
}

#[test]
fn head_tells_of_every_page_and_asset_what_get_tells() {
    let ground = Ground::with(|config| config.gate.owners = nobody());
    let link = format!("/s/{LINK}");
    let asset = assets(&ground.get(&link).text().unwrap()).remove(0);
    for path in [link.as_str(), &asset, "/", "/nowhere", "/s/x/y", "/assets/x"] {
        for encoding in ["br", "identity"] {
            let headers = [("accept", BROWSER), ("accept-encoding", encoding), ("accept-language", "es")];
            let told = |method| {
                let answer = ask(&ground, method, path, &headers);
                let mut told: HeaderMap = answer.headers().clone();
                told.remove("postern-request");
                (answer.status(), told, answer.bytes().unwrap().len())
            };
            let (got, asked) = (told(Method::GET), told(Method::HEAD));
            assert_eq!((got.0, &got.1), (asked.0, &asked.1), "{path}");
            assert!(got.2 > 0 && asked.2 == 0, "{path}");
        }
    }
}

#[test]
fn a_browser_outside_the_networks_gets_a_page_that_says_what_to_do_and_runs_nothing() {
    let ground = Ground::with(|config| {
        config.gate.recipients = nobody();
        config.gate.owners = nobody();
        config.gate.hint = "Join <script>alert(1)</script> & ask \"Olga\".".into();
    });
    for path in [format!("/s/{LINK}"), "/".to_owned(), "/nowhere".to_owned()] {
        let answer = browse(&ground, &path, "pt");
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (403, "text/html; charset=utf-8"));
        assert_eq!((header(&answer, "content-language"), header(&answer, "cache-control")), ("pt-BR", "no-store"));
        let policy = header(&answer, "content-security-policy").to_owned();
        let id = header(&answer, "postern-request").to_owned();
        let page = answer.text().unwrap();
        assert!(page.contains("<html lang=\"pt-BR\""), "{page}");
        assert!(page.contains("Join &lt;script&gt;alert(1)&lt;/script&gt; &amp; ask &quot;Olga&quot;."), "{page}");
        assert!(page.contains("127.0.0.1") && page.contains(&id), "{page}");
        assert!(!page.contains("<script") && !page.contains("/assets/") && !page.contains(LINK), "{page}");
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = openssl::base64::encode_block(&openssl::sha::sha256(style.as_bytes()));
        assert!(
            policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; ")),
            "{policy}"
        );
    }
    let told = ground.events("gate.denied");
    assert_eq!(told.len(), 2, "one for each door, as if no page had been shown");
}

#[test]
fn a_browser_without_a_certificate_gets_a_page_where_one_is_asked_for_and_a_program_the_problem() {
    let company = Ground::plain();
    let ground = Ground::with(|config| {
        config.tls.client_certificates = ClientCertificates::Both;
        config.tls.client_authority = daemon::init::authority_certificate(&company.config);
        config.gate.hint = "Ask <Olga>.".into();
    });
    for path in [format!("/s/{LINK}"), "/".to_owned()] {
        for (language, told) in [
            ("en", "This door also asks for a certificate of your device"),
            ("pt-BR", "Esta porta também pede um certificado do seu dispositivo"),
            ("es", "Esta puerta pide también un certificado de su dispositivo"),
        ] {
            let answer = browse(&ground, &path, language);
            assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (403, "text/html; charset=utf-8"));
            assert_eq!((header(&answer, "content-language"), header(&answer, "cache-control")), (language, "no-store"));
            let page = answer.text().unwrap();
            assert!(page.contains(told) && page.contains("Ask &lt;Olga&gt;."), "{page}");
            assert!(!page.contains("<script") && !page.contains("/assets/") && !page.contains(LINK), "{page}");
        }
        let (status, name, _) = problem(ask(&ground, Method::GET, &path, &[("accept", "*/*")]));
        assert_eq!((status, name.as_str()), (403, "certificate-required"), "{path}");
    }
    assert_eq!(ground.events("gate.certificate_refused").len(), 2, "one for each door, as if no page had been shown");
}

#[test]
fn who_asks_for_no_page_gets_the_problem() {
    let ground = Ground::with(|config| config.gate.recipients = nobody());
    let link = format!("/s/{LINK}");
    for accept in ["", "*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0"] {
        let (status, name, _) = problem(ask(&ground, Method::GET, &link, &[("accept", accept)]));
        assert_eq!((status, name.as_str()), (403, "outside-networks"), "{accept}");
    }
    let knock = format!("/api/v1/links/{LINK}/knock");
    assert_eq!(problem(ask(&ground, Method::POST, &knock, &[("accept", BROWSER)])).0, 403);
    assert_eq!(problem(browse(&ground, "/api/v1/nowhere", "es")).0, 404, "the API is for programs");
}

#[test]
fn a_browser_that_goes_wrong_is_told_in_words() {
    let ground = Ground::with(|config| (config.limits.requests_at_once, config.limits.requests_per_minute) = (4, 2));
    let nothing = "Aquí no hay nada";
    for path in ["/nowhere", "/s/x/y", "/%73/x"] {
        let answer = browse(&ground, path, "es");
        assert_eq!(answer.status(), 404);
        assert!(answer.text().unwrap().contains(nothing), "{path}");
    }
    let posted = ask(&ground, Method::POST, "/", &[("accept", BROWSER), ("accept-language", "es")]);
    assert_eq!((posted.status().as_u16(), header(&posted, "allow")), (405, "GET, HEAD"));
    assert!(posted.text().unwrap().contains(nothing));
    let busy = browse(&ground, "/", "en");
    assert_eq!((busy.status().as_u16(), header(&busy, "retry-after"), header(&busy, "connection")), (429, "30", "close"));
    assert!(busy.text().unwrap().contains("Wait 30 seconds"));
}

#[test]
fn nothing_that_is_shown_at_a_link_depends_on_the_link() {
    let inside = Ground::plain();
    let outside = Ground::with(|config| config.gate.recipients = nobody());
    for ground in [&inside, &outside] {
        let shown = |link: &str| {
            let answer = browse(ground, &format!("/s/{link}"), "en");
            let id = header(&answer, "postern-request").to_owned();
            answer.text().unwrap().replace(&id, "")
        };
        assert_eq!(shown(LINK), shown("anything"));
        for never in ["\"og:", "\"twitter:", LINK] {
            assert!(!shown(LINK).contains(never), "{never}");
        }
    }
}
