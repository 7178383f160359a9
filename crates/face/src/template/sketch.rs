//! Today's front page, drawn small inside a laptop, a tablet and a phone (and on a folded sheet of paper): headlines
//! as text, everything else as rules and grey lines. One inline SVG in `currentColor`, so that light and dark follow
//! the page; it needs no style but `.o` (a device: paper and ink) and `.k` (a thin line).

use std::fmt::Write as _;

use minijinja::HtmlEscape;

/// The most headlines below the lead that a sketch takes in.
pub const HEADLINES_MAX: usize = 8;
/// The longest name or headline that is looked at, in characters.
const TEXT_CHARS_MAX: usize = 160;

/// What a drawing of the front page shows. All of it is public: never a word of a locked text.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FrontSketch {
    /// The name above the neat-line.
    pub paper_name: String,
    /// The lead article's headline.
    pub lead_headline: String,
    /// The lead article's picture, as an address on this site.
    pub lead_picture: Option<String>,
    /// Headlines of the articles below; the first [`HEADLINES_MAX`] are used.
    pub headlines: Vec<String>,
}

impl FrontSketch {
    /// The drawing, with a folded sheet where `print` is set.
    #[must_use]
    pub fn devices(&self, print: bool) -> String {
        let width = if print { 724 } else { 584 };
        let mut pen = Pen::default();
        pen.put(format_args!(r#"<svg viewBox="0 0 {width} 268" aria-hidden="true" "#));
        pen.raw(r#"focusable="false"><g fill="currentColor" "#);
        pen.raw(r#"font-family="Piazzolla, 'Headline fallback', serif" font-weight="600">"#);
        pen.raw(r#"<g class="o"><path d="M96 4h352v224H96zM60 228h424v8H60z"/></g>"#);
        pen.raw(r#"<path class="k" d="M236 228v4h72v-4"/>"#);
        pen.screen(104, 12, |pen| self.laptop(pen));
        if print {
            pen.raw(r#"<g class="o"><path d="M600 70v196h118V70zM594 64v196h118V64z"/>"#);
            pen.raw(r#"<path d="M588 58h118v196H588z"/></g>"#);
            pen.screen(588, 58, |pen| self.sheet(pen));
        }
        pen.raw(r#"<g class="o"><path d="M424 70h144v190H424z"/></g>"#);
        pen.screen(432, 78, |pen| self.tablet(pen));
        pen.raw(
            r#"<g class="o"><path d="M20 102h82v162H20z"/></g><path class="k" d="M52 259h18"/>"#,
        );
        pen.screen(25, 108, |pen| self.phone(pen));
        pen.raw("</g></svg>");
        pen.svg
    }

    /// 336 by 210: lead with picture, a column of headlines, a rail.
    fn laptop(&self, pen: &mut Pen) {
        pen.masthead(&self.paper_name, Frame { x: 10.0, width: 316.0 }, 19.0, 15.0);
        pen.words_row(10.0, 33.0, &[14.0, 28.0, 20.0, 17.0, 23.0, 17.0, 12.0]);
        pen.rule(10.0, 38.0, 316.0, 0.4);
        let lead = Frame { x: 10.0, width: 176.0 };
        let mut y = 43.0;
        if let Some(picture) = &self.lead_picture {
            pen.picture(picture, lead, y, 108.0);
            y += 111.0;
        }
        let (size, lines) = if self.lead_picture.is_some() { (14.0, 2) } else { (22.0, 4) };
        y = pen.headline(&self.lead_headline, lead, y, size, lines);
        pen.grey(lead, y + 4.0, 204.0, 4.2);
        pen.upright(191.0, 43.0, 204.0);
        pen.column(self.below(0), Frame { x: 196.0, width: 72.0 }, 43.0, 204.0, 8.2);
        pen.upright(273.0, 43.0, 204.0);
        pen.rail(Frame { x: 278.0, width: 48.0 }, 43.0, 204.0);
    }

    /// 128 by 174: lead, then two columns.
    fn tablet(&self, pen: &mut Pen) {
        pen.masthead(&self.paper_name, Frame { x: 7.0, width: 114.0 }, 14.0, 10.0);
        let lead = Frame { x: 7.0, width: 114.0 };
        let mut y = 23.0;
        if let Some(picture) = &self.lead_picture {
            pen.picture(picture, lead, y, 64.0);
            y += 67.0;
        }
        y = pen.headline(&self.lead_headline, lead, y, 10.5, 3);
        y = pen.grey_lines(lead, y + 3.0, 3, 3.4) + 2.0;
        pen.rule(7.0, y, 114.0, 0.8);
        pen.column(self.below(0), Frame { x: 7.0, width: 53.0 }, y + 3.0, 170.0, 6.6);
        pen.upright(64.0, y + 3.0, 170.0);
        pen.column(self.below(2), Frame { x: 68.0, width: 53.0 }, y + 3.0, 170.0, 6.6);
    }

    /// 72 by 146: one column, the picture across.
    fn phone(&self, pen: &mut Pen) {
        pen.masthead(&self.paper_name, Frame { x: 4.0, width: 64.0 }, 10.0, 7.6);
        let frame = Frame { x: 4.0, width: 64.0 };
        let mut y = 18.0;
        if let Some(picture) = &self.lead_picture {
            pen.picture(picture, Frame { x: 0.0, width: 72.0 }, y, 46.0);
            y += 49.0;
        }
        y = pen.headline(&self.lead_headline, frame, y, 8.2, 4);
        y = pen.grey_lines(frame, y + 2.5, 3, 3.0) + 2.0;
        pen.rule(4.0, y, 64.0, 0.6);
        pen.column(self.below(0), frame, y + 3.0, 143.0, 6.6);
    }

    /// 118 by 196: a folded sheet, headline across both columns.
    fn sheet(&self, pen: &mut Pen) {
        pen.masthead(&self.paper_name, Frame { x: 8.0, width: 102.0 }, 17.0, 10.5);
        let across = Frame { x: 8.0, width: 102.0 };
        let mut y = pen.headline(&self.lead_headline, across, 27.0, 12.5, 3) + 4.0;
        let (left, right) = (Frame { x: 8.0, width: 48.0 }, Frame { x: 62.0, width: 48.0 });
        let top = y;
        if let Some(picture) = &self.lead_picture {
            pen.picture(picture, left, y, 34.0);
            y += 38.0;
        }
        pen.grey(left, y, 190.0, 3.4);
        pen.upright(59.0, top, 190.0);
        pen.column(self.below(0), right, top, 190.0, 6.8);
    }

    fn below(&self, from: usize) -> &[String] {
        let all = self.headlines.get(..HEADLINES_MAX).unwrap_or(&self.headlines);
        all.get(from..).unwrap_or_default()
    }
}

/// A column: its left edge and its width.
#[derive(Clone, Copy)]
struct Frame {
    x: f32,
    width: f32,
}

/// Widths of grey lines, as parts of their column: the last of a paragraph is short.
const LINES: [f32; 7] = [1.0, 0.96, 0.99, 0.93, 1.0, 0.97, 0.58];

/// Writes SVG.
#[derive(Default)]
struct Pen {
    svg: String,
}

impl Pen {
    fn raw(&mut self, markup: &str) {
        self.svg.push_str(markup);
    }

    /// Formatting into a string cannot fail.
    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        let _infallible = self.svg.write_fmt(arguments);
    }

    fn screen(&mut self, x: u32, y: u32, draw: impl FnOnce(&mut Self)) {
        self.put(format_args!(r#"<g transform="translate({x} {y})">"#));
        draw(self);
        self.raw("</g>");
    }

    fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let text = HtmlEscape(text);
        self.put(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size:.1}">{text}</text>"#
        ));
    }

    fn stroke(&mut self, path: &str, width: f32, opacity: f32) {
        self.put(format_args!(
            r#"<path d="{path}" fill="none" stroke="currentColor" stroke-width="{width:.1}" "#
        ));
        self.put(format_args!(r#"stroke-opacity="{opacity:.2}"/>"#));
    }

    fn rule(&mut self, x: f32, y: f32, width: f32, weight: f32) {
        self.stroke(&format!("M{x:.1} {y:.1}h{width:.1}"), weight, 1.0);
    }

    fn upright(&mut self, x: f32, from: f32, to: f32) {
        if to > from {
            self.stroke(&format!("M{x:.1} {from:.1}V{to:.1}"), 0.4, 0.4);
        }
    }

    /// The paper's name, never wider than the frame, and the neat-line.
    fn masthead(&mut self, name: &str, frame: Frame, baseline: f32, size: f32) {
        let name: String = name.chars().take(TEXT_CHARS_MAX).collect();
        let room = frame.width * 0.8;
        let size = size.min(room / width_of(&name).max(0.1));
        self.text(frame.x, baseline, size, &name);
        let Frame { x, width } = frame;
        let y = baseline + 4.5;
        self.put(format_args!(
            r#"<path d="M{x:.1} {y:.1}h{width:.1}" stroke="currentColor" stroke-width="1.6" "#
        ));
        self.raw(r#"stroke-dasharray="2 2" fill="none"/>"#);
        let (top, foot) = (y - 1.4, y + 1.4);
        self.stroke(&format!("M{x:.1} {top:.1}h{width:.1}M{x:.1} {foot:.1}h{width:.1}"), 0.4, 1.0);
    }

    fn words_row(&mut self, x: f32, y: f32, widths: &[f32]) {
        let mut path = String::new();
        let mut at = x;
        for width in widths {
            let _infallible = write!(path, "M{at:.1} {y:.1}h{width:.1}");
            at += width + 8.0;
        }
        self.stroke(&path, 1.6, 0.75);
    }

    fn picture(&mut self, address: &str, frame: Frame, y: f32, height: f32) {
        let (address, Frame { x, width }) = (HtmlEscape(address), frame);
        self.put(format_args!(
            r#"<image href="{address}" x="{x:.1}" y="{y:.1}" width="{width:.1}" "#
        ));
        self.put(format_args!(r#"height="{height:.1}" "#));
        self.raw(r#"preserveAspectRatio="xMidYMid slice"/>"#);
    }

    /// A headline over at most `lines` lines, a little smaller where that saves it from being cut; gives the foot of
    /// the last line.
    fn headline(&mut self, text: &str, frame: Frame, top: f32, size: f32, lines: usize) -> f32 {
        let set = |scale: f32| (size * scale, wrap(text, frame.width / (size * scale), lines));
        let whole =
            |(_, lines): &(f32, Vec<String>)| lines.last().is_none_or(|line| !line.ends_with('…'));
        let mut sizes = [1.0, 0.94, 0.88, 0.82].into_iter().map(set);
        let (size, lines) = sizes.find(whole).unwrap_or_else(|| set(1.0));
        let mut y = top;
        for line in lines {
            y += size * 1.06;
            self.text(frame.x, y - size * 0.2, size, &line);
        }
        y
    }

    /// Grey lines down to `bottom`.
    fn grey(&mut self, frame: Frame, top: f32, bottom: f32, pitch: f32) {
        let mut count = 0_u16;
        while top + f32::from(count) * pitch <= bottom && count < 60 {
            count += 1;
        }
        self.grey_lines(frame, top, count, pitch);
    }

    /// So many grey lines; gives the foot of the last one.
    fn grey_lines(&mut self, frame: Frame, top: f32, count: u16, pitch: f32) -> f32 {
        let (mut path, mut y) = (String::new(), top);
        for (line, part) in (0..count).zip(LINES.iter().cycle()) {
            let part = if line + 1 == count { 0.58 } else { *part };
            let (x, width) = (frame.x, frame.width * part);
            let _infallible = write!(path, "M{x:.1} {y:.1}h{width:.1}");
            y += pitch;
        }
        if !path.is_empty() {
            self.stroke(&path, 0.9, 0.42);
        }
        y
    }

    /// Headlines with grey lines below each, as many as fit whole; grey lines alone where none does.
    fn column(&mut self, headlines: &[String], frame: Frame, top: f32, bottom: f32, size: f32) {
        let (mut y, pitch) = (top, size * 0.5);
        for (index, headline) in headlines.iter().enumerate() {
            let lines = wrap(headline, frame.width / size, 3).len();
            let lines = f32::from(u8::try_from(lines).unwrap_or(3));
            if y + lines * size * 1.06 + 2.0 * pitch > bottom {
                break;
            }
            if index > 0 {
                self.stroke(&format!("M{:.1} {y:.1}h{:.1}", frame.x, frame.width), 0.4, 0.4);
                y += size * 0.35;
            }
            y = self.headline(headline, frame, y, size, 3) + pitch * 0.9;
            let room = ((bottom - y) / pitch).floor().clamp(0.0, 4.0);
            let mut count = 0_u16;
            while f32::from(count) < room {
                count += 1;
            }
            y = self.grey_lines(frame, y, count, pitch) + pitch * 0.4;
        }
        if y == top {
            self.grey(frame, y + pitch, bottom, pitch);
        }
    }

    /// The newest by the minute: a rule, then times and lines; at its foot a curve.
    fn rail(&mut self, frame: Frame, top: f32, bottom: f32) {
        let Frame { x, width } = frame;
        self.rule(x, top + 1.0, width, 1.4);
        let (mut path, mut y) = (String::new(), top + 8.0);
        while y + 40.0 < bottom {
            let (start, rest, second) = (x + 12.0, width - 12.0, y + 4.2);
            let _infallible = write!(
                path,
                "M{x:.1} {y:.1}h8.0M{start:.1} {y:.1}h{rest:.1}M{start:.1} {second:.1}h{:.1}",
                rest * 0.7
            );
            y += 12.0;
        }
        self.stroke(&path, 0.9, 0.5);
        let base = bottom - 2.0;
        self.rule(x, base - 26.0, width, 1.4);
        let quarter = width / 4.0;
        let (from, bend) = (base - 4.0, quarter / 2.0);
        let mut curve = format!("M{x:.1} {from:.1}q{bend:.1} -22 {quarter:.1} -9");
        for rise in [4, -7, 6] {
            let _infallible = write!(curve, "t{quarter:.1} {rise}");
        }
        self.stroke(&curve, 0.8, 1.0);
        self.rule(x, base, width, 0.4);
    }
}

/// Breaks a text into at most `lines_max` lines that are at most `ems` wide; what is left over becomes an ellipsis.
pub(super) fn wrap(text: &str, ems: f32, lines_max: usize) -> Vec<String> {
    let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
    let mut lines = vec![String::new()];
    for piece in pieces(&text) {
        let wanted = lines.last().map_or(0.0, |line| width_of(line)) + width_of(piece.trim_end());
        if wanted > ems && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    let cut = lines.len() > lines_max;
    lines.truncate(lines_max);
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.trim().to_owned()).collect();
    if let Some(last) = lines.last_mut() {
        let mark = if cut { "…" } else { "" };
        while width_of(last) + width_of(mark) > ems && last.pop().is_some() {
            if !cut {
                return mark_last(lines, ems);
            }
        }
        let kept = last.trim_end().len();
        last.truncate(kept);
        last.push_str(mark);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// One word is wider than its line: it is cut, and the cut is marked.
fn mark_last(mut lines: Vec<String>, ems: f32) -> Vec<String> {
    if let Some(last) = lines.last_mut() {
        while width_of(last) + width_of("…") > ems && last.pop().is_some() {}
        last.push('…');
    }
    lines
}

/// Where a line may break: behind spaces, and behind each character of scripts that set none.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let end = at + character.len_utf8();
        // A line never begins with a closing mark.
        let closes = characters.peek().is_some_and(|(_, next)| "、。，」』）ー…".contains(*next));
        if character == ' ' || (is_wide(character) && !closes) {
            pieces.push(&text[from..end]);
            from = end;
        }
    }
    pieces.push(&text[from..]);
    pieces
}

const fn is_wide(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}')
}

/// About how wide a text is set in the headline face, in ems; rather too wide than too narrow.
pub(super) fn width_of(text: &str) -> f32 {
    text.chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | 'f' | 't' | 'r' | 'I' | '.' | ',' | ';' | ':' | '\'' | '’' | '!' => {
                0.31
            }
            ' ' | '\u{A0}' => 0.24,
            'm' | 'w' | 'M' | 'W' | '—' | '…' => 0.82,
            'A'..='Z' => 0.63,
            '0'..='9' => 0.52,
            wide if is_wide(wide) => 1.0,
            _ => 0.5,
        })
        .sum()
}
