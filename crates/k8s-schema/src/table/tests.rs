use super::*;
use crate::packed::section;

fn field(api_version: &str, kind: &str, path: &[&str], version: Version) -> Option<Field> {
    let table = Table::builtin();
    let mut definition = table.kind(api_version, kind)?.definition?;
    let mut found = None;
    for name in path {
        let (_, field) = table.field(definition, name, version)?;
        found = Some(field).filter(|field| field.versions.contain(version));
        let mut ty = table.ty(field.ty);
        while let Type::List(inner, _) | Type::Map(inner) = ty {
            ty = table.ty(inner);
        }
        if let Type::Object(inner) = ty {
            definition = inner;
        }
    }
    found
}

#[test]
fn the_header_says_what_the_reader_supposes() {
    assert_eq!(&BYTES[..8], b"k8s-tab1");
    assert_eq!(BYTES[8..10], Version::OLDEST.minor().to_le_bytes());
    let covered = Version::all().count() as u16;
    assert_eq!(BYTES[10..12], covered.to_le_bytes());
}

#[test]
fn every_section_is_whole() {
    for (number, size) in [2, 6, 8, 6, 16, 2, 4].into_iter().enumerate() {
        let section = section(BYTES, number);
        assert!(!section.is_empty());
        assert_eq!(section.len() % size, 0, "section {number}");
    }
    assert!(str::from_utf8(section(BYTES, 7)).is_ok());
}

#[test]
fn every_name_is_found_by_its_hash() {
    let table = Table::builtin();
    for row in table.fields {
        let field = Field::of(row);
        assert_eq!(table.texts.name(table.text(field.name)), Some(field.name));
    }
    assert_eq!(table.texts.name("no such field"), None);
}

#[test]
fn every_kind_is_found_by_its_name() {
    let table = Table::builtin();
    for kind in table.kinds() {
        let found = table.kind(table.text(kind.api_version), table.text(kind.name));
        assert_eq!(found.map(|k| k.name), Some(kind.name));
    }
}

#[test]
fn groups_are_known() {
    let table = Table::builtin();
    for kind in table.kinds() {
        if let Some((group, _)) = table.text(kind.api_version).rsplit_once('/') {
            assert!(table.has_group(group), "{group}");
        }
    }
    for group in [
        "",
        "app",
        "apps/v1",
        "zzz",
        "networking.k8s",
        "networking.k8s.i",
        "a.b",
    ] {
        assert!(!table.has_group(group), "{group}");
    }
}

#[test]
fn fields_know_their_versions() {
    let path = ["spec", "template", "spec", "schedulingGates"];
    let gates = field("apps/v1", "Deployment", &path, Version::NEWEST);
    assert_eq!(
        gates.and_then(|f| f.versions.first()),
        Version::parse("1.26")
    );
}

#[test]
fn a_field_has_the_type_of_its_version() {
    let path = ["spec", "resources", "claims"];
    let claims = |version| field("v1", "PersistentVolumeClaim", &path, version);
    assert!(claims(Version::OLDEST).is_none());
    assert!(claims(Version::parse("1.26").unwrap()).is_some());
    assert!(claims(Version::NEWEST).is_none());
}
