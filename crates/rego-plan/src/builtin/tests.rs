use super::*;

#[test]
fn names_are_unique_and_sorted_by_function() {
    let mut names: Vec<&str> = ALL.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
    assert_eq!(Builtin::named("object.get"), Some((Builtin::ObjectGet, 3)));
    assert_eq!(Builtin::named("walk"), None);
}

/// Every function answers every sort of argument, without a panic.
#[test]
fn functions_take_anything() {
    let arena = Bump::new();
    let one = [Value::Text("a"), Value::Null];
    let pair = [(Value::Text("a"), Value::Text("b"))];
    let values = [
        Value::Null,
        Value::Bool(true),
        Value::Number(crate::Number::Int(i64::MIN)),
        Value::Number(crate::Number::Int(3)),
        Value::Number(crate::Number::Uint(u64::MAX)),
        Value::Number(crate::Number::Float(0.5)),
        Value::Text(""),
        Value::Text("añ%v*"),
        Value::Text("YQ=="),
        Value::Array(&[]),
        Value::Array(&one),
        Value::Set(&[]),
        Value::Set(&one[..1]),
        Value::Object(&[]),
        Value::Object(&pair),
    ];
    let (mut text, mut heap, mut made) = (String::new(), Vec::new(), Default::default());
    for (_, builtin, arity) in ALL {
        for a in values {
            for b in values {
                let mut steps = 1_000_000;
                let mut context = Context {
                    arena: &arena,
                    text: &mut text,
                    heap: &mut heap,
                    steps: &mut steps,
                    made: &mut made,
                };
                let answer = match arity {
                    1 => builtin.one(a, &mut context),
                    2 => builtin.two(a, b, &mut context),
                    _ => builtin.three(a, b, a, &mut context),
                };
                assert_ne!(answer.map(|_| ()), Err(Halt::Conflict));
                assert!(heap.is_empty());
            }
        }
    }
}
