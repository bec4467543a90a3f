//! The npm packages, made of a release with a stub of the program.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output};

use camino::Utf8Path;

use crate::run::Folder;

/// A folder in which the packages are laid out as npm does.
fn installed() -> Folder {
    let folder = Folder::new();
    let stub = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'gitopslint 1.2.3' && exit\n\
                echo \"<$1> <$2>\"\nexit 7\n";
    folder.write("gitopslint", stub.as_bytes());
    let program = folder.path().join("gitopslint");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let dist = |script: &str, arguments: &[&str]| {
        let script = Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("dist")
            .join(script);
        let output = Command::new(script)
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    for target in ["x86_64-unknown-linux-musl", "aarch64-apple-darwin"] {
        dist("pack", &[program.as_str(), target, "v1.2.3", "packed"]);
    }
    dist("npm", &["v1.2.3", "packed", "npm"]);

    let path = |path: &str| folder.path().join(path);
    fs::create_dir_all(path("node_modules/@gitopslint")).unwrap();
    fs::create_dir_all(path("node_modules/.bin")).unwrap();
    fs::rename(path("npm/gitopslint"), path("node_modules/gitopslint")).unwrap();
    let link = path("node_modules/.bin/gitopslint");
    symlink("../gitopslint/bin/gitopslint", link).unwrap();
    folder
}

fn run(folder: &Folder) -> Output {
    Command::new(folder.path().join("node_modules/.bin/gitopslint"))
        .args(["check", "a b"])
        .output()
        .unwrap()
}

/// The stub says what it was started with, whatever the machine is.
#[test]
fn the_package_starts_the_program_of_its_platform() {
    let folder = installed();
    for platform in ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] {
        let into = format!("node_modules/@gitopslint/{platform}/gitopslint");
        folder.write(&into, &fs::read(folder.path().join("gitopslint")).unwrap());
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path().join(&into), mode).unwrap();
    }
    let output = run(&folder);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "<check> <a b>\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn a_missing_platform_is_told() {
    let output = run(&installed());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("gitopslint/"), "{told}");
    assert!(told.contains("help: install gitopslint again"), "{told}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn packages_say_what_they_are_for() {
    let folder = installed();
    let read = |path: &str| -> serde_json::Value {
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let own = read("node_modules/gitopslint/package.json");
    assert_eq!(own["version"], "1.2.3");
    let all =
        serde_json::json!({"@gitopslint/linux-x64": "1.2.3", "@gitopslint/darwin-arm64": "1.2.3"});
    assert_eq!(own["optionalDependencies"], all);
    let platform = read("npm/linux-x64/package.json");
    assert_eq!(platform["os"], serde_json::json!(["linux"]));
    assert_eq!(platform["cpu"], serde_json::json!(["x64"]));
    assert!(folder.path().join("npm/linux-x64/gitopslint").exists());
}
