use jiff::tz::TimeZone;

use super::Instants;

fn shown(zone: &TimeZone, shift_days: i64, text: &str) -> Result<String, String> {
    let instants = Instants { zone, shift_days };
    instants.read(text).map(|at| instants.machine(at))
}

#[test]
fn an_instant_is_shown_in_the_papers_zone() {
    let halifax = TimeZone::get("America/Halifax").unwrap();
    for (given, wanted) in [
        ("2026-09-16T14:05:00-03:00", "2026-09-16T14:05:00-03:00"),
        ("2026-09-16T17:05:00Z", "2026-09-16T14:05:00-03:00"),
        ("2026-09-16 17:05:00.123456789Z", "2026-09-16T14:05:00-03:00"),
        ("2026-09-16T14:05-03:00", "2026-09-16T14:05:00-03:00"),
        ("1899-01-01T12:00:00Z", "1899-01-01T07:46:00-04:14"),
    ] {
        assert_eq!(shown(&halifax, 0, given).as_deref(), Ok(wanted), "{given}");
    }
}

#[test]
fn moving_by_days_keeps_the_time_of_day_over_a_change_of_clocks() {
    let halifax = TimeZone::get("America/Halifax").unwrap();
    let moved = |days| shown(&halifax, days, "2026-09-16T06:00:00-03:00").unwrap();
    assert_eq!(moved(90), "2026-12-15T06:00:00-04:00");
    assert_eq!(moved(-365), "2025-09-16T06:00:00-03:00");
    // 2:30 does not exist on that night; the first time after the gap does.
    let night = shown(&halifax, 1, "2026-03-07T02:30:00-04:00").unwrap();
    assert_eq!(night, "2026-03-08T03:30:00-03:00");
}

#[test]
fn what_is_no_instant_is_refused_with_an_example() {
    for text in [
        "",
        "2026-09-16",
        "2026-09-16T14:05:00",
        "2026-13-16T14:05:00Z",
        "2026-09-16T14:05:00-03:00[America/Halifax]",
        "yesterday",
        "9999-06-01T00:00:00Z",
    ] {
        let error = shown(&TimeZone::UTC, 0, text).unwrap_err();
        assert!(error.contains("2026-09-16T14:05:00-03:00"), "{text}: {error}");
    }
    assert!(shown(&TimeZone::UTC, 36_526, "2026-09-16T14:05:00Z").is_err());
    assert!(shown(&TimeZone::UTC, i64::MIN, "2026-09-16T14:05:00Z").is_err());
    assert!(shown(&TimeZone::UTC, -36_525, "0050-09-16T14:05:00Z").is_err());
}
