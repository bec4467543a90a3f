//! Secrets whose values stand in the repository.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeSet;

use manifest::{Gvk, Place, View};

use super::found::Found;
use super::names::Sort;
use super::pairs::Pairs;
use super::public::{self, is_public_file};
use super::rules::{DEFAULT_PASSWORD, PLACEHOLDER_SECRET, PLAIN_SECRET};
use super::values::{self, Verdict};
use super::{base64, forms, names, pairs, remarks, texts, vault};
use crate::problem::{Nature, Problem};
use crate::rule::Severity;

/// What is wrong with a Secret: one finding for all that is readable in it, one for the passwords
/// that its chart comes with, and one for all that only stands for something else.
pub(super) fn problems(object: View<'_>) -> Vec<Problem> {
    sort_entries(object).problems(object)
}

/// The keys of a Secret that something is to be said of.
struct Founds<'a> {
    plain: Found<'a>,
    defaults: Found<'a>,
    placeholders: Found<'a>,
    /// Whether a placeholder is not in base64 where it has to be.
    are_unencoded: bool,
    /// Whether all that is plain only tells who logs in.
    tell_who: bool,
}

/// What is true of a Secret as a whole.
struct Traits {
    is_encrypted: bool,
    is_dummy: bool,
    is_for_vault: bool,
    is_printed: bool,
}

impl Traits {
    fn of(object: View<'_>) -> Self {
        let origin = object.origin();
        Self {
            is_encrypted: manifest::is_encrypted(object),
            is_dummy: remarks::is_on(object) || is_example(object),
            is_for_vault: vault::is_for_vault(object),
            is_printed: origin.is_some_and(|src| matches!(src.source.place, Place::Printed(_))),
        }
    }
}

