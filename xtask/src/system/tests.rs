use super::*;

fn packages_of(needs: &[&Need]) -> Vec<&'static str> {
    needs.iter().map(|need| need.package).collect()
}

#[test]
fn where_all_is_there_nothing_is_installed() {
    assert!(missing(Extent::Whole, |_| true).is_empty());
}

#[test]
fn any_name_of_a_program_will_do() {
    let there = |program: &str| {
        [
            "clang",
            "google-chrome",
            "chromium-headless-shell",
            "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
            "varnishd",
            "nodejs",
            "npm",
            "java",
            "python3",
            "valgrind",
            "pebble",
            "aiosmtpd",
            "strace",
        ]
        .contains(&program)
    };
    assert!(missing(Extent::Whole, there).is_empty());
}

#[test]
fn a_quick_run_needs_no_browser() {
    assert_eq!(
        packages_of(&missing(Extent::Quick, |_| false)),
        ["build-essential", "pebble", "python3-aiosmtpd", "strace", "python3-venv"]
    );
    let all = packages_of(&missing(Extent::Whole, |_| false));
    assert_eq!(
        all,
        [
            "build-essential",
            "pebble",
            "python3-aiosmtpd",
            "strace",
            "valgrind",
            "chromium",
            "chromium-headless-shell",
            "fonts-liberation",
            "varnish",
            "nodejs",
            "npm",
            "default-jre-headless",
            "python3-venv"
        ]
    );
}

#[test]
fn a_program_that_nobody_has_is_not_found() {
    assert!(find("a-program-that-nobody-has").is_none());
}
