//! The functions of the language.
//!
//! A function of what it does not take has no value, as long as nobody asks for strictness. What
//! implementations are known to answer differently is not answered here ([`Halt::Unsure`]).

mod collection;
mod encoding;
mod format;
mod glob;
mod number;
mod object;
mod pattern;
mod set;
#[cfg(test)]
mod tests;
mod text;

use bumpalo::Bump;
use serde::{Deserialize, Serialize};

use crate::run::Halt;
use crate::value::{Items, Sort, Value, pay};
pub(crate) use pattern::{Patterns, Recent};
pub(crate) use set::of_two;

/// What functions need besides their arguments.
pub(crate) struct Context<'a, 'r> {
    pub(crate) arena: &'a Bump,
    /// For text that is put together; empty between calls.
    pub(crate) text: &'r mut String,
    /// For lists and sets that are put together; what others put there stays below.
    pub(crate) heap: &'r mut Vec<Value<'a>>,
    /// How many steps may still be made.
    pub(crate) steps: &'r mut u64,
    /// Regular expressions that were put together while policies are evaluated.
    pub(crate) made: &'r mut pattern::Recent<'a>,
}

/// A value, or none.
pub(crate) type Answer<'a> = Result<Option<Value<'a>>, Halt>;

macro_rules! builtins {
    ($($builtin:ident $arity:literal $name:literal,)+) => {
        /// A function of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum Builtin { $($builtin),+ }

        /// Each with its name and the number of its arguments.
        const ALL: &[(&str, Builtin, usize)] = &[$(($name, Builtin::$builtin, $arity)),+];
    };
}

builtins! {
    Abs 1 "abs",
    AnyPrefixMatch 2 "strings.any_prefix_match",
    AnySuffixMatch 2 "strings.any_suffix_match",
    ArrayConcat 2 "array.concat",
    ArrayReverse 1 "array.reverse",
    ArraySlice 3 "array.slice",
    Base64Decode 1 "base64.decode",
    Base64Encode 1 "base64.encode",
    Base64IsValid 1 "base64.is_valid",
    Ceil 1 "ceil",
    Concat 2 "concat",
    Contains 2 "contains",
    Count 1 "count",
    EmptySet 0 "set",
    EndsWith 2 "endswith",
    Floor 1 "floor",
    FormatInt 2 "format_int",
    GlobMatch 3 "glob.match",
    IndexOf 2 "indexof",
    Intersection 1 "intersection",
    IsArray 1 "is_array",
    IsBoolean 1 "is_boolean",
    IsNull 1 "is_null",
    IsNumber 1 "is_number",
    IsObject 1 "is_object",
    IsSet 1 "is_set",
    IsString 1 "is_string",
    Lower 1 "lower",
    Max 1 "max",
    Min 1 "min",
    NumbersRange 2 "numbers.range",
    ObjectFilter 2 "object.filter",
    ObjectGet 3 "object.get",
    ObjectKeys 1 "object.keys",
    ObjectRemove 2 "object.remove",
    ObjectUnion 2 "object.union",
    ObjectUnionN 1 "object.union_n",
    Product 1 "product",
    RegexFindAll 3 "regex.find_all_string_submatch_n",
    RegexFind 3 "regex.find_n",
    RegexMatch 2 "regex.match",
    RegexReplace 3 "regex.replace",
    RegexSplit 2 "regex.split",
    Replace 3 "replace",
    Round 1 "round",
    Sort 1 "sort",
    Split 2 "split",
    Sprintf 2 "sprintf",
    StartsWith 2 "startswith",
    StringsCount 2 "strings.count",
    StringsReverse 1 "strings.reverse",
    Substring 3 "substring",
    Sum 1 "sum",
    ToNumber 1 "to_number",
    Trim 2 "trim",
    TrimLeft 2 "trim_left",
    TrimPrefix 2 "trim_prefix",
    TrimRight 2 "trim_right",
    TrimSpace 1 "trim_space",
    TrimSuffix 2 "trim_suffix",
    TypeName 1 "type_name",
    Union 1 "union",
    UnitsParse 1 "units.parse",
    UnitsParseBytes 1 "units.parse_bytes",
    Upper 1 "upper",
}

impl Builtin {
    /// The function of this name, and how many arguments it takes.
    pub(crate) fn named(name: &str) -> Option<(Self, usize)> {
        let found = ALL.iter().find(|(known, ..)| *known == name);
        found.map(|(_, builtin, arity)| (*builtin, *arity))
    }

    /// Which of its arguments is a regular expression.
    pub(crate) fn pattern(self) -> Option<usize> {
        match self {
            Self::RegexMatch | Self::RegexFind | Self::RegexFindAll | Self::RegexSplit => Some(0),
            Self::RegexReplace => Some(1),
            _ => None,
        }
    }

