//! QR codes drawn with half blocks, two modules to a character, with their quiet zone.
//!
//! Nothing here uses colours: light modules are drawn, as it suits the dark ground of most terminals.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The lines of a QR code with this text; nothing for a text that is too long for one.
pub(crate) fn lines(text: &str) -> Option<Vec<String>> {
    let code = QrCode::new(text).ok()?;
    let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build();
    Some(drawn.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_and_a_text_too_long_has_none() {
        let code = lines("one text").unwrap();
        let widths: Vec<usize> = code.iter().map(|line| line.chars().count()).collect();
        // 21 modules and four quiet ones at each side; two rows of modules make one line.
        assert_eq!((code.len(), widths.iter().all(|wide| *wide == 29)), (15, true), "{code:#?}");
        assert!(code.iter().take(2).all(|line| line.chars().all(|drawn| drawn == '█')), "the quiet zone is light, and light is drawn");
        assert!(lines(&"x".repeat(5000)).is_none());
    }
}
