//! What is different between two texts: paragraphs that stayed, came and went, and within a paragraph that was changed its words. Pure, with
//! a limit on the work: beyond it whole paragraphs, or the whole text, are told as another.

/// Cells of the table of a comparison, at most: beyond it everything between what is the same at both ends is different.
const CELLS_MAX: usize = 4_000_000;
/// How much of two paragraphs has to be the same, in percent of the longer one, so that they are one that was changed.
const SAME_PERCENT_MIN: usize = 35;
/// Paragraphs before and behind a difference that are shown.
const AROUND: usize = 1;

/// Whether something stayed, came or went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    Same,
    Came,
    Went,
}

impl Change {
    /// The word that templates know.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Came => "came",
            Self::Went => "went",
        }
    }
}

/// A stretch of a paragraph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub(super) change: Change,
    pub(super) text: String,
}

/// A paragraph of the comparison, or several that are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Paragraph {
    Pieces(Vec<Piece>),
    LeftOut,
}

/// Compares two texts; empty where they are the same.
pub(super) fn compare(before: &str, after: &str) -> Vec<Paragraph> {
    let (before, after) = (paragraphs(before), paragraphs(after));
    let mut all: Vec<Vec<Piece>> = Vec::new();
    let (mut went, mut came): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (change, text) in steps(&before, &after) {
        match change {
            Change::Went => went.push(text),
            Change::Came => came.push(text),
            Change::Same => {
                changed(&mut all, &mut went, &mut came);
                all.push(vec![piece(Change::Same, text)]);
            }
        }
    }
    changed(&mut all, &mut went, &mut came);
    shortened(all)
}

/// Compares two lines by their words.
pub(super) fn words(before: &str, after: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (change, word) in steps(&tokens(before), &tokens(after)) {
        match pieces.last_mut() {
            Some(last) if last.change == change => last.text.push_str(word),
            _ => pieces.push(piece(change, word)),
        }
    }
    pieces
}

fn piece(change: Change, text: &str) -> Piece {
    Piece { change, text: text.to_owned() }
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(|text| text.trim_matches('\n')).filter(|text| !text.is_empty()).collect()
}

/// Words with the blanks behind them; what is written without blanks goes character by character.
fn tokens(text: &str) -> Vec<&str> {
    let is_alone = |letter: char| matches!(u32::from(letter), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF);
    // A number is one word with what divides its digits.
    let next = text.chars().skip(1).map(Some).chain([None]);
    let mut tokens = Vec::new();
    let (mut start, mut in_number) = (0, false);
    let mut before: Option<char> = None;
    for ((place, letter), next) in text.char_indices().zip(next) {
        let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        let divides = matches!(letter, '.' | ',' | ':') && is_digit(before) && is_digit(next);
        let goes_on = divides || in_number;
        in_number = divides;
        let begins = before.is_some_and(|before| {
            is_alone(letter)
                || is_alone(before)
                || letter.is_whitespace() != before.is_whitespace()
                || letter.is_alphanumeric() != before.is_alphanumeric()
        });
        if begins && !goes_on {
            tokens.push(&text[start..place]);
            start = place;
        }
        before = Some(letter);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// The shortest way from one list to another: what is at both ends first, then the longest common part between.
fn steps<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<(Change, &'a str)> {
    let start = before.iter().zip(after).take_while(|(one, two)| one == two).count();
    let (rest_before, rest_after) = (&before[start..], &after[start..]);
    let ends = rest_before.iter().rev().zip(rest_after.iter().rev());
    let end = ends.take_while(|(one, two)| one == two).count();
    let (old, new) =
        (&rest_before[..rest_before.len() - end], &rest_after[..rest_after.len() - end]);
    let mut steps: Vec<(Change, &str)> =
        before[..start].iter().map(|text| (Change::Same, *text)).collect();
    if old.len().saturating_mul(new.len()) > CELLS_MAX {
        steps.extend(old.iter().map(|text| (Change::Went, *text)));
        steps.extend(new.iter().map(|text| (Change::Came, *text)));
    } else {
        between(old, new, &mut steps);
    }
    steps.extend(rest_before[rest_before.len() - end..].iter().map(|text| (Change::Same, *text)));
    steps
}

fn between<'a>(old: &[&'a str], new: &[&'a str], steps: &mut Vec<(Change, &'a str)>) {
    let width = new.len() + 1;
    // How long the longest common part of what is left is, from each place on.
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for one in (0..old.len()).rev() {
        for two in (0..new.len()).rev() {
            longest[one * width + two] = if old[one] == new[two] {
                longest[(one + 1) * width + two + 1] + 1
            } else {
                longest[(one + 1) * width + two].max(longest[one * width + two + 1])
            };
        }
    }
    let (mut one, mut two) = (0, 0);
    while one < old.len() && two < new.len() {
        if old[one] == new[two] {
            steps.push((Change::Same, old[one]));
            (one, two) = (one + 1, two + 1);
        } else if longest[(one + 1) * width + two] >= longest[one * width + two + 1] {
            steps.push((Change::Went, old[one]));
            one += 1;
        } else {
            steps.push((Change::Came, new[two]));
            two += 1;
        }
    }
    steps.extend(old[one..].iter().map(|text| (Change::Went, *text)));
    steps.extend(new[two..].iter().map(|text| (Change::Came, *text)));
}

