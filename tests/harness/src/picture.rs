//! A terminal's screen as a picture: an SVG of its cells in their own colours, for documents.
//! Nothing here needs a font file: letters are set in the reader's monospace, each run to its exact width; lines and blocks are drawn as shapes.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// A cell's width and height.
const WIDE: usize = 8;
const HIGH: usize = 18;

/// The size of letters whose advance is a cell's width.
const LETTERS: &str = "13.33";

/// The space around the cells.
const MARGIN: usize = 16;

/// What a terminal with no wishes of its own looks like.
const GROUND: &str = "#14171d";
const INK: &str = "#d4d8e0";

/// The first sixteen colours are each terminal's own.
const BASE: [&str; 16] = [
    "#14171d", "#e06c75", "#8cc265", "#d5a458", "#5c9fe8", "#c176d8", "#4fb6c2", "#c8ccd4", "#6b717d", "#ff8f98", "#a8de82", "#f0c27a",
    "#82bbff", "#dd98f2", "#74d4df", "#ffffff",
];

/// The picture of what stands on a screen; `title` is read aloud to those who don't see it.
pub fn svg(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (wide, high) = (usize::from(columns) * WIDE + 2 * MARGIN, usize::from(rows) * HIGH + 2 * MARGIN);
    let mut out = String::new();
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" xml:space="preserve">"#
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(title));
    let _ = writeln!(
        out,
        "<style>text{{font:{LETTERS}px ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;white-space:pre}}.b{{font-weight:700}}.m{{text-anchor:middle}}rect{{shape-rendering:crispEdges}}path{{fill:none}}</style>"
    );
    let _ =
        writeln!(out, r##"<rect width="{wide}" height="{high}" rx="10" style="shape-rendering:auto" fill="{GROUND}" stroke="#2c313b"/>"##);
    for row in 0..rows {
        let cells: Vec<&Cell> = (0..columns).filter_map(|column| screen.cell(row, column)).collect();
        let top = usize::from(row) * HIGH + MARGIN;
        for (at, length) in runs(&cells, ground) {
            let colour = ground(cells[at]);
            if colour != GROUND {
                let _ = writeln!(out, r#"<rect x="{}" y="{top}" width="{}" height="{HIGH}" fill="{colour}"/>"#, left(at), length * WIDE);
            }
        }
        for (at, length) in runs(&cells, |cell| (kind(cell), ink(cell), cell.bold(), cell.dim())) {
            mark(&mut out, &cells[at..at + length], at, top);
        }
    }
    out + "</svg>\n"
}

/// What a cell is drawn as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    /// Letters that every monospace font has in its own width.
    Letters,
    /// A sign that may come from another font: it is set in the middle of its cell.
    Sign,
    /// A block from so many eighths of the cell's height to so many.
    Block(usize, usize),
    /// The left half of a cell.
    Half,
    /// Lines through the cell.
    Line(char),
}

fn kind(cell: &Cell) -> Kind {
    let mut letters = cell.contents().chars();
    match (letters.next(), letters.next()) {
        (None | Some(' '), None) => Kind::Nothing,
        (Some(letter), None) => match letter {
            '█' => Kind::Block(0, 8),
            '▀' => Kind::Block(0, 4),
            '▁'..='▇' => Kind::Block(8 - (u32::from(letter) - u32::from('▁') + 1) as usize, 8),
            '▌' => Kind::Half,
            '─' | '│' | '╭' | '╮' | '╰' | '╯' | '┌' | '┐' | '└' | '┘' => Kind::Line(letter),
            letter if letter.is_ascii() => Kind::Letters,
            _ => Kind::Sign,
        },
        _ => Kind::Sign,
    }
}