fn sort_entries(object: View<'_>) -> Founds<'_> {
    let traits = Traits::of(object);
    let mut founds = Founds {
        plain: Found::default(),
        defaults: Found::default(),
        placeholders: Found::default(),
        are_unencoded: false,
        tell_who: true,
    };
    for field in FIELDS {
        let Some(whole) = object.entry(field) else {
            continue;
        };
        let is_dummy = traits.is_dummy || remarks::is_beside(whole.key);
        let is_of_sops = is_of_sops(whole.value);
        let ids = LazyCell::new(|| {
            let entries = whole.value.entries();
            let read = entries.map(|entry| (entry.key.text(), read(field, entry.value.text())));
            pairs::Ids::among(read.filter_map(|(key, text)| Some((key, text?))))
        });
        for entry in whole.value.entries() {
            let key = entry.key.text();
            let text = entry.value.text();
            let is_metadata = is_of_sops && key.starts_with(SOPS);
            if text.is_empty() || is_metadata || traits.is_encrypted && text.starts_with("ENC[") {
                continue;
            }
            let read = read(field, text);
            let verdict = match &read {
                Some(_) if is_left_open(field, text, traits.is_for_vault) => Verdict::Placeholder,
                Some(text) if pairs::is_dummy(key, text, &ids) => Verdict::Placeholder,
                Some(text) => judge(key, text),
                None if is_public_file(key) => Verdict::Harmless,
                None => Verdict::Credential,
            };
            let read = read.as_deref();
            match verdict {
                Verdict::Credential | Verdict::Default => {
                    let is_issued = read.is_some_and(forms::is_issued);
                    // Remarks stay where somebody has put in what they ask for.
                    let is_made = read.is_none_or(values::holds_generated);
                    if !is_made && !is_issued && (is_dummy || remarks::is_beside(entry.key)) {
                        founds.placeholders.add(field, key, false);
                    } else if traits.is_printed && verdict == Verdict::Default {
                        founds.defaults.add(field, key, false);
                    } else {
                        founds.add_plain(field, key, read, is_issued);
                    }
                }
                Verdict::Placeholder => {
                    founds.are_unencoded |= is_unencoded(field, text);
                    founds.placeholders.add(field, key, false);
                }
                Verdict::Kept | Verdict::Harmless => {}
            }
        }
    }
    founds
}

impl<'a> Founds<'a> {
    /// Takes a key whose value is readable; `None` of one that is no text.
    fn add_plain(&mut self, field: &'a str, key: &'a str, read: Option<&str>, is_issued: bool) {
        self.tell_who &= read.is_some_and(|text| public::tells_who(key, text));
        self.plain.are_ids &= read.is_some_and(|text| pairs::is_id_of(key, text));
        self.plain.are_mash &= read.is_some_and(values::is_mash);
        self.plain.are_self_made &= !is_issued || read.is_some_and(forms::is_self_made);
        self.plain.add(field, key, is_issued);
    }

    fn problems(self, object: View<'_>) -> Vec<Problem> {
        let name = name_of(object);
        // A login is no use without the secret beside it.
        let plain = match self.tell_who {
            true => Found::default(),
            false => self.plain,
        };
        let is_id = plain.are_ids && Pairs::of(object).is_alone();
        let plain = plain.problem(&PLAIN_SECRET, |keys| match is_id {
            true => format!("Secret `{name}` holds the ID of an AWS access key: {keys}"),
            false => format!("Secret `{name}` is not encrypted: {keys}"),
        });
        let plain = plain.map(|problem| match is_id {
            true => Problem {
                at_most: Some(Severity::Warning),
                nature: Nature::Usual,
                ..problem.help(pairs::ID_HELP)
            },
            false => problem,
        });
        let placeholders = self.placeholders.problem(&PLACEHOLDER_SECRET, |keys| {
            format!("Secret `{name}` holds placeholders: {keys}")
        });
        let placeholders = placeholders.map(|problem| match self.are_unencoded {
            true => problem.help(UNENCODED),
            false => problem,
        });
        let defaults = self.defaults.problem(&DEFAULT_PASSWORD, |keys| {
            format!("Secret `{name}` holds a well-known default password: {keys}")
        });
        let all = [plain, defaults, placeholders];
        all.into_iter().flatten().collect()
    }
}

/// What is advised where `data` holds placeholders that are no base64.
const UNENCODED: &str = "The API server rejects the Secret as it stands. Let an ExternalSecret, a SealedSecret or SOPS supply the value, or put it there in base64.";

/// The keys of a Secret's `data` whose values are placeholders, not base64.
pub(crate) fn unencoded_placeholders(object: View<'_>) -> BTreeSet<&str> {
    if &*Gvk::of(object).kind != "Secret" {
        return BTreeSet::new();
    }
    let is_for_vault = vault::is_for_vault(object);
    let data = object.get("data").into_iter().flat_map(View::entries);
    let placeholders = data.filter(|entry| {
        let (key, text) = (entry.key.text(), entry.value.text());
        let is_placeholder =
            is_left_open("data", text, is_for_vault) || judge(key, text) == Verdict::Placeholder;
        is_unencoded("data", text) && is_placeholder
    });
    placeholders.map(|entry| entry.key.text()).collect()
}

/// Whether a value is nothing but the name of what goes there: `<CA_CRT>`, or a word where base64
/// has to be.
fn is_left_open(field: &str, text: &str, is_for_vault: bool) -> bool {
    let is_word = || {
        let is_name = values::is_word(text) && !text.contains('.');
        is_unencoded(field, text) && is_name && values::is_placeholder(text)
    };
    values::is_token(text) && !is_for_vault || is_word()
}

/// Whether a value is not in base64 where it has to be.
fn is_unencoded(field: &str, text: &str) -> bool {
    field == "data" && spanned_yaml::base64(text.trim()).is_none()
}

/// What the keys begin with under which SOPS notes in a `.env` file how it was encrypted.
const SOPS: &str = "sops_";

/// Whether what a Secret holds was read from a `.env` file that SOPS encrypted.
fn is_of_sops(data: View<'_>) -> bool {
    data.get("sops_mac").is_some() && data.get("sops_version").is_some()
}

const FIELDS: [&str; 2] = ["data", "stringData"];

fn name_of(object: View<'_>) -> &str {
    object
        .get_path(&["metadata", "name"])
        .map_or("", View::text)
}

/// What the value of a key stands for; `None` of bytes that are no text, which may be a key. What
/// is not encoded although it should be was written by somebody who has nothing to encode yet: a
/// reference, a word, a remark.
fn read<'a>(field: &str, text: &'a str) -> Option<Cow<'a, str>> {
    if field != "data" || values::is_kept(text) {
        return Some(text.into());
    }
    match base64::decode(text) {
        Some(text) => Some(text.into()),
        None if spanned_yaml::base64(text.trim()).is_none() => Some(text.into()),
        None if values::is_placeholder(text) || values::is_word(text) => Some(text.into()),
        None => None,
    }
}

