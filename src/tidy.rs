//! House rules that a machine can check. Each names the rule it keeps.

use std::{fs, path::Path};

/// Every Rust file under `src`, as (path, text).
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 40, "the walk found only {} files", found.len());
    found
}

/// Fails with every place that breaks a rule, not only the first.
fn check(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// The lines before the tests of a file, with their numbers.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]").map(|(i, line)| (i + 1, line))
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs")
        || path.contains("/tests/")
        || path.ends_with("testing.rs")
        || path.ends_with("tidy.rs")
        || path.ends_with("matrix.rs")
        || path.ends_with("contract.rs")
        || path.ends_with("gallery.rs")
}

#[test]
fn what_runs_where_is_told_by_the_path() {
    let allowed = |path: &str| {
        matches!(path, "src/main.rs" | "src/lib.rs" | "src/values.rs" | "src/live/mod.rs")
            || (path.matches('/').count() == 2 && path.ends_with("/mod.rs"))
    };
    let broken = sources()
        .iter()
        .filter(|(path, _)| !allowed(path) && !is_test(path))
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .filter(|(_, line)| line.contains("cfg(feature") || line.contains("cfg_attr(feature"))
                .map(move |(i, _)| format!("{path}:{}", i + 1))
        })
        .collect();
    check("`cfg(feature` stands only in main, lib, values and the mod.rs of a domain", broken);
}

#[test]
fn sql_stands_in_stores() {
    let allowed = |path: &str| {
        path.ends_with("/store.rs") || path.ends_with("/record.rs") || path.contains("/store/") || path.starts_with("src/server/")
    };
    let broken = sources()
        .iter()
        .filter(|(path, _)| !allowed(path) && !is_test(path))
        .flat_map(|(path, text)| {
            product_lines(text)
                .filter(|(_, line)| line.contains("sqlx::query"))
                .map(move |(i, _)| format!("{path}:{i}"))
                .collect::<Vec<_>>()
        })
        .collect();
    check("`sqlx::query` stands only in store.rs, record.rs and under src/server", broken);
}

#[test]
fn outside_calls_pass_one_door() {
    let broken = sources()
        .iter()
        .filter(|(path, _)| !path.starts_with("src/server/integrations/") && !is_test(path))
        .flat_map(|(path, text)| {
            product_lines(text).filter(|(_, line)| line.contains("reqwest::")).map(move |(i, _)| format!("{path}:{i}")).collect::<Vec<_>>()
        })
        .collect();
    check("`reqwest` stands only under src/server/integrations", broken);
}

#[test]
fn nothing_on_a_request_path_can_panic_on_purpose() {
    let words = [".unwrap()", ".expect(\"", "todo!(", "unimplemented!("];
    let broken = sources()
        .iter()
        .filter(|(path, _)| !is_test(path))
        .flat_map(|(path, text)| {
            product_lines(text)
                .filter(|(_, line)| !line.trim_start().starts_with("//") && words.iter().any(|word| line.contains(word)))
                .map(move |(i, line)| format!("{path}:{i} {}", line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    check("no unwrap, expect or todo outside tests", broken);
}

#[test]
fn every_module_says_what_it_is_for() {
    let broken =
        sources().into_iter().filter(|(path, text)| !text.starts_with("//!") && path != "src/main.rs").map(|(path, _)| path).collect();
    check("every file opens with a //! line", broken);
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    // Longer ones, each with its reason.
    let reasons: &[(&str, &str)] = &[("src/server/demo/data.rs", "what the demo shows, as one table")];
    let broken = sources()
        .iter()
        .filter(|(path, _)| !is_test(path) && !reasons.iter().any(|(known, _)| known == path))
        .filter_map(|(path, text)| {
            let lines = product_lines(text).count();
            (lines > 400).then(|| format!("{path}: {lines} lines"))
        })
        .collect();
    check("no file over 400 lines without a reason", broken);
}

#[test]
fn styles_come_from_tokens() {
    let broken = sources()
        .iter()
        .filter(|(path, _)| path.contains("/ui/") && !is_test(path))
        .flat_map(|(path, text)| {
            product_lines(text)
                .filter(|(_, line)| {
                    line.contains(" style=\"") || line.contains("dark:") || line.contains("bg-[#") || line.contains("text-[#")
                })
                .map(move |(i, _)| format!("{path}:{i}"))
                .collect::<Vec<_>>()
        })
        .collect();
    check("views use tokens: no style attribute (the page's policy forbids it), no hex, no dark:", broken);
}

#[test]
fn every_tenant_table_is_guarded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let all: String = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let mut broken = Vec::new();
    for statement in all.split("create table ").skip(1) {
        let name = statement.split_whitespace().next().unwrap();
        let body = statement.split(");\n").next().unwrap();
        if body.contains("company_id") && !all.contains(&format!("call ops.guard('{name}')")) {
            broken.push(name.to_owned());
        }
    }
    check("every table with a company_id is under ops.guard", broken);
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[dependencies]").nth(1).unwrap().split("\n[profile").next().unwrap();
    let mut broken = Vec::new();
    let mut reason_before = false;
    for line in dependencies.lines() {
        let names_one = line.chars().next().is_some_and(|c| c.is_ascii_lowercase()) && line.contains(" = ");
        if names_one && !line.contains(" # ") && !reason_before && !line.ends_with('[') {
            broken.push(line.to_owned());
        }
        reason_before = line.starts_with('#');
    }
    check("every dependency is named with its reason in Cargo.toml", broken);
}
