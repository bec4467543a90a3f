//! Types and kinds.

use super::{ANY, STR};
use crate::deep_equal;
use crate::function::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("typeOf", &[ANY], |_, args| {
        Ok(args.value(0)?.type_name().into_owned().into())
    }),
    Function::new("typeIs", &[STR, ANY], |_, args| {
        Ok((args.str(0)? == args.value(1)?.type_name()).into())
    }),
    Function::new("typeIsLike", &[STR, ANY], |_, args| {
        let (wanted, name) = (args.str(0)?, args.value(1)?.type_name());
        Ok((wanted == name || name.strip_prefix('*') == Some(&*wanted)).into())
    }),
    Function::new("kindOf", &[ANY], |_, args| {
        Ok(args.value(0)?.kind().name().into())
    }),
    Function::new("kindIs", &[STR, ANY], |_, args| {
        Ok((args.str(0)? == args.value(1)?.kind().name()).into())
    }),
    Function::new("deepEqual", &[ANY, ANY], |ev, args| {
        Ok(deep_equal(ev.budget(), args.value(0)?, args.value(1)?)?.into())
    }),
];