/// Whether a Secret shows how one is written: it is called an example, and so are the hosts in it.
fn is_example(object: View<'_>) -> bool {
    let has_host = |field: &str| {
        let entries = object.get(field).into_iter().flat_map(View::entries);
        let mut texts = entries.filter_map(|entry| read(field, entry.value.text()));
        texts.any(|text| text.contains("example.com"))
    };
    name_of(object).starts_with("example") && FIELDS.into_iter().any(has_host)
}

/// How much a verdict matters where several settings stand in one value. Where one of them has
/// still to be replaced, the defaults beside it have, too.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Kept => 0,
        Verdict::Harmless => 1,
        Verdict::Default => 2,
        Verdict::Placeholder => 3,
        Verdict::Credential => 4,
    }
}

/// What the value of a key is.
fn judge(key: &str, text: &str) -> Verdict {
    let text = text.trim();
    if text.is_empty()
        || public::is_public(text)
        || public::is_identifier(key, text)
        || public::is_phone(key, text)
        || public::is_profile(text)
    {
        return Verdict::Harmless;
    }
    let found = forms::find(text);
    if found.iter().any(is_real) {
        return Verdict::Credential;
    }
    let is_one = |text: &str| !text.contains(char::is_whitespace);
    if forms::is_bare_frame(text) {
        return match values::is_kept(text) {
            true => Verdict::Kept,
            false => Verdict::Placeholder,
        };
    }
    if is_one(text) && found.iter().any(is_dummy_login) {
        return Verdict::Placeholder;
    }
    if let Some(remark) = texts::remark(text) {
        // What is commented out can be read all the same.
        let (settings, _) = texts::settings(&remark);
        let is_made = settings.iter().any(|setting| {
            let sort = names::sort(&setting.name);
            sort.is_some_and(|sort| values::judge(sort, &setting.value) == Verdict::Credential)
                && values::looks_generated(&setting.value)
        });
        return match is_made {
            true => Verdict::Credential,
            false => Verdict::Placeholder,
        };
    }
    if names::is_public(key) {
        return Verdict::Harmless;
    }
    if encodes_placeholder(text) {
        return Verdict::Placeholder;
    }
    if let Some(sort) = names::sort(key) {
        return judge_named(sort, text);
    }
    if let Some(verdict) = judge_settings(text) {
        return verdict;
    }
    if values::is_kept(text) {
        Verdict::Kept
    } else if text.starts_with("...") {
        // Something was cut away, and no path begins with three dots.
        Verdict::Placeholder
    } else if values::is_harmless(text) || public::is_public_file(key) {
        Verdict::Harmless
    } else if values::is_placeholder(text) {
        Verdict::Placeholder
    } else if public::is_host(text)
        || values::is_term(text)
        || values::is_compound(text) && !public::tells_who(key, text)
    {
        Verdict::Harmless
    } else {
        Verdict::Credential
    }
}

