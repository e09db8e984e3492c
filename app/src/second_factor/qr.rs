//! A QR code as SVG.

use leptos::prelude::*;
use qrcode::{Color, QrCode};

/// Modules of white around the code: what ISO/IEC 18004 asks for.
const QUIET: usize = 4;

/// The code of a text, or nothing where it is too long for one. Black on white in every theme: cameras ask for it.
pub fn qr(text: &str, label: &'static str) -> Option<AnyView> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let dark: Vec<String> = code
        .to_colors()
        .into_iter()
        .enumerate()
        .filter(|(_, color)| *color == Color::Dark)
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET))
        .collect();
    let dark = dark.concat();
    let side = width + 2 * QUIET;
    Some(
        view! {
            <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
                <rect width=side height=side fill="#fff"/>
                <path d=dark fill="#000"/>
            </svg>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::qr;
    use leptos::prelude::*;

    #[test]
    fn a_code_is_drawn_with_room_around_it_unless_the_text_is_too_long() {
        let drawn = qr("otpauth://totp/x?secret=ABC", "Scan").unwrap().to_html();
        // Version 2 or 3: 25 or 29 modules and four on each side.
        assert!(drawn.contains("viewBox=\"0 0 33 33\"") || drawn.contains("viewBox=\"0 0 37 37\""));
        assert!(drawn.contains("M4 4h1v1h-1z"), "the corner of a finder");
        assert!(qr(&"x".repeat(5000), "Scan").is_none());
    }
}
