use super::*;

#[test]
fn numbers_are_written_whole() {
    for number in [0, 7, 10, 4_096, usize::MAX] {
        let mut text = Vec::new();
        push_number(&mut text, number);
        assert_eq!(text, number.to_string().into_bytes());
    }
}
