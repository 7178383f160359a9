use super::within;

#[test]
fn connections_leave_files_for_everything_else() {
    for (wanted, files, given) in [
        (20_000, None, 20_000),
        (20_000, Some(1_048_576), 20_000),
        (20_000, Some(20_000), 19_488),
        (512, Some(20_000), 512),
        (20_000, Some(1_024), 512),
        (20_000, Some(256), 128),
    ] {
        assert_eq!(within(wanted, files), given, "{wanted} of {files:?}");
    }
}
