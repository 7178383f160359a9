//! Plots of the numbers, as SVG that the server draws: columns over days, from series alone. What is drawn stretches to its place; names,
//! numbers and days stand around it as text, so that they are as large on a telephone as everywhere, and the table that it is drawn from
//! stands under it. No colour is in here: the style sheet has them, for light and dark.

use std::fmt::Write as _;

use face::{Args, Key, Slot, Words};
use jiff::civil::Date;
use minijinja::value::Value;
use minijinja::{HtmlEscape, context};

/// How wide the drawing is, in its own units.
const WIDTH: f64 = 1_000.0;
/// How high.
const HEIGHT: f64 = 240.0;
/// Lines across, the ground line apart.
const LINES: u64 = 4;
/// Of each day's place a column takes so much, where there are few of them.
const COLUMN: f64 = 0.72;
/// With more days than these, columns touch.
const GAPS_DAYS_MAX: usize = 60;
/// With no more days than these each is named along the foot.
const EACH_MAX: usize = 7;
/// With so many days five of them are named, with fewer three: the first, the last, and those between.
const FIVE_MIN: usize = 20;

/// What is drawn: one number for each day, nothing where there is none.
#[derive(Clone, Debug)]
pub(super) struct Series {
    /// What it is called.
    pub(super) name: String,
    pub(super) numbers: Vec<Option<u64>>,
}

/// Heights of a line's step that are read at a glance: small ones, and those of each power of ten.
const SMALL_STEPS: [u64; 7] = [1, 2, 3, 4, 5, 6, 8];
const STEPS: [u64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// A number above which nothing is drawn: at least the greatest, and a round one.
fn top(greatest: u64) -> u64 {
    let reaches = |height: &u64| *height >= greatest;
    let small = SMALL_STEPS.iter().map(|step| step * LINES).find(reaches);
    let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
    let steps = powers.flat_map(|power| STEPS.map(|step| step.saturating_mul(power)));
    let mut heights = steps.map(|step| step.saturating_mul(LINES));
    small.or_else(|| heights.find(reaches)).unwrap_or(u64::MAX)
}

/// A length with at most two decimals.
fn length(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The drawing alone: a pure function of what is drawn. The second series stands in front of the first, in narrower columns.
pub(super) fn svg(id: &str, heading: &str, says: &str, series: &[Series], top: u64) -> String {
    let days = series.iter().map(|one| one.numbers.len()).max().unwrap_or(0);
    let place = WIDTH / days.max(1) as f64;
    let share = if days > GAPS_DAYS_MAX { 1.0 } else { COLUMN };
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        HtmlEscape(heading),
        HtmlEscape(says)
    );
    for line in 0..=LINES {
        let y = length(HEIGHT * line as f64 / LINES as f64);
        let class = if line == LINES { "plot-ground" } else { "plot-line" };
        let _ =
            write!(svg, "<line class=\"{class}\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{y}\" y2=\"{y}\"/>");
    }
    for (number, one) in series.iter().enumerate() {
        let share = if number == 0 || days > GAPS_DAYS_MAX { share } else { share / 2.0 };
        let _ = write!(svg, "<g class=\"plot-{}\">", number + 1);
        for (day, value) in one.numbers.iter().enumerate() {
            let Some(value) = value.filter(|value| *value > 0) else { continue };
            let high = HEIGHT * (value as f64 / top.max(1) as f64).min(1.0);
            let wide = place * share;
            let x = place.mul_add(day as f64, (place - wide) / 2.0);
            let [x, y, wide, high] = [x, HEIGHT - high, wide, high].map(length);
            let _ = write!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"/>");
        }
        svg.push_str("</g>");
    }
    svg + "</svg>"
}

