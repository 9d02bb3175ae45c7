//! Icons of the sprite `/icons.svg` (Lucide).
use leptos::prelude::*;

/// One icon, decorative: what it means is said by the text beside it or by the button's label.
#[component]
pub fn Icon(
    /// Id of a symbol in `public/icons.svg`.
    name: &'static str,
    /// Edge in pixels.
    #[prop(default = 16)]
    size: u8,
    /// More classes, such as `animate-spin`.
    #[prop(default = "")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=["ic ", class].concat() width=size height=size aria-hidden="true">
            <use_ href=["/icons.svg#", name].concat() />
        </svg>
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    /// Names in `name="…"`, `icon="…"` and `icon: "…"` of one file.
    fn named(source: &str) -> impl Iterator<Item = &str> {
        ["<Icon name=\"", " icon: \"", " icon=\""]
            .into_iter()
            .flat_map(|before| source.split(before).skip(1).filter_map(|rest| rest.split('"').next()))
    }

    fn visit(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, names);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("ui/icon.rs") {
                names.extend(named(&fs::read_to_string(&path).unwrap()).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_icon_that_is_named_is_in_the_sprite() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sprite = fs::read_to_string(root.join("public/icons.svg")).unwrap();
        let mut names = BTreeSet::new();
        visit(&root.join("src"), &mut names);
        assert!(names.contains("log-out"), "the search for names finds nothing");
        let missing: Vec<_> = names.iter().filter(|name| !sprite.contains(&format!("id=\"{name}\""))).collect();
        assert!(missing.is_empty(), "not in public/icons.svg: {missing:?}");
    }
}
