use super::*;

#[test]
fn values_are_small() {
    assert_eq!(size_of::<Value<'_>>(), 24);
    assert_eq!(size_of::<Option<Value<'_>>>(), 24);
    assert_eq!(size_of::<Result<Option<Value<'_>>, crate::Halt>>(), 24);
}
