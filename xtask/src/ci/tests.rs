use super::*;

#[test]
fn the_last_line_counts_what_passed_and_what_failed() {
    let mut count = Count::default();
    count.add(&Ok(Outcome::Passed));
    count.add(&Ok(Outcome::NotRun));
    count.add(&Ok(Outcome::Passed));
    count.add(&Err(anyhow::anyhow!("no")));
    assert_eq!(count.line(), "2 passed, 1 failed");
}

#[test]
fn a_quick_run_leaves_out_steps_that_exist() {
    for name in SLOW {
        assert!(STEPS.iter().any(|(step, _)| *step == name), "{name}");
    }
}

#[test]
fn a_command_that_fails_is_named() {
    let error = succeed(&mut Command::new("false")).unwrap_err();
    assert!(error.to_string().starts_with("`false` ended with"), "{error}");
    let error = succeed(&mut Command::new("a-program-that-nobody-has")).unwrap_err();
    assert!(error.to_string().contains("cannot be started"), "{error}");
}

#[test]
fn a_command_that_fails_is_remembered_by_the_last_that_it_printed() {
    let mut talks = Command::new("sh");
    talks.args(["-c", "seq 1 200; exit 3"]);
    let told = last_lines(&succeed(&mut talks).unwrap_err());
    assert_eq!(told.lines().count(), 1 + LAST_LINES_MAX, "{told}");
    assert!(told.starts_with("\n   121\n") && told.ends_with("\n   200"), "{told}");
    assert_eq!(last_lines(&anyhow::anyhow!("no command")), "");
}

#[test]
fn a_command_beyond_its_limit_is_ended() {
    let quick = ends_within(&mut Command::new("true"), Duration::from_secs(60)).unwrap();
    assert_eq!(quick, Some(true));
    let mut slow = Command::new("sh");
    slow.args(["-c", "sleep 600 & wait"]);
    assert_eq!(ends_within(&mut slow, Duration::from_millis(1)).unwrap(), None);
}
