//! A point in time in words, as a recipient's language says it, with its time zone.
//!
//! Nothing here reads a clock.

use jiff::tz::TimeZone;
use vault::{Language, Timestamp};

/// In words: `Monday, 2 March 2026, 14:05 (UTC)`.
pub(super) fn in_words(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return "…".to_owned() };
    let at = at.to_zoned(zone.clone());
    let (day, month) = names(language);
    let pick = |from: &[&'static str], nth: i8| usize::try_from(nth - 1).ok().and_then(|nth| from.get(nth)).copied().unwrap_or_default();
    let weekday = pick(&day, at.weekday().to_monday_one_offset());
    let month = pick(&month, at.month());
    let (day, year, time) = (at.day(), at.year(), at.strftime("%H:%M").to_string());
    let zone = match at.offset().seconds() {
        0 => "UTC".to_owned(),
        _ => at.strftime("UTC%:z").to_string(),
    };
    match language {
        Language::English => format!("{weekday}, {day} {month} {year}, {time} ({zone})"),
        Language::Portuguese => format!("{weekday}, {day} de {month} de {year}, {time} ({zone})"),
        Language::Spanish => format!("{weekday}, {day} de {month} de {year}, {time} ({zone})"),
    }
}

type Names = ([&'static str; 7], [&'static str; 12]);

/// The days from Monday on, and the months.
const fn names(language: Language) -> Names {
    match language {
        Language::English => (
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
            ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        ),
        Language::Portuguese => (
            ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
            ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
        ),
        Language::Spanish => (
            ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
            ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01 14:05 UTC, a Sunday.
    const AT: Timestamp = Timestamp::from_millis(1_772_373_900_000);

    #[test]
    fn a_point_in_time_is_said_in_each_language() {
        let said = |language| in_words(AT, &TimeZone::UTC, language);
        assert_eq!(said(Language::English), "Sunday, 1 March 2026, 14:05 (UTC)");
        assert_eq!(said(Language::Portuguese), "domingo, 1 de março de 2026, 14:05 (UTC)");
        assert_eq!(said(Language::Spanish), "domingo, 1 de marzo de 2026, 14:05 (UTC)");
    }

    #[test]
    fn another_time_zone_is_said_with_its_distance_and_may_change_the_day() {
        let zone = TimeZone::fixed(jiff::tz::offset(-15));
        assert_eq!(in_words(AT, &zone, Language::English), "Saturday, 28 February 2026, 23:05 (UTC-15:00)");
    }
}