/// A plot with everything around it, for the template.
pub(super) fn plot(
    words: &Words,
    (id, heading): (&str, &str),
    days: &[Date],
    series: &[Series],
    today: Date,
    told: impl Fn(u64) -> String,
) -> Value {
    let greatest = |one: &Series| {
        let numbers =
            one.numbers.iter().enumerate().filter_map(|(day, number)| Some((day, (*number)?)));
        numbers.max_by_key(|(day, number)| (*number, std::cmp::Reverse(*day)))
    };
    let highest = series.iter().filter_map(greatest).map(|(_, number)| number).max().unwrap_or(0);
    let top = top(highest);
    let says = series.iter().map(|one| match greatest(one) {
        Some((day, number)) if number > 0 => {
            let date = days.get(day).map(|day| words.date(*day, today)).unwrap_or_default();
            let args = Args::new().with(Slot::Name, one.name.as_str());
            let args = args.with(Slot::Number, told(number)).with(Slot::Date, date);
            words.format(Key::NumbersPlotMost, &args)
        }
        _ => words.sentence(&format!("{}: {}", one.name, told(0))),
    });
    let says = words.join(&says.collect::<Vec<_>>());
    let marks = (0..=LINES).rev().map(|line| {
        told(u64::try_from(u128::from(top) * u128::from(line) / u128::from(LINES)).unwrap_or(top))
    });
    let named = match days.len() {
        few if few <= EACH_MAX => few,
        some if some < FIVE_MIN => 3,
        _ => 5,
    };
    let along = (0..named).filter_map(|mark| {
        let place = if named < 2 { 0 } else { mark * (days.len() - 1) / (named - 1) };
        days.get(place).map(|day| words.date(*day, today))
    });
    context! {
        id => id,
        heading => heading,
        says => says.clone(),
        svg => Value::from_safe_string(svg(id, heading, &says, series, top)),
        names => if series.len() > 1 { series.iter().map(|one| one.name.clone()).collect() } else { Vec::new() },
        marks => marks.collect::<Vec<_>>(),
        along => along.collect::<Vec<_>>(),
        is_each => days.len() <= EACH_MAX,
        is_nothing => highest == 0,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn series(numbers: &[Option<u64>]) -> Series {
        Series { name: "Read".to_owned(), numbers: numbers.to_vec() }
    }

    fn drawn(numbers: &[Option<u64>]) -> (String, usize) {
        let greatest = numbers.iter().flatten().max().copied().unwrap_or(0);
        let svg = svg("p", "Read <b>", "x & y", &[series(numbers)], top(greatest));
        let columns = svg.matches("<rect").count();
        for wrong in ["NaN", "inf", "-0", "\"-", "style=", "<b>", "& y"] {
            assert!(!svg.contains(wrong), "{wrong}: {svg}");
        }
        (svg, columns)
    }

    #[test]
    fn gaps_nothing_one_day_and_the_greatest_number_are_drawn() {
        assert_eq!(drawn(&[]).1, 0);
        assert_eq!(drawn(&[None, None]).1, 0);
        assert_eq!(drawn(&[Some(0), Some(0)]).1, 0, "nothing is no column, and a gap neither");
        let (one, columns) = drawn(&[Some(4)]);
        assert_eq!(columns, 1);
        assert!(one.contains("<rect x=\"140\" y=\"0\" width=\"720\" height=\"240\"/>"), "{one}");
        assert_eq!(drawn(&[Some(1), None, Some(3), Some(0)]).1, 2);
        let (huge, columns) = drawn(&[Some(u64::MAX), Some(1)]);
        assert_eq!(columns, 2);
        assert!(huge.contains("height=\"240\""), "{huge}");
        assert_eq!(drawn(&vec![Some(7); 400]).1, 400);
    }

    #[test]
    fn the_top_is_round_and_never_below_the_greatest() {
        for (greatest, wanted) in [
            (0, 4),
            (3, 4),
            (5, 8),
            (9, 12),
            (33, 40),
            (41, 48),
            (81, 100),
            (1_204, 1_600),
            (4_001, 4_800),
        ] {
            assert_eq!(top(greatest), wanted, "{greatest}");
        }
        assert_eq!(top(u64::MAX), u64::MAX);
        let mut greatest = 1_u64;
        while let Some(next) = greatest.checked_mul(3) {
            assert!(top(greatest) >= greatest, "{greatest}");
            greatest = next;
        }
    }

    #[test]
    fn what_a_plot_says_is_what_it_draws() {
        let words = Words::of(face::Language::English);
        let days: Vec<Date> = (1..=7).map(|day| date(2026, 9, day)).collect();
        let numbers = [1, 9, 4, 9, 0, 2, 3].map(Some);
        let all = [series(&numbers), Series { name: "Walls".to_owned(), numbers: vec![None; 7] }];
        let plot = plot(words, ("p", "Both"), &days, &all, date(2026, 9, 8), |n| words.digits(n));
        let says = plot.get_attr("says").unwrap().to_string();
        assert_eq!(says, "Read: at most 9, on September 2nd. Walls: 0.");
        let along = plot.get_attr("along").unwrap().to_string();
        assert!(along.contains("September 1st") && along.contains("September 7th"), "{along}");
        let marks = plot.get_attr("marks").unwrap().to_string();
        assert_eq!(marks, "['12', '9', '6', '3', '0']");
    }
}
