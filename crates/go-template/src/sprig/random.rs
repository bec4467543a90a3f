//! Values that differ in every run. The host supplies them, and they are marked.

use super::{INT, Out, STR};
use crate::function::{Args, Function};
use crate::{Alphabet, Evaluator, Failure, SecretKind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("randAlphaNum", &[INT], |ev, args| {
        text(ev, args, Alphabet::AlphaNum)
    }),
    Function::new("randAlpha", &[INT], |ev, args| {
        text(ev, args, Alphabet::Alpha)
    }),
    Function::new("randNumeric", &[INT], |ev, args| {
        text(ev, args, Alphabet::Numeric)
    }),
    Function::new("randAscii", &[INT], |ev, args| {
        text(ev, args, Alphabet::Ascii)
    }),
    Function::new("randBytes", &[INT], rand_bytes),
    Function::new("randInt", &[INT, INT], rand_int),
    Function::new("uuidv4", &[], uuid),
    // The letters stay, their order differs.
    Function::new("shuffle", &[STR], |_, args| {
        Ok(args.value(0)?.clone().placeholder())
    }),
    Function::new("bcrypt", &[STR], |ev, args| {
        secret(ev, SecretKind::Bcrypt, &args.str(0)?)
    }),
    Function::new("htpasswd", &[STR, STR], htpasswd),
    Function::new("derivePassword", &[INT, STR, STR, STR, STR], |ev, args| {
        secret(ev, SecretKind::Password, &args.str(4)?)
    }),
    Function::new("encryptAES", &[STR, STR], |ev, _| {
        secret(ev, SecretKind::Cipher, "")
    }),
    Function::new("decryptAES", &[STR, STR], |ev, _| {
        secret(ev, SecretKind::Cipher, "")
    }),
    Function::new("getHostByName", &[STR], |_, _| {
        Ok(Value::from("").placeholder())
    }),
    Function::new("genPrivateKey", &[STR], |ev, args| {
        secret(ev, SecretKind::PrivateKey, &args.str(0)?)
    }),
];

fn count(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<usize, Failure> {
    let limit = evaluator.budget().text();
    match usize::try_from(args.int(0)?) {
        Ok(count) if count <= limit / 2 => Ok(count),
        Ok(_) => Err(Failure::too_long(limit)),
        Err(_) => Ok(0),
    }
}

fn text(evaluator: &mut Evaluator<'_>, args: Args<'_>, alphabet: Alphabet) -> Out {
    let count = count(evaluator, args)?;
    let text = evaluator.host().entropy().text(alphabet, count);
    Ok(Value::from(text).placeholder())
}

fn rand_bytes(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let count = count(evaluator, args)?;
    let text = evaluator.host().entropy().text(Alphabet::Ascii, count);
    let encoded = super::encode::encode(text.as_bytes(), &super::encode::BASE64);
    Ok(Value::from(encoded).placeholder())
}

fn rand_int(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let (min, max) = (args.int(0)?, args.int(1)?);
    if max <= min {
        let message = format!("there is no number from {min} up to and without {max}");
        return Err(Failure::function(message));
    }
    let int = evaluator.host().entropy().int(min, max);
    Ok(Value::from(int).placeholder())
}

fn uuid(evaluator: &mut Evaluator<'_>, _: Args<'_>) -> Out {
    let digits = evaluator.host().entropy().text(Alphabet::Hex, 16);
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    let text = format!(
        "{}-{}-4{}-8{}-{}",
        part(0..8),
        part(8..12),
        part(13..16),
        part(17..20),
        part(20..32)
    );
    Ok(Value::from(text).placeholder())
}

fn secret(evaluator: &mut Evaluator<'_>, kind: SecretKind, subject: &str) -> Out {
    let text = evaluator.host().entropy().secret(kind, subject)?;
    Ok(Value::from(text).placeholder())
}

fn htpasswd(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let user = args.view(0)?;
    if user.bytes().contains(&b':') {
        return Ok(format!("invalid username: {}", user.text.to_str()).into());
    }
    let hash = evaluator
        .host()
        .entropy()
        .secret(SecretKind::Bcrypt, &args.str(1)?)?;
    let mut out = evaluator.builder();
    out.push_view(user);
    out.push(b":");
    out.push_made(hash.as_bytes(), crate::Trace::PLACEHOLDER);
    Ok(out.finish()?.into())
}
