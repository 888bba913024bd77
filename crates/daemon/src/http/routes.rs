//! Every address that the daemon answers at, in two tables: the HTTPS listener's and the admin socket's.
//!
//! What is not here is not there. The gate stands before all of the first table, the caller's groups before all of the second.

use actix_web::web::{self, ServiceConfig, get, head, post, resource};
use api::BASE;

use super::asked::nowhere;
use crate::operators::{audit, freezes, gate, health, shares as all_shares, users};
use crate::owners::{account, items, password, recovery, registration, shares, sign_in};
use crate::recipients::{links, pages};

/// The HTTPS listener's addresses.
pub fn https(routes: &mut ServiceConfig) {
    routes
        // Recipients: through their own door.
        .service(resource("/s/{link}").route(get().to(pages::link)).route(head().to(pages::link)))
        .service(resource(::web::STYLE_PATH).route(get().to(pages::style)).route(head().to(pages::style)))
        .service(at("/links/{link}/knock").route(post().to(links::knock)))
        .service(at("/links/{link}/check").route(post().to(links::check)))
        .service(at("/links/{link}/reveal").route(post().to(links::reveal)))
        .service(at("/links/{link}/burn").route(post().to(links::burn)))
        // Owners: through theirs.
        .service(resource("/").route(get().to(pages::front)).route(head().to(pages::front)))
        .service(at("/registration/start").route(post().to(registration::start)))
        .service(at("/registration/finish").route(post().to(registration::finish)))
        .service(at("/sign-in/start").route(post().to(sign_in::start)))
        .service(at("/sign-in/finish").route(post().to(sign_in::finish)))
        .service(at("/recovery/user").route(post().to(recovery::user)))
        .service(at("/recovery/start").route(post().to(recovery::start)))
        .service(at("/recovery/finish").route(post().to(recovery::finish)))
        .service(at("/sign-out").route(post().to(sign_in::out)))
        .service(at("/account").route(get().to(account::show)))
        .service(at("/password/start").route(post().to(password::start)))
        .service(at("/password/finish").route(post().to(password::finish)))
        .service(at("/items").route(get().to(items::list)).route(post().to(items::create)))
        .service(at("/items/{id}").route(get().to(items::show)))
        .service(at("/items/{id}/versions").route(post().to(items::save)))
        .service(at("/items/{id}/versions/{part}").route(get().to(items::show_version)))
        .service(at("/items/{id}/disable").route(post().to(items::disable)))
        .service(at("/items/{id}/enable").route(post().to(items::enable)))
        .service(at("/shares").route(get().to(shares::list)).route(post().to(shares::create)))
        .service(at("/shares/{id}").route(get().to(shares::show)))
        .service(at("/shares/{id}/revoke").route(post().to(shares::revoke)))
        .service(at("/shares/{id}/links/{part}/revoke").route(post().to(shares::revoke_link)))
        .service(at("/shares/{id}/links/{part}/unlock").route(post().to(shares::unlock_link)))
        .default_service(web::to(nowhere));
}

/// The admin socket's addresses.
pub fn admin(routes: &mut ServiceConfig) {
    routes
        .service(at("/admin/users").route(get().to(users::list)).route(post().to(users::invite)))
        .service(at("/admin/users/{id}/suspend").route(post().to(users::suspend)))
        .service(at("/admin/users/{id}/resume").route(post().to(users::resume)))
        .service(at("/admin/users/{id}/allow-external").route(post().to(users::allow_external)))
        .service(at("/admin/users/{id}/deny-external").route(post().to(users::deny_external)))
        .service(at("/admin/shares").route(get().to(all_shares::list)))
        .service(at("/admin/shares/{id}/revoke").route(post().to(all_shares::revoke)))
        .service(at("/admin/links/{id}/revoke").route(post().to(all_shares::revoke_link)))
        .service(at("/admin/freezes").route(get().to(freezes::list)).route(post().to(freezes::place)))
        .service(at("/admin/freezes/{id}/lift").route(post().to(freezes::lift)))
        .service(at("/admin/audit").route(get().to(audit::list)))
        .service(at("/admin/audit/lanes").route(get().to(audit::lanes)))
        .service(at("/admin/audit/lanes/{id}").route(get().to(audit::lane)))
        .service(at("/admin/gate/explain").route(get().to(gate::explain)))
        .service(at("/admin/clock/accept").route(post().to(health::accept_clock)))
        .service(at("/admin/health").route(get().to(health::health)))
        .default_service(web::to(nowhere));
}

fn at(path: &str) -> actix_web::Resource {
    resource(format!("{BASE}{path}"))
}
