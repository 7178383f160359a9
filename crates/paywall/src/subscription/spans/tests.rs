use super::{Span, joined, outside};

#[test]
fn spans_are_joined_and_taken_out_of_each_other() {
    let at = |day: &str| format!("2026-{day}T12:00Z").parse().expect("a day");
    let span = |starts, ends| Span::between(at(starts), at(ends)).expect("not empty");
    assert_eq!(Span::between(at("09-01"), at("09-01")), None);
    let some = joined([span("09-05", "09-07"), span("09-01", "09-02"), span("09-02", "09-03")]);
    assert_eq!(some, [span("09-01", "09-03"), span("09-05", "09-07")]);
    assert_eq!(joined([span("09-01", "09-09"), span("09-02", "09-03")]), [span("09-01", "09-09")]);
    let left = outside(span("09-02", "09-08"), &some);
    assert_eq!(left, [span("09-03", "09-05"), span("09-07", "09-08")]);
    assert_eq!(outside(span("09-01", "09-02"), &some), []);
    assert_eq!(outside(span("09-10", "09-12"), &some), [span("09-10", "09-12")]);
    assert_eq!(outside(span("08-10", "08-12"), &some), [span("08-10", "08-12")]);
}
