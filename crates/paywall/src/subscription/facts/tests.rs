use super::{FactId, ID_BYTES_MAX, IdError, SubscriptionId};

#[test]
fn an_id_is_short_and_printable() {
    for id in ["a", "sub_1MowQVLkdIwHu7ixeRlqHVzs", "urn:paper:7", &"x".repeat(ID_BYTES_MAX)] {
        assert_eq!(SubscriptionId::parse(id).as_ref().map(SubscriptionId::as_str), Ok(id));
        assert_eq!(FactId::parse(id).map(|id| id.to_string()), Ok(id.to_owned()));
    }
    for id in ["", " ", "sub 1", "sub\n", "sub_é", "\u{0}"] {
        assert_eq!(SubscriptionId::parse(id), Err(IdError::Subscription(id.to_owned())));
        assert_eq!(FactId::parse(id), Err(IdError::Fact(id.to_owned())));
    }
    let long = "x".repeat(ID_BYTES_MAX + 1);
    assert_eq!(SubscriptionId::parse(&long), Err(IdError::Subscription("x".repeat(40))));
}
