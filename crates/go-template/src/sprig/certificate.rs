//! Certificates. They are texts that the host supplies, and marked.

use std::any::Any;

use super::{INT, Out, STR};
use crate::function::{Args, Function, Param};
use crate::value::Object;
use crate::{Evaluator, SecretKind, Value};

const TYPE: &str = "sprig.certificate";
const CERTIFICATE: Param = Param::Object(TYPE);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("genCA", &[STR, INT], |ev, args| generate(ev, args, None)),
    Function::new("genCAWithKey", &[STR, INT, STR], |ev, args| {
        generate(ev, args, Some(2))
    }),
    Function::new(
        "genSelfSignedCert",
        &[STR, Param::List, Param::List, INT],
        |ev, args| generate(ev, args, None),
    ),
    Function::new(
        "genSelfSignedCertWithKey",
        &[STR, Param::List, Param::List, INT, STR],
        |ev, args| generate(ev, args, Some(4)),
    ),
    Function::new(
        "genSignedCert",
        &[STR, Param::List, Param::List, INT, CERTIFICATE],
        |ev, args| generate(ev, args, None),
    ),
    Function::new(
        "genSignedCertWithKey",
        &[STR, Param::List, Param::List, INT, CERTIFICATE, STR],
        |ev, args| generate(ev, args, Some(5)),
    ),
    Function::new("buildCustomCert", &[STR, STR], build),
];

/// A certificate with its key.
#[derive(Debug)]
struct Certificate {
    cert: Value,
    key: Value,
}

impl Object for Certificate {
    fn type_name(&self) -> &str {
        TYPE
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.clone()),
            "Key" => Some(self.key.clone()),
            _ => None,
        }
    }

    fn members(&self) -> Vec<&str> {
        vec!["Cert", "Key"]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn generate(evaluator: &mut Evaluator<'_>, args: Args<'_>, key: Option<usize>) -> Out {
    let subject = args.str(0)?.into_owned();
    let entropy = evaluator.host().entropy();
    let cert = entropy.secret(SecretKind::Certificate, &subject)?;
    let key = match key {
        Some(index) => args.value(index)?.clone(),
        None => Value::from(entropy.secret(SecretKind::PrivateKey, &subject)?).placeholder(),
    };
    let cert = Value::from(cert).placeholder();
    Ok(Value::object(Certificate { cert, key }).placeholder())
}

/// A certificate from texts in base64.
fn build(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let decoded = |index: usize| -> Out {
        let view = args.view(index)?;
        match super::encode::decode(view.bytes(), &super::encode::BASE64) {
            Ok(bytes) => Ok(Value::text(bytes).traced(view.whole())),
            Err(_) => Err(crate::Failure::function("this is not base64")),
        }
    };
    let (cert, key) = (decoded(0)?, decoded(1)?);
    Ok(Value::object(Certificate { cert, key }))
}
