//! `bindgen IN.wasm OUT_DIR NAME [--debug]`: makes `NAME.js` and `NAME_bg.wasm` of a compiled client, as
//! `wasm-bindgen --target web` would.

use std::{path::Path, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, name, rest @ ..] = args.as_slice() else {
        eprintln!("usage: bindgen IN.wasm OUT_DIR NAME [--debug]");
        return ExitCode::FAILURE;
    };
    let debug = rest.iter().any(|arg| arg == "--debug");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name(name)
        .typescript(false)
        .debug(debug)
        .keep_debug(debug);
    match bindgen
        .web(true)
        .and_then(|b| b.generate(Path::new(out_dir)))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