/// Paragraphs that went and those that came in their place: those that are much alike are one that was changed.
fn changed(all: &mut Vec<Vec<Piece>>, went: &mut Vec<&str>, came: &mut Vec<&str>) {
    let mut came = came.drain(..).peekable();
    for old in went.drain(..) {
        let pieces = came.peek().map(|new| words(old, new)).filter(|pieces| is_alike(pieces));
        match pieces {
            Some(pieces) => {
                came.next();
                all.push(pieces);
            }
            None => all.push(vec![piece(Change::Went, old)]),
        }
    }
    all.extend(came.map(|new| vec![piece(Change::Came, new)]));
}

fn is_alike(pieces: &[Piece]) -> bool {
    let count = |change: Change| -> usize {
        pieces.iter().filter(|piece| piece.change == change).map(|piece| piece.text.len()).sum()
    };
    let same = count(Change::Same);
    let longer = same + count(Change::Came).max(count(Change::Went));
    same * 100 >= longer * SAME_PERCENT_MIN
}

/// Leaves out what stayed far from every difference.
fn shortened(all: Vec<Vec<Piece>>) -> Vec<Paragraph> {
    let is_same = |pieces: &[Piece]| pieces.iter().all(|piece| piece.change == Change::Same);
    let different: Vec<bool> = all.iter().map(|pieces| !is_same(pieces)).collect();
    if !different.contains(&true) {
        return Vec::new();
    }
    let mut shown: Vec<Paragraph> = Vec::new();
    for (place, pieces) in all.into_iter().enumerate() {
        let around = place.saturating_sub(AROUND)..(place + AROUND + 1).min(different.len());
        if different[around].contains(&true) {
            shown.push(Paragraph::Pieces(pieces));
        } else if shown.last() != Some(&Paragraph::LeftOut) {
            shown.push(Paragraph::LeftOut);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a comparison says that one of the two was.
    fn side(pieces: &[Piece], gone: Change) -> String {
        pieces
            .iter()
            .filter(|piece| piece.change != gone)
            .map(|piece| piece.text.as_str())
            .collect()
    }

    fn drawn(paragraphs: &[Paragraph]) -> String {
        let one = |paragraph: &Paragraph| match paragraph {
            Paragraph::LeftOut => "…".to_owned(),
            Paragraph::Pieces(pieces) => pieces
                .iter()
                .map(|piece| match piece.change {
                    Change::Same => piece.text.clone(),
                    Change::Came => format!("[+{}]", piece.text),
                    Change::Went => format!("[-{}]", piece.text),
                })
                .collect(),
        };
        paragraphs.iter().map(one).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_paragraphs_and_what_stays_are_told_apart() {
        let before = "One.\n\nTwo stays.\n\nThe gauge stood at 3.1 metres.\n\nGone.\n\nLast.\n\nEnd.\n\nEnd two.\n";
        let after = "One.\n\nTwo stays.\n\nThe gauge stood at 3.0 metres at noon.\n\nLast.\n\nEnd.\n\nEnd two.\n";
        let told =
            "…|Two stays.|The gauge stood at [-3.1][+3.0] metres[+ at noon].|[-Gone.]|Last.|…";
        assert_eq!(drawn(&compare(before, after)), told);
        assert_eq!(drawn(&compare("A.", "A.\n\nB.")), "A.|[+B.]");
        assert_eq!(
            drawn(&compare("Quite another thing", "本文はここから")),
            "[-Quite another thing]|[+本文はここから]"
        );
        assert_eq!(
            drawn(&compare("港の水位は三メートル", "港の水位は四メートル")),
            "港の水位は[-三][+四]メートル"
        );
        assert_eq!(compare("Same.\n\nSame.", "Same.\n\nSame."), Vec::new());
    }

    #[test]
    fn the_longest_articles_are_compared_within_the_limit() {
        let long =
            |word: &str| (0..200_000).map(|number| format!("{word}{number} ")).collect::<String>();
        let pieces = words(&long("a"), &long("b"));
        assert_eq!((pieces.len() > 1, side(&pieces, Change::Went)), (true, long("b")));
        let many = |word: &str| {
            (0..20_000).map(|number| format!("{word}{number}\n\n")).collect::<String>()
        };
        assert!(!compare(&many("a"), &many("b")).is_empty());
    }

    proptest! {
        #[test]
        fn both_sides_can_be_read_out_of_it(before in "[ab .本\n]{0,60}", after in "[ab .本\n]{0,60}") {
            let pieces = words(&before, &after);
            prop_assert_eq!(side(&pieces, Change::Came), before.clone());
            prop_assert_eq!(side(&pieces, Change::Went), after.clone());
            let is_same = paragraphs(&before) == paragraphs(&after);
            prop_assert_eq!(compare(&before, &after).is_empty(), is_same);
        }
    }
}
