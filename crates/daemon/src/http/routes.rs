//! Every address that the daemon answers at, in two tables: the HTTPS listener's and the admin socket's.
//!
//! What is not here is not there. The gate stands before all of the first table, the caller's groups before all of the second.

use actix_web::web::{self, ServiceConfig, get, head, post, resource};
use actix_web::{HttpResponse, Resource};
use api::BASE;

use super::answer::No;
use super::asked::nowhere;
use crate::operators::{audit, freezes, gate, health, mail, me, overview, shares as all_shares, users};
use crate::owners::{account, items, password, recovery, registration, shares, sign_in};
use crate::recipients::{links, pages};

/// The HTTPS listener's addresses.
pub fn https(routes: &mut ServiceConfig) {
    routes
        // Recipients: through their own door.
        .service(page("/s/{link}").route(get().to(pages::link)).route(head().to(pages::link)))
        .service(page("/assets/{name}").route(get().to(pages::asset)).route(head().to(pages::asset)))
        .service(at("POST", "/links/{link}/knock").route(post().to(links::knock)))
        .service(at("POST", "/links/{link}/check").route(post().to(links::check)))
        .service(at("POST", "/links/{link}/watch").route(post().to(links::watch)))
        .service(at("POST", "/links/{link}/reveal").route(post().to(links::reveal)))
        .service(at("POST", "/links/{link}/burn").route(post().to(links::burn)))
        .service(at("POST", "/links/{link}/report").route(post().to(links::report)))
        // Owners: through theirs.
        .service(page("/").route(get().to(pages::front)).route(head().to(pages::front)))
        .service(at("POST", "/registration/start").route(post().to(registration::start)))
        .service(at("POST", "/registration/finish").route(post().to(registration::finish)))
        .service(at("POST", "/sign-in/start").route(post().to(sign_in::start)))
        .service(at("POST", "/sign-in/finish").route(post().to(sign_in::finish)))
        .service(at("POST", "/recovery/user").route(post().to(recovery::user)))
        .service(at("POST", "/recovery/start").route(post().to(recovery::start)))
        .service(at("POST", "/recovery/finish").route(post().to(recovery::finish)))
        .service(at("POST", "/sign-out").route(post().to(sign_in::out)))
        .service(at("GET", "/account").route(get().to(account::show)))
        .service(at("POST", "/password/start").route(post().to(password::start)))
        .service(at("POST", "/password/finish").route(post().to(password::finish)))
        .service(at("GET, POST", "/items").route(get().to(items::list)).route(post().to(items::create)))
        .service(at("GET", "/items/{id}").route(get().to(items::show)))
        .service(at("POST", "/items/{id}/versions").route(post().to(items::save)))
        .service(at("GET", "/items/{id}/versions/{part}").route(get().to(items::show_version)))
        .service(at("POST", "/items/{id}/disable").route(post().to(items::disable)))
        .service(at("POST", "/items/{id}/enable").route(post().to(items::enable)))
        .service(at("GET, POST", "/shares").route(get().to(shares::list)).route(post().to(shares::create)))
        .service(at("GET", "/shares/{id}").route(get().to(shares::show)))
        .service(at("POST", "/shares/{id}/revoke").route(post().to(shares::revoke)))
        .service(at("POST", "/shares/{id}/links/{part}/revoke").route(post().to(shares::revoke_link)))
        .service(at("POST", "/shares/{id}/links/{part}/unlock").route(post().to(shares::unlock_link)))
        .default_service(web::to(nowhere));
}

/// The admin socket's addresses.
pub fn admin(routes: &mut ServiceConfig) {
    routes
        .service(at("GET", "/admin/me").route(get().to(me::me)))
        .service(at("GET", "/admin/overview").route(get().to(overview::overview)))
        .service(at("GET, POST", "/admin/users").route(get().to(users::list)).route(post().to(users::invite)))
        .service(at("POST", "/admin/users/{id}/suspend").route(post().to(users::suspend)))
        .service(at("POST", "/admin/users/{id}/resume").route(post().to(users::resume)))
        .service(at("GET", "/admin/users/{id}/sessions").route(get().to(users::sessions)))
        .service(at("POST", "/admin/users/{id}/sessions/end").route(post().to(users::end_sessions)))
        .service(at("POST", "/admin/users/{id}/allow-external").route(post().to(users::allow_external)))
        .service(at("POST", "/admin/users/{id}/deny-external").route(post().to(users::deny_external)))
        .service(at("GET", "/admin/shares").route(get().to(all_shares::list)))
        .service(at("POST", "/admin/shares/{id}/revoke").route(post().to(all_shares::revoke)))
        .service(at("POST", "/admin/links/{id}/revoke").route(post().to(all_shares::revoke_link)))
        .service(at("GET, POST", "/admin/freezes").route(get().to(freezes::list)).route(post().to(freezes::place)))
        .service(at("POST", "/admin/freezes/{id}/lift").route(post().to(freezes::lift)))
        .service(at("GET", "/admin/audit").route(get().to(audit::list)))
        .service(at("GET", "/admin/audit/lanes").route(get().to(audit::lanes)))
        .service(at("GET", "/admin/audit/lanes/{id}").route(get().to(audit::lane)))
        .service(at("GET", "/admin/mail").route(get().to(mail::list)))
        .service(at("POST", "/admin/mail/retry-dead").route(post().to(mail::retry_dead)))
        .service(at("POST", "/admin/mail/test").route(post().to(mail::test)))
        .service(at("POST", "/admin/mail/{id}/retry").route(post().to(mail::retry)))
        .service(at("POST", "/admin/mail/{id}/drop").route(post().to(mail::drop)))
        .service(at("GET", "/admin/gate").route(get().to(gate::rules)))
        .service(at("GET", "/admin/gate/explain").route(get().to(gate::explain)))
        .service(at("POST", "/admin/clock/accept").route(post().to(health::accept_clock)))
        .service(at("GET", "/admin/health").route(get().to(health::health)))
        .default_service(web::to(nowhere));
}

/// An address of the API, and the ways in which it is asked.
fn at(ways: &'static str, path: &str) -> Resource {
    asked(resource(format!("{BASE}{path}")), ways)
}

/// An address for browsers.
fn page(path: &str) -> Resource {
    asked(resource(path), "GET, HEAD")
}

/// Whoever asks in another way is told the right ones (RFC 9110, section 15.5.6).
fn asked(resource: Resource, ways: &'static str) -> Resource {
    resource.default_service(web::to(move || async move { Err::<HttpResponse, _>(No::AskedOtherwise(ways)) }))
}
