//! The first half: functions of the second are replaced by calls through the table.

use walrus::ir::{UnaryOp, Value};
use walrus::{ConstExpr, FunctionBuilder, FunctionId, FunctionKind, GlobalId, Module, RefType, TableId, ValType};

use super::link::Links;
use super::{Outcome, functions};

/// The name of the global that is 1 once the second half is there, and that of the table which that half fills.
pub(super) const THERE: &str = "~there";
pub(super) const SLOTS: &str = "~slots";

pub(super) fn keep(module: &mut Module, links: &Links) -> Outcome<()> {
    let shared: Vec<_> = shared(module).collect();
    let all = functions(module);
    let ask = all[links.ask];
    let there = module
        .globals
        .add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    let size = u64::try_from(links.slots.len())?;
    let slots = module.tables.add_local(false, size, Some(size), RefType::FUNCREF);
    for (slot, &place) in (0..).zip(&links.slots) {
        redirect(module, all[place], ask, there, slots, slot);
    }
    module.exports.add(THERE, there);
    module.exports.add(SLOTS, slots);
    for (place, name) in &links.lent {
        module.exports.add(name, all[*place]);
    }
    for (name, item) in shared {
        module.exports.add(&name, item);
    }
    Ok(())
}

/// Memories, tables and globals under the names by which the second half imports them.
pub(super) fn shared(module: &Module) -> impl Iterator<Item = (String, walrus::ExportItem)> {
    let memories = module.memories.iter().map(|each| each.id().into());
    let tables = module.tables.iter().map(|each| each.id().into());
    let globals = module.globals.iter().map(|each| each.id().into());
    let items: Vec<walrus::ExportItem> = memories.chain(tables).chain(globals).collect();
    items
        .into_iter()
        .enumerate()
        .map(|(place, item)| (format!("~.{place}"), item))
}

/// Gives a function another body: unless the second half is there it is asked for, then its function is called.
fn redirect(module: &mut Module, id: FunctionId, ask: FunctionId, there: GlobalId, slots: TableId, slot: i32) {
    let ty = module.funcs.get(id).ty();
    let (params, results) = {
        let ty = module.types.get(ty);
        (ty.params().to_vec(), ty.results().to_vec())
    };
    let arguments: Vec<_> = params.iter().map(|&param| module.locals.add(param)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let mut body = builder.func_body();
    body.global_get(there).unop(UnaryOp::I32Eqz).if_else(
        None,
        |then| {
            then.call(ask);
        },
        |_| {},
    );
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(slot).call_indirect(ty, slots);
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}
