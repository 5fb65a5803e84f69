//! A module that notes which functions it enters, in one exported global each.

use std::fs;
use std::path::Path;

use walrus::ir::{Const, GlobalSet, Value};
use walrus::{ConstExpr, FunctionKind, ValType};

use super::{Outcome, functions, parse};

/// Writes `output`: the module `input` with an exported global `entered-N` for its function number N, 1 once that was entered.
pub(crate) fn instrument(input: &Path, output: &Path) -> Outcome<()> {
    let mut module = parse(&fs::read(input)?)?;
    for (place, id) in functions(&module).into_iter().enumerate() {
        if !matches!(module.funcs.get(id).kind, FunctionKind::Local(_)) {
            continue;
        }
        let entered = module
            .globals
            .add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        module.exports.add(&format!("entered-{place}"), entered);
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let mut body = function.builder_mut().func_body();
            body.instr_at(0, Const { value: Value::I32(1) });
            body.instr_at(1, GlobalSet { global: entered });
        }
    }
    fs::write(output, module.emit_wasm())?;
    Ok(())
}
