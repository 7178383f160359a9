use super::*;

#[test]
fn what_has_to_be_so_and_is_not_is_a_fault() {
    let mut report = Report::default();
    report.must(true, "fine");
    assert!(report.faults.is_empty());
    report.must(false, "no answer");
    assert_eq!(report.faults, ["no answer"]);
}

#[test]
fn words_behind_load_are_read_or_refused() {
    let quick = manner(&["--quick", "--only", "day"]).unwrap();
    assert!(quick.quick && quick.only == "day");
    assert!(manner(&["--only"]).is_err());
    assert!(manner(&["--fast"]).is_err());
}
