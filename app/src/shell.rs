//! The HTML document around every page: head, assets by their versioned addresses, and the browser code where a page shows an island.

use leptos::{config::LeptosOptions, hydration::HydrationScripts, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The addresses of the files every page loads, with their content's hash in them. Given as context by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script of every page (`app/public/app.js`).
    pub js: String,
    /// The icon.
    pub favicon: String,
}

/// Where the islands' files are.
#[derive(Clone, Debug)]
struct IslandFiles(LeptosOptions);

/// Loads the islands' WebAssembly. Whoever shows an island shows this beside it, so that no other page loads any: the address
/// alone does not tell, as a draft's page has one and an approved order's has none.
#[component]
pub fn IslandLoader() -> impl IntoView {
    use_context::<IslandFiles>()
        .map(|files| view! { <HydrationScripts options=files.0 islands=true/> })
}

/// The document, with the application in its body. The islands' files come from `/{site_pkg_dir}/{output_name}.js` and
/// `_bg.wasm` of the options.
pub fn shell<V: IntoView>(options: LeptosOptions, app: impl FnOnce() -> V) -> AnyView {
    // Only islands are hydrated. `HydrationScripts` says so too, but isn't on every page.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let assets = use_context::<Assets>();
    provide_context(IslandFiles(options));
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {assets.map(|assets| view! {
                    <link rel="icon" href=assets.favicon type="image/svg+xml"/>
                    <link rel="stylesheet" href=assets.css/>
                    <script type="module" src=assets.js nonce=use_nonce()></script>
                })}
                <MetaTags/>
            </head>
            <body>{app()}</body>
        </html>
    }
    .into_any()
}
