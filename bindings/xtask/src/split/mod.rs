//! The browser's module in two: what opening a vault runs comes first, the rest when it is wanted.
//!
//! Which functions come first is measured, not guessed: `instrument` writes a module that notes every function it enters, a page's first
//! steps are played with it, and `cut` takes the list of what they entered. Both halves share memory, tables and globals; a call from the
//! first half into the second goes through a table that the second fills, after it was asked for by `rest` (`bindings/wasm/src/rest.rs`).

mod first;
mod instrument;
mod link;
mod second;

pub(crate) use instrument::instrument;

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use walrus::{FunctionId, Module, ModuleConfig};

/// What can go wrong while a module is cut.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Cuts `FOLDER/whole.wasm` by the list in `FOLDER/first.txt` and writes `first.wasm` and `rest.wasm` to `output`.
pub(crate) fn cut(folder: &Path, output: &Path) -> Outcome<()> {
    let whole = fs::read(folder.join("whole.wasm"))?;
    let entered: HashSet<usize> = fs::read_to_string(folder.join("first.txt"))?
        .lines()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let mut module = parse(&whole)?;
    let links = link::Links::between(&module, &entered)?;
    first::keep(&mut module, &links)?;
    fs::write(output.join("first.wasm"), emit(&mut module))?;

    // The same bytes parsed again number everything alike.
    let mut module = parse(&whole)?;
    second::keep(&mut module, &links)?;
    fs::write(output.join("rest.wasm"), emit(&mut module))?;
    Ok(())
}

/// The functions of a module in the order in which the file has them; their places are what `first.txt` lists.
fn functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).collect()
}

fn parse(bytes: &[u8]) -> Outcome<Module> {
    let mut configuration = ModuleConfig::new();
    configuration
        .generate_name_section(false)
        .generate_producers_section(false)
        .generate_synthetic_names_for_anonymous_items(false);
    Ok(configuration.parse(bytes)?)
}

fn emit(module: &mut Module) -> Vec<u8> {
    walrus::passes::gc::run(module);
    module.emit_wasm()
}
