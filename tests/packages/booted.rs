//! What happens to an appliance between its installation and its removal, on booted machines. Each story is a script in `stories/`; each step of it
//! says what it proves. One boot tells all stories of a machine in order, since they build on each other: the first that fails is the one to read.
//! Nothing is judged here: the scripts do.

use std::sync::LazyLock;

use crate::machine::{Machine, Release};

/// Debian 12, with ufw as its firewall.
const BOOKWORM: Release = Release {
    name: "bookworm",
    packages: &[
        "systemd-sysv",
        "udev",
        "dbus",
        "ca-certificates",
        "curl",
        "iproute2",
        "openssl",
        "libssl3",
        "procps",
        "python3-aiosmtpd",
        "sqlite3",
        "ufw",
        "rpm",
    ],
};

/// Debian 13, with firewalld as its firewall.
const TRIXIE: Release = Release {
    name: "trixie",
    packages: &[
        "systemd-sysv",
        "udev",
        "dbus",
        "ca-certificates",
        "curl",
        "iproute2",
        "openssl",
        "libssl3t64",
        "procps",
        "python3-aiosmtpd",
        "sqlite3",
        "firewalld",
        "postgresql",
    ],
};

macro_rules! machine {
    ($machine:ident: $release:ident { $($story:ident: $told:ident,)* }) => {
        mod $machine {
            use super::{LazyLock, Machine};

            static MACHINE: LazyLock<Machine> = LazyLock::new(|| Machine::boot(super::$release, &[$(stringify!($story)),*]));

            $(
                #[test]
                fn $told() {
                    MACHINE.told(stringify!($story));
                }
            )*
        }
    };
}

machine! { bookworm: BOOKWORM {
    ground: the_machine_is_a_fresh_one_with_people_and_networks_around_it,
    installation: installed_it_runs_lets_nobody_in_and_says_what_to_do_next,
    configuration: a_file_lets_the_office_in_and_networks_change_by_a_reload,
    firewall_ufw: ufw_knows_postern_by_name,
    first_share: an_owner_is_invited_and_shares_and_somebody_in_the_office_opens_it,
    operators: the_kernel_tells_who_may_act_who_may_read_and_who_may_nothing,
    mail: a_mail_servers_password_is_a_credential_and_messages_leave,
    certificate: a_companys_certificate_counts_without_a_restart,
    watchdog: a_daemon_that_hangs_or_dies_is_started_again,
    restart: a_restart_fails_no_request,
    journal: journalctl_explains_what_happened_with_its_values,
    hardening: whoever_took_the_service_over_could_do_little,
    upgrade: an_upgrade_keeps_data_sessions_links_and_edited_files,
    backup: what_was_destroyed_comes_back_from_a_backup,
    removal: removed_it_leaves_its_data_and_purged_it_takes_them,
} }

machine! { trixie: TRIXIE {
    ground: the_machine_is_a_fresh_one_with_people_and_networks_around_it,
    installation: installed_it_runs_lets_nobody_in_and_says_what_to_do_next,
    configuration: a_file_lets_the_office_in_and_networks_change_by_a_reload,
    firewall_firewalld: firewalld_keeps_the_door_shut_until_it_is_told_of_postern,
    first_share: an_owner_is_invited_and_shares_and_somebody_in_the_office_opens_it,
    operators: the_kernel_tells_who_may_act_who_may_read_and_who_may_nothing,
    mail: a_mail_servers_password_is_a_credential_and_messages_leave,
    certificate: a_companys_certificate_counts_without_a_restart,
    watchdog: a_daemon_that_hangs_or_dies_is_started_again,
    restart: a_restart_fails_no_request,
    journal: journalctl_explains_what_happened_with_its_values,
    hardening: whoever_took_the_service_over_could_do_little,
    upgrade: an_upgrade_keeps_data_sessions_links_and_edited_files,
    backup: what_was_destroyed_comes_back_from_a_backup,
    removal: removed_it_leaves_its_data_and_purged_it_takes_them,
    postgresql: on_postgresql_the_same_service_runs_without_a_password,
} }

machine! { rpm: BOOKWORM {
    ground: the_machine_is_a_fresh_one_with_people_and_networks_around_it,
    rpm: the_scriptlets_of_the_rpm_start_upgrade_and_stop_the_service,
} }
