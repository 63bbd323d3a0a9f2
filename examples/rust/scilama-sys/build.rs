// SPDX-License-Identifier: MIT
//! Links libscilama where pkg-config finds it. SCILAMA_STATIC=1 takes the static archive.
//! The pkg-config program is called directly, so that the build needs no other crate.
use std::env;
use std::process::Command;

fn main() {
    if env::var_os("CARGO_FEATURE_DOCS").is_some() {
        return;
    }
    for name in ["PKG_CONFIG", "PKG_CONFIG_PATH", "SCILAMA_STATIC"] {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let whole = env::var("SCILAMA_STATIC").map_or(false, |v| v == "1");
    let mut command = Command::new(&program);
    command.args(["--libs", "scilama >= 0.1"]);
    if whole {
        command.arg("--static");
    }
    let output = command.output().unwrap_or_else(|e| panic!("cannot run {}: {}", program, e));
    assert!(
        output.status.success(),
        "libscilama was not found; set PKG_CONFIG_PATH to the folder of scilama.pc. {}",
        String::from_utf8_lossy(&output.stderr)
    );
    for flag in String::from_utf8_lossy(&output.stdout).split_whitespace() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
        } else if flag == "-lscilama" && whole {
            println!("cargo:rustc-link-lib=static=scilama");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={}", library);
        } else if flag.ends_with("/libblis.a") {
            println!("cargo:rustc-link-search=native={}", flag.trim_end_matches("/libblis.a"));
            println!("cargo:rustc-link-lib=static=blis");
        }
    }
}