/// What a value is whose name promises a credential. Nothing else is expected there, so that only
/// what cannot be one is none.
fn judge_named(sort: Sort, text: &str) -> Verdict {
    match values::judge(sort, text) {
        Verdict::Harmless | Verdict::Default if values::is_dummy(text) => Verdict::Placeholder,
        Verdict::Harmless if !is_no_secret(text) => Verdict::Credential,
        verdict => verdict,
    }
}

/// What a value is in which settings stand; `None` if that cannot be told from them.
fn judge_settings(text: &str) -> Option<Verdict> {
    let (settings, is_document) = texts::settings(text);
    if settings.is_empty() {
        return None;
    }
    let is_list = !is_document && texts::lines(text).all(texts::is_setting);
    let ids = LazyCell::new(|| {
        let all = settings.iter();
        pairs::Ids::among(all.map(|own| (&own.name, &own.value)))
    });
    let verdicts = settings.iter().map(|setting| {
        let value = values::unquoted(&setting.value);
        match names::sort(&setting.name) {
            Some(_) if pairs::is_dummy(&setting.name, value, &ids) => Verdict::Placeholder,
            Some(sort) if is_list && value.len() >= SHORTEST => judge_named(sort, value),
            Some(sort) => match values::judge(sort, value) {
                Verdict::Default if values::is_dummy(value) => Verdict::Placeholder,
                verdict => verdict,
            },
            None if setting.name.ends_with("auth") => judge_auth(value),
            None => Verdict::Harmless,
        }
    });
    let worst = verdicts
        .max_by_key(|verdict| rank(*verdict))
        .unwrap_or(Verdict::Harmless);
    let is_open = texts::lines(text).count() <= settings.len()
        && settings
            .iter()
            .all(|setting| values::is_open(&setting.value));
    let is_told = is_document || is_open || worst != Verdict::Harmless || values::is_kept(text);
    is_told.then_some(worst)
}

/// What is shorter says too little where a line of a text may be something else than a setting.
const SHORTEST: usize = 4;

/// What a login of a registry is, which is a name and a password in base64.
fn judge_auth(value: &str) -> Verdict {
    if values::is_kept(value) {
        return Verdict::Kept;
    }
    if values::is_placeholder(value) || encodes_placeholder(value) {
        return Verdict::Placeholder;
    }
    let login = base64::decode(value);
    let parts = login.as_ref().and_then(|login| login.split_once(':'));
    match parts {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => {
            match values::is_dummy_login(name, password) {
                true => Verdict::Placeholder,
                false => Verdict::Credential,
            }
        }
        _ if values::looks_generated(value) => Verdict::Credential,
        _ => Verdict::Harmless,
    }
}

/// Whether a text is the base64 of a placeholder: somebody encoded what is not to be encoded.
fn encodes_placeholder(text: &str) -> bool {
    let decoded = base64::decode(text);
    decoded.is_some_and(|decoded| {
        let decoded = decoded.trim();
        let login = decoded.split_once(':');
        values::is_placeholder(decoded)
            || login.is_some_and(|(_, password)| values::is_placeholder(password))
    })
}

fn is_real(found: &forms::Found) -> bool {
    let login = found.login.as_ref();
    login.is_none_or(|(user, password)| {
        let verdict = values::judge_login(user, password);
        matches!(verdict, Verdict::Credential | Verdict::Default)
            && !values::is_dummy_login(user, password)
    })
}

fn is_dummy_login(found: &forms::Found) -> bool {
    let login = found.login.as_ref();
    login.is_some_and(|(user, password)| values::is_dummy_login(user, password))
}

/// Whether a value under the name of a credential is a switch, an algorithm, an address or a
/// path.
fn is_no_secret(text: &str) -> bool {
    values::is_harmless(text)
        && (text.contains("://")
            || text.starts_with(['/', '.'])
            || values::is_algorithm(text)
            || matches!(text, "true" | "false" | "none" | "null"))
}