fn mark(out: &mut String, cells: &[&Cell], at: usize, top: usize) {
    let (cell, x, wide) = (cells[0], left(at), cells.len() * WIDE);
    let (colour, bold) = (ink(cell), if cell.bold() { " b" } else { "" });
    let faint = if cell.dim() { r#" opacity="0.6""# } else { "" };
    let base = top + HIGH - 5;
    let _ = match kind(cell) {
        Kind::Nothing => Ok(()),
        Kind::Block(from, to) => {
            let (from, to) = (HIGH * from / 8, HIGH * to / 8);
            writeln!(out, r#"<rect x="{x}" y="{}" width="{wide}" height="{}" fill="{colour}"{faint}/>"#, top + from, to - from)
        }
        Kind::Half => writeln!(out, r#"<rect x="{x}" y="{top}" width="{}" height="{HIGH}" fill="{colour}"{faint}/>"#, WIDE / 2),
        Kind::Line('─') => {
            let y = top + HIGH / 2;
            writeln!(out, r#"<path d="M{x} {y}.5h{wide}" stroke="{colour}"{faint}/>"#)
        }
        Kind::Line(letter) => cells.iter().enumerate().try_for_each(|(n, _)| {
            let path = line(letter, left(at + n), top);
            writeln!(out, r#"<path d="{path}" stroke="{colour}"{faint}/>"#)
        }),
        Kind::Sign => cells.iter().enumerate().filter(|(_, cell)| cell.has_contents()).try_for_each(|(n, cell)| {
            let middle = left(at + n) + if cell.is_wide() { WIDE } else { WIDE / 2 };
            let sign = escaped(cell.contents());
            writeln!(out, r#"<text class="m{bold}" x="{middle}" y="{base}" fill="{colour}"{faint}>{sign}</text>"#)
        }),
        Kind::Letters => {
            let text: String = cells.iter().map(|cell| cell.contents()).collect();
            let class = if cell.bold() { r#" class="b""# } else { "" };
            writeln!(out, r#"<text{class} x="{x}" y="{base}" textLength="{wide}" fill="{colour}"{faint}>{}</text>"#, escaped(&text))
        }
    };
}

fn line(letter: char, x: usize, top: usize) -> String {
    let (middle, right, centre, bottom) = (x + WIDE / 2, x + WIDE, top + HIGH / 2, top + HIGH);
    match letter {
        '│' => format!("M{middle}.5 {top}V{bottom}"),
        '╭' | '┌' => format!("M{middle}.5 {bottom}Q{middle}.5 {centre}.5 {right} {centre}.5"),
        '╮' | '┐' => format!("M{middle}.5 {bottom}Q{middle}.5 {centre}.5 {x} {centre}.5"),
        '╰' | '└' => format!("M{middle}.5 {top}Q{middle}.5 {centre}.5 {right} {centre}.5"),
        _ => format!("M{middle}.5 {top}Q{middle}.5 {centre}.5 {x} {centre}.5"),
    }
}

/// Where cells begin that are alike in this, and how many they are.
fn runs<T: PartialEq>(cells: &[&Cell], of: impl Fn(&Cell) -> T) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        match runs.last_mut() {
            Some((start, length)) if of(cells[*start]) == of(cell) => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

fn left(column: usize) -> usize {
    column * WIDE + MARGIN
}

fn ink(cell: &Cell) -> String {
    if cell.inverse() { colour(cell.bgcolor(), GROUND) } else { colour(cell.fgcolor(), INK) }
}

fn ground(cell: &Cell) -> String {
    if cell.inverse() { colour(cell.fgcolor(), INK) } else { colour(cell.bgcolor(), GROUND) }
}

/// A colour as the web writes it; those above sixteen are the cube and the greys of xterm.
fn colour(colour: Color, own: &str) -> String {
    match colour {
        Color::Default => own.to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Idx(index @ 0..16) => BASE[usize::from(index)].to_owned(),
        Color::Idx(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            let (red, green, blue) = (level(cube / 36), level(cube / 6 % 6), level(cube % 6));
            format!("#{red:02x}{green:02x}{blue:02x}")
        }
        Color::Idx(index) => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(said: &str) -> String {
        let two = |length| std::num::NonZeroU16::new(length).unwrap();
        let mut parser = vt100::Parser::new(two(2), two(10), 0);
        parser.process(said.as_bytes());
        svg(parser.screen(), "Ada & <Bob>")
    }

    #[test]
    fn letters_stand_in_their_cells_with_their_colours() {
        let svg = drawn("\x1b[2;3H\x1b[1;38;5;203ma<b\x1b[0m\x1b[48;5;237m  ");
        assert!(svg.contains(r##"<text class="b" x="32" y="47" textLength="24" fill="#ff5f5f">a&lt;b</text>"##), "{svg}");
        assert!(svg.contains(r##"<rect x="56" y="34" width="16" height="18" fill="#3a3a3a"/>"##), "{svg}");
        assert!(svg.contains("<title>Ada &amp; &lt;Bob&gt;</title>") && svg.ends_with("</svg>\n"), "{svg}");
    }

    #[test]
    fn what_is_turned_round_is_drawn_so() {
        let svg = drawn("\x1b[7mx");
        assert!(svg.contains(r##"height="18" fill="#d4d8e0"/>"##) && svg.contains(r##"fill="#14171d">x</text>"##), "{svg}");
    }

    #[test]
    fn blocks_and_lines_are_shapes_that_leave_no_gap() {
        let svg = drawn("██▂▌╭──\x1b[2;1H✓");
        for shape in [
            r#"<rect x="16" y="16" width="16" height="18""#,
            r#"<rect x="32" y="29" width="8" height="5""#,
            r#"<rect x="40" y="16" width="4" height="18""#,
            r#"<path d="M52.5 34Q52.5 25.5 56 25.5""#,
            r#"<path d="M56 25.5h16""#,
            r#"<text class="m" x="20" y="47""#,
        ] {
            assert!(svg.contains(shape), "{shape} is not in {svg}");
        }
    }

    #[test]
    fn the_cube_and_the_greys_are_those_of_xterm() {
        let told = [16, 21, 80, 231, 232, 255].map(|index| colour(Color::Idx(index), INK));
        assert_eq!(told, ["#000000", "#0000ff", "#5fd7d7", "#ffffff", "#080808", "#eeeeee"]);
    }
}
