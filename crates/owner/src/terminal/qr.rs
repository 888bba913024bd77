//! A link as a QR code in half blocks, for a phone held in front of the screen.
//!
//! Nothing is drawn with colours: a light ground is drawn as blocks, since most terminals are dark.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::failure::Failure;

/// The drawing, with the quiet zone that readers need.
pub fn drawn(text: &str) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| Failure::machine("the link is too long for a QR code"))?;
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fits_into_a_drawing_of_half_blocks() {
        let link = format!("https://postern.example.com/s/0190163d-8694-739b-aea5-966c26f8ad91#{}", "A".repeat(44));
        let drawing = drawn(&link).unwrap();
        let widths: Vec<usize> = drawing.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0] && *width < 80), "{widths:?}");
        assert!(drawing.chars().all(|c| "█▀▄ \n".contains(c)));
        assert!(drawing.lines().next().unwrap().chars().all(|c| c == '█'), "the quiet zone is light");
    }
}