    /// What it makes of its argument.
    pub(crate) fn one<'a>(self, a: Value<'a>, context: &mut Context<'a, '_>) -> Answer<'a> {
        let is = |sort| Ok(Some(Value::Bool(a.sort() == sort)));
        context.read(&[a])?;
        match self {
            Self::Abs | Self::Ceil | Self::Floor | Self::Round => number::rounded(self, a),
            Self::ToNumber => number::to_number(a),
            Self::UnitsParse => number::units(a, false),
            Self::UnitsParseBytes => number::units(a, true),
            Self::Count => collection::count(a, context),
            Self::ArrayReverse => collection::reverse(a, context),
            Self::Max => collection::extreme(a, true, context),
            Self::Min => collection::extreme(a, false, context),
            Self::Sort => collection::sort(a, context),
            Self::Sum => collection::sum(a, context),
            Self::Product => collection::product(a, context),
            Self::Union => set::union_of(a, context),
            Self::Intersection => set::intersection_of(a, context),
            Self::ObjectKeys => object::keys(a, context),
            Self::ObjectUnionN => object::union_of(a, context),
            Self::Lower => text::lower(a, context),
            Self::Upper => text::upper(a, context),
            Self::TrimSpace => text::trim_space(a),
            Self::StringsReverse => text::reverse(a, context),
            Self::Base64Decode => encoding::decode(a, context),
            Self::Base64Encode => encoding::encode(a, context),
            Self::Base64IsValid => encoding::is_valid(a),
            Self::IsArray => is(Sort::Array),
            Self::IsBoolean => is(Sort::Bool),
            Self::IsNull => is(Sort::Null),
            Self::IsNumber => is(Sort::Number),
            Self::IsObject => is(Sort::Object),
            Self::IsSet => is(Sort::Set),
            Self::IsString => is(Sort::Text),
            Self::TypeName => Ok(Some(Value::Text(a.sort().name()))),
            _ => Ok(None),
        }
    }

    /// What it makes of two.
    pub(crate) fn two<'a>(
        self,
        a: Value<'a>,
        b: Value<'a>,
        context: &mut Context<'a, '_>,
    ) -> Answer<'a> {
        context.read(&[a, b])?;
        match self {
            Self::Contains | Self::StartsWith | Self::EndsWith => {
                text::stands_in(self, a, b, context)
            }
            Self::Trim | Self::TrimLeft | Self::TrimRight => text::trim(self, a, b, context),
            Self::TrimPrefix | Self::TrimSuffix => text::trim_affix(self, a, b),
            Self::AnyPrefixMatch => text::any_match(a, b, str::starts_with, context),
            Self::AnySuffixMatch => text::any_match(a, b, str::ends_with, context),
            Self::Concat => text::concat(a, b, context),
            Self::Split => text::split(a, b, context),
            Self::IndexOf => text::index_of(a, b, context),
            Self::StringsCount => text::count(a, b, context),
            Self::FormatInt => number::format_int(a, b, context),
            Self::NumbersRange => number::range(a, b, context),
            Self::Sprintf => format::sprintf(a, b, context),
            Self::ArrayConcat => collection::concat(a, b, context),
            Self::ObjectUnion => object::union(a, b, context),
            Self::ObjectRemove => object::choose(a, b, false, context),
            Self::ObjectFilter => object::choose(a, b, true, context),
            Self::RegexMatch | Self::RegexSplit => pattern::dynamic(self, &[a, b], context),
            _ => Ok(None),
        }
    }

    /// What it makes of three.
    pub(crate) fn three<'a>(
        self,
        a: Value<'a>,
        b: Value<'a>,
        c: Value<'a>,
        context: &mut Context<'a, '_>,
    ) -> Answer<'a> {
        context.read(&[a, b, c])?;
        match self {
            Self::ArraySlice => collection::slice(a, b, c, context),
            Self::ObjectGet => object::get(a, b, c, context),
            Self::Replace => text::replace(a, b, c, context),
            Self::Substring => text::substring(a, b, c, context),
            Self::GlobMatch => glob::matches(a, b, c, context),
            Self::RegexReplace | Self::RegexFind | Self::RegexFindAll => {
                pattern::dynamic(self, &[a, b, c], context)
            }
            _ => Ok(None),
        }
    }
}

impl<'a> Context<'a, '_> {
    /// Pays for work that grows with its input.
    pub(crate) fn pay(&mut self, size: usize) -> Result<(), Halt> {
        pay(size, self.steps)
    }

    /// Pays for reading the texts among arguments from beginning to end.
    #[inline]
    fn read(&mut self, arguments: &[Value<'_>]) -> Result<(), Halt> {
        /// How many bytes are read at once.
        const AT_ONCE: usize = 16;
        for argument in arguments {
            if let Value::Text(text) = argument {
                self.pay(text.len() / AT_ONCE)?;
            }
        }
        Ok(())
    }

    /// What stands in a value, and that it was paid for.
    fn items(&mut self, value: Value<'a>) -> Result<Option<Items<'a>>, Halt> {
        let items = Items::of(value, self.arena);
        self.pay(items.map_or(0, Items::len))?;
        Ok(items)
    }

    /// Runs something that writes text, and returns the text.
    fn write(&mut self, write: impl FnOnce(&mut String)) -> Answer<'a> {
        self.text.clear();
        write(self.text);
        self.pay(self.text.len())?;
        Ok(Some(Value::Text(self.arena.alloc_str(self.text))))
    }

    /// A list of these.
    fn array(&mut self, items: impl Iterator<Item = Value<'a>>) -> Answer<'a> {
        let from = self.heap.len();
        // What is known to be too long is not made.
        let known = items.size_hint().0;
        self.pay(known)?;
        self.heap.extend(items);
        let items = self.arena.alloc_slice_copy(&self.heap[from..]);
        self.heap.truncate(from);
        self.pay(items.len().saturating_sub(known))?;
        Ok(Some(Value::Array(items)))
    }
}
