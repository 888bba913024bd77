//! Bodies: what is not what is expected is refused with the right status, in time, and without being read to its end.

use std::io::Write as _;

use crate::support::{Ground, LINK, bytes, problem};

fn knock(ground: &Ground, body: &str) -> (u16, String) {
    let (status, name, _) = problem(ground.post(&format!("/api/v1/links/{LINK}/knock"), body));
    (status, name)
}

#[test]
fn a_body_that_is_not_what_is_expected_is_a_bad_request() {
    let ground = Ground::plain();
    let knocked = bytes(7, 32);
    for body in [
        String::new(),
        "{".into(),
        "[]".into(),
        "{}".into(),
        "{\"knock\":5}".into(),
        "{\"knock\":\"AAAA\"}".into(),
        format!("{{\"knock\":\"{knocked}=\"}}"),
        format!("{{\"knock\":\"{knocked}\",\"knock\":\"{knocked}\"}}"),
        format!("{{\"knock\":\"{knocked}\",\"extra\":1}}"),
        format!("{{\"knock\":\"{knocked}\"}} {{}}"),
        "[".repeat(10_000),
    ] {
        assert_eq!(knock(&ground, &body), (400, "bad-request".into()), "{body}");
    }
    assert_eq!(knock(&ground, &format!("{{\"knock\":\"{knocked}\"}}")), (404, "unknown-link".into()));
}

#[test]
fn bytes_that_are_no_text_are_a_bad_request() {
    let ground = Ground::plain();
    let url = ground.url(&format!("/api/v1/links/{LINK}/knock"));
    let sent = ground.https.post(url).header("content-type", "application/json").body(b"{\"knock\":\"\xff\xfe\"}".to_vec()).send();
    let (status, _, body) = problem(sent.unwrap());
    assert_eq!((status, body["detail"].as_str().unwrap()), (400, "the body is not UTF-8"));
}

#[test]
fn a_body_of_another_kind_is_not_taken() {
    let ground = Ground::plain();
    let url = ground.url(&format!("/api/v1/links/{LINK}/knock"));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
        let sent = ground.https.post(&url).header("content-type", kind).body("{}").send().unwrap();
        assert_eq!(problem(sent).0, 415, "{kind}");
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read_announced_or_not() {
    let ground = Ground::plain();
    let request = |head: &str| {
        format!("POST /api/v1/links/{LINK}/knock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{head}\r\n\r\n")
    };
    let announced = crate::life::raw(&ground, request("content-length: 20000").as_bytes());
    assert!(announced.starts_with("HTTP/1.1 413 "), "{announced}");
    let chunk = format!("4e20\r\n{}\r\n", " ".repeat(20_000));
    let chunked = crate::life::raw(&ground, format!("{}{chunk}", request("transfer-encoding: chunked")).as_bytes());
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let ground = Ground::with(|config| config.limits.body_seconds = 1);
    let mut stream = ground.connect();
    let request = format!(
        "POST /api/v1/links/{LINK}/knock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{{"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let answer = crate::life::rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too-slow"), "{answer}");
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let ground = Ground::with(|config| config.limits.headers_seconds = 1);
    let mut stream = ground.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").unwrap();
    assert!(crate::life::rest(&mut stream).starts_with("HTTP/1.1 408 "));
}

#[test]
fn a_way_of_asking_that_an_address_does_not_know_is_told() {
    let ground = Ground::plain();
    let asked = ground.https.delete(ground.url("/api/v1/items")).send().unwrap();
    assert_eq!(asked.headers()["allow"], "GET, POST");
    let (status, name, _) = problem(asked);
    assert_eq!((status, name.as_str()), (405, "method-not-allowed"));
}
